/** Rows go into a program's own tables by key, and a rollback gives back all that this changed; what it could not give back is refused before. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { buildSqlite, hasPostgres, tempFolder } from '../../src-main/test-support/index.ts';
import type { PgSession } from '../../src-main/drivers/postgres/index.ts';
import { catalogState } from './catalog-state.ts';
import { retellError } from '../../shared/pure/texts/retell.ts';
import { command } from './command-line.ts';
import { migrationOf, type Migration } from './migrate-file.ts';

const folder = tempFolder('merge-undo');
afterAll(() => folder[Symbol.dispose]());

let files = 0;
async function started(target: string, source: string): Promise<Migration & { readonly path: string }> {
  mkdirSync(join(folder.path, 'files'), { recursive: true });
  const path = buildSqlite(join(folder.path, 'files', `case-${(files += 1)}.db`), source);
  const it = await migrationOf(path, folder.path);
  await it.session.exec(target);
  return { ...it, path };
}

/** Every row with the table that holds it, the catalogue, and the state of every trigger and rule. */
async function everything(session: PgSession): Promise<Readonly<Record<string, unknown>>> {
  const tables = (await session.arrays(`SELECT oid::regclass::text FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' ORDER BY 1`)).map(([name]) => name ?? '');
  const rows: unknown[] = [];
  for (const name of tables) rows.push([name, await session.arrays(`SELECT t::text FROM ONLY ${name} AS t ORDER BY 1`)]);
  const enabled = await session.arrays(`SELECT tgrelid::regclass::text, tgname, tgenabled::text FROM pg_trigger WHERE tgconstraint = 0 ORDER BY 1, 2`);
  const rules = await session.arrays(`SELECT ev_class::regclass::text, rulename, ev_enabled::text FROM pg_rewrite WHERE ev_class IN (SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')) ORDER BY 1, 2`);
  const keys = await session.arrays(`SELECT conrelid::regclass::text, conname, condeferrable::text, condeferred::text FROM pg_constraint WHERE contype = 'f' ORDER BY 1, 2`);
  return { rows, enabled, rules, keys, catalog: (await catalogState(session)).filter((line) => !/^\w+: "?travessia/.test(line)) };
}

const family = (action: string): string => `CREATE TABLE parent (id bigint PRIMARY KEY, code text UNIQUE);
  CREATE TABLE child (id bigint PRIMARY KEY, code text DEFAULT 'b' REFERENCES parent (code) ON UPDATE ${action}, v text);
  INSERT INTO parent VALUES (1, 'a'), (2, 'b'); INSERT INTO child VALUES (1, 'a', 'keep me'), (2, 'b', 'keep me too'), (5, 'a', 'not in the source');`;
const parents = `CREATE TABLE parent (id INTEGER PRIMARY KEY, code TEXT); INSERT INTO parent VALUES (1, 'zz'), (3, 'c');`;
const children = 'CREATE TABLE child (id INTEGER PRIMARY KEY, code TEXT, v TEXT);';
const log = `CREATE TABLE log (x text);
  CREATE FUNCTION noted() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN INSERT INTO public.log VALUES (TG_OP); RETURN NULL; END';
  CREATE FUNCTION touched() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.v := ''touched''; RETURN NEW; END';`;

const refusals: Record<string, readonly [target: string, source: string, says: RegExp]> = {
  'SET NULL, the rows in a table of the source': [family('SET NULL'), `${parents} ${children} INSERT INTO child VALUES (9, 'c', 'new')`, /"public"\."child".*child_code_fkey, ON UPDATE SET NULL\); rows: 2/],
  'SET NULL, the rows in a table outside': [family('SET NULL'), parents, /ON UPDATE SET NULL\); rows: 2/],
  'SET DEFAULT': [family('SET DEFAULT'), parents, /ON UPDATE SET DEFAULT\); rows: 2/],
  'CASCADE, to rows that the source has too': [family('CASCADE'), `${parents} ${children} INSERT INTO child VALUES (1, 'zz', 'new'), (9, 'c', 'new')`, /ON UPDATE CASCADE\); rows: 2/],
  'CASCADE within one table': [`CREATE TABLE t (id bigint PRIMARY KEY, code text UNIQUE, pcode text REFERENCES t (code) ON UPDATE CASCADE); INSERT INTO t VALUES (1, 'a', NULL), (2, 'b', 'a')`,
    `CREATE TABLE t (id INTEGER PRIMARY KEY, code TEXT, pcode TEXT); INSERT INTO t VALUES (1, 'A', NULL), (3, 'c', 'A')`, /ON UPDATE CASCADE\); rows: 1/],
  'CASCADE of a key that points at a partition': [`CREATE TABLE p (id bigint PRIMARY KEY, code text) PARTITION BY RANGE (id); CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (100); ALTER TABLE p1 ADD UNIQUE (code);
    CREATE TABLE o (code text REFERENCES p1 (code) ON UPDATE CASCADE); INSERT INTO p VALUES (1, 'a'); INSERT INTO o VALUES ('a')`,
    `CREATE TABLE p (id INTEGER PRIMARY KEY, code TEXT); INSERT INTO p VALUES (1, 'zz')`, /"public"\."o".*rows: 1/],
  'a value of a unique key that one updated row passes on to another': [`CREATE TABLE t (id bigint PRIMARY KEY, email text); CREATE UNIQUE INDEX one_email ON t (lower(email)) WHERE id < 100; INSERT INTO t VALUES (1, 'a'), (2, 'b')`,
    `CREATE TABLE t (id INTEGER PRIMARY KEY, email TEXT); INSERT INTO t VALUES (1, 'c'), (2, 'A')`, /one_email|duplicate key/],
  'SET NULL by values that are equal as the key’s type compares them': [`CREATE EXTENSION citext; CREATE TABLE parent (id bigint PRIMARY KEY, code citext UNIQUE); CREATE TABLE child (code citext REFERENCES parent (code) ON UPDATE SET NULL);
    INSERT INTO parent VALUES (1, 'abc'); INSERT INTO child VALUES ('ABC')`, parents, /"public"\."child".*rows: 1/],
  'a value of a partition’s own unique key that one updated row passes on to another': [`CREATE TABLE p (id bigint PRIMARY KEY, code text) PARTITION BY RANGE (id); CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (100); CREATE UNIQUE INDEX one_code ON p1 (code); INSERT INTO p VALUES (1, 'a'), (2, 'b')`,
    `CREATE TABLE p (id INTEGER PRIMARY KEY, code TEXT); INSERT INTO p VALUES (1, 'c'), (2, 'a')`, /one_code|duplicate key/],
};

