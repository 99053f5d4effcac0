/** Ids, sort keys and states are columns; the whole object is JSON text in `document`, checked by its schema when read. */
export const sql = `
CREATE TABLE connections (
  id TEXT PRIMARY KEY NOT NULL,
  name TEXT NOT NULL UNIQUE,
  created_at TEXT NOT NULL,
  document TEXT NOT NULL
) STRICT;

CREATE TABLE projects (
  id TEXT PRIMARY KEY NOT NULL,
  state TEXT NOT NULL,
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  document TEXT NOT NULL
) STRICT;

CREATE TABLE plans (
  id TEXT NOT NULL,
  version INTEGER NOT NULL,
  created_at TEXT NOT NULL,
  note TEXT NOT NULL,
  document TEXT NOT NULL,
  PRIMARY KEY (id, version)
) STRICT;

CREATE TABLE runs (
  id TEXT PRIMARY KEY NOT NULL,
  project_id TEXT,
  plan_id TEXT NOT NULL,
  state TEXT NOT NULL,
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  document TEXT NOT NULL
) STRICT;
CREATE INDEX runs_by_time ON runs (created_at);

CREATE TABLE run_events (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  run_id TEXT NOT NULL,
  at TEXT NOT NULL,
  event TEXT NOT NULL,
  detail TEXT NOT NULL
) STRICT;
CREATE INDEX run_events_by_run ON run_events (run_id, seq);

CREATE TABLE assessments (
  id TEXT PRIMARY KEY NOT NULL,
  created_at TEXT NOT NULL,
  source TEXT NOT NULL,
  database TEXT NOT NULL,
  grade TEXT NOT NULL,
  rows TEXT NOT NULL,
  document TEXT NOT NULL
) STRICT;

CREATE TABLE verifications (
  id TEXT PRIMARY KEY NOT NULL,
  run_id TEXT,
  created_at TEXT NOT NULL,
  equal INTEGER NOT NULL,
  document TEXT NOT NULL
) STRICT;
CREATE INDEX verifications_by_run ON verifications (run_id, created_at);

CREATE TABLE differences (
  verification_id TEXT NOT NULL REFERENCES verifications (id) ON DELETE CASCADE,
  seq INTEGER NOT NULL,
  table_name TEXT NOT NULL,
  document TEXT NOT NULL,
  PRIMARY KEY (verification_id, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE jobs (
  id TEXT PRIMARY KEY NOT NULL,
  state TEXT NOT NULL,
  started_at TEXT NOT NULL,
  document TEXT NOT NULL
) STRICT;
CREATE INDEX jobs_by_time ON jobs (started_at);

CREATE TABLE job_log (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  job_id TEXT NOT NULL,
  at TEXT NOT NULL,
  level TEXT NOT NULL,
  text TEXT NOT NULL
) STRICT;
CREATE INDEX job_log_by_job ON job_log (job_id, seq);

CREATE TABLE settings (
  key TEXT PRIMARY KEY NOT NULL,
  value TEXT NOT NULL
) STRICT;

CREATE TABLE audit (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  at TEXT NOT NULL,
  who TEXT NOT NULL,
  call TEXT NOT NULL,
  detail TEXT NOT NULL,
  outcome TEXT NOT NULL
) STRICT;
`;
