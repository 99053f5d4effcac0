/** Comments of CREATE TABLE are comments in the target; names of every kind cross, and what had to change is told. */
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, describe, expect, test } from 'vitest';
import { hasPostgres, tempFolder } from '../../src-main/test-support/index.ts';
import { migrationOf } from './migrate-file.ts';

const folder = tempFolder('names');
afterAll(() => folder.remove());

const long = 'coluna_' + 'ã'.repeat(40);
const source = `
CREATE TABLE orders /* one row per order;
  'quoted' and \\ kept */ (
  id INTEGER PRIMARY KEY, -- the order's number
  /* cents, never NULL */
  total INTEGER NOT NULL,
  note TEXT -- free text 😀
);
INSERT INTO orders VALUES (1, 5, 'x');
CREATE TABLE "select" ("from" TEXT, "a/b" TEXT, "qu""ote" TEXT, "😀" TEXT, "Name" TEXT, "user" INTEGER, "${long}1" TEXT, "${long}2" TEXT, "xmin" TEXT, " space " TEXT, "semi;colon--x" TEXT);
INSERT INTO "select" VALUES ('f', 's', 'q', 'e', 'N', 1, 'l1', 'l2', 'm', 'sp', 'sc');
CREATE TABLE "Select 2" (v); CREATE TABLE "${'t'.repeat(70)}" (v); CREATE TABLE "${'t'.repeat(71)}" (v);
INSERT INTO "${'t'.repeat(71)}" VALUES (7);`;

describe.skipIf(!hasPostgres())('names and comments', () => {
  test('cross, and every change of a name is told', async () => {
    const path = join(folder.path, 'names.db');
    const db = new Database(path);
    db.exec(source);
    db.close();
    await using it = await migrationOf(path, folder.path);
    const { exit, result, stderr } = await it.migrate();
    expect({ exit, status: result.status }, stderr).toEqual({ exit: 0, status: 'verified' });
    expect((await it.session.arrays(`SELECT obj_description('orders'::regclass), col_description('orders'::regclass, 1), col_description('orders'::regclass, 2), col_description('orders'::regclass, 3)`))[0]).toEqual([
      `one row per order;\n  'quoted' and \\ kept`, "the order's number", 'cents, never NULL', 'free text 😀',
    ]);
    const [row] = await it.session.arrays('SELECT "from", "a/b", "qu""ote", "😀", "Name", "user"::text, " space ", "semi;colon--x" FROM "select"');
    expect(row).toEqual(['f', 's', 'q', 'e', 'N', '1', 'sp', 'sc']);
    const columns = new Map(result.tables.find((table) => table.source.table === 'select')?.columns.map((column) => [column.source, column.target]));
    const cut = [columns.get(`${long}1`) ?? '', columns.get(`${long}2`) ?? ''];
    expect(new Set(cut).size).toBe(2);
    for (const name of cut) expect(Buffer.byteLength(name)).toBeLessThanOrEqual(63);
    expect(columns.get('xmin')).not.toBe('xmin');
    const told = result.findings.filter((finding) => finding.code.startsWith('plan.finding.name-')).map((finding) => `${finding.code} ${finding.table} ${finding.column ?? ''}`);
    expect(told).toHaveLength(5);
    const tables = result.tables.filter((table) => table.source.table.startsWith('tt')).map((table) => table.target.table);
    expect(new Set(tables).size).toBe(2);
    it.expectEveryCell(result);
  });

  test('twins by case are told apart when names are lowered', async () => {
    const path = join(folder.path, 'twins.db');
    const db = new Database(path);
    db.exec('CREATE TABLE "Straße" (a); CREATE TABLE userNames (a); CREATE TABLE user_names (a); INSERT INTO userNames VALUES (1); INSERT INTO user_names VALUES (2)');
    db.close();
    await using it = await migrationOf(path, folder.path);
    const { exit, result } = await it.migrate(['--identifiers', 'snake']);
    expect(exit).toBe(0);
    const targets = result.tables.map((table) => table.target.table);
    expect(new Set(targets).size).toBe(3);
    expect(result.findings.map(({ code }) => code)).toContain('plan.finding.name-taken');
  });
});