/** Upserts that go through, and come out again. */
const merges: Record<string, readonly [target: string, source: string]> = {
  'an inserted row takes the value that an updated one gave up': [`CREATE TABLE t (id bigint PRIMARY KEY, email text UNIQUE); INSERT INTO t VALUES (1, 'a')`, `CREATE TABLE t (id INTEGER PRIMARY KEY, email TEXT); INSERT INTO t VALUES (1, 'b'), (2, 'a')`],
  'rows exchange values of a unique key that waits for the statement’s end': [`CREATE TABLE t (id bigint PRIMARY KEY, email text UNIQUE DEFERRABLE); INSERT INTO t VALUES (1, 'a'), (2, 'b')`, `CREATE TABLE t (id INTEGER PRIMARY KEY, email TEXT); INSERT INTO t VALUES (1, 'b'), (2, 'a')`],
  'updated rows point at inserted ones, with ON DELETE CASCADE, and inserted ones take what they gave up': [
    `CREATE TABLE parent (id bigint PRIMARY KEY, code text UNIQUE); CREATE TABLE child (id bigint PRIMARY KEY, parent bigint REFERENCES parent ON DELETE CASCADE, mark text UNIQUE, next bigint REFERENCES child ON DELETE CASCADE ON UPDATE CASCADE DEFERRABLE INITIALLY DEFERRED);
     INSERT INTO parent VALUES (1, 'a'); INSERT INTO child VALUES (1, 1, 'x', NULL), (2, 1, 'y', 1)`,
    `CREATE TABLE parent (id INTEGER PRIMARY KEY, code TEXT); INSERT INTO parent VALUES (1, 'b'), (2, 'a'); CREATE TABLE child (id INTEGER PRIMARY KEY, parent INTEGER, mark TEXT, next INTEGER); INSERT INTO child VALUES (1, 2, 'z', 3), (2, 2, 'y', 3), (3, 2, 'x', 1)`],
  'ON UPDATE actions with nothing to act on': [family('CASCADE'), `CREATE TABLE parent (id INTEGER PRIMARY KEY, code TEXT); INSERT INTO parent VALUES (1, 'a'), (2, 'b'), (3, 'c'); ${children} INSERT INTO child VALUES (1, 'c', 'new'), (9, 'c', 'new')`],
  'triggers of a partition': [`${log} CREATE TABLE p (id bigint PRIMARY KEY, v text) PARTITION BY RANGE (id); CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (100); CREATE TABLE "P 2" PARTITION OF p FOR VALUES FROM (100) TO (200) PARTITION BY RANGE (id);
    CREATE TABLE p3 PARTITION OF "P 2" FOR VALUES FROM (100) TO (200); INSERT INTO p VALUES (1, 'a'), (101, 'b');
    CREATE TRIGGER "n d" AFTER INSERT OR UPDATE OR DELETE ON p1 FOR EACH ROW EXECUTE FUNCTION noted(); CREATE TRIGGER touched BEFORE INSERT OR UPDATE ON p3 FOR EACH ROW EXECUTE FUNCTION touched(); CREATE TRIGGER mid AFTER INSERT ON "P 2" FOR EACH ROW EXECUTE FUNCTION noted()`,
    `CREATE TABLE p (id INTEGER PRIMARY KEY, v TEXT); INSERT INTO p VALUES (1, 'zz'), (5, 'five'), (101, 'zz'), (105, 'c')`],
  'triggers of an inheriting table': [`${log} CREATE TABLE p (id bigint PRIMARY KEY, v text); CREATE TABLE c (more text) INHERITS (p); INSERT INTO p VALUES (1, 'a'); INSERT INTO c VALUES (2, 'b', 'x');
    CREATE TRIGGER noted AFTER INSERT OR UPDATE OR DELETE ON c FOR EACH ROW EXECUTE FUNCTION noted(); CREATE TRIGGER touched BEFORE UPDATE ON c FOR EACH ROW EXECUTE FUNCTION touched()`,
    `CREATE TABLE p (id INTEGER PRIMARY KEY, v TEXT); INSERT INTO p VALUES (1, 'zz'), (2, 'two'), (7, 'seven')`],
};

