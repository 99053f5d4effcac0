import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { canonicalBytes } from '../../../shared/pure/canonical/bytes.ts';
import { openSqlite } from '../../drivers/sqlite/index.ts';
import { tempFolder } from '../../test-support/index.ts';
import { sha256Hex } from './shape.ts';
import { createSourceRows, pieceBytes as piece } from './source-rows.ts';

test('blobs that are hashed piece by piece have the canonical form of those read whole; all else is read as ever', () => {
  using folder = tempFolder('source-rows');
  using opened = openSqlite(`${folder.path}/blobs.db`, { mode: 'write', create: true });
  opened.db.defaultSafeIntegers(true);
  opened.db.exec('CREATE TABLE t (id INTEGER PRIMARY KEY, a BLOB, b BLOB)');
  const values = [null, Buffer.alloc(0), randomBytes(piece), randomBytes(piece + 1), randomBytes(2 * piece), randomBytes(2 * piece + 1), 'x'.repeat(piece + 1), 7n];
  const insert = opened.db.prepare('INSERT INTO t (a, b) VALUES (?, ?)');
  for (const [index, value] of values.entries()) insert.run(value, values[(index + 3) % values.length]);
  const source = createSourceRows(opened.db, { table: 't', names: ['id', 'a', 'b'], filter: undefined, encoding: 'UTF-8', hashable: { rowid: 'id', columns: [1, 2] } });
  source.addRaw([2]);
  const forms = (hashed: boolean): unknown[] => {
    const canonical = canonicalBytes('text as bytes', sha256Hex);
    return [...source.scan({ hashed })].map((row) => row.slice(0, 3).map((cell) => (cell === null || typeof cell === 'bigint' ? cell : canonical(cell))));
  };
  expect(forms(true)).toEqual(forms(false));
  const kinds = [...source.scan({ hashed: true })].map((row) => typeof row[1] === 'object' && row[1] !== null && 'sha256' in row[1]);
  expect(kinds).toEqual([false, false, false, true, true, true, false, false]);
});

test('what was read of many blobs is freed while the next are read', () => {
  using folder = tempFolder('source-rows');
  using opened = openSqlite(`${folder.path}/many.db`, { mode: 'write', create: true });
  opened.db.defaultSafeIntegers(true);
  opened.db.exec('PRAGMA synchronous = OFF; CREATE TABLE t (id INTEGER PRIMARY KEY, a BLOB); WITH RECURSIVE k(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM k WHERE i < 6000) INSERT INTO t SELECT i, zeroblob(20000) FROM k');
  const source = createSourceRows(opened.db, { table: 't', names: ['id', 'a'], filter: undefined, encoding: 'UTF-8' });
  const before = process.memoryUsage().arrayBuffers;
  let most = 0;
  for (const row of source.scan({})) if (row[0] !== null && Number(row[0]) % 50 === 0) most = Math.max(most, process.memoryUsage().arrayBuffers - before);
  // Of 120 MB in all 66 waited where nothing was freed.
  expect(most).toBeLessThan(24 * 1024 * 1024);
});
