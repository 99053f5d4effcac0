/** Triggers: translated ones do in the target what they did in SQLite; the others are listed with their text; the way back removes both. */
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, describe, expect, test } from 'vitest';
import { buildSqlite, hasPostgres, tempFolder } from '../../src-main/test-support/index.ts';
import { catalogState } from './catalog-state.ts';
import { resultOf } from './command-line.ts';
import { migrationOf } from './migrate-file.ts';

const folder = tempFolder('triggers');
afterAll(() => folder.remove());

const build = (name: string, sql: string): string => buildSqlite(join(folder.path, name), sql);

const source = `
CREATE TABLE session (id TEXT PRIMARY KEY, title TEXT NOT NULL, message_count INTEGER NOT NULL DEFAULT 0, updated_at INTEGER, touched DATETIME, open BOOLEAN DEFAULT 1);
CREATE TABLE message (id INTEGER PRIMARY KEY, session_id TEXT NOT NULL REFERENCES session (id) ON DELETE CASCADE, body TEXT, size INTEGER);
CREATE TABLE audit (id INTEGER PRIMARY KEY AUTOINCREMENT, what TEXT, old_title TEXT, new_title TEXT, at DATETIME DEFAULT CURRENT_TIMESTAMP);
CREATE TABLE tally (word TEXT PRIMARY KEY, n INTEGER NOT NULL);
INSERT INTO session (id, title, touched, updated_at) VALUES ('a', 'first', '2024-01-01 10:00:00', 1), ('b', 'second', '2024-01-02 10:00:00', 2);
INSERT INTO message (session_id, body, size) VALUES ('a', 'hello', 5);
UPDATE session SET message_count = 1 WHERE id = 'a';

CREATE TRIGGER touch AFTER UPDATE ON session BEGIN UPDATE session SET updated_at = strftime('%s', 'now'), touched = datetime('now') WHERE id = new.id; END;
CREATE TRIGGER count_in AFTER INSERT ON message BEGIN UPDATE session SET message_count = message_count + 1 WHERE id = new.session_id; END;
CREATE TRIGGER count_out AFTER DELETE ON message BEGIN UPDATE session SET message_count = message_count - 1 WHERE id = old.session_id; END;
CREATE TRIGGER "rename it" AFTER UPDATE OF title ON session FOR EACH ROW WHEN old.title <> new.title
  BEGIN INSERT INTO audit (what, old_title, new_title) VALUES ('renamed ' || new.id, old.title, new.title);
    INSERT INTO tally (word, n) VALUES (new.title, 1) ON CONFLICT (word) DO UPDATE SET n = n + excluded.n; END;
CREATE TRIGGER no_empty BEFORE INSERT ON message WHEN new.body = '' BEGIN SELECT RAISE(ABORT, 'a message needs a body; it''s the rule'); END;
CREATE TRIGGER check_session BEFORE INSERT ON message BEGIN
  SELECT CASE WHEN (SELECT open FROM session WHERE id = new.session_id) = 0 THEN RAISE(FAIL, 'closed') WHEN new.size < 0 THEN RAISE(ABORT, 'negative') END; END;
CREATE TRIGGER skip_doubles BEFORE INSERT ON message BEGIN SELECT RAISE(IGNORE) FROM message AS m WHERE m.body = new.body AND m.session_id = new.session_id; END;
CREATE TRIGGER keep_full BEFORE DELETE ON session WHEN old.message_count > 2 BEGIN SELECT RAISE(ROLLBACK, 'full'); END;
CREATE TRIGGER copied AFTER DELETE ON session BEGIN INSERT INTO audit (what, old_title) SELECT 'gone', title FROM session WHERE id <> old.id; DELETE FROM tally WHERE word = old.title; END;
CREATE VIEW titles AS SELECT id, title FROM session;
CREATE TRIGGER through_view INSTEAD OF UPDATE ON titles BEGIN UPDATE session SET title = new.title WHERE id = old.id; END;
CREATE TRIGGER new_title INSTEAD OF INSERT ON titles WHEN new.title IS NOT NULL BEGIN INSERT INTO session (id, title) VALUES (new.id, new.title); END;
CREATE TRIGGER joined AFTER INSERT ON message BEGIN UPDATE tally SET n = tally.n + length(s.title) FROM session AS s WHERE s.id = new.session_id AND tally.word = s.title; END;
CREATE TRIGGER strange AFTER INSERT ON audit BEGIN UPDATE audit SET what = load_extension(new.what) WHERE id = new.id; END;
CREATE TRIGGER replaces AFTER INSERT ON audit BEGIN INSERT OR REPLACE INTO tally VALUES (new.what, 1); END;`;

