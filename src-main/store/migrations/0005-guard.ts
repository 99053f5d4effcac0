/**
 * The audit as a chain: `mac` is the HMAC of a line and of `prev`, the mac of the line before it (`start:` and a digest where a chain begins; lines
 * of before have neither). Append-only for whoever goes through SQL; the chain shows what went round it.
 * guard_profile: one row. guard_jobs: jobs that were started under the support profile.
 */
export const sql = `
ALTER TABLE audit ADD COLUMN prev TEXT;
ALTER TABLE audit ADD COLUMN mac TEXT;
CREATE TRIGGER audit_never_changes BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END;
CREATE TRIGGER audit_never_shrinks BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END;
CREATE TRIGGER audit_never_replaced BEFORE INSERT ON audit WHEN EXISTS (SELECT 1 FROM audit WHERE seq = NEW.seq) BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END;

CREATE TABLE guard_profile (
  id INTEGER PRIMARY KEY NOT NULL CHECK (id = 1),
  profile TEXT NOT NULL,
  failures INTEGER NOT NULL,
  blocked_until INTEGER NOT NULL
) STRICT;

CREATE TABLE guard_jobs (
  job_id TEXT PRIMARY KEY NOT NULL
) STRICT;
`;
