import { randomBytes } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { thresholdsSchema } from '../../../shared/model/assessment.ts';
import { planOptionsSchema, type Plan, type PlanOptions } from '../../../shared/model/plan.ts';
import { TravessiaError } from '../../../shared/contract/errors.ts';
import { retellError } from '../../../shared/pure/texts/retell.ts';
import { connectPostgres, type PgSession } from '../../drivers/postgres/index.ts';
import { freshDatabase, hasPostgres, tempFolder, type TestDatabase } from '../../test-support/index.ts';
import { assessInWorker } from '../assess/index.ts';
import { createPlan } from '../plan/create-plan.ts';
import { readCatalog } from '../plan/read-catalog.ts';
import { sqliteSource } from '../sources/index.ts';
import { createViewComparer, verifyPlan } from '../verify/index.ts';
import { runPlan, type RunPlanInput, type RunPlanOutput } from './run-plan.ts';
import { performUndo, planUndo } from './undo-run.ts';
import { serveThreadsHere } from '../../test-support/threads-here.ts';

serveThreadsHere();

const source = `
CREATE TABLE author (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE book (id INTEGER PRIMARY KEY AUTOINCREMENT, author_id INTEGER NOT NULL REFERENCES author(id) ON DELETE CASCADE, title TEXT, price NUMERIC(8,2), bought DATETIME);
CREATE INDEX book_by_title ON book(title);
CREATE VIEW titles AS SELECT a.name, b.title FROM book b JOIN author a ON a.id = b.author_id;
INSERT INTO author VALUES (1, 'Ana'), (2, 'Bento');
INSERT INTO book VALUES (7, 1, 'Travessia', 12.5, '2024-05-06 07:08:09'), (9, 2, 'Rio', NULL, NULL);`;

async function planned(folder: string, options: Partial<PlanOptions>, schema: string): Promise<{ plan: Plan; file: string; snapshotPath: string }> {
  const file = join(folder, 'library.db');
  const db = new Database(file);
  db.exec(source);
  db.close();
  const snapshotPath = join(folder, 'snapshot');
  const assessment = await assessInWorker({ source: sqliteSource(file), snapshotPath, thresholds: thresholdsSchema.parse({}), answers: {} }, { signal: new AbortController().signal, onProgress: () => undefined });
  const catalog = await readCatalog(snapshotPath);
  const plan = createPlan({ id: 'plan', version: 1, createdAt: '2026-01-01', sources: [{ assessment, catalog, schema }], target: 'test', options: planOptionsSchema.parse({ schema, ...options }) });
  return { plan, file, snapshotPath };
}

async function run(database: TestDatabase, folder: string, runId: string, options: Partial<PlanOptions>, schema = 'app', more: Partial<Pick<RunPlanInput, 'signal' | 'onState' | 'onTables'>> = {}): Promise<RunPlanOutput> {
  const { plan, file, snapshotPath } = await planned(mkdtempSync(join(folder, 'source-')), options, schema);
  const signal = more.signal ?? new AbortController().signal;
  const sources = [{ database: 'library.db', path: file, snapshotPath }];
  using views = createViewComparer(signal);
  const place = (schema: string) => `travessia_${runId}_${[...new Set(plan.tables.map((table) => table.target.schema))].indexOf(schema) + 1}`;
  return await runPlan({
    runId, plan, sources, maxRejects: 0, rehearsal: false, assessSeconds: 0, signal, now: () => Date.now(),
    target: { reference: 'test', config: database.config, open: (how) => connectPostgres(database.config, how), release: async () => undefined },
    onState: () => undefined, onTables: () => undefined, log: () => undefined, onBegin: async () => undefined,
    compareView: async (view, target, session) => {
      const compared = await views.compare({ snapshotPath, view: view.source.view, session, target });
      return compared.equal ? null : compared.detail;
    },
    verify: () => verifyPlan({ plan, sources, target: database.config, runId, jobs: 2, signal, views: 'presence', schemaOf: (table) => ({ schema: place(table.target.schema), table: table.target.table }) }),
    storeVerification: async () => undefined,
    sourceMoved: async () => false,
    ...more,
  });
}