const translated = ['check_session', 'copied', 'count_in', 'count_out', 'joined', 'keep_full', 'new_title', 'no_empty', 'rename it', 'replaces', 'skip_doubles', 'through_view', 'touch'];

/** The same work on both sides; what it leaves is compared. */
const work = [
  `INSERT INTO message (session_id, body, size) VALUES ('a', 'new', 3)`,
  `INSERT INTO message (session_id, body, size) VALUES ('b', 'x', 1)`,
  `INSERT INTO message (session_id, body, size) VALUES ('b', 'x', 1)`,
  `UPDATE session SET title = 'renamed' WHERE id = 'a'`,
  `UPDATE session SET title = 'renamed'`,
  `DELETE FROM message WHERE body = 'hello'`,
  `UPDATE titles SET title = 'by the view' WHERE id = 'a'`,
  `INSERT INTO titles (id, title) VALUES ('c', 'new by the view')`,
  `INSERT INTO titles (id, title) VALUES ('d', NULL)`,
  `INSERT INTO message (session_id, body, size) VALUES ('a', 'later', 4)`,
  `DELETE FROM session WHERE id = 'b'`,
];
const looks = [
  'SELECT id, title, message_count, updated_at > 1000 AS touched, touched > \'2025-01-01 00:00:00\' AS later FROM session ORDER BY id',
  'SELECT body, size FROM message ORDER BY body',
  'SELECT what, old_title, new_title FROM audit ORDER BY what, old_title, new_title',
  'SELECT word, n FROM tally ORDER BY word',
];

