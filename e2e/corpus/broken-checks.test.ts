/** Rows that break a CHECK of their own table: counted before the load, kept under NOT VALID, taken out, or without the rule, as chosen. */
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import type { RunResult } from '../../shared/model/run.ts';
import type { Plan } from '../../shared/model/plan.ts';
import { hasPostgres, tempFolder } from '../../src-main/test-support/index.ts';
import { refusalOf } from './command-line.ts';
import { migrationOf, type Migration } from './migrate-file.ts';

const stock = `
CREATE TABLE stock (id INTEGER PRIMARY KEY, n INTEGER CONSTRAINT enough CHECK (n > 5), state TEXT CHECK (state IN ("new", "old")), CONSTRAINT "my name" CHECK (stock.n < 100 OR state = 'old') -- the last
);
CREATE TABLE box (a TEXT, b INTEGER, PRIMARY KEY (a, b), CONSTRAINT short CHECK (length(a) < 3)) WITHOUT ROWID;
CREATE TABLE entry (id INTEGER PRIMARY KEY, stock INTEGER REFERENCES stock (id));
PRAGMA ignore_check_constraints = ON;
INSERT INTO stock VALUES (1, 1, 'new'), (2, 7, 'odd'), (3, 8, 'old'), (4, NULL, NULL), (5, 200, 'new'), (6, 2, 'old');
INSERT INTO box VALUES ('ab', 1), ('abcd', 1), ('abcd', 2);
INSERT INTO entry VALUES (1, 1), (2, 3);`;

async function withStock(work: (stock: Migration, path: string) => Promise<void>): Promise<void> {
  const folder = tempFolder('checks');
  const path = join(folder.path, 'stock.db');
  const db = new Database(path);
  db.unsafeMode(true);
  // As older SQLite did when the table was made: a word in double quotes that is no column is a text.
  db.exec(`PRAGMA foreign_keys = OFF; ${stock.replace('"new", "old"', "'new', 'old'")}`);
  db.exec(`PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = replace(sql, '''new'', ''old''', '"new", "old"') WHERE name = 'stock'; PRAGMA writable_schema = OFF`);
  db.close();
  try {
    await using migration = await migrationOf(path, folder.path);
    await work(migration, path);
  } finally {
    folder.remove();
  }
}

const checks = (result: RunResult) => result.objects.filter(({ kind }) => kind === 'check').map(({ name, outcome, reason }) => `${outcome} ${name}: ${reason ?? ''}`);
const standing = async ({ session }: Migration) => Object.fromEntries(await session.arrays(`SELECT conname, convalidated::text FROM pg_constraint WHERE contype = 'c' AND connamespace = 'public'::regnamespace ORDER BY 1`));

