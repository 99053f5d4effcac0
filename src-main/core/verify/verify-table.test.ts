import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Plan, PlanTable } from '../../../shared/model/plan.ts';
import type { TypedValue } from '../../../shared/model/values.ts';
import { openSqlite } from '../../drivers/sqlite/index.ts';
import { freshDatabase, hasPostgres, tempFolder, type TestDatabase } from '../../test-support/index.ts';
import { planOf, planTable } from './test-fixture.ts';
import { verifyPlan, type VerifyPlanResult } from './index.ts';

interface Scene {
  readonly sqlite: string;
  readonly postgres: string;
  readonly table: PlanTable;
  readonly rejects?: readonly { key: string; column: string; code: string; row: Record<string, TypedValue> }[];
  readonly plan?: Partial<Plan>;
  readonly signal?: AbortSignal;
}

/** Runs both scripts, keeps the rejects as the loader would, and verifies. */
async function verified(scene: Scene, act: (database: TestDatabase, path: string) => Promise<void> = async () => undefined): Promise<VerifyPlanResult> {
  using folder = tempFolder('verify');
  await using database = await freshDatabase();
  await using session = await database.connect();
  const snapshotPath = join(folder.path, 'test.db');
  const { db } = openSqlite(snapshotPath, { mode: 'write', create: true });
  db.exec(scene.sqlite);
  db.close();
  await session.exec(scene.postgres);
  await session.exec('CREATE SCHEMA travessia; CREATE TABLE travessia.rejects (id bigint GENERATED ALWAYS AS IDENTITY, run text, source text, "table" text, key text, "column" text, code text, reason text, row json)');
  for (const { key, column, code, row } of scene.rejects ?? []) {
    await session.query('INSERT INTO travessia.rejects (run, source, "table", key, "column", code, reason, row) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)', ['run', 'test.db', scene.table.source.table, key, column, code, 'because', JSON.stringify(row)]);
  }
  await act(database, snapshotPath);
  return await verifyPlan({
    plan: planOf([scene.table], scene.plan), sources: [{ database: 'test.db', snapshotPath }], target: database.config, schemaOf: (table) => table.target, runId: 'run', jobs: 1, signal: scene.signal ?? new AbortController().signal,
  });
}

const numbers = planTable('t', [{ source: 'id', type: 'bigint' }, { source: 'n', type: 'bigint' }], { rowKey: ['id'] });
const scene: Scene = { sqlite: "CREATE TABLE t (id INTEGER PRIMARY KEY, n); INSERT INTO t VALUES (1, 10), (2, 'abc'), (3, 30)", postgres: 'CREATE TABLE t (id bigint, n bigint); INSERT INTO t VALUES (1, 10), (3, 30)', table: numbers };
const good = { key: 'id=2', column: 'n', code: 'NOT_AN_INTEGER', row: { id: ['integer', '2'], n: ['text', 'abc'] } } satisfies NonNullable<Scene['rejects']>[number];

describe.skipIf(!hasPostgres())('rejected rows', () => {
  it('count as rejected where the row has no form and the kept copy equals the source', async () => {
    const { verification } = await verified({ ...scene, rejects: [good] });
    expect(verification).toMatchObject({ equal: true, tables: [{ rowsSource: 3, rowsTarget: 2, rowsRejected: 1, missing: 0, extra: 0 }] });
  });
  it('are missing where they were not kept', async () => {
    const { verification, differences } = await verified(scene);
    expect(verification).toMatchObject({ equal: false, tables: [{ missing: 1, extra: 0, rowsRejected: 0 }] });
    expect(differences).toMatchObject([{ kind: 'missing', key: 'id=2', cells: [{ column: 'id' }, { column: 'n', source: { class: 'text', text: 'abc' }, target: null }] }]);
  });
  it('are a difference where the kept copy is not the source row', async () => {
    const { verification, differences } = await verified({ ...scene, rejects: [{ ...good, row: { ...good.row, n: ['text', 'abd'] } }] });
    expect(verification.equal).toBe(false);
    expect(differences.map(({ kind, key }) => `${kind} ${key}`).sort()).toEqual(['extra id=2', 'missing id=2']);
  });
  it('are missing where the target could have held them', async () => {
    const { differences } = await verified({ ...scene, sqlite: scene.sqlite.replace("'abc'", '20'), rejects: [{ ...good, row: { id: ['integer', '2'], n: ['integer', '20'] } }] });
    expect(differences.map(({ kind, key }) => `${kind} ${key}`)).toEqual(['missing id=2']);
  });
  it('may be there for a duplicate key', async () => {
    const { verification } = await verified({ ...scene, sqlite: scene.sqlite.replace("'abc'", '20'), rejects: [{ ...good, code: 'DUPLICATE_KEY', row: { id: ['integer', '2'], n: ['integer', '20'] } }] });
    expect(verification).toMatchObject({ equal: true, tables: [{ rowsRejected: 1 }] });
  });
  it('that crossed in another form are changed, cell by cell', async () => {
    const { differences } = await verified({ ...scene, postgres: `${scene.postgres}, (2, 0)` });
    expect(differences).toMatchObject([{ kind: 'changed', key: 'id=2', cells: [{ column: 'n', source: { text: 'abc' }, target: { class: 'integer', text: '0' } }] }]);
  });
});