/** Everything a person could miss: relations with owner, grants, options and comments, constraints, policies, triggers, view texts, rows. */
async function stateOf(session: PgSession): Promise<string> {
  const { rows } = await session.query(`
    SELECT json_agg(x ORDER BY x::text)::text AS state FROM (
      SELECT n.nspname, c.relname, c.relkind, pg_get_userbyid(c.relowner) AS owner, c.relacl::text, c.relrowsecurity, c.reloptions::text, obj_description(c.oid, 'pg_class') AS comment,
        (SELECT json_agg(json_build_array(a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attacl::text, col_description(c.oid, a.attnum)) ORDER BY a.attnum) FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0) AS columns,
        (SELECT json_agg(json_build_array(k.conname, pg_get_constraintdef(k.oid), k.convalidated) ORDER BY k.conname) FROM pg_constraint k WHERE k.conrelid = c.oid) AS constraints,
        (SELECT json_agg(json_build_array(p.polname, p.polcmd, pg_get_expr(p.polqual, p.polrelid)) ORDER BY p.polname) FROM pg_policy p WHERE p.polrelid = c.oid) AS policies,
        (SELECT json_agg(pg_get_triggerdef(t.oid) ORDER BY t.tgname) FROM pg_trigger t WHERE t.tgrelid = c.oid AND NOT t.tgisinternal) AS triggers,
        CASE WHEN c.relkind = 'v' THEN pg_get_viewdef(c.oid) WHEN c.relkind = 'i' THEN pg_get_indexdef(c.oid) END AS definition,
        (SELECT json_agg(p.pubname) FROM pg_publication_rel r JOIN pg_publication p ON p.oid = r.prpubid WHERE r.prrelid = c.oid) AS publications,
        CASE WHEN c.relkind = 'r' THEN (xpath('/row/h/text()', query_to_xml(format('SELECT md5(string_agg(t::text, chr(10) ORDER BY t::text)) AS h FROM %I.%I t', n.nspname, c.relname), false, true, '')))[1]::text END AS rows
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname !~ '^(pg_|information_schema)'
      UNION ALL SELECT nspname, NULL, NULL, pg_get_userbyid(nspowner), nspacl::text, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM pg_namespace WHERE nspname !~ '^(pg_|information_schema)'
    ) x`);
  return rows[0]?.['state'] ?? '';
}

const before = `
CREATE SCHEMA app;
CREATE TABLE app.author (id bigint PRIMARY KEY, name text COLLATE "C" NOT NULL);
CREATE TABLE app.book (id bigint PRIMARY KEY, author_id bigint REFERENCES app.author, title text COLLATE "C");
INSERT INTO app.author VALUES (1, 'old'); INSERT INTO app.book VALUES (1, 1, 'old book');
CREATE TABLE app.review (book_id bigint REFERENCES app.book, stars int);
CREATE VIEW app.shelf WITH (security_barrier) AS SELECT id, title FROM app.book;
CREATE VIEW app.shelf_count AS SELECT count(*) AS n FROM app.shelf;
COMMENT ON TABLE app.book IS 'it''s a book'; COMMENT ON COLUMN app.book.title IS 'as printed';
GRANT SELECT ON app.book TO PUBLIC; GRANT UPDATE (title) ON app.book TO PUBLIC;
ALTER TABLE app.book ENABLE ROW LEVEL SECURITY; CREATE POLICY readers ON app.book FOR SELECT USING (title <> 'secret');
CREATE FUNCTION app.noted() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER noted BEFORE INSERT ON app.book FOR EACH ROW EXECUTE FUNCTION app.noted();
CREATE PUBLICATION feed FOR TABLE app.book;`;

const newRun = () => randomBytes(5).toString('hex');

