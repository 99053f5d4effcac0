import { randomBytes } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { thresholdsSchema } from '../../../shared/model/assessment.ts';
import { TravessiaError } from '../../../shared/contract/errors.ts';
import { planOptionsSchema, type Plan, type PlanOptions } from '../../../shared/model/plan.ts';
import { retellError } from '../../../shared/pure/texts/retell.ts';
import { connectPostgres, type ConnectOptions, type PgSession } from '../../drivers/postgres/index.ts';
import { freshDatabase, hasPostgres, tempFolder, type TestDatabase } from '../../test-support/index.ts';
import { adoptPlan, adopts } from '../adopt/adopt-plan.ts';
import type { Misfits } from '../adopt/count-misfits.ts';
import { readTargetTables } from '../adopt/index.ts';
import { assessInWorker } from '../assess/index.ts';
import { createPlan } from '../plan/create-plan.ts';
import { readCatalog } from '../plan/read-catalog.ts';
import { sqliteSource } from '../sources/index.ts';
import { askWorker } from '../../workers/ask-worker.ts';
import { verifyPlan } from '../verify/index.ts';
import { planScript } from '../plan/plan-sql.ts';
import { swapAsPlanned } from './preview-swap.ts';
import type { RunSource } from './ports.ts';
import { runPlan, type RunPlanInput, type RunPlanOutput } from './run-plan.ts';
import { performUndo, planUndo } from './undo-run.ts';
import { serveThreadsHere } from '../../test-support/threads-here.ts';

serveThreadsHere();

interface Prepared {
  readonly runId: string;
  readonly plan: Plan;
  readonly sources: readonly RunSource[];
  readonly shown: string;
}

/** Plans a file against the target as it is. */
async function prepare(database: TestDatabase, file: string, folder: string, options: Partial<PlanOptions>): Promise<Prepared> {
  const { signal } = new AbortController();
  const snapshotPath = join(mkdtempSync(join(folder, 'run-')), 'snapshot');
  const assessment = await assessInWorker({ source: sqliteSource(file), snapshotPath, thresholds: thresholdsSchema.parse({}), answers: {} }, { signal, onProgress: () => undefined });
  const drafted = createPlan({ id: 'plan', version: 1, createdAt: '2026-01-01', sources: [{ assessment, catalog: await readCatalog(snapshotPath), schema: 'app' }], target: 'test', options: planOptionsSchema.parse({ schema: 'app', ...options }) });
  await using session = await database.connect();
  const plan = await session.transaction(async () => {
    await session.exec('SET LOCAL search_path = pg_catalog');
    return !adopts(drafted) ? drafted : adoptPlan({ plan: drafted, target: await readTargetTables(session, ['app'], true), assessments: [assessment], holdsRows: async () => true, measure: (_, trials) => askWorker<Misfits[][]>('catalog', { path: snapshotPath, trials }) });
  });
  const sources = [{ database: plan.sources[0]?.database ?? '', path: file, snapshotPath }];
  const shown = planScript(plan, await session.transaction((inside) => swapAsPlanned(inside, plan), { readOnly: true }));
  return { runId: randomBytes(5).toString('hex'), plan, sources, shown };
}

/** Runs what was planned, or resumes it. */
async function perform(database: TestDatabase, { runId, plan, sources }: Prepared, more: Partial<RunPlanInput> = {}): Promise<RunPlanOutput & { readonly executed: readonly string[] }> {
  const { signal } = new AbortController();
  const executed: string[] = [];
  const open = async (how: ConnectOptions): Promise<PgSession> => {
    const opened = await connectPostgres(database.config, how);
    return how.applicationName === 'travessia run' ? { ...opened, query: (...words) => (executed.push(words[0]), opened.query(...words)) } : opened;
  };
  const output = await runPlan({
    runId, plan, sources, maxRejects: 0, rehearsal: false, assessSeconds: 0, signal, now: () => Date.now(),
    target: { reference: 'test', config: database.config, open, release: async () => undefined },
    onState: () => undefined, onTables: () => undefined, log: () => undefined, onBegin: async () => undefined, compareView: async () => null,
    verify: () => verifyPlan({ plan, sources, target: database.config, runId, jobs: 1, signal, views: 'presence', schemaOf: ({ target }) => ({ schema: `travessia_${runId}_1`, table: target.table }) }),
    storeVerification: async () => undefined, sourceMoved: async () => false, ...more,
  });
  return { ...output, executed };
}

