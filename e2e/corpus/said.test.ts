/** What the command line says in words, where a script would read JSON: as a person in a terminal sees it. */
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import type { Run } from '../../shared/model/run.ts';
import { freshDatabase, hasPostgres, tempFolder } from '../../src-main/test-support/index.ts';
import { command, resultOf, splitUrl } from './command-line.ts';

const make = (path: string, sql: string): string => {
  const db = new Database(path);
  db.exec(`PRAGMA foreign_keys = OFF; ${sql}`);
  db.close();
  return path;
};

test('whether it is time to move: what is not answered is named, and answered on the command line', async () => {
  using folder = tempFolder('said');
  const path = join(folder.path, 'store.json');
  writeFileSync(path, JSON.stringify({ items: [{ dfid: 'DFID-1' }] }));
  const assess = (...words: string[]) => command(['assess', path, ...words], { home: folder.path });
  expect((await assess()).stdout).toContain('Migrate: cannot be decided from the file alone; answer with --start-up SECONDS, --memory SIZE, --instances N.');
  expect((await assess('--start-up', '4', '--instances', '1')).stdout).toContain('answer with --memory SIZE.');
  const answered = await assess('--start-up', '4', '--memory', '1.5 GB', '--instances', '1');
  expect(answered.stdout).toContain('1 row in 1 table,');
  expect(answered.stdout).toContain('Migrate: not yet.');
  expect(JSON.parse((await assess('--memory', '3GB', '--format', 'json')).stdout)).toMatchObject({ answers: { memoryBytes: 3 * 1024 ** 3 }, decision: { verdict: 'migrate-now' } });
  expect(await assess('--memory', '300')).toMatchObject({ code: 2, stderr: expect.stringContaining('--memory must be a number with B, KB') });
});

