/** Databases opened as conversations. What is read of them lies elsewhere: on their server, or in the console's caches. */
export const sql = `
CREATE TABLE libraries (
  id TEXT PRIMARY KEY NOT NULL,
  name TEXT NOT NULL UNIQUE,
  created_at TEXT NOT NULL,
  document TEXT NOT NULL
) STRICT;
`;