describe.skipIf(!hasPostgres())('triggers', () => {
  test('do in the target what they did in SQLite', async () => {
    const path = build('shop.db', source);
    await using it = await migrationOf(path, folder.path);
    const before = await catalogState(it.session);
    const { exit, result, stderr } = await it.migrate();
    expect({ exit, status: result.status }, stderr).toEqual({ exit: 0, status: 'verified' });
    const objects = result.objects.filter((object) => object.kind === 'trigger');
    const said = objects.map((object) => `${object.name}: ${object.outcome} ${object.reason}`).join('\n');
    expect(objects.filter((object) => object.outcome === 'translated').map((object) => object.name).toSorted(), said).toEqual(translated);
    expect(objects.filter((object) => object.outcome === 'listed').map((object) => object.name).toSorted(), said).toEqual(['strange']);
    expect(result.findings.filter((finding) => finding.code === 'run.finding.object-differs')).toEqual([]);
    // None fired for a loaded row.
    it.expectEveryCell(result);
    const swapped = await catalogState(it.session);

    const db = new Database(path);
    db.pragma('foreign_keys = ON');
    for (const trigger of ['strange']) db.exec(`DROP TRIGGER ${trigger}`);
    for (const sql of work) {
      db.exec(sql);
      await it.session.exec(sql);
    }
    for (const sql of looks) {
      const theirs = db.prepare<[], Record<string, unknown>>(sql).all().map((row) => Object.values(row).map((value) => (value === null ? null : String(value))));
      const ours = (await it.session.arrays(sql)).map((row) => row.map((value) => (value === 't' ? '1' : value === 'f' ? '0' : value)));
      expect(ours, sql).toEqual(theirs);
    }
    for (const [sql, message] of [
      [`INSERT INTO message (session_id, body) VALUES ('a', '')`, `a message needs a body; it's the rule`],
      [`INSERT INTO message (session_id, body, size) VALUES ('a', 'y', -1)`, 'negative'],
      [`UPDATE session SET open = FALSE; INSERT INTO message (session_id, body) VALUES ('a', 'z')`, 'closed'],
    ] as const) {
      await expect(it.session.exec(sql)).rejects.toMatchObject({ cause: { message, code: '23000' } });
      const both = sql.split('; ');
      expect(() => both.forEach((each) => db.exec(each)), sql).toThrow(message);
    }
    db.close();
    expect(swapped.filter((line) => line.startsWith('function:'))).toHaveLength(translated.length);

    // Rows were written: they are kept, and their triggers no longer write anywhere.
    expect((await it.run(['rollback', result.runId])).code).toBe(0);
    const kept = (await catalogState(it.session)).filter((line) => !line.includes('travessia_'));
    expect(kept).toEqual(before);
    const enabled = await it.session.query(`SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'`);
    expect(enabled.rows).toEqual([]);
  });

  test('leave with a rollback as if they had never been', async () => {
    await using it = await migrationOf(build('back.db', source), folder.path);
    const before = await catalogState(it.session);
    const { result } = await it.migrate();
    expect((await it.run(['rollback', result.runId])).code).toBe(0);
    expect(await catalogState(it.session)).toEqual(before);
  });

  test('of an earlier run are replaced, return with a rollback and leave with complete', async () => {
    await using it = await migrationOf(build('twice.db', source.replace(/^CREATE VIEW.*$|^CREATE TRIGGER (?:through_view|new_title).*$/gm, '')), folder.path);
    const first = await it.migrate();
    expect((await it.run(['complete', first.result.runId])).code).toBe(0);
    const before = await catalogState(it.session);
    expect((await it.run(['migrate', join(folder.path, 'twice.db'), '--target', it.database.url.replace(/:[^:@/]*@/, '@'), '--format', 'json'])).code).toBe(2);
    const second = await it.migrate(['--if-exists', 'replace']);
    expect({ exit: second.exit, findings: second.result.findings.filter((finding) => finding.code === 'run.finding.grant-lost') }, second.stderr).toEqual({ exit: 0, findings: [] });
    expect((await it.run(['rollback', second.result.runId])).code).toBe(0);
    expect(await catalogState(it.session)).toEqual(before);
    const third = await it.migrate(['--if-exists', 'replace']);
    expect((await it.run(['complete', third.result.runId])).code).toBe(0);
    const after = await catalogState(it.session);
    const plain = (state: readonly string[]) => state.filter((line) => /^(function|trigger):/.test(line)).map((line) => line.replaceAll(/\| \d+ \|/g, '|'));
    expect(plain(after)).toEqual(plain(before));
    expect(after.filter((line) => line.includes('travessia_'))).toEqual([]);
  });

  test('never take the place of a function that is somebody else\'s', async () => {
    await using it = await migrationOf(build('taken.db', source), folder.path);
    await it.session.exec('CREATE FUNCTION touch() RETURNS int LANGUAGE sql AS $$ SELECT 1 $$');
    const before = await catalogState(it.session);
    const ended = await it.run(['migrate', join(folder.path, 'taken.db'), '--target', it.database.url.replace(/:[^:@/]*@/, '@'), '--if-exists', 'replace', '--format', 'json']);
    expect(ended.code).toBe(2);
    expect(`${ended.stdout}${ended.stderr}`).toMatch(/TARGET_EXISTS[\s\S]*touch/);
    expect(await catalogState(it.session)).toEqual(before);
  });

  test('a run that waited is resumed with everything that stood already', async () => {
    const path = build('waits.db', `
      CREATE TABLE doc (id INTEGER PRIMARY KEY, title TEXT, size INTEGER AS (length(title)) STORED);
      WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300) INSERT INTO doc (title) SELECT 'title ' || i FROM n; INSERT INTO doc (title) VALUES (CAST(x'FF' AS TEXT));
      CREATE TABLE log (id INTEGER PRIMARY KEY, what TEXT);
      CREATE VIRTUAL TABLE doc_fts USING fts5(title, content=doc, content_rowid=id);
      CREATE VIRTUAL TABLE own USING fts5(a); INSERT INTO own VALUES ('word');
      CREATE TRIGGER doc_ai AFTER INSERT ON doc BEGIN INSERT INTO doc_fts (rowid, title) VALUES (new.id, new.title); INSERT INTO log (what) VALUES (new.title || new.size); END;`);
    await using it = await migrationOf(path, folder.path);
    const before = await catalogState(it.session);
    const stopped = await it.run(['migrate', path, '--target', it.database.url.replace(/:[^:@/]*@/, '@'), '--format', 'json']);
    expect(stopped.code, stopped.stderr).not.toBe(0);
    const run = (await it.session.one('SELECT run FROM travessia.runs'))?.['run'] ?? '';
    const ended = await it.run(['resume', run, '--max-rejects', '1', '--format', 'json']);
    const result = resultOf(ended);
    expect({ status: result.status, swapped: result.swapped }, ended.stderr).toEqual({ status: 'rejects', swapped: true });
    expect(result.objects.filter((object) => object.outcome === 'listed' && object.kind !== 'shadow table')).toEqual([]);
    expect(result.findings.filter((finding) => finding.code === 'run.finding.object-differs')).toEqual([]);
    await it.session.exec(`INSERT INTO doc (title) VALUES ('three')`);
    expect(await it.session.arrays('SELECT what FROM log')).toEqual([['three5']]);
    await it.session.exec('DELETE FROM log; DELETE FROM doc WHERE title = \'three\'');
    it.expectEveryCell(result);
    expect((await it.run(['rollback', run])).code).toBe(0);
    expect(await catalogState(it.session)).toEqual(before);
  });

  test('stay away from a table that rows are appended to', async () => {
    await using it = await migrationOf(build('append.db', `CREATE TABLE a (id INTEGER PRIMARY KEY, t TEXT); CREATE TABLE b (id INTEGER PRIMARY KEY, t TEXT); INSERT INTO a VALUES (1, 'x');
      CREATE TRIGGER on_a AFTER INSERT ON a BEGIN INSERT INTO b (t) VALUES (new.t); END; CREATE TRIGGER on_b AFTER INSERT ON b BEGIN DELETE FROM a WHERE t = new.t; END;`), folder.path);
    await it.session.exec('CREATE TABLE a (id bigint PRIMARY KEY, t text)');
    const before = await catalogState(it.session);
    for (const way of ['rollback', 'complete']) {
      const { exit, result, stderr } = await it.migrate(['--if-exists', 'append']);
      expect({ exit, status: result.status }, stderr).toEqual({ exit: 0, status: 'verified' });
      const triggers = await it.session.arrays(`SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE NOT tgisinternal AND tgrelid::regclass::text !~ 'travessia'`);
      expect(triggers).toEqual([['b', 'on_b']]);
      expect((await it.run([way, result.runId])).code).toBe(0);
      if (way === 'rollback') expect(await catalogState(it.session)).toEqual(before);
      else expect((await catalogState(it.session)).filter((line) => /travessia_|^schema: travessia/.test(line))).toEqual([]);
    }
  });

  test('that would fire themselves are made by a role that is no superuser, and fire once for each write, also after one that failed', async () => {
    await using it = await migrationOf(build('plain-role.db', `CREATE TABLE task (id INTEGER PRIMARY KEY, status TEXT CHECK (status <> 'never'), changes INTEGER NOT NULL DEFAULT 0); CREATE TABLE log (id INTEGER PRIMARY KEY, task INTEGER); INSERT INTO task VALUES (1, 'new', 0), (2, 'new', 0);
      CREATE TRIGGER touched AFTER UPDATE ON task WHEN new.status <> 'kept' BEGIN UPDATE task SET changes = changes + 1 WHERE id = new.id; END;
      CREATE TRIGGER once BEFORE UPDATE ON task BEGIN SELECT CASE WHEN new.status = 'skipped' THEN RAISE(IGNORE) END; INSERT INTO log (task) VALUES (new.id); END;
      CREATE TRIGGER logged AFTER INSERT ON log BEGIN UPDATE task SET changes = changes WHERE id = -1; END`), folder.path);
    const role = `clerk_${process.pid}`;
    const database = (await it.session.arrays('SELECT current_database()'))[0]?.[0] ?? '';
    await it.session.exec(`CREATE ROLE ${role}; GRANT ${role} TO CURRENT_USER; GRANT CREATE ON DATABASE "${database}" TO ${role}; GRANT CREATE, USAGE ON SCHEMA public TO ${role}; ALTER ROLE CURRENT_USER IN DATABASE "${database}" SET role = ${role}`);
    try {
      const { exit, result, stderr } = await it.migrate();
      expect({ exit, status: result.status }, stderr).toEqual({ exit: 0, status: 'verified' });
      expect(result.objects.filter(({ kind }) => kind === 'trigger').map(({ name, outcome }) => [name, outcome])).toEqual([['touched', 'translated'], ['once', 'translated'], ['logged', 'translated']]);
      await it.session.exec(`SET role = ${role}`);
      // In one transaction: what one write, a skipped row or a failure says of the guard must not hold for the next.
      await it.session.exec(`BEGIN; UPDATE task SET status = 'a' WHERE id = 1; UPDATE task SET status = 'skipped' WHERE id = 1; UPDATE task SET status = 'b' WHERE id = 1`);
      await it.session.exec('SAVEPOINT s');
      await expect(it.session.exec(`UPDATE task SET status = 'never' WHERE id = 1`)).rejects.toThrow();
      await it.session.exec(`ROLLBACK TO s; UPDATE task SET status = 'c' WHERE id = 1; UPDATE task SET status = 'kept' WHERE id = 2; COMMIT`);
      expect(await it.session.arrays('SELECT id::text, status, changes::text FROM task ORDER BY id')).toEqual([['1', 'c', '3'], ['2', 'kept', '0']]);
      // As in SQLite: each write that was not skipped, and the one that its trigger adds.
      expect(await it.session.arrays('SELECT task::text, count(*)::text FROM log GROUP BY 1 ORDER BY 1')).toEqual([['1', '6'], ['2', '1']]);
      expect((await it.run(['rollback', result.runId])).code).toBe(0);
    } finally {
      await it.session.exec(`RESET role; ALTER ROLE CURRENT_USER IN DATABASE "${database}" RESET role; DROP OWNED BY ${role} CASCADE; DROP ROLE ${role}`);
    }
  });
});
