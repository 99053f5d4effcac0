/** Offline replicas. Of a revoked one the row stays, without its document, so that it can be told from one that never was. */
export const sql = `
CREATE TABLE replicas (
  id TEXT PRIMARY KEY NOT NULL,
  created_at TEXT NOT NULL,
  revoked_at TEXT,
  document TEXT
) STRICT;
`;