describe.skipIf(!hasPostgres())('what the command line says', () => {
  test('of several sources the first in the list and all in the run; one row as one; nothing of a NULL that only one side has', async () => {
    using folder = tempFolder('said');
    await using database = await freshDatabase();
    const files = ['a', 'b', 'c'].map((name) => make(join(folder.path, `${name}.db`), `CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE t (id INTEGER PRIMARY KEY, p INTEGER REFERENCES p (id), note TEXT, other TEXT); INSERT INTO t VALUES (1, ${name === 'a' ? 7 : 'NULL'}, 'x', NULL), (2, NULL, NULL, NULL)`));
    const { url, password } = splitUrl(database.url);
    const run = (...words: string[]) => command(words, { home: folder.path, password });
    const migrated = await run('migrate', ...files, '--target', url);
    expect(migrated.stdout, migrated.stderr).toContain('NOT VALID: 1 row points at nothing; it crosses, and new rows are checked');
    const [{ id }]: [Run] = JSON.parse((await run('runs', '--format', 'json')).stdout);
    const listed = (await run('runs')).stdout;
    expect(listed).toContain(`${files[0]} +2  `);
    expect(listed).not.toContain(files[1]);
    expect((await run('show', id)).stdout).toContain(`Sources:\n${files.map((file) => `  ${file}`).join('\n')}\n`);
    const evidence = join(folder.path, 'evidence');
    await run('evidence', id, '--out', evidence, '--language', 'pt-BR');
    expect(readFileSync(join(evidence, readdirSync(evidence).find((name) => name.endsWith('.html')) ?? ''), 'utf8')).toContain('NOT VALID: 1 linha aponta para nada; ela atravessa');
    await using session = await database.connect();
    await session.exec("DELETE FROM a.t WHERE id = 1; INSERT INTO a.t VALUES (3, NULL, 'new', NULL); UPDATE b.t SET note = NULL WHERE id = 1");
    const rows = (await run('verify', id, '--rows')).stdout.split('\n').filter((line) => /^(?:missing|extra|changed) /.test(line)).toSorted();
    expect(rows).toEqual(['changed t  id=1  note: x ≠ NULL', 'extra   t  id=3  id: NULL ≠ 3; note: NULL ≠ new', 'missing t  id=1  id: 1 ≠ NULL; p: 7 ≠ NULL; note: x ≠ NULL']);
  });

  test('what a PostgreSQL source had and does not cross stands with the other objects', async () => {
    await using from = await freshDatabase();
    await using target = await freshDatabase();
    using folder = tempFolder('said');
    const unenforced: string[] = [];
    {
      await using session = await from.connect();
      await session.exec(`CREATE DOMAIN email AS text CHECK (VALUE LIKE '%@%'); CREATE TABLE t (id int PRIMARY KEY, e email); INSERT INTO t VALUES (1, 'a@b');
        CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'; CREATE TRIGGER kept BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION keep();
        CREATE POLICY mine ON t USING (id = 1); CREATE MATERIALIZED VIEW m AS SELECT id FROM t`);
      // Rows break both, which is nobody's concern.
      if (Number((await session.arrays('SHOW server_version_num')).flat()[0]) >= 180_000) {
        await session.exec('ALTER TABLE t ADD CONSTRAINT a_wish CHECK (id < 0) NOT ENFORCED, ADD CONSTRAINT a_hope FOREIGN KEY (id) REFERENCES t (id) NOT ENFORCED');
        unenforced.push('The constraint public.t: a_hope is not enforced where it stands, and does not cross: FOREIGN KEY (id)', 'The constraint public.t: a_wish is not enforced where it stands, and does not cross: CHECK ((id < 0)) NOT ENFORCED');
      }
    }
    const { url, password } = splitUrl(target.url);
    const ended = await command(['migrate', from.url, '--target', url], { home: folder.path, password });
    const noted = ended.stdout.slice(ended.stdout.indexOf('Objects with a note:'));
    for (const text of ['The function public.keep() does not cross.', 'The trigger public.t: kept does not cross: ', 'The row-level policy public.t: mine does not cross.', 'The materialised view public.m does not cross: ', 't.e – The domain public.email crosses as text; its own checks do not.', ...unenforced]) expect(noted, ended.stderr).toContain(`  listed: ${text}`);
    await using session = await target.connect();
    expect(await session.arrays(`SELECT conname FROM pg_constraint WHERE conrelid = 'public.t'::regclass AND contype <> 'n'`)).toEqual([['t_pkey']]);
  });

  test('a run that fails names itself to a script, which takes it up again by that name', async () => {
    using folder = tempFolder('said');
    await using database = await freshDatabase();
    await using session = await database.connect();
    // The server says that its disk is full at the first row.
    await session.exec(`CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'No space left on device' USING ERRCODE = 'disk_full'; END $$;
      CREATE FUNCTION watch() RETURNS event_trigger LANGUAGE plpgsql AS $$ DECLARE made record; BEGIN
        FOR made IN SELECT * FROM pg_event_trigger_ddl_commands() WHERE object_identity LIKE '%.t' LOOP
          EXECUTE 'CREATE TRIGGER no_room BEFORE INSERT ON ' || made.object_identity || ' FOR EACH ROW EXECUTE FUNCTION public.no_room()'; END LOOP; END $$;
      CREATE EVENT TRIGGER watch ON ddl_command_end WHEN TAG IN ('CREATE TABLE') EXECUTE FUNCTION watch()`);
    const source = make(join(folder.path, 'a.db'), 'CREATE TABLE t (id INTEGER PRIMARY KEY); INSERT INTO t VALUES (1)');
    const { url, password } = splitUrl(database.url);
    const run = (...words: string[]) => command([...words, '--format', 'json'], { home: folder.path, password });
    const ended = await run('migrate', source, '--target', url);
    const said: { runId: string } = JSON.parse(ended.stdout);
    expect([ended.code, said], ended.stderr).toEqual([4, { runId: (await session.one('SELECT run FROM travessia.runs'))?.['run'], state: 'stopped', error: { code: 'DISK_FULL', message: expect.any(String), hint: expect.any(String) } }]);
    expect(ended.stderr).toContain(`travessia resume ${said.runId}`);
    await session.exec('DROP EVENT TRIGGER watch; CREATE OR REPLACE FUNCTION public.no_room() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$');
    expect(resultOf(await run('resume', said.runId))).toMatchObject({ runId: said.runId, status: 'verified' });
  });
});
