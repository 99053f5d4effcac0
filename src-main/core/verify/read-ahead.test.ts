import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openSqlite } from '../../drivers/sqlite/index.ts';
import { tempFolder, type TempFolder } from '../../test-support/index.ts';
import { packedSums } from './packed-sums.ts';
import { readAhead, type ReadAhead } from './read-ahead.ts';
import { tableShape } from './shape.ts';
import { planOf, planTable } from './test-fixture.ts';
import { startVerifyThread } from './verify-thread.ts';

const columns = [{ source: 'id', type: 'bigint' }, { source: 'a', type: 'text' }];
const tables = ['t', 'u'].map((name) => planTable(name, columns, { rows: '100000', reading: { by: 'rowid', columns: ['id'], plainIntegers: false } }));

function fileOf(folder: TempFolder, u = "'plain'"): string {
  const path = join(folder.path, 'test.db');
  const { db, close } = openSqlite(path, { mode: 'write', create: true });
  for (const [name, value] of [['t', "'Ação ' || i"], ['u', u]]) db.exec(`CREATE TABLE ${name} (id INTEGER PRIMARY KEY, a); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) INSERT INTO ${name} SELECT i, ${value} FROM n`);
  close();
  return path;
}

function begin(snapshotPath: string, signal = new AbortController().signal): ReadAhead {
  const ahead = readAhead({ plan: planOf(tables), sources: [{ database: 'test.db', snapshotPath }], utf8: true, idle: true, signal });
  if (ahead === null) throw new Error('Nothing is read ahead.');
  return ahead;
}

describe('reading ahead', () => {
  it('gives the sum of a table, whoever reads which part', async () => {
    using folder = tempFolder('ahead');
    const path = fileOf(folder);
    const ahead = begin(path);
    const threads = [startVerifyThread(), startVerifyThread()];
    const told: number[] = [];
    const sums = await Promise.all(tables.map((table, index) => ahead.sumOf(table, threads[index] ?? startVerifyThread(), new AbortController().signal, (rows) => told.push(rows))));
    for (const thread of threads) thread.close();
    ahead.close();
    using opened = openSqlite(path, { mode: 'read' });
    expect(sums).toEqual(await Promise.all(tables.map((table) => packedSums({ shape: tableShape(table, table.target, true), db: opened.db, encoding: 'UTF-8' }))));
    expect(sums[0]?.rows).toBe(20_000);
  });
  it('has none of a table that must be read row by row', async () => {
    using folder = tempFolder('ahead');
    const ahead = begin(fileOf(folder, "iif(i = 17000, x'00', 'text')"));
    const thread = startVerifyThread();
    const [, table = planTable('u', columns)] = tables;
    expect(await ahead.sumOf(table, thread, new AbortController().signal, () => undefined)).toBe(null);
    thread.close();
    ahead.close();
  });
  it('reads no small table ahead', () => {
    expect(readAhead({ plan: planOf([planTable('t', columns, { rows: '99999' })]), sources: [{ database: 'test.db', snapshotPath: 'test.db' }], utf8: true, idle: false, signal: new AbortController().signal })).toBe(null);
  });
  it('ends with what went wrong for whoever waits', async () => {
    using folder = tempFolder('ahead');
    const ahead = begin(join(folder.path, 'gone.db'));
    const thread = startVerifyThread();
    const [table = planTable('t', columns)] = tables;
    await expect(ahead.sumOf(table, thread, new AbortController().signal, () => undefined)).rejects.toMatchObject({ name: 'TravessiaError' });
    thread.close();
    ahead.close();
  });
  it('ends when its helper is gone, and when it is cancelled', async () => {
    using folder = tempFolder('ahead');
    const path = fileOf(folder);
    const [table = planTable('t', columns)] = tables;
    const dead = startVerifyThread();
    dead.close();
    const ahead = begin(path);
    await expect(ahead.sumOf(table, dead, new AbortController().signal, () => undefined)).rejects.toMatchObject({ code: 'INTERNAL' });
    ahead.close();
    const controller = new AbortController();
    const other = begin(path, controller.signal);
    const thread = startVerifyThread();
    const waiting = other.sumOf(table, thread, new AbortController().signal, () => undefined);
    controller.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'CANCELLED' });
    thread.close();
    other.close();
  });
});
