/** Rejected rows given other values while their run waits: loaded with them, compared with them, and kept as they were. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { buildSqlite, hasPostgres, tempFolder } from '../../src-main/test-support/index.ts';
import { refusalOf } from './command-line.ts';
import { migrationOf, type Migration } from './migrate-file.ts';

const folder = tempFolder('mend');
afterAll(() => folder.remove());

const many = 'WITH RECURSIVE k(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM k WHERE i < 500)';

interface Page {
  readonly rows: { readonly id: string; readonly table: string; readonly key: string; readonly column: string; readonly mended?: { readonly values: unknown } }[];
  readonly total: number;
}

async function rejectsOf(it: Migration, run: string, ...more: string[]): Promise<Page> {
  return JSON.parse((await it.run(['rejects', run, '--format', 'json', ...more])).stdout);
}

async function numberOf(it: Migration, run: string, key: string): Promise<string> {
  return (await rejectsOf(it, run)).rows.find((row) => row.key === key)?.id ?? '';
}

const shop = `
  CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
  CREATE TABLE orders (id INTEGER PRIMARY KEY, customer INTEGER REFERENCES customers (id), amount INTEGER NOT NULL, note TEXT);
  CREATE TABLE log (what TEXT);
  CREATE TRIGGER orders_log AFTER INSERT ON orders BEGIN INSERT INTO log VALUES ('order ' || new.id); END;
  PRAGMA foreign_keys = OFF;
  ${many} INSERT INTO customers SELECT i, 'customer ' || i FROM k;
  ${many} INSERT INTO orders SELECT i, i, i * 10, 'note ' || i FROM k;
  INSERT INTO orders VALUES (600, 1, 'ten', 'a'), (601, 2, 'ten', 'b'), (602, 3, 'twelve', char(65, 0, 66));
  INSERT INTO customers VALUES (700, 'bad' || char(0));
  INSERT INTO orders VALUES (603, 700, 5, 'of a rejected customer');
`;

describe.skipIf(!hasPostgres())('a rejected row', () => {
  test('that is mended crosses with its new values, is compared with them, and stays kept as it was', async () => {
    await using it = await migrationOf(buildSqlite(join(folder.path, 'shop.db'), shop), folder.path);
    const first = await it.migrate(['--override', 'customers.name:nul=reject', '--override', 'orders.note:nul=reject']);
    expect({ exit: first.exit, status: first.result.status }, first.stderr).toEqual({ exit: 4, status: 'stopped' });
    const run = first.result.runId;
    expect((await rejectsOf(it, run)).rows.map(({ table, key, column }) => `${table} ${key} ${column}`).toSorted()).toEqual(['customers id=700 name', 'orders id=600 amount', 'orders id=601 amount', 'orders id=602 amount']);

    // What still does not fit, or what the target itself refuses, changes nothing.
    const twelve = await numberOf(it, run, 'id=602');
    expect(refusalOf(await it.run(['mend', run, '--reject', twelve, '--set', 'amount=12', '--format', 'json']))).toMatchObject({ code: 'MEND_REFUSED', message: expect.stringContaining('note') });
    expect(refusalOf(await it.run(['mend', run, '--reject', twelve, '--null', 'amount', '--null', 'note', '--format', 'json']))).toMatchObject({ code: 'MEND_REFUSED', message: expect.stringContaining('amount') });
    expect(refusalOf(await it.run(['mend', run, '--reject', twelve, '--set', 'amount=12', '--set', 'note=x', '--set', 'id=7', '--format', 'json']))).toMatchObject({ code: 'MEND_REFUSED', message: expect.stringContaining('orders_pkey') });
    expect(refusalOf(await it.run(['mend', run, '--reject', twelve, '--set', 'amount=12', '--set', 'other=x', '--format', 'json']))).toMatchObject({ code: 'MEND_REFUSED', message: expect.stringContaining('other') });
    expect((await rejectsOf(it, run)).total).toBe(4);

    const customer = await numberOf(it, run, 'id=700');
    expect(refusalOf(await it.run(['mend', run, '--reject', customer, '--set', 'name=customer 1', '--format', 'json']))).toMatchObject({ code: 'MEND_REFUSED' });
    expect((await it.run(['mend', run, '--reject', customer, '--set', 'name=good'])).code).toBe(0);
    expect((await it.run(['mend', run, '--reject', twelve, '--set', 'amount:integer=12', '--set', 'note=AB', '--set', 'id=1602'])).code).toBe(0);
    const alike = await it.run(['mend', run, '--reject', await numberOf(it, run, 'id=600'), '--set', 'amount=10', '--alike', '--format', 'json']);
    expect(JSON.parse(alike.stdout)).toMatchObject({ mended: 2, left: 0 });
    expect(refusalOf(await it.run(['mend', run, '--reject', customer, '--set', 'name=again', '--format', 'json'])).code).toBe('NOT_FOUND');

    const resumed = await it.run(['resume', run, '--format', 'json']);
    const result = JSON.parse(resumed.stdout);
    expect({ code: resumed.code, status: result.status, swapped: result.swapped }, resumed.stderr).toEqual({ code: 0, status: 'verified', swapped: true });
    expect(result.tables.find((each: { source: { table: string } }) => each.source.table === 'orders')).toMatchObject({ rows: { source: 504, loaded: 504, rejected: 0, mended: 3 }, verified: true });
    expect(result.findings).toContainEqual(expect.objectContaining({ code: 'run.finding.mended', count: '4' }));
    // The parent stands, so the key holds for its child.
    expect(await it.session.arrays(`SELECT convalidated::text FROM pg_constraint WHERE conrelid = 'orders'::regclass AND contype = 'f'`)).toEqual([['true']]);
    expect(await it.session.arrays('SELECT id::text, amount::text, note FROM orders WHERE id >= 600 ORDER BY orders.id')).toEqual([['600', '10', 'a'], ['601', '10', 'b'], ['603', '5', 'of a rejected customer'], ['1602', '12', 'AB']]);
    // Triggers did not fire.
    expect(await it.session.arrays('SELECT count(*)::text FROM log')).toEqual([['504']]);

    expect((await it.run(['verify', run])).code).toBe(0);
    expect((await it.run(['evidence', run, '--out', folder.path])).code).toBe(0);
    expect(readFileSync(join(folder.path, `evidence-${run}.html`), 'utf8')).toContain('Verified, with rows mended by hand');
    const kept = await rejectsOf(it, run, '--mended');
    expect(kept.rows.find(({ key }) => key === 'id=602')).toMatchObject({ row: { id: ['integer', '602'], note: ['text-hex', '410042'] }, mended: { values: [{ column: 'amount', value: ['integer', '12'] }, { column: 'note', value: ['text', 'AB'] }, { column: 'id', value: ['text', '1602'] }] } });
    expect(refusalOf(await it.run(['mend', run, '--reject', customer, '--set', 'name=late', '--format', 'json'])).code).toBe('WRONG_STATE');

    // A mended row is held against its new values like any other.
    await it.session.query('UPDATE orders SET amount = 11 WHERE id = 1602');
    const differs = await it.run(['verify', run, '--rows', '--format', 'json']);
    expect(JSON.parse(differs.stdout)).toMatchObject({ equal: false, rows: [{ table: 'orders', kind: 'changed', cells: [{ column: 'amount', source: { text: '12' }, target: { text: '11' } }] }] });
    await it.session.query('UPDATE orders SET amount = 12 WHERE id = 1602');
    expect((await it.run(['complete', run])).code).toBe(0);
    expect(await it.session.arrays('SELECT count(*)::text FROM travessia.mended')).toEqual([['4']]);
  });

  test('of a table without a key, and those that are equal to it, are told apart by number', async () => {
    await using it = await migrationOf(buildSqlite(join(folder.path, 'twins.db'), `CREATE TABLE t (n INTEGER, b BLOB, r REAL); ${many} INSERT INTO t SELECT i, x'00', i / 4.0 FROM k; INSERT INTO t VALUES ('x', x'01', 1.5), ('x', x'01', 1.5), ('x', x'01', 1.5)`), folder.path);
    const first = await it.migrate();
    const run = first.result.runId;
    const [one, two] = (await rejectsOf(it, run)).rows;
    expect((await it.run(['mend', run, '--reject', one?.id ?? '', '--set', 'n=-1', '--set', 'b:blob=ff', '--set', 'r:real=2.5e3'])).code).toBe(0);
    expect((await it.run(['mend', run, '--reject', two?.id ?? '', '--null', 'n'])).code).toBe(0);
    const resumed = await it.run(['resume', run, '--max-rejects', '1', '--format', 'json']);
    expect({ code: resumed.code, ...JSON.parse(resumed.stdout) }).toMatchObject({ code: 1, status: 'rejects', rejects: { rows: 1 }, tables: [{ rows: { source: 503, loaded: 502, rejected: 1, mended: 2 }, verified: true }] });
    expect(await it.session.arrays(`SELECT n::text, b::text, r::text FROM t WHERE n < 0 OR n IS NULL ORDER BY n`)).toEqual([['-1', '\\xff', '2500'], [null, '\\x01', '1.5']]);
    expect((await it.run(['rollback', run])).code).toBe(0);
    expect(await it.session.arrays(`SELECT to_regnamespace('travessia')::text`)).toEqual([[null]]);
  });

  test('is not mended where a repair of the plan took it out; others beside it are', async () => {
    await using it = await migrationOf(buildSqlite(join(folder.path, 'orphans.db'), `CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE c (id INTEGER PRIMARY KEY, p INTEGER REFERENCES p (id), n INTEGER); PRAGMA foreign_keys = OFF; ${many} INSERT INTO c SELECT i, NULL, i FROM k; INSERT INTO c VALUES (600, 9, 1), (601, NULL, 'x')`), folder.path);
    const { result } = await it.migrate(['--repair', 'orphans=quarantine']);
    const { rows } = await rejectsOf(it, result.runId);
    const quarantined = rows.find(({ key }) => key === 'id=600');
    expect(refusalOf(await it.run(['mend', result.runId, '--reject', quarantined?.id ?? '', '--null', 'p', '--format', 'json']))).toMatchObject({ code: 'MEND_NOT_POSSIBLE' });
    expect((await it.run(['mend', result.runId, '--reject', rows.find(({ key }) => key === 'id=601')?.id ?? '', '--set', 'n=1'])).code).toBe(0);
    const resumed = await it.run(['resume', result.runId, '--format', 'json']);
    expect({ code: resumed.code, ...JSON.parse(resumed.stdout) }, resumed.stderr).toMatchObject({ code: 1, status: 'rejects', rejects: { rows: 1 } });
  });
});
