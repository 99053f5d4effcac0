/** What hangs on a table that is replaced, and what is written to the new one: nothing of it is lost, at the swap or on the way back. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { buildSqlite, hasPostgres, tempFolder } from '../../src-main/test-support/index.ts';
import { catalogState } from './catalog-state.ts';
import { command, resultOf, type Ended } from './command-line.ts';
import { migrationOf, type Migration } from './migrate-file.ts';

const folder = tempFolder('replace');
afterAll(() => folder[Symbol.dispose]());

let files = 0;

/** A table `t` of two rows, and a target that has what `sql` makes. */
async function replacing(sql: string, source = `CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT, w TEXT); INSERT INTO t VALUES (1, 'a', 'b'), (3, 'c', 'd')`): Promise<Migration> {
  mkdirSync(join(folder.path, 'files'), { recursive: true });
  files += 1;
  const it = await migrationOf(buildSqlite(join(folder.path, 'files', `t${files}.db`), source), folder.path);
  await it.session.exec(`SET client_min_messages = error; ${sql}`);
  return it;
}

const lastFile = (): string => join(folder.path, 'files', `t${files}.db`);

interface LimitedRole extends AsyncDisposable {
  readonly name: string;
  readonly target: string;
  run(words: readonly string[]): Promise<Ended>;
}

/** A role that row-level security applies to, and may create what a migration needs. */
async function limitedRole(it: Migration): Promise<LimitedRole> {
  const name = `limited_${process.pid}_${files}`;
  await it.session.exec(`CREATE ROLE ${name} LOGIN PASSWORD 'r'; GRANT ALL ON SCHEMA public TO ${name}; GRANT CREATE ON DATABASE "${it.database.name}" TO ${name}`);
  const url = new URL(it.target);
  url.username = name;
  return {
    name, target: url.href,
    run: (words) => command(words, { home: it.folder, password: 'r' }),
    async [Symbol.asyncDispose]() {
      await it.session.exec(`DROP OWNED BY ${name} CASCADE; DROP ROLE ${name}`);
    },
  };
}

/** Rows, as \`words\` say them, of the table that a rollback set aside; null where none stands. */
async function setAside(it: Migration, words: string): Promise<string | null | undefined> {
  const found = await it.session.one(`SELECT c.oid::regclass::text AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relname = 't' AND n.nspname ~ '_after_'`);
  return found === null || found === undefined ? null : (await it.session.one(`SELECT ${words} AS found FROM ${found['name']}`))?.['found'];
}

const words = ['--if-exists', 'replace'];

