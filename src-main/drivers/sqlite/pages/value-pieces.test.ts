import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { tempFolder, testSeed } from '../../../test-support/index.ts';
import { openSqlite } from '../index.ts';
import { openValuePieces, PagesUnfit } from './index.ts';

const seed = testSeed();

const scene = fc.record({
  pageSize: fc.constantFrom(512, 1024, 4096, 65_536),
  alias: fc.boolean(),
  /** Per row: its rowid's step, bytes of the columns before, of the blob and behind; and whether it is taken out again, so that pages are used anew. */
  rows: fc.array(fc.tuple(fc.integer({ min: 1, max: 2 ** 40 }), fc.nat(9000), fc.nat(200_000), fc.nat(9000), fc.boolean()), { minLength: 1, maxLength: 25 }),
  pieceBytes: fc.integer({ min: 1000, max: 70_000 }),
});

/** Bytes that repeat at no power of two, so that a page in the wrong place shows. */
const bytes = (length: number, step: number): Buffer => Buffer.alloc(length, Uint8Array.from({ length: 251 }, (_, index) => (index * step + 1) % 251));

it('gives each blob in pieces as SQLite gives it whole, wherever it stands in its row and in the file', () => {
  fc.assert(
    fc.property(scene, ({ pageSize, alias, rows, pieceBytes }) => {
      using folder = tempFolder('pieces');
      const path = join(folder.path, 'a.db');
      {
        using made = openSqlite(path, { mode: 'write', create: true });
        made.db.exec(`PRAGMA page_size = ${pageSize}; PRAGMA journal_mode = OFF; CREATE TABLE t (${alias ? 'id INTEGER PRIMARY KEY, ' : ''}a BLOB, b BLOB, c TEXT)`);
        const insert = made.db.prepare('INSERT INTO t (rowid, a, b, c) VALUES (?, ?, ?, ?)');
        let rowid = -(2n ** 41n);
        const gone: bigint[] = [];
        for (const [at, [step, before, length, behind, taken]] of rows.entries()) {
          rowid += BigInt(step);
          insert.run(rowid, bytes(before, at + 1), bytes(length, at + 2), 'é'.repeat(behind));
          if (taken) gone.push(rowid);
          if (at % 3 === 2) for (const each of gone.splice(0)) made.db.prepare('DELETE FROM t WHERE rowid = ?').run(each);
        }
      }
      using opened = openSqlite(path, { mode: 'read' });
      const pages = openValuePieces(opened.db, path, 't');
      try {
        for (const [rowid, a, b] of opened.db.prepare<[], [bigint, Buffer, Buffer]>('SELECT rowid, a, b FROM t').raw().iterate()) {
          for (const [column, value] of [['a', a], ['b', b]] as const) {
            const pieces = [...pages.pieces(rowid, column, pieceBytes)];
            expect(Buffer.concat(pieces).equals(value), `${column} of ${rowid}`).toBe(true);
            expect(pieces.slice(0, -1).every((piece) => piece.length === pieceBytes)).toBe(true);
          }
        }
      } finally {
        pages.close();
      }
    }),
    { seed, numRuns: 40 },
  );
});

it('leaves to SQLite what is no blob, no row, no column, and a column younger than its row', () => {
  using folder = tempFolder('pieces');
  const path = join(folder.path, 'a.db');
  using opened = openSqlite(path, { mode: 'write', create: true });
  opened.db.exec("CREATE TABLE t (a BLOB); INSERT INTO t VALUES ('text'), (zeroblob(50000)); ALTER TABLE t ADD COLUMN b BLOB DEFAULT x'00'");
  const pages = openValuePieces(opened.db, path, 't');
  try {
    for (const [rowid, column] of [[1n, 'a'], [2n, 'b'], [3n, 'a'], [2n, 'none']] as const) expect(() => [...pages.pieces(rowid, column, 1000)], `${column} of ${rowid}`).toThrow(PagesUnfit);
  } finally {
    pages.close();
  }
});