describe.skipIf(!hasPostgres())('reading the source', () => {
  const texts = planTable('t', [{ source: 'id', type: 'bigint' }, { source: 'n', type: 'text' }], { rowKey: ['id'] });
  const postgres = "CREATE TABLE t (id bigint, n text); INSERT INTO t VALUES (1, U&'\\FFFD'), (3, 'plain')";
  it('tells a genuine U+FFFD from invalid bytes', async () => {
    const sqlite = "CREATE TABLE t (id INTEGER PRIMARY KEY, n TEXT); INSERT INTO t VALUES (1, CAST(x'efbfbd' AS TEXT)), (2, CAST(x'61ff' AS TEXT)), (3, 'plain')";
    const rejects = [{ key: 'id=2', column: 'n', code: 'INVALID_UTF8', row: { id: ['integer', '2'], n: ['text-hex', '61ff'] } }] satisfies Scene['rejects'];
    expect((await verified({ sqlite, postgres, table: texts, rejects })).verification).toMatchObject({ equal: true, tables: [{ rowsRejected: 1 }] });
    const swallowed = await verified({ sqlite, postgres: `${postgres}, (2, U&'a\\FFFD')`, table: texts });
    expect(swallowed.differences).toMatchObject([{ kind: 'changed', key: 'id=2', cells: [{ column: 'n' }] }]);
  });
  it('reads integers beyond 2^53 and UTF-16 files exactly', async () => {
    const sqlite = "PRAGMA encoding = 'UTF-16be'; CREATE TABLE t (id INTEGER PRIMARY KEY, n TEXT); INSERT INTO t VALUES (9007199254740993, 'é😀'), (-9223372036854775808, CAST(x'fffd' AS TEXT))";
    const table = "CREATE TABLE t (id bigint, n text); INSERT INTO t VALUES (9007199254740993, 'é😀'), (-9223372036854775808, U&'\\FFFD')";
    expect((await verified({ sqlite, postgres: table, table: texts })).verification.equal).toBe(true);
    expect((await verified({ sqlite, postgres: table.replaceAll('9007199254740993', '9007199254740992'), table: texts })).verification.tables).toMatchObject([{ missing: 1, extra: 1 }]);
  });
  it('compares only the rows of the filter', async () => {
    expect((await verified({ ...scene, table: { ...numbers, filter: "typeof(n) = 'integer'" } })).verification).toMatchObject({ equal: true, tables: [{ rowsSource: 2 }] });
  });
  it('compares mixed and NULL keys, and names that SQLite would take for text', async () => {
    const table = planTable('odd "t"', [{ source: 'k', type: 'text' }, { source: 'select', type: 'text' }], { rowKey: ['k'] });
    const sqlite = `CREATE TABLE "odd ""t""" (k TEXT PRIMARY KEY, "select"); INSERT INTO "odd ""t""" VALUES (NULL, 'a'), (NULL, 'b'), ('x', NULL)`;
    const target = `CREATE TABLE "odd ""t""" (k text, "select" text); INSERT INTO "odd ""t""" VALUES (NULL, 'a'), (NULL, 'b'), ('x', NULL)`;
    expect((await verified({ sqlite, postgres: target, table })).verification.equal).toBe(true);
    expect((await verified({ sqlite, postgres: target.replace("'b'", "'c'"), table })).differences).toMatchObject([{ kind: 'changed', key: 'k=NULL', cells: [{ column: 'select', source: { text: 'b' }, target: { text: 'c' } }] }]);
    await expect(verified({ sqlite, postgres: target, table: { ...table, columns: table.columns.map((column) => ({ ...column, source: column.source === 'select' ? 'gone' : column.source })) } })).rejects.toMatchObject({ message: expect.stringContaining('gone') });
  });
  it('finds duplicated rows of a key, and empty tables equal', async () => {
    expect((await verified({ ...scene, postgres: `${scene.postgres}, (3, 30)`, rejects: [good] })).verification.tables).toMatchObject([{ missing: 0, extra: 1, changed: 0 }]);
    expect((await verified({ sqlite: 'CREATE TABLE t (id INTEGER PRIMARY KEY, n)', postgres: 'CREATE TABLE t (id bigint, n bigint)', table: numbers })).verification).toMatchObject({ equal: true, tables: [{ sumSource: '0', cells: 0 }] });
  });
});

