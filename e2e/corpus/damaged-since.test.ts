/** A file that was damaged, or cut off, after its plan was made: rows of it may be missing or other ones, and nobody has been told. */
import { closeSync, openSync, readSync, statSync, truncateSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, describe, expect, test } from 'vitest';
import { hasPostgres, tempFolder } from '../../src-main/test-support/index.ts';
import { refusalOf } from './command-line.ts';
import { migrationOf } from './migrate-file.ts';

const folder = tempFolder('damaged-since');
afterAll(() => folder.remove());
const rows = 5000;

function make(name: string): string {
  const path = join(folder.path, name);
  const db = new Database(path);
  db.exec(`CREATE TABLE t (id INTEGER PRIMARY KEY, r REAL); WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${rows}) INSERT INTO t SELECT i, i * 0.1 FROM n`);
  db.close();
  return path;
}

const counted = (path: string): readonly unknown[] => {
  const db = new Database(path, { readonly: true });
  const answer = db.prepare('SELECT count(*), total(r) FROM t').raw().get();
  db.close();
  return Array.isArray(answer) ? answer : [];
};

/** A leaf of the table forgets half of its rows: SQLite reads on without them (https://sqlite.org/fileformat2.html, section 1.6). */
function hideRows(path: string): void {
  const file = openSync(path, 'r+');
  const head = Buffer.alloc(8);
  for (let page = 3; ; page += 1) {
    readSync(file, head, 0, 8, (page - 1) * 4096);
    if (head[0] !== 13) continue;
    head.writeUInt16BE(Math.floor(head.readUInt16BE(3) / 2), 3);
    writeSync(file, head, 0, 8, (page - 1) * 4096);
    break;
  }
  closeSync(file);
}

describe.skipIf(!hasPostgres())('damaged since', () => {
  test.each([
    ['loses rows of a page', 'pages.db', hideRows, 'was damaged after the plan was made: '],
    ['loses its last bytes', 'cut.db', (path: string) => truncateSync(path, statSync(path).size - 6), 'is cut off: '],
  ])('a file that %s between plan and run is not loaded', async (_, name, damage, message) => {
    const path = make(name);
    await using it = await migrationOf(path, folder.path);
    const plan = join(folder.path, `${name}.json`);
    expect((await it.run(['plan', path, '--target', it.target, '--out', plan])).code).toBe(0);
    const before = counted(path);
    damage(path);
    // SQLite answers as if nothing had happened.
    expect(counted(path)).not.toEqual(before);
    expect(refusalOf(await it.run(['migrate', plan, '--format', 'json']))).toMatchObject({ code: 'DATABASE_CORRUPT', message: expect.stringContaining(message) });
    expect(await it.session.arrays(`SELECT to_regclass('public.t')::text, to_regclass('travessia.runs')::text`)).toEqual([[null, null]]);
  });

  test('damage that the plan knew of crosses as it reads, and is said', async () => {
    const path = make('known.db');
    hideRows(path);
    await using it = await migrationOf(path, folder.path);
    const plan = join(folder.path, 'known.json');
    expect((await it.run(['plan', path, '--target', it.target, '--out', plan])).code).toBe(0);
    const db = new Database(path);
    db.exec('UPDATE t SET r = 0 WHERE id = 1');
    db.close();
    const ended = await it.run(['migrate', plan]);
    expect([ended.code, ended.stdout]).toEqual([1, expect.stringContaining('The file is damaged')]);
  });
});
