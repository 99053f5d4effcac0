/** What the assessment and the plan say will become of each object is what the run makes of it, for a file full of what is hard; corpus.test.ts asks it of every outside file. */
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { buildSqlite, hasPostgres, tempFolder } from '../../src-main/test-support/index.ts';
import { expectForetold, foretold } from './expected.ts';
import { migrationOf } from './migrate-file.ts';

const folder = tempFolder('expectations');
afterAll(() => folder.remove());

const hard = `PRAGMA foreign_keys = OFF;
CREATE TABLE p (a INTEGER, b TEXT COLLATE NOCASE, PRIMARY KEY (a, b)) WITHOUT ROWID; INSERT INTO p VALUES (1, 'x'), (1, 'Y');
CREATE TABLE c (id INTEGER PRIMARY KEY, a, b TEXT, FOREIGN KEY (a, b) REFERENCES p (a, b) ON DELETE SET NULL); INSERT INTO c VALUES (1, 1, 'x'), (4, 9, 'nope'), (5, 1, NULL);
CREATE TABLE badfk (id INTEGER PRIMARY KEY, z REFERENCES nowhere (q), y REFERENCES c (nocol), w REFERENCES p (a)); INSERT INTO badfk VALUES (1, 2, 3, 1);
CREATE TABLE nullpk (k TEXT PRIMARY KEY, v); INSERT INTO nullpk VALUES (NULL, 1), (NULL, 2), ('a', 3), ('1.0', 5);
CREATE TABLE twice (k PRIMARY KEY, v); INSERT INTO twice VALUES (NULL, 1), (1, 2), ('1', 3);
CREATE TABLE uq (id INTEGER PRIMARY KEY, email TEXT COLLATE NOCASE UNIQUE, code TEXT COLLATE RTRIM UNIQUE, any UNIQUE); INSERT INTO uq VALUES (1, 'A@x', 'ab ', 1), (2, 'c@X', 'cd', '1'), (3, NULL, 'cd x', 1.5);
CREATE UNIQUE INDEX uqp ON uq (lower(email)) WHERE any IS NOT NULL; CREATE INDEX ixd ON uq (email DESC, code COLLATE BINARY); CREATE INDEX ixf ON uq (format('%q', code)); CREATE INDEX ixr ON uq (code) WHERE format('%q', code) = 'x';
CREATE TABLE chk (id INTEGER PRIMARY KEY CHECK (id > 0), a INT CHECK (a IN (1, 2, 3)), b TEXT CHECK (b GLOB '[a-z]*'), c TEXT CHECK (like('x%', c)), d CHECK (typeof(d) = 'integer'), e CHECK (json_valid(e)), CONSTRAINT "my chk" CHECK (a < id OR b IS NOT 'q'));
PRAGMA ignore_check_constraints = ON; INSERT INTO chk VALUES (2, 1, 'abc', 'xa', 5, '{}'), (3, 9, 'ABC', 'y', 5, '{}');
CREATE TABLE gen (id INTEGER PRIMARY KEY, a INTEGER, s TEXT, d AS (a * 2) STORED, u AS (upper(s)), q AS (quote(s)), o AS (format('%q', s))); INSERT INTO gen (a, s) VALUES (1, 'x'), (NULL, 'Y');
CREATE TABLE def (id INTEGER PRIMARY KEY, a TEXT DEFAULT (datetime('now')), b TEXT DEFAULT (printf('%5.2Lf', 1)), c INTEGER DEFAULT 'word', d TEXT DEFAULT (json_array(1, 2)), e INTEGER DEFAULT (1 IN (1, 2)));
CREATE TABLE log (msg TEXT, at TEXT DEFAULT CURRENT_TIMESTAMP);
CREATE TRIGGER t1 AFTER INSERT ON c WHEN NEW.a IS NOT NULL BEGIN INSERT INTO log (msg) VALUES ('ins ' || NEW.id); END;
CREATE TRIGGER t2 BEFORE DELETE ON c BEGIN SELECT RAISE(ABORT, 'no way') WHERE OLD.id = 1; END;
CREATE TRIGGER t3 AFTER UPDATE OF v ON nullpk BEGIN INSERT OR REPLACE INTO uq VALUES (1, OLD.v, NEW.v, 1); END;
CREATE TRIGGER t4 AFTER INSERT ON log BEGIN UPDATE gen SET a = last_insert_rowid(); END;
CREATE VIEW good AS SELECT id, upper(s) AS s FROM gen; CREATE VIEW odd AS SELECT id, format('%q', s) AS s FROM gen; CREATE VIEW upon AS SELECT * FROM odd; CREATE VIEW broken AS SELECT nosuch FROM gen;
CREATE VIRTUAL TABLE words USING fts5 (s, content = 'gen', content_rowid = 'id'); CREATE TRIGGER words_in AFTER INSERT ON gen BEGIN INSERT INTO words (rowid, s) VALUES (new.id, new.s); END;`;

test.skipIf(!hasPostgres())('what is expected of each object comes', async () => {
  const path = buildSqlite(join(folder.path, 'hard.db'), hard);
  await using it = await migrationOf(path, folder.path);
  const said = await foretold(it.run, path, it.target);
  const { result } = await it.migrate();
  expectForetold(said, result);
  expect(result.objects.some(({ outcome }) => outcome === 'listed')).toBe(true);
});