describe.skipIf(!hasPostgres())('what stands in the way', () => {
  it('row-level security is refused and named', async () => {
    const rights = "CREATE ROLE reader_rls LOGIN PASSWORD 'x'; GRANT SELECT ON t TO reader_rls; ALTER TABLE t ENABLE ROW LEVEL SECURITY; CREATE POLICY few ON t USING (id = 1)";
    using folder = tempFolder('verify');
    await using database = await freshDatabase();
    await using session = await database.connect();
    await session.exec(`DROP ROLE IF EXISTS reader_rls; ${scene.postgres}; ${rights}`);
    const snapshotPath = join(folder.path, 'test.db');
    const { db } = openSqlite(snapshotPath, { mode: 'write', create: true });
    db.exec(scene.sqlite);
    db.close();
    const target = { ...database.config, user: 'reader_rls', endpoints: database.config.endpoints.map((endpoint) => ({ ...endpoint, password: 'x' })) };
    try {
      await expect(verifyPlan({ plan: planOf([numbers]), sources: [{ database: 'test.db', snapshotPath }], target, schemaOf: (table) => table.target, runId: null, jobs: 1, signal: new AbortController().signal }))
        .rejects.toMatchObject({ code: 'PERMISSION_DENIED', message: expect.stringContaining('Row-level security'), hint: expect.stringContaining('BYPASSRLS') });
    } finally {
      await session.exec('DROP OWNED BY reader_rls; DROP ROLE reader_rls');
    }
  });
  it('a table that is gone, and a cancel', async () => {
    await expect(verified({ ...scene, postgres: 'SELECT 1' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    const controller = new AbortController();
    controller.abort();
    await expect(verified({ ...scene, signal: controller.signal })).rejects.toMatchObject({ code: 'CANCELLED' });
  });
});

describe.skipIf(!hasPostgres())('objects', () => {
  const table = planTable('t', [{ source: 'id', type: 'bigint', nullable: false, identity: true }, { source: 'n', type: 'bigint', default: '7' }], {
    rowKey: ['id'], primaryKey: { name: 't_pkey', columns: ['id'] }, identityNext: '4', checks: [{ name: 'positive', expression: 'n > 0', source: 'n > 0' }],
    indexes: [{ name: 't_n', source: 't_n', unique: false, terms: ['"n" DESC NULLS LAST'], where: 'n > 1' }],
    foreignKeys: [{ name: 't_fk', columns: ['n'], references: { schema: 'public', table: 't', columns: ['id'] }, onUpdate: 'NO ACTION', onDelete: 'CASCADE', deferrable: 'no', validate: false }],
  });
  const view = { source: { database: 'test.db', view: 'v' }, target: { schema: 'public', view: 'v' }, columns: ['m', 'half'], sql: '', sourceSql: '' };
  const sqlite = 'CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER DEFAULT 7); INSERT INTO t VALUES (1, 10), (3, 30); CREATE VIEW v AS SELECT n AS m, n / 3.0 AS half FROM t';
  const postgres = `CREATE TABLE t (id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY, n bigint DEFAULT 7, CONSTRAINT positive CHECK (n > 0)); INSERT INTO t VALUES (1, 10), (3, 30); ALTER SEQUENCE t_id_seq RESTART 4;
    CREATE INDEX t_n ON t (n DESC NULLS LAST) WHERE n > 1; ALTER TABLE t ADD CONSTRAINT t_fk FOREIGN KEY (n) REFERENCES t (id) ON DELETE CASCADE NOT VALID; CREATE VIEW v AS SELECT n AS m, n / 3.0::float8 AS half FROM t`;
  it('are as planned', async () => {
    const { verification } = await verified({ sqlite, postgres, table, plan: { views: [view] } });
    expect(verification.objects.filter((each) => !each.ok)).toEqual([]);
    expect(verification.objects.map(({ kind }) => kind).sort()).toEqual(['check', 'columns', 'default', 'foreign key', 'index', 'not null', 'primary key', 'sequence', 'view']);
  });
  it('are named where they are not', async () => {
    const worse = postgres.replace(' PRIMARY KEY', '').replace('RESTART 4', 'RESTART 3').replace('(n DESC NULLS LAST) WHERE n > 1', '(id)').replace(' ON DELETE CASCADE', '').replace('DEFAULT 7', '').replace('n AS m,', 'n + 1 AS m,').replace('REFERENCES t (id)', 'REFERENCES t (id)')
      .replace('INSERT INTO', 'ALTER TABLE t ADD UNIQUE (id); INSERT INTO');
    const { verification } = await verified({ sqlite, postgres: worse, table, plan: { views: [view] } });
    const wrong = new Map(verification.objects.filter((each) => !each.ok).map(({ kind, detail }) => [kind, detail]));
    expect([...wrong.keys()].sort()).toEqual(['default', 'foreign key', 'index', 'primary key', 'sequence', 'view']);
    expect(wrong.get('sequence')).toContain('not above the highest, 3');
    expect(wrong.get('index')).toContain('not partial');
    expect(wrong.get('view')).toContain('of 2 rows 2 are only in SQLite');
    expect(verification.equal).toBe(true);
  });
});