/** Plans a file against the target as it is, and runs that. */
async function run(database: TestDatabase, file: string, folder: string, options: Partial<PlanOptions>): Promise<RunPlanOutput & Prepared & { readonly executed: readonly string[] }> {
  const prepared = await prepare(database, file, folder, options);
  return { ...(await perform(database, prepared)), ...prepared };
}

async function undo(session: PgSession, runId: string): Promise<void> {
  await performUndo(session, runId, 'rollback', (await planUndo(session, runId, 'rollback')).hash);
}

const rowsOf = async (session: PgSession): Promise<Map<string, string>> =>
  new Map((await session.arrays(`SELECT a || '/' || b, json_build_array(n, t, d, extra)::text FROM app.item ORDER BY a, b`)).map(([key, row]) => [key ?? '', row ?? '']));

/** A row with an id, a mark and what it points at. */
type Three = readonly [id: number, mark: string | null, other: number | null];

type Row = readonly [a: number, b: string, n: number | null, t: string | null];
const rows: fc.Arbitrary<Row[]> = fc.uniqueArray(
  fc.tuple(fc.integer({ min: 1, max: 6 }), fc.constantFrom('x', 'y', 'é'), fc.option(fc.integer({ min: -5, max: 5 }), { nil: null }), fc.option(fc.constantFrom('', ' ', 'one', 'Óne', 'two\ntwo'), { nil: null })),
  { selector: ([a, b]) => `${a}/${b}`, maxLength: 15 },
);

const program = `CREATE SCHEMA IF NOT EXISTS app; DROP TABLE IF EXISTS app.item;
CREATE TABLE app.item (a integer, b varchar(5) COLLATE "C", n bigint, t text, d json, extra text DEFAULT 'own', touched timestamptz, PRIMARY KEY (b, a));
CREATE OR REPLACE FUNCTION app.touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.touched = now(); NEW.extra = ''touched''; RETURN NEW; END';
CREATE TRIGGER touch BEFORE INSERT OR UPDATE ON app.item FOR EACH ROW EXECUTE FUNCTION app.touch()`;

