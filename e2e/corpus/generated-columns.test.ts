/** Generated columns: created where PostgreSQL computes what SQLite did, ordinary columns with the same values where not. */
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { buildSqlite, hasPostgres, tempFolder } from '../../src-main/test-support/index.ts';
import { catalogState } from './catalog-state.ts';
import { migrationOf } from './migrate-file.ts';

const folder = tempFolder('generated');
afterAll(() => folder.remove());

const build = (name: string, sql: string): string => buildSqlite(join(folder.path, name), sql);

const source = `
CREATE TABLE line (
  id INTEGER PRIMARY KEY AUTOINCREMENT, first TEXT, last TEXT, qty INTEGER NOT NULL, price REAL,
  total REAL GENERATED ALWAYS AS (qty * price) STORED,
  whole TEXT AS (first || ' ' || last) VIRTUAL,
  shout TEXT AS (upper(whole)),
  twice INT AS (qty * 2) STORED UNIQUE,
  is_big BOOLEAN AS (qty > 2),
  half REAL AS (qty / 2),
  initial TEXT AS (substr(first, 1, 1)),
  size TEXT AS (CASE WHEN qty > 2 THEN 'big' ELSE 'small' END) STORED,
  folded TEXT AS (lower(last)),
  day TEXT AS (strftime('%W', first)),
  guess TEXT AS (hex(first)), note TEXT DEFAULT 'x');
CREATE INDEX line_shout ON line (shout);
CREATE INDEX line_total ON line (total DESC) WHERE total > 10;
INSERT INTO line (first, last, qty, price) VALUES ('Ana', 'Luz', 1, 0.1), ('Bento', 'Rio', 3, 1.25), (NULL, 'ÉCLAIR', 4, NULL), ('João', NULL, -5, 1e300);
CREATE TABLE bare (a INTEGER, b AS (a + 1), c AS (b * 2) STORED);
INSERT INTO bare VALUES (1), (NULL), (9007199254740993);
CREATE TABLE strange (a, b AS (1 / a), c AS (a || 'x'));
INSERT INTO strange VALUES (0), (2), (-7);
CREATE TABLE edge (a INTEGER, b AS (100 / a) STORED, c TEXT AS (coalesce(a, 'none')));
INSERT INTO edge VALUES (0), (3);`;

describe.skipIf(!hasPostgres())('generated columns', () => {
  test('are stored generated columns in the target, with equal values, and compute for new rows', async () => {
    await using it = await migrationOf(build('generated.db', source), folder.path);
    const before = await catalogState(it.session);
    const { exit, result, stderr } = await it.migrate();
    expect({ exit, status: result.status }, stderr).toEqual({ exit: 0, status: 'verified' });
    const generated = await it.session.query(
      `SELECT c.relname || '.' || a.attname AS name FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid WHERE c.relnamespace = 'public'::regnamespace AND a.attgenerated = 's' ORDER BY 1`,
    );
    const names = generated.rows.map((row) => row['name']);
    expect(names).toEqual(expect.arrayContaining(['bare.b', 'bare.c', 'line.total', 'line.whole', 'line.shout', 'line.twice', 'line.size', 'line.initial', 'line.is_big']));
    const objects = result.objects.filter((object) => object.kind === 'generated column');
    expect(objects).toHaveLength(17);
    for (const object of objects) {
      expect(object.outcome === 'listed', `${object.name}: ${object.reason}`).toBe(!names.includes(object.name));
      expect((object.reason ?? '').length, object.name).toBeGreaterThan(10);
    }
    expect(names, 'a division by zero is NULL on both sides').toContain('edge.b');
    // A week of the year counted by SQLite's own rule, bytes of a text: no counterpart.
    expect(objects.filter((object) => object.outcome === 'listed').map((object) => object.name)).toEqual(expect.arrayContaining(['line.day']));
    const { tables } = await it.shape();
    expect(Object.keys(tables['line']?.columns ?? {}), 'columns keep their order').toEqual(['id', 'first', 'last', 'qty', 'price', 'total', 'whole', 'shout', 'twice', 'is_big', 'half', 'initial', 'size', 'folded', 'day', 'guess', 'note']);
    expect(tables['line']).toMatchObject({ rows: 4, primaryKey: ['id'], identity: { column: 'id', next: '5' }, unique: [['twice']], defaults: ['note'] });
    expect(tables['line']?.indexes).toHaveLength(2);
    const row = await it.session.one(`INSERT INTO line (first, last, qty, price) VALUES ('Ida', 'Sol', 10, 2.5) RETURNING total, whole, shout, twice, size`);
    expect(row).toEqual({ total: '25', whole: 'Ida Sol', shout: 'IDA SOL', twice: '20', size: 'big' });
    await it.session.query('DELETE FROM line WHERE qty = 10');
    expect(result.findings.filter((finding) => finding.code === 'run.finding.object-differs')).toEqual([]);
    it.expectEveryCell(result);
    expect((await it.run(['rollback', result.runId])).code).toBe(0);
    expect(await catalogState(it.session)).toEqual(before);
  });

  test('an expression whose values differ on the server is noticed before the swap', async () => {
    // SQLite multiplies doubles and writes them with 15 digits; numeric arithmetic is exact.
    const path = build('differs.db', `CREATE TABLE price (net NUMERIC(12,2), gross NUMERIC AS (net * 1.1) STORED); INSERT INTO price VALUES (1.1), (2.05), (0.07)`);
    await using it = await migrationOf(path, folder.path);
    const { exit, result } = await it.migrate();
    expect({ exit, status: result.status }).toEqual({ exit: 0, status: 'verified' });
    const object = result.objects.find((candidate) => candidate.kind === 'generated column');
    expect(object?.outcome, object?.reason).toBe('listed');
    expect(object?.reason).toMatch(/3 rows|2 rows|1 row|counterpart/);
    it.expectEveryCell(result);
  });

  test('rows are appended to a table that computes its own column', async () => {
    const path = build('append.db', `CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER, b INTEGER AS (a + 1)); INSERT INTO t (a) VALUES (1), (2)`);
    await using it = await migrationOf(path, folder.path);
    await it.session.exec(`CREATE TABLE t (id bigint PRIMARY KEY, a bigint, b bigint GENERATED ALWAYS AS (a + 1) STORED); INSERT INTO t VALUES (9, 9)`);
    const before = await catalogState(it.session);
    const { exit, result, stderr } = await it.migrate(['--if-exists', 'append']);
    expect({ exit, status: result.status }, stderr).toEqual({ exit: 0, status: 'verified' });
    expect((await it.session.one('SELECT string_agg(b::text, \',\' ORDER BY id) AS all FROM t'))?.['all']).toBe('2,3,10');
    expect((await it.run(['rollback', result.runId])).code).toBe(0);
    expect(await catalogState(it.session)).toEqual(before);
  });
});