describe.skipIf(!hasPostgres())('a run', () => {
  test('loads, verifies and swaps into an empty target, and rolls back to nothing', async () => {
    await using database = await freshDatabase();
    using folder = tempFolder('run');
    await using session = await database.connect();
    const empty = await stateOf(session);
    const runId = newRun();
    const output = await run(database, folder.path, runId, {});
    expect(output.result).toMatchObject({ status: 'verified', swapped: true });
    expect((await session.one(`SELECT string_agg(name || ': ' || title, ', ' ORDER BY name) AS titles FROM app.titles`))?.['titles']).toBe('Ana: Travessia, Bento: Rio');
    expect((await session.one(`INSERT INTO app.book (author_id) VALUES (1) RETURNING id::text`))?.['id']).toBe('10');
    await session.query('DELETE FROM app.book WHERE id = 10');
    const change = await planUndo(session, runId, 'rollback');
    await performUndo(session, runId, 'rollback', change.hash);
    expect(await stateOf(session)).toBe(empty);
  });

  test('replaces tables and gives the former ones back with all that belongs to them', async () => {
    await using database = await freshDatabase();
    using folder = tempFolder('run');
    await using session = await database.connect();
    await session.exec(before);
    const former = await stateOf(session);
    await expect(run(database, folder.path, newRun(), {})).rejects.toMatchObject({ code: 'TARGET_EXISTS' });
    expect(await stateOf(session)).toBe(former);
    const runId = newRun();
    const output = await run(database, folder.path, runId, { ifExists: 'replace' });
    expect(output.result).toMatchObject({ status: 'verified', swapped: true });
    expect((await session.one('SELECT n::text AS n FROM app.shelf_count'))?.['n']).toBe('2');
    const change = await planUndo(session, runId, 'rollback');
    await performUndo(session, runId, 'rollback', change.hash);
    expect(await stateOf(session)).toBe(former);
  });

  test('says what can be done where a name is taken: by one of its kind, which can be replaced, or by a view in a table’s place', async () => {
    await using database = await freshDatabase();
    using folder = tempFolder('run');
    await using session = await database.connect();
    await run(database, folder.path, newRun(), {});
    // Tables and views of an earlier run: all of them can be replaced.
    const again = await run(database, folder.path, newRun(), {}).catch((error: unknown) => error);
    expect(again).toMatchObject({ code: 'TARGET_EXISTS', message: expect.stringContaining('view "app"."titles"'), hint: expect.stringContaining('--if-exists replace') });
    expect(retellError(again instanceof TravessiaError ? (again.hint ?? '') : '', 'hint', 'pt-BR')).toContain('--if-exists replace');
    expect((await run(database, folder.path, newRun(), { ifExists: 'replace' })).result).toMatchObject({ status: 'verified', swapped: true });
    await session.exec('CREATE SCHEMA other; CREATE VIEW other.author AS SELECT 1 AS id');
    const taken = await run(database, folder.path, newRun(), { ifExists: 'replace' }, 'other').catch((error: unknown) => error);
    expect(taken).toMatchObject({ code: 'TARGET_EXISTS', hint: expect.stringContaining('--override TABLE:name=other') });
    expect(retellError(taken instanceof TravessiaError ? (taken.hint ?? '') : '', 'hint', 'pt-BR')).toContain('dê outro nome à tabela');
    const named = await run(database, folder.path, newRun(), { ifExists: 'replace', overrides: [{ table: 'author', targetName: 'writer' }] }, 'other');
    expect(named.result).toMatchObject({ status: 'verified', swapped: true });
  });

  test('keeps rows written after the swap when it is rolled back', async () => {
    await using database = await freshDatabase();
    using folder = tempFolder('run');
    await using session = await database.connect();
    const runId = newRun();
    await run(database, folder.path, runId, {});
    // author is the parent of book: the key between them must not keep either from leaving.
    await session.query(`INSERT INTO app.author (name) VALUES ('written later')`);
    await session.query('DELETE FROM app.book WHERE id = 7');
    const change = await planUndo(session, runId, 'rollback');
    await performUndo(session, runId, 'rollback', change.hash);
    expect((await session.one(`SELECT name FROM travessia_${runId}_after_1.author WHERE name LIKE 'written%'`))?.['name']).toBe('written later');
  });

  test('refuses a rollback that is not the one that was shown', async () => {
    await using database = await freshDatabase();
    using folder = tempFolder('run');
    await using session = await database.connect();
    const runId = newRun();
    await run(database, folder.path, runId, {});
    await expect(performUndo(session, runId, 'rollback', 'another')).rejects.toMatchObject({ code: 'WRONG_STATE' });
  });

  test('stops the swap where a materialised view would be left behind', async () => {
    await using database = await freshDatabase();
    using folder = tempFolder('run');
    await using session = await database.connect();
    await session.exec(`${before} CREATE MATERIALIZED VIEW app.frozen AS SELECT id FROM app.book;`);
    const former = (await session.one('SELECT count(*)::text AS n FROM app.book'))?.['n'];
    await expect(run(database, folder.path, newRun(), { ifExists: 'replace' })).rejects.toMatchObject({ code: 'DEPENDENTS_BLOCK_SWAP' });
    expect((await session.one('SELECT count(*)::text AS n FROM app.book'))?.['n']).toBe(former);
  });

  test('appends rows and takes them out again', async () => {
    await using database = await freshDatabase();
    using folder = tempFolder('run');
    await using session = await database.connect();
    await session.exec(`CREATE SCHEMA app; CREATE TABLE app.author (id bigint PRIMARY KEY, name text NOT NULL); INSERT INTO app.author VALUES (50, 'there already');`);
    const former = await stateOf(session);
    const runId = newRun();
    await run(database, folder.path, runId, { ifExists: 'append' });
    expect((await session.one('SELECT count(*)::text AS n FROM app.author'))?.['n']).toBe('3');
    const change = await planUndo(session, runId, 'rollback');
    await performUndo(session, runId, 'rollback', change.hash);
    expect(await stateOf(session)).toBe(former);
  });

  test('appends to no table whose columns could not take the planned types, and says so before it loads', async () => {
    await using database = await freshDatabase();
    using folder = tempFolder('run');
    await using session = await database.connect();
    await session.exec(`CREATE SCHEMA app; CREATE TYPE app.known AS ENUM ('Ana'); CREATE TABLE app.author (id bigint PRIMARY KEY, name app.known NOT NULL)`);
    await expect(run(database, folder.path, newRun(), { ifExists: 'append' })).rejects.toMatchObject({ code: 'SCHEMA_MISMATCH', message: expect.stringContaining('column "name" is of type app.known but expression is of type text') });
    expect((await session.one('SELECT to_regclass(\'travessia.chunks\')::text AS journal'))?.['journal']).toBeNull();
  });

  test.each([
    // Rows may be written meanwhile, and no index built: it waits to hear whether its name is taken.
    { what: 'an index is built', at: 'loading', lock: (run: string) => `CREATE TABLE travessia_${run}_1.book_pkey ()`, says: 'Building keys and indexes was cancelled.' },
    { what: 'the swap waits for others', at: 'swapping', lock: () => 'LOCK TABLE app.author IN ACCESS EXCLUSIVE MODE', says: 'The swap was cancelled; nothing of it stays.' },
  ])('is cancelled while $what, however long that takes, and goes on afterwards', async ({ at, lock, says }) => {
    await using database = await freshDatabase();
    using folder = tempFolder('run');
    await using other = await database.connect();
    await using watch = await database.connect();
    const runId = newRun();
    const controller = new AbortController();
    await other.exec('CREATE SCHEMA app; CREATE TABLE app.author (id bigint PRIMARY KEY, name text NOT NULL); BEGIN');
    const onState = (state: string): void => {
      if (state === at) other.exec(lock(runId)).catch(() => undefined);
    };
    const cancelled = run(database, folder.path, runId, { ifExists: 'append' }, 'app', { signal: controller.signal, onState }).catch((error: unknown) => error);
    while ((await watch.arrays("SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")).length === 0) await setTimeout(20);
    controller.abort();
    const first = await cancelled;
    await other.exec('ROLLBACK');
    const told: number[] = [];
    const onTables: RunPlanInput['onTables'] = (tables) => told.push(tables.reduce((sum, { rows }) => sum + rows, 0));
    expect([first, (await run(database, folder.path, runId, { ifExists: 'append' }, 'app', { onTables })).result]).toMatchObject([{ code: 'CANCELLED', message: says }, { status: 'verified', swapped: true }]);
    // What the first session loaded is there from the beginning: it is no speed of the second.
    if (at === 'swapping') expect(new Set(told)).toEqual(new Set([4]));
  });
});