describe.skipIf(!hasPostgres())('rows written after the swap', () => {
  const old = 'CREATE TABLE t (id bigint PRIMARY KEY, v text)';

  test.each([
    ['changed', `UPDATE t SET v = 'PRECIOUS' WHERE id = 3`],
    ['exchanged', `DELETE FROM t WHERE id = 3; INSERT INTO t VALUES (3, 'PRECIOUS', NULL)`],
    ['changed in a subtransaction', `UPDATE t SET v = 'PRECIOUS' WHERE id = 3; RELEASE SAVEPOINT inner_one`],
  ])('are kept though their transaction began before it: %s', async (_, write) => {
    await using it = await replacing(old);
    const before = await catalogState(it.session);
    await using writer = await it.database.connect();
    await writer.exec('CREATE TEMP TABLE own (n int); BEGIN; SELECT pg_current_xact_id(); SAVEPOINT inner_one; INSERT INTO own VALUES (1)');
    const { exit, result, stderr } = await it.migrate(words);
    expect(exit, stderr).toBe(0);
    await writer.exec(`${write}; COMMIT; DROP TABLE own`);
    const ended = await it.run(['rollback', result.runId]);
    expect(ended.code, ended.stderr).toBe(0);
    expect(ended.stderr).not.toContain('unchanged copies');
    expect(await setAside(it, `string_agg(v, ',' ORDER BY id)`)).toBe('a,PRECIOUS');
    expect((await catalogState(it.session)).filter((line) => !/^\w+: "?travessia/.test(line))).toEqual(before);
  });

  test('are kept where they are committed while the rollback waits for them', async () => {
    await using it = await replacing(old);
    const { result } = await it.migrate(words);
    await using writer = await it.database.connect();
    await writer.exec(`BEGIN; UPDATE t SET v = 'PRECIOUS' WHERE id = 3`);
    const rollback = it.run(['rollback', result.runId]);
    const waits = `SELECT count(*)::text AS n FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
    await expect.poll(async () => (await it.session.one(waits))?.['n'], { timeout: 20_000 }).toBe('1');
    await writer.exec('COMMIT');
    await rollback;
    // What was shown is no longer what would be done: it is refused, or done so that the row is kept.
    const again = await it.run(['rollback', result.runId]);
    expect(again.code, again.stderr).toBe(0);
    expect(await setAside(it, `string_agg(v, ',' ORDER BY id)`)).toBe('a,PRECIOUS');
  });

  test('that are only read, locked and frozen leave the table as it was loaded: it goes', async () => {
    await using it = await replacing(old);
    const before = await catalogState(it.session);
    const { result } = await it.migrate(words);
    await it.session.exec('BEGIN; SELECT * FROM t FOR UPDATE; COMMIT');
    await it.session.exec('VACUUM (FREEZE) t');
    await it.session.exec('VACUUM FULL t');
    expect((await it.run(['rollback', result.runId])).code).toBe(0);
    expect(await catalogState(it.session)).toEqual(before);
  });

  test('a journal of an earlier version rolls back as before', async () => {
    await using it = await replacing(old);
    const before = await catalogState(it.session);
    const { result } = await it.migrate(words);
    await it.session.exec(`UPDATE travessia.runs SET detail = (SELECT jsonb_set(detail::jsonb, '{swap}', (detail::jsonb -> 'swap') - 'outsideDefaults' - 'usedSequences' || jsonb_build_object('tables',
      (SELECT jsonb_agg(each - 'stamp') FROM jsonb_array_elements(detail::jsonb #> '{swap,tables}') AS each)))::json)`);
    expect((await it.run(['rollback', result.runId])).code).toBe(0);
    expect(await catalogState(it.session)).toEqual(before);
  });

  test('that policies hide from the role are not taken for none', async () => {
    await using it = await replacing('SELECT 1');
    await using role = await limitedRole(it);
    await it.session.exec(`CREATE TABLE t (id bigint PRIMARY KEY, v text); ALTER TABLE t OWNER TO ${role.name}; ALTER TABLE t ENABLE ROW LEVEL SECURITY; ALTER TABLE t FORCE ROW LEVEL SECURITY; CREATE POLICY p ON t USING (v <> 'secret')`);
    const ended = await role.run(['migrate', lastFile(), '--target', role.target, '--format', 'json', ...words]);
    expect(ended.code, ended.stderr).toBe(0);
    await it.session.exec(`INSERT INTO t VALUES (9, 'secret')`);
    const rollback = await role.run(['rollback', resultOf(ended).runId]);
    expect(rollback.code, rollback.stderr).toBe(0);
    expect(rollback.stderr).toContain('row-level security may hide rows');
    expect(await setAside(it, `string_agg(v, ',' ORDER BY id)`)).toBe('a,c,secret');
  });

  test('a full table whose rows policies hide is not adopted as an empty one', async () => {
    await using it = await replacing('SELECT 1');
    await using role = await limitedRole(it);
    await it.session.exec(`CREATE TABLE t (id bigint PRIMARY KEY, v text, w text); INSERT INTO t VALUES (9, 'secret'); ALTER TABLE t OWNER TO ${role.name}`);
    const plan = join(folder.path, `plan${files}.json`);
    await it.session.exec('TRUNCATE t');
    expect((await role.run(['plan', lastFile(), '--target', role.target, '--adopt', '--out', plan])).code).toBe(0);
    await it.session.exec(`INSERT INTO t VALUES (9, 'secret'); ALTER TABLE t ENABLE ROW LEVEL SECURITY; ALTER TABLE t FORCE ROW LEVEL SECURITY; CREATE POLICY p ON t USING (v <> 'secret')`);
    for (const source of [[lastFile(), '--adopt', '--target', role.target], [plan]]) {
      const ended = await role.run(['migrate', ...source]);
      expect([ended.code, ended.stderr]).toEqual([3, expect.stringMatching(/PERMISSION_DENIED[^]*Row-level security may hide rows of "public"\."t"/)]);
    }
    expect(await it.session.arrays('SELECT id::text FROM t')).toEqual([['9']]);
    await it.session.exec('ALTER TABLE t NO FORCE ROW LEVEL SECURITY');
    expect((await role.run(['migrate', plan])).stderr).toContain('TARGET_EXISTS');
    await it.session.exec('TRUNCATE t');
    expect((await role.run(['migrate', plan])).code).toBe(0);
    await it.session.exec(`DROP SCHEMA IF EXISTS travessia CASCADE`);
  });
});

describe.skipIf(!hasPostgres())('what is published of a replaced table', () => {
  test('stays limited to its columns and rows, and is so after the way back', async ({ skip }) => {
    await using it = await replacing('SELECT 1');
    if (it.session.server.versionNumber < 150_000) skip();
    await it.session.exec('CREATE TABLE t (w text, "a b" int, id bigint PRIMARY KEY, v text); CREATE PUBLICATION pa FOR TABLE t (id, v) WHERE (id > 5 AND v <> \'x\'); CREATE PUBLICATION pb FOR TABLE t');
    const before = await catalogState(it.session);
    const published = () => it.session.arrays(`SELECT pubname::text, attnames::text, rowfilter FROM pg_publication_tables ORDER BY 1`);
    expect(await published()).toEqual([['pa', '{id,v}', expect.stringContaining('id > 5')], ['pb', '{w,"a b",id,v}', null]]);
    const { exit, result, stderr } = await it.migrate(words);
    expect(exit, stderr).toBe(0);
    expect(await published()).toEqual([['pa', '{id,v}', expect.stringContaining('id > 5')], ['pb', '{id,v,w}', null]]);
    expect((await it.run(['rollback', result.runId])).code).toBe(0);
    expect(await catalogState(it.session)).toEqual(before);
  });

  test('stops the swap where the new table lacks a column that limits it', async ({ skip }) => {
    await using it = await replacing('SELECT 1');
    if (it.session.server.versionNumber < 150_000) skip();
    await it.session.exec('CREATE TABLE t (id bigint, v text, tenant int, secret text, PRIMARY KEY (id, tenant))');
    await it.session.exec('CREATE PUBLICATION pa FOR TABLE t (id, secret) WHERE (tenant = 5)');
    const ended = await it.run(['migrate', lastFile(), '--target', it.target, ...words]);
    expect(ended.code).toBe(4);
    expect(ended.stderr).toMatch(/DEPENDENTS_BLOCK_SWAP[^]*publication "pa" is limited by "secret", "tenant" of "public"\."t"/);
  });
});

describe.skipIf(!hasPostgres())('a sequence of a replaced table that others use', () => {
  const others = `CREATE TABLE t (id serial PRIMARY KEY, v text); INSERT INTO t (v) VALUES ('old');
    CREATE TABLE o (id int DEFAULT nextval('t_id_seq'), w text); INSERT INTO o (w) SELECT 'x' FROM generate_series(1, 20);
    CREATE VIEW n AS SELECT last_value FROM t_id_seq; GRANT USAGE ON SEQUENCE t_id_seq TO PUBLIC`;

  test('goes on under its name: no number is drawn twice, the run can be completed', async () => {
    await using it = await replacing(others);
    const shown = await it.run(['plan', lastFile(), '--target', it.target, '--sql', ...words]);
    expect(shown.stdout, shown.stderr).toContain(`ALTER TABLE ONLY "public"."o" ALTER COLUMN "id" SET DEFAULT nextval('public.t_id_seq'::regclass);`);
    expect(shown.stdout).not.toContain('It stops the swap');
    const { exit, result, stderr } = await it.migrate(words);
    expect(exit, stderr).toBe(0);
    expect(await it.session.one(`INSERT INTO o VALUES (DEFAULT) RETURNING id::text, (SELECT pg_get_expr(adbin, adrelid) FROM pg_attrdef WHERE adrelid = 'o'::regclass) AS from`)).toEqual({ id: '22', from: `nextval('t_id_seq'::regclass)` });
    expect(await it.session.one(`INSERT INTO t (v) VALUES ('next') RETURNING id::text`)).toEqual({ id: '23' });
    expect(await it.session.one(`SELECT last_value::text, has_sequence_privilege('pg_monitor', 't_id_seq', 'USAGE')::text AS may FROM n`)).toEqual({ last_value: '23', may: 'true' });
    const completed = await it.run(['complete', result.runId]);
    expect(completed.code, completed.stderr).toBe(0);
    expect(await it.session.one(`INSERT INTO o VALUES (DEFAULT) RETURNING id::text`)).toEqual({ id: '24' });
  });

  test('comes back with the former table, at the number it had', async () => {
    await using it = await replacing(others);
    const before = await catalogState(it.session);
    const { result } = await it.migrate(words);
    expect((await it.run(['rollback', result.runId])).code).toBe(0);
    expect(await catalogState(it.session)).toEqual(before);
  });

  test('comes back behind the numbers that were drawn meanwhile', async () => {
    await using it = await replacing(others);
    const { result } = await it.migrate(words);
    await it.session.exec('INSERT INTO o SELECT FROM generate_series(1, 5)');
    expect((await it.run(['rollback', result.runId])).code).toBe(0);
    expect(await it.session.one(`INSERT INTO o VALUES (DEFAULT) RETURNING id::text`)).toEqual({ id: '27' });
    expect((await it.session.one('SELECT count(*)::text AS n FROM t'))?.['n']).toBe('1');
  });

  test('stops the swap where the new table brings none of that name', async () => {
    await using it = await replacing(others, `CREATE TABLE t (id TEXT PRIMARY KEY, v TEXT); INSERT INTO t VALUES ('a', 'b')`);
    const before = await catalogState(it.session);
    expect((await it.run(['plan', lastFile(), '--target', it.target, '--sql', ...words])).stdout).toContain('It stops the swap: the default of "public"."o"."id" uses sequence');
    const ended = await it.run(['migrate', lastFile(), '--target', it.target, ...words]);
    expect(ended.code).toBe(4);
    expect(ended.stderr).toMatch(/DEPENDENTS_BLOCK_SWAP[^]*the default of "public"\."o"\."id" uses sequence "public"\."t_id_seq"/);
    expect(ended.stderr).toContain('view "public"."n" uses sequence');
    expect((await catalogState(it.session)).filter((line) => !/^\w+: "?travessia/.test(line))).toEqual(before);
  });
});

test.skipIf(!hasPostgres())('a comment of a foreign key from outside stays', async () => {
  await using it = await replacing(`CREATE TABLE t (id bigint PRIMARY KEY); CREATE TABLE o (t_id bigint CONSTRAINT of_t REFERENCES t); COMMENT ON CONSTRAINT of_t ON o IS 'it''s theirs'`);
  const before = await catalogState(it.session);
  const comment = async () => (await it.session.one(`SELECT obj_description(oid, 'pg_constraint') AS comment FROM pg_constraint WHERE conname = 'of_t'`))?.['comment'];
  const { exit, result, stderr } = await it.migrate(words);
  expect(exit, stderr).toBe(0);
  expect(await comment()).toBe(`it's theirs`);
  expect((await it.run(['rollback', result.runId])).code).toBe(0);
  expect(await catalogState(it.session)).toEqual(before);
});