describe.skipIf(!hasPostgres())('CHECK constraints that rows break', () => {
  test('are kept NOT VALID with the number of rows, as the assessment and the plan say, and hold for new rows', () => withStock(async (it, path) => {
    const assessed: { tables: { name: string; findings: { code: string; count?: string; params?: Record<string, string>; examples?: unknown }[] }[] } = JSON.parse((await it.run(['assess', path, '--format', 'json'])).stdout);
    const found = assessed.tables.flatMap(({ name, findings }) => findings.filter(({ code }) => code === 'finding.check-broken').map(({ count, params }) => [name, params?.['expression'], count]));
    expect(found).toEqual([['stock', 'n > 5', '2'], ['stock', 'state IN ("new", "old")', '1'], ['stock', expect.stringContaining('stock.n < 100'), '1'], ['box', 'length(a) < 3', '2']]);
    const planned: Plan = JSON.parse((await it.run(['plan', path, '--target', 'embedded'])).stdout);
    expect(planned.repairs?.map(({ object, count, choice, offers }) => [object, count, choice, offers.map((offer) => offer.choice).join()])).toEqual([
      ['enough', '2', 'keep', 'keep,quarantine,drop'], ['stock_check', '1', 'keep', 'keep,quarantine,drop'], ['my name', '1', 'keep', 'keep,quarantine,drop'], ['short', '2', 'keep', 'keep,quarantine,drop'],
    ]);
    const { exit, result } = await it.migrate();
    expect({ exit, status: result.status }).toEqual({ exit: 0, status: 'verified' });
    expect(checks(result)).toEqual(planned.objects.filter(({ kind }) => kind === 'check').map(({ name, outcome, reason }) => expect.stringMatching(`^${outcome} ${name}: NOT VALID: ${reason?.params?.['count']} rows? breaks? it`)));
    expect(await standing(it)).toEqual({ 'enough': 'false', 'my name': 'false', 'short': 'false', 'stock_check': 'false' });
    await expect(it.session.exec(`INSERT INTO stock VALUES (9, 1, 'new')`)).rejects.toMatchObject({ message: expect.stringContaining('enough') });
    expect(result.findings.filter(({ code }) => code === 'run.finding.object-differs')).toEqual([]);
    expect((await it.run(['verify', result.runId])).stdout).not.toMatch(/check .*not validated/);
    it.expectEveryCell(result);
  }));

  test('hold for all rows once those that break them are quarantined, each row as it was', () => withStock(async (it) => {
    const { exit, result } = await it.migrate(['--repair', 'checks=quarantine', '--repair', 'orphans=quarantine']);
    expect({ exit, status: result.status }).toEqual({ exit: 1, status: 'rejects' });
    expect(Object.fromEntries(result.tables.map(({ source, rows }) => [source.table, [rows.source, rows.loaded, rows.rejected]]))).toEqual({ stock: [6, 2, 4], box: [3, 1, 2], entry: [2, 1, 1] });
    expect(await standing(it)).toEqual({ 'enough': 'true', 'my name': 'true', 'short': 'true', 'stock_check': 'true' });
    expect(await it.session.arrays(`SELECT "table", key, "column", code FROM travessia.rejects ORDER BY "table", key`)).toEqual([
      ['box', "a='abcd', b=1", 'a', 'QUARANTINED_CHECK'], ['box', "a='abcd', b=2", 'a', 'QUARANTINED_CHECK'], ['entry', 'id=1', 'stock', 'QUARANTINED_ORPHAN'],
      ['stock', 'id=1', 'n', 'QUARANTINED_CHECK'], ['stock', 'id=2', 'state', 'QUARANTINED_CHECK'], ['stock', 'id=5', 'n, state', 'QUARANTINED_CHECK'], ['stock', 'id=6', 'n', 'QUARANTINED_CHECK'],
    ]);
    expect((await it.run(['verify', result.runId])).code).toBe(0);
    expect((await it.run(['rollback', result.runId])).code).toBe(0);
  }));

  test('are left out where that is chosen, one by one by their names; other choices are refused', () => withStock(async (it, path) => {
    expect(refusalOf(await it.run(['plan', path, '--target', 'embedded', '--format', 'json', '--repair', 'stock.enough=null-out']))).toMatchObject({ code: 'REPAIR_NOT_POSSIBLE', hint: expect.stringContaining('keep, quarantine, drop') });
    const { exit, result } = await it.migrate(['--repair', 'checks=drop', '--repair', 'stock.enough=quarantine']);
    expect({ exit, status: result.status }).toEqual({ exit: 1, status: 'rejects' });
    expect(await standing(it)).toEqual({ enough: 'true' });
    expect(checks(result)).toEqual(expect.arrayContaining([expect.stringMatching(/^listed short: left out by decision: 2 rows/), expect.stringMatching(/^translated enough: 2 rows/)]));
  }));

  test('are refused before the load by a table that stands and has the same condition, and taken by it once they are quarantined', () => withStock(async (it) => {
    await it.session.exec('CREATE TABLE box (a text, b bigint, PRIMARY KEY (a, b), CONSTRAINT short CHECK (length(a) < 3))');
    const ended = await it.run(['migrate', `${it.folder}/stock.db`, '--target', it.target, '--if-exists', 'append', '--format', 'json']);
    expect(refusalOf(ended)).toMatchObject({ code: 'ROWS_REFUSED', message: expect.stringContaining('Rows of box that break the condition short'), hint: expect.stringContaining('--repair box.short=quarantine') });
    expect(await it.session.arrays(`SELECT to_regnamespace('travessia')::text`)).toEqual([[null]]);
    const { exit, result } = await it.migrate(['--if-exists', 'append', '--repair', 'box.short=quarantine']);
    expect({ exit, status: result.status }).toEqual({ exit: 1, status: 'rejects' });
    expect(await it.session.arrays('SELECT count(*)::text FROM box')).toEqual([['1']]);
  }));
});