describe.skipIf(!hasPostgres())('upsert', () => {
  test('makes of any rows there and any rows of the source their merge, and takes it back exactly', async () => {
    await using database = await freshDatabase();
    using folder = tempFolder('upsert');
    await using session = await database.connect();
    await fc.assert(fc.asyncProperty(rows, rows, async (there, coming) => {
      await session.exec(program);
      for (const [a, b, n, t] of there) await session.query(`INSERT INTO app.item (a, b, n, t, d) VALUES ($1, $2, $3, $4, '{"x": 1}')`, [a, b, n, t]);
      await session.exec(`UPDATE app.item SET extra = 'mine'`);
      const file = join(mkdtempSync(join(folder.path, 'source-')), 'item.db');
      const db = new Database(file);
      db.exec('PRAGMA synchronous = OFF; CREATE TABLE item (a INTEGER, b TEXT, n INTEGER, t TEXT, PRIMARY KEY (a, b))');
      for (const row of coming) db.prepare('INSERT INTO item VALUES (?, ?, ?, ?)').run(...row);
      db.close();
      const before = await rowsOf(session);
      const output = await run(database, file, folder.path, { ifExists: 'upsert' });
      expect(output.result).toMatchObject({ status: 'verified', swapped: true });
      const now = await rowsOf(session);
      const expected = new Map(before);
      const own = await session.one(`SELECT json_build_array(NULL::bigint, NULL::text, NULL::json, 'own')::text AS x`);
      const isThere = (row: Row): boolean => before.has(`${row[0]}/${row[1]}`);
      for (const [a, b, n, t] of coming) {
        const d = isThere([a, b, n, t]) ? '{"x": 1}' : null;
        const extra = isThere([a, b, n, t]) ? 'touched' : 'own';
        const made = await session.one('SELECT json_build_array($1::bigint, $2::text, $3::json, $4::text)::text AS x', [n, t, d, extra]);
        expected.set(`${a}/${b}`, made?.['x'] ?? own?.['x'] ?? '');
      }
      expect(now).toEqual(expected);
      const counts = output.result.tables[0]?.merged;
      const changed = coming.filter((row) => isThere(row) && now.get(`${row[0]}/${row[1]}`) !== before.get(`${row[0]}/${row[1]}`)).length;
      expect(counts).toEqual({ inserted: coming.filter((row) => !isThere(row)).length, updated: changed, unchanged: coming.filter(isThere).length - changed });
      await undo(session, output.runId);
      expect(await rowsOf(session)).toEqual(before);
      expect(await session.arrays(`SELECT nspname FROM pg_namespace WHERE nspname LIKE 'travessia%'`)).toEqual([]);
    }), { numRuns: 8 });
  }, 180_000);

  test.each([{ ifExists: 'upsert' }, { ifExists: 'append' }, { adopt: true }, { adopt: true, ifExists: 'append' }] as const)('of %o the statements are shown that run, in their order', async (options) => {
    await using database = await freshDatabase();
    using folder = tempFolder('shown');
    await using session = await database.connect();
    await session.exec(`CREATE SCHEMA app; CREATE TABLE app.item (id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY, n bigint);
      CREATE FUNCTION app.mark() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'; CREATE TRIGGER mark AFTER INSERT ON app.item FOR EACH ROW EXECUTE FUNCTION app.mark()`);
    if (options.ifExists !== undefined) await session.exec('INSERT INTO app.item VALUES (1, 1)');
    const file = join(folder.path, 'item.db');
    const db = new Database(file);
    db.exec(`CREATE TABLE item (id INTEGER PRIMARY KEY, n INTEGER); INSERT INTO item VALUES (5, 2); CREATE VIEW total AS SELECT sum(n) AS n FROM item`);
    db.close();
    const { result, runId, shown, executed } = await run(database, file, folder.path, options);
    expect(result).toMatchObject({ status: 'verified', swapped: true });
    const swap = shown.slice(shown.indexOf('-- 8. Swap')).replaceAll('<run>', runId);
    for (const part of ['DISABLE TRIGGER "mark"', 'INSERT INTO "app"."item"', 'ENABLE TRIGGER "mark"', 'setval(', 'by number and by the sum of their hashes']) expect(swap).toContain(part);
    if (options.ifExists === 'upsert') expect(swap).toContain('UPDATE "app"."item" AS t SET');
    const statements = swap.split('\n').filter((line) => !line.startsWith('--')).join('\n').split(/;\n/).map((each) => each.trim()).filter((each) => each !== '');
    // Nothing that may be refused comes behind it: a sequence keeps what it was set to, though all else is undone.
    expect([statements.at(-2)?.slice(0, 14), statements.at(-1)]).toEqual(['SELECT setval(', 'COMMIT']);
    const began = executed.lastIndexOf('BEGIN');
    const ran = executed.slice(began, executed.lastIndexOf('COMMIT') + 1);
    // Besides, the run asks the catalogue and writes its journal.
    expect(ran.filter((sql) => statements.includes(sql))).toEqual(statements);
    const writes = ran.filter((sql) => !statements.includes(sql) && !/^\s*(SELECT|UPDATE travessia\.runs)\b/.test(sql));
    expect(writes).toEqual([]);
  });

  test('gives nothing back that somebody changed since, and completes', async () => {
    await using database = await freshDatabase();
    using folder = tempFolder('upsert');
    await using session = await database.connect();
    await session.exec(`${program}; INSERT INTO app.item (a, b, n) VALUES (1, 'x', 1)`);
    const file = join(folder.path, 'item.db');
    const db = new Database(file);
    db.exec(`CREATE TABLE item (a INTEGER, b TEXT, n INTEGER, PRIMARY KEY (a, b)); INSERT INTO item VALUES (1, 'x', 2), (2, 'x', 2)`);
    db.close();
    const { runId, result } = await run(database, file, folder.path, { ifExists: 'upsert' });
    expect(result.tables[0]?.merged).toEqual({ inserted: 1, updated: 1, unchanged: 0 });
    await session.exec(`UPDATE app.item SET n = 7 WHERE a = 1`);
    await expect(undo(session, runId)).rejects.toMatchObject({ code: 'ROWS_CHANGED' });
    expect(await session.arrays('SELECT n::text FROM app.item ORDER BY a')).toEqual([['7'], ['2']]);
    await performUndo(session, runId, 'complete', (await planUndo(session, runId, 'complete')).hash);
    expect(await session.arrays(`SELECT nspname FROM pg_namespace WHERE nspname LIKE 'travessia%'`)).toEqual([]);
  });

  test('gives back updated rows that others point at, whatever a deletion would do to those', async () => {
    await using database = await freshDatabase();
    using folder = tempFolder('upsert');
    await using session = await database.connect();
    await session.exec(`CREATE SCHEMA app; CREATE TABLE app.item (id bigint PRIMARY KEY, n bigint); INSERT INTO app.item VALUES (1, 1), (2, 1);
      CREATE TABLE app.part (id bigint PRIMARY KEY, item bigint REFERENCES app.item ON DELETE CASCADE); INSERT INTO app.part VALUES (10, 1);
      CREATE TABLE app.note (id bigint PRIMARY KEY, item bigint REFERENCES app.item ON DELETE SET NULL); INSERT INTO app.note VALUES (20, 1)`);
    const file = join(folder.path, 'item.db');
    const db = new Database(file);
    db.exec(`CREATE TABLE item (id INTEGER PRIMARY KEY, n INTEGER); INSERT INTO item VALUES (1, 2), (3, 2)`);
    db.close();
    const { runId, result } = await run(database, file, folder.path, { ifExists: 'upsert' });
    expect(result.tables[0]?.merged).toEqual({ inserted: 1, updated: 1, unchanged: 0 });
    // Of an inserted row it still holds: what came to point at it since would go.
    await session.exec('INSERT INTO app.part VALUES (11, 3)');
    await expect(undo(session, runId)).rejects.toMatchObject({ code: 'ROWS_CHANGED', message: expect.stringContaining('1 row of "app"."part"') });
    await session.exec('DELETE FROM app.part WHERE id = 11');
    await undo(session, runId);
    expect(await session.arrays('SELECT i.id::text, i.n::text, p.id::text, n.id::text FROM app.item AS i LEFT JOIN app.part AS p ON p.item = i.id LEFT JOIN app.note AS n ON n.item = i.id ORDER BY 1')).toEqual([['1', '1', '10', '20'], ['2', '1', null, null]]);
  });

  test('with foreign keys and unique keys of any kind it is refused and nothing changed, or its rollback gives back every row', async () => {
    await using database = await freshDatabase();
    using folder = tempFolder('keys');
    await using session = await database.connect();
    const state = () => session.arrays(`SELECT 'parent', t::text FROM app.parent AS t UNION ALL SELECT 'child', t::text FROM app.child AS t UNION ALL SELECT 'outside', t::text FROM app.outside AS t ORDER BY 1, 2`);
    const action = fc.constantFrom('NO ACTION', 'CASCADE', 'SET NULL');
    // Rows that hold together by themselves: what stands in the way of a merge is then what it does to the others.
    const families = fc.tuple(fc.integer({ min: 1, max: 4 }), fc.shuffledSubarray([...'abcdefghij'], { minLength: 4, maxLength: 4 }), fc.array(fc.nat({ max: 4 }), { minLength: 8, maxLength: 8 }), fc.shuffledSubarray([1, 2, 3, 4])).map(([size, marks, picks, order]) => {
      const among = <T>(items: readonly T[], at: number): T | null => items[(picks[at] ?? 0) % (size + 1)] ?? null;
      const ids = [1, 2, 3, 4].slice(0, size);
      return { parents: ids.map((id, at): Three => [id, marks[at] ?? null, among(ids, at)]), children: order.map((id, at): Three => [id, among(marks.slice(0, size), 4 + at), ids[at] ?? null]) };
    });
    const keys = fc.record({ update: action, remove: action, waits: fc.constantFrom('', 'DEFERRABLE INITIALLY DEFERRED'), unique: fc.constantFrom('', 'DEFERRABLE') });
    await fc.assert(fc.asyncProperty(keys, families, families, async ({ update, remove, waits, unique }, there, coming) => {
      await session.exec(`CREATE SCHEMA IF NOT EXISTS app; DROP TABLE IF EXISTS app.outside, app.child, app.parent;
        CREATE TABLE app.parent (id bigint PRIMARY KEY, mark text UNIQUE, boss bigint REFERENCES app.parent ON DELETE ${remove} DEFERRABLE INITIALLY DEFERRED);
        CREATE TABLE app.child (id bigint PRIMARY KEY, code text REFERENCES app.parent (mark) ON UPDATE ${update} ON DELETE ${remove} ${waits}, parent bigint UNIQUE ${unique} REFERENCES app.parent ON DELETE ${remove} ${waits});
        CREATE TABLE app.outside (code text REFERENCES app.parent (mark) ON UPDATE ${update} ON DELETE ${remove})`);
      await session.exec('BEGIN; SET CONSTRAINTS ALL DEFERRED');
      for (const [table, rows] of [['parent', there.parents.toReversed()], ['child', there.children]] as const) for (const [id, ...more] of rows) await session.query(`INSERT INTO app.${table} VALUES ($1, $2, $3)`, [String(id), more[0], more[1] === null ? null : String(more[1])]);
      await session.exec('COMMIT');
      await session.exec(`INSERT INTO app.outside SELECT mark FROM app.parent WHERE id > 2`);
      const file = join(mkdtempSync(join(folder.path, 'source-')), 'keys.db');
      const db = new Database(file);
      db.exec('PRAGMA synchronous = OFF; CREATE TABLE parent (id INTEGER PRIMARY KEY, mark TEXT, boss INTEGER); CREATE TABLE child (id INTEGER PRIMARY KEY, code TEXT, parent INTEGER)');
      for (const [table, rows] of [['parent', coming.parents], ['child', coming.children]] as const) for (const row of rows) db.prepare(`INSERT INTO ${table} VALUES (?, ?, ?)`).run(...row);
      db.close();
      const before = await state();
      const prepared = await prepare(database, file, folder.path, { ifExists: 'upsert' });
      const output = await perform(database, prepared).catch((error: unknown) => error);
      if (output instanceof TravessiaError) {
        expect(output.code).toBe('ROWS_REFUSED');
        expect(await state()).toEqual(before);
      } else {
        expect(output).toMatchObject({ result: { status: 'verified', swapped: true } });
      }
      await undo(session, prepared.runId);
      expect(await state()).toEqual(before);
    }), { numRuns: 12 });
  }, 180_000);

  test('needs a key that tells rows apart, and creates tables that are not there', async () => {
    await using database = await freshDatabase();
    using folder = tempFolder('upsert');
    await using session = await database.connect();
    const file = join(folder.path, 'item.db');
    const db = new Database(file);
    db.exec(`CREATE TABLE item (a INTEGER, n INTEGER); INSERT INTO item VALUES (1, 2), (1, 3)`);
    db.close();
    const first = await run(database, file, folder.path, { ifExists: 'upsert' });
    expect([first.result.status, first.result.tables[0]?.merged]).toEqual(['verified', undefined]);
    await expect(run(database, file, folder.path, { ifExists: 'upsert' })).rejects.toMatchObject({ code: 'SCHEMA_MISMATCH', message: expect.stringContaining('no primary key') });
    await session.exec('DELETE FROM app.item; ALTER TABLE app.item ALTER a SET NOT NULL; CREATE UNIQUE INDEX one ON app.item (a)');
    await expect(run(database, file, folder.path, { ifExists: 'upsert' })).rejects.toMatchObject({ code: 'ROWS_REFUSED', message: expect.stringContaining('are distinct') });
    expect(await session.arrays('SELECT * FROM app.item')).toEqual([]);
  });

  test('values that are no label of the target’s enumeration are rejects like all others, told beforehand, and the run goes on by a person’s word', async () => {
    await using database = await freshDatabase();
    using folder = tempFolder('labels');
    await using session = await database.connect();
    await session.exec(`CREATE SCHEMA app; CREATE TYPE app.mood AS ENUM ('glad', '5', 'né', ''); CREATE TABLE app.item (id bigint PRIMARY KEY, mood app.mood NOT NULL, was app.mood)`);
    const file = join(folder.path, 'item.db');
    const db = new Database(file);
    db.exec(`CREATE TABLE item (id INTEGER PRIMARY KEY, mood TEXT, was); INSERT INTO item VALUES (1, 'glad', NULL), (2, 'angry', 'glad'), (3, NULL, ''), (4, 'né', 5), (5, 'Glad', 5.0), (6, 'glad', x'676c6164'), (7, '5', 'né')`);
    db.close();
    for (const pagesFrom of [1, 1000]) {
      const prepared = await prepare(database, file, folder.path, { adopt: true });
      const said = prepared.plan.findings.filter(({ code }) => /adopt-(labels|nulls|rejects)$/.test(code)).map(({ code, severity, column, count, params }) => [code.slice(-6), severity, column, count, params?.['type']]);
      expect(said).toEqual([['labels', 'warning', 'mood', '2', 'app.mood'], ['-nulls', 'warning', 'mood', '1', 'app.mood'], ['labels', 'warning', 'was', '2', 'app.mood']]);
      const stopped = await perform(database, prepared, { pagesFrom });
      expect([stopped.result.status, stopped.error?.code, stopped.result.rejects.rows]).toEqual(['stopped', 'TOO_MANY_REJECTS', 4]);
      expect(await session.arrays('SELECT key, "column", code FROM travessia.rejects WHERE run = $1 ORDER BY 1', [prepared.runId])).toEqual([['id=2', 'mood', 'NOT_A_LABEL'], ['id=3', 'mood', 'NULL_NOT_ALLOWED'], ['id=5', 'mood', 'NOT_A_LABEL'], ['id=6', 'was', 'BLOB_IN_TEXT']]);
      const resumed = await perform(database, prepared, { maxRejects: 'all', pagesFrom });
      expect(resumed.result).toMatchObject({ status: 'rejects', swapped: true });
      expect(await session.arrays('SELECT id::text, mood::text, was::text FROM app.item ORDER BY id')).toEqual([['1', 'glad', null], ['4', 'né', '5'], ['7', '5', 'né']]);
      await undo(session, prepared.runId);
    }
    const stale = await prepare(database, file, folder.path, { adopt: true });
    await session.exec(`ALTER TYPE app.mood RENAME VALUE 'glad' TO 'happy'`);
    await expect(perform(database, stale)).rejects.toMatchObject({ code: 'SCHEMA_MISMATCH', message: expect.stringContaining('app.mood (happy, 5, né, )') });
  }, 120_000);

  test('values that a domain of the target refuses stop the run once they are loaded, and it goes on when the domain is changed', async () => {
    await using database = await freshDatabase();
    using folder = tempFolder('domain');
    await using session = await database.connect();
    await session.exec(`CREATE SCHEMA app; CREATE FUNCTION app.short(text) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT length($1) < 9';
      CREATE DOMAIN app.named AS varchar(40) CHECK (VALUE <> '') CHECK (app.short(VALUE)); CREATE TABLE app.item (id bigint PRIMARY KEY, name app.named)`);
    const file = join(folder.path, 'item.db');
    const db = new Database(file);
    db.exec(`CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT); INSERT INTO item VALUES (1, 'VALUE'), (2, ''), (3, NULL), (4, 'much too long')`);
    db.close();
    const prepared = await prepare(database, file, folder.path, { adopt: true });
    expect(prepared.plan.findings).toContainEqual(expect.objectContaining({ code: 'plan.finding.adopt-domain', params: expect.objectContaining({ type: 'app.named', definition: expect.stringContaining('app.short') }) }));
    const before = await session.arrays('SELECT * FROM app.item');
    await expect(perform(database, prepared)).rejects.toMatchObject({ code: 'ROWS_REFUSED', message: expect.stringMatching(/^item\.name: values that the domain app\.named of .*: 2, for example/), hint: expect.stringContaining(`travessia resume ${prepared.runId}`) });
    expect(await session.arrays('SELECT state FROM travessia.runs')).toEqual([['loading']]);
    await session.exec('ALTER DOMAIN app.named DROP CONSTRAINT named_check');
    await expect(perform(database, prepared)).rejects.toMatchObject({ code: 'ROWS_REFUSED', message: expect.stringContaining('does not let in: 1, for example') });
    await session.exec('ALTER DOMAIN app.named DROP CONSTRAINT named_check1');
    expect((await perform(database, prepared)).result).toMatchObject({ status: 'verified', swapped: true });
    expect(await session.arrays('SELECT name FROM app.item ORDER BY id')).toEqual([['VALUE'], [''], [null], ['much too long']]);
    await undo(session, prepared.runId);
    expect(await session.arrays('SELECT * FROM app.item')).toEqual(before);
  });

  test('rows that a check of the target refuses stop the run once they are loaded, and it goes on when the check is changed', async () => {
    await using database = await freshDatabase();
    using folder = tempFolder('check');
    await using session = await database.connect();
    await session.exec(`CREATE SCHEMA app; CREATE TYPE app.mood AS ENUM ('glad', 'sad'); CREATE FUNCTION app.fair(app.mood, bigint) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1 = ''glad'' OR $2 > 9';
      CREATE TABLE app.item (id bigint PRIMARY KEY, "Price" bigint, mood app.mood, since date DEFAULT current_date, CONSTRAINT fair CHECK (app.fair(mood, "Price")), CONSTRAINT later CHECK (since > '2000-01-01' OR id < 99))`);
    const [version] = (await session.arrays('SHOW server_version_num')).flat();
    if (Number(version) >= 180_000) await session.exec('ALTER TABLE app.item ADD CONSTRAINT a_wish CHECK (id < 0) NOT ENFORCED');
    const file = join(folder.path, 'item.db');
    const db = new Database(file);
    db.exec(`CREATE TABLE item (id INTEGER PRIMARY KEY, Price INTEGER, mood TEXT); INSERT INTO item VALUES (1, 5, 'glad'), (2, 5, 'sad'), (3, NULL, NULL), (4, 50, 'sad'), (12, 6, 'sad')`);
    db.close();
    for (const options of [{ adopt: true }, { ifExists: 'upsert' as const }]) {
      const prepared = await prepare(database, file, folder.path, options);
      const refused = await perform(database, prepared).catch((error: unknown) => error);
      expect(refused).toMatchObject({ code: 'ROWS_REFUSED', message: 'Rows of item that break the check fair of "app"."item" (app.fair(mood, "Price")): 2, for example the row with id = 12.', hint: expect.stringContaining(`travessia resume ${prepared.runId}`) });
      if (refused instanceof TravessiaError) expect([retellError(refused.message, 'message', 'pt-BR'), retellError(refused.hint ?? '', 'hint', 'pt-BR')]).toEqual([expect.stringMatching(/^Linhas de item .*: 2, por exemplo a linha com id = 12\.$/), expect.stringMatching(/^Mude a verificação /)]);
      expect(await session.arrays('SELECT state FROM travessia.runs WHERE run = $1', [prepared.runId])).toEqual([['loading']]);
      await session.exec('ALTER TABLE app.item DROP CONSTRAINT fair');
      expect((await perform(database, prepared)).result).toMatchObject({ status: 'verified', swapped: true });
      await undo(session, prepared.runId);
      await session.exec('ALTER TABLE app.item ADD CONSTRAINT fair CHECK (app.fair(mood, "Price"))');
    }
  });

  test('of a column that both sides compute the target’s values stand where it does so otherwise, and are compared where it does not', async () => {
    await using database = await freshDatabase();
    using folder = tempFolder('computed');
    await using session = await database.connect();
    await session.exec(`CREATE SCHEMA app; CREATE TABLE app.item (id bigint PRIMARY KEY, a bigint, same bigint GENERATED ALWAYS AS (a * 2) STORED, other bigint GENERATED ALWAYS AS (a * 3) STORED, given bigint GENERATED ALWAYS AS (a + 1) STORED);
      INSERT INTO app.item VALUES (1, 9)`);
    const file = join(folder.path, 'item.db');
    const db = new Database(file);
    db.exec(`CREATE TABLE item (id INTEGER PRIMARY KEY, a INTEGER, same INTEGER GENERATED ALWAYS AS (a * 2) STORED, other INTEGER GENERATED ALWAYS AS (a * 2), given INTEGER); INSERT INTO item VALUES (1, 1, 2), (2, 5, 6)`);
    db.close();
    const { plan, result, runId } = await run(database, file, folder.path, { ifExists: 'upsert' });
    expect(result).toMatchObject({ status: 'verified', swapped: true });
    expect(plan.tables[0]?.columns.map(({ source, include, excluded }) => [source, include, excluded?.code])).toEqual([['id', true, undefined], ['a', true, undefined], ['same', true, undefined], ['other', false, 'plan.excluded.computed'], ['given', true, undefined]]);
    expect(plan.findings.filter(({ code }) => code.includes('adopt-computed')).map(({ code, column, params }) => [code, column, params?.['expression'], params?.['source']])).toEqual([
      ['plan.finding.adopt-computed', 'other', '(a * 3)', 'a * 2'], ['plan.finding.adopt-computed-here', 'given', '(a + 1)', '']]);
    expect(await session.arrays('SELECT id::text, same::text, other::text, given::text FROM app.item ORDER BY id')).toEqual([['1', '2', '3', '2'], ['2', '10', '15', '6']]);
    await undo(session, runId);
    // Rows that are added know nothing of the target while they are planned: what it computes is asked once they are loaded.
    await session.exec('DELETE FROM app.item');
    const appended = await prepare(database, file, folder.path, { ifExists: 'append' });
    await expect(perform(database, appended)).rejects.toMatchObject({ code: 'ROWS_REFUSED', message: expect.stringMatching(/^item\.other: .*\(a \* 3\).*; rows: 2\./) });
    expect(await session.arrays(`SELECT state FROM travessia.runs WHERE run = '${appended.runId}'`)).toEqual([['loading']]);
    await session.exec('ALTER TABLE app.item DROP COLUMN other; ALTER TABLE app.item ADD COLUMN other bigint GENERATED ALWAYS AS (2 * a) STORED');
    expect((await perform(database, appended)).result).toMatchObject({ status: 'verified', swapped: true });
  });
});