describe.skipIf(!hasPostgres())('updating rows by key', () => {
  test.each(Object.entries(refusals))('is refused where it could not be taken back: %s', async (_, [target, source, says]) => {
    await using it = await started(target, source);
    const before = await everything(it.session);
    const ended = await it.run(['migrate', it.path, '--target', it.target, '--format', 'json', '--if-exists', 'upsert']);
    expect([ended.code, ended.stdout]).toEqual([4, expect.stringContaining('ROWS_REFUSED')]);
    const said: { error?: { message?: string; hint?: string; runId?: string } } = JSON.parse(ended.stdout);
    expect(said.error?.message).toMatch(says);
    expect(await everything(it.session)).toEqual(before);
    for (const [sentence, part] of [[said.error?.message, 'message'], [said.error?.hint, 'hint']] as const) expect(retellError(sentence ?? '', part, 'pt-BR')).not.toBeNull();
  });

  test('goes on once the foreign key’s action was a person’s own', async () => {
    await using it = await started(family('SET NULL'), parents);
    const ended = await it.run(['migrate', it.path, '--target', it.target, '--format', 'json', '--if-exists', 'upsert']);
    expect(ended.code).toBe(4);
    const runId = (await it.session.one('SELECT run FROM travessia.runs'))?.['run'] ?? '';
    await it.session.exec(`UPDATE parent SET code = 'zz' WHERE id = 1`);
    const before = await everything(it.session);
    const resumed = await it.run(['resume', runId]);
    expect(resumed.code, resumed.stderr + resumed.stdout).toBe(0);
    expect(await it.session.arrays('SELECT code FROM parent ORDER BY id')).toEqual([['zz'], ['b'], ['c']]);
    expect((await it.run(['rollback', runId])).code).toBe(0);
    expect(await everything(it.session)).toEqual(before);
  });

  test('is not taken back where rows outside came to point at the new values since, which an action would change', async () => {
    await using it = await started(`CREATE TABLE parent (id bigint PRIMARY KEY, code text UNIQUE); CREATE TABLE child (code text REFERENCES parent (code) ON UPDATE CASCADE); INSERT INTO parent VALUES (1, 'a')`, parents);
    const { result } = await it.migrate(['--if-exists', 'upsert']);
    await it.session.exec(`INSERT INTO child VALUES ('zz')`);
    const ended = await it.run(['rollback', result.runId, '--format', 'json']);
    expect([ended.code, ended.stdout]).toEqual([2, expect.stringMatching(/ROWS_CHANGED[^]*1 row of .*child.* points at values of/)]);
    expect(await it.session.arrays('SELECT code FROM child')).toEqual([['zz']]);
    await it.session.exec('DELETE FROM child');
    expect((await it.run(['rollback', result.runId])).code).toBe(0);
    expect(await it.session.arrays('SELECT id::text, code FROM parent')).toEqual([['1', 'a']]);
  });

  test.each(Object.entries(merges))('goes in, and comes out again: %s', async (_, [target, source]) => {
    await using it = await started(target, source);
    const before = await everything(it.session);
    const { exit, result, stderr } = await it.migrate(['--if-exists', 'upsert']);
    expect({ exit, status: result.status, swapped: result.swapped }, stderr).toEqual({ exit: 0, status: 'verified', swapped: true });
    for (const { target: { table } } of result.tables) expect(Number((await it.session.one(`SELECT count(*)::text AS n FROM ${table}`))?.['n'])).toBeGreaterThan(1);
    expect(await everything(it.session)).not.toEqual(before);
    const ended = await it.run(['rollback', result.runId]);
    expect(ended.code, ended.stderr).toBe(0);
    expect(await everything(it.session)).toEqual(before);
  });

  test('is refused before it loads where a partition’s trigger is another’s to hold back', async () => {
    await using it = await started(`${log} CREATE TABLE p (id bigint PRIMARY KEY, v text) PARTITION BY RANGE (id); CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (100)`, `CREATE TABLE p (id INTEGER PRIMARY KEY, v TEXT); INSERT INTO p VALUES (1, 'a')`);
    const role = `merge_${it.database.name}`;
    await it.session.exec(`CREATE ROLE "${role}" LOGIN PASSWORD 'p'; GRANT ALL ON SCHEMA public TO "${role}"; GRANT CREATE ON DATABASE "${it.database.name}" TO "${role}"; ALTER TABLE p OWNER TO "${role}"`);
    const url = new URL(it.target);
    url.username = role;
    const migrate = () => command(['migrate', it.path, '--target', url.href, '--format', 'json', '--if-exists', 'upsert'], { home: it.folder, password: 'p' });
    try {
      await it.session.exec('CREATE TRIGGER noted AFTER INSERT ON p1 FOR EACH ROW EXECUTE FUNCTION noted()');
      const refused = await migrate();
      expect([refused.code, refused.stdout]).toEqual([3, expect.stringContaining('or a partition of it has triggers or rules')]);
      await it.session.exec('ALTER TABLE p1 DISABLE TRIGGER noted');
      const ended = await migrate();
      expect(ended.code, ended.stdout).toBe(0);
    } finally {
      await it.session.exec(`DROP OWNED BY "${role}"; DROP ROLE "${role}"`);
    }
  });

  test('is refused where policies hide from the role who points at what changes', async () => {
    await using it = await started('', 'CREATE TABLE parent (id INTEGER PRIMARY KEY, code TEXT); INSERT INTO parent VALUES (1, \'zz\')');
    const role = `hidden_${it.database.name}`;
    await it.session.exec(`CREATE ROLE "${role}" LOGIN PASSWORD 'p'; GRANT ALL ON SCHEMA public TO "${role}"; GRANT CREATE ON DATABASE "${it.database.name}" TO "${role}"; CREATE TABLE parent (id bigint PRIMARY KEY, code text UNIQUE);
      CREATE TABLE child (code text REFERENCES parent (code) ON UPDATE SET NULL); INSERT INTO parent VALUES (1, 'a'); INSERT INTO child VALUES ('a'); ALTER TABLE child ENABLE ROW LEVEL SECURITY; GRANT SELECT ON child TO "${role}"; ALTER TABLE parent OWNER TO "${role}"`);
    const url = new URL(it.target);
    url.username = role;
    try {
      const refused = await command(['migrate', it.path, '--target', url.href, '--format', 'json', '--if-exists', 'upsert'], { home: it.folder, password: 'p' });
      expect([refused.code, refused.stdout]).toEqual([4, expect.stringContaining('no policy hides rows of')]);
      expect(await it.session.arrays('SELECT code FROM child')).toEqual([['a']]);
    } finally {
      await it.session.exec(`DROP OWNED BY "${role}" CASCADE; DROP ROLE "${role}"`);
    }
  });

  test.each(['append', 'upsert'])('each partition’s trigger and each rule has its own state again after an %s, and none of them acted', async (how) => {
    await using it = await started(`${log} CREATE TABLE p (id bigint PRIMARY KEY, v text) PARTITION BY RANGE (id);
      CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (100); CREATE TABLE p2 PARTITION OF p FOR VALUES FROM (100) TO (200); CREATE TABLE p3 PARTITION OF p FOR VALUES FROM (200) TO (300);
      CREATE TRIGGER noted AFTER INSERT OR UPDATE ON p FOR EACH ROW EXECUTE FUNCTION noted(); CREATE TRIGGER off AFTER INSERT ON p FOR EACH ROW EXECUTE FUNCTION noted();
      ALTER TABLE p1 DISABLE TRIGGER noted; ALTER TABLE p2 ENABLE ALWAYS TRIGGER noted; ALTER TABLE p3 ENABLE REPLICA TRIGGER noted; ALTER TABLE ONLY p DISABLE TRIGGER off;
      CREATE TABLE r (id bigint PRIMARY KEY, v text); CREATE RULE noted AS ON INSERT TO r DO ALSO INSERT INTO public.log VALUES ('rule'); ALTER TABLE r ENABLE ALWAYS RULE noted`,
    `CREATE TABLE p (id INTEGER PRIMARY KEY, v TEXT); INSERT INTO p VALUES (1, 'zz'), (105, 'c'), (205, 'd'); CREATE TABLE r (id INTEGER PRIMARY KEY, v TEXT); INSERT INTO r VALUES (1, 'a')`);
    const before = await everything(it.session);
    const { exit, result, stderr } = await it.migrate(['--adopt', '--if-exists', how]);
    expect(exit, stderr).toBe(0);
    const after = await everything(it.session);
    expect([after.enabled, after.rules]).toEqual([before.enabled, before.rules]);
    expect(await it.session.arrays('SELECT x FROM log')).toEqual([]);
    expect((await it.run(['rollback', result.runId])).code).toBe(0);
    expect(await everything(it.session)).toEqual(before);
  });
});
