/** The proof on which assessing from pages stands: what is counted there is what is counted of SQLite's own answers. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { codecFor } from '../../../shared/pure/codec/index.ts';
import { isSqliteFile, openSqlite, readSqliteCatalog, type SqliteDb } from '../../drivers/sqlite/index.ts';
import { buildSqlite, corpusCopy, corpusPath, hasCorpus, tempFolder, testSeed } from '../../test-support/index.ts';
import { isPlainInteger, isPlainUtc } from './detectors.ts';
import { scanPages } from './page-scan.ts';
import { profileOf } from './profile.ts';
import type { TableScan } from './scan-result.ts';
import { btreeSizes } from './sizes.ts';
import { scanTable } from './table-scan.ts';

const seed = testSeed();
const { signal } = new AbortController();

/** Invalid texts are looked at behind the others of their chunk, so that other rows may be the examples. */
const profiles = ({ columns }: TableScan): unknown[] =>
  columns.map((column) => {
    const profile = profileOf(column);
    return profile.invalidTexts !== '0' ? { ...profile, candidates: profile.candidates.map(({ examples: _, ...candidate }) => candidate) } : profile;
  });

interface Counted {
  readonly pages: unknown;
  readonly rows: unknown;
}

/** Both ways over every table of a file whose pages are read. */
async function bothWays(db: SqliteDb): Promise<Counted[]> {
  const catalog = readSqliteCatalog(db);
  const sizes = btreeSizes(db);
  const found: Counted[] = [];
  for (const table of catalog.tables.filter(({ kind, error }) => kind === 'table' && error === null)) {
    const size = sizes.get(table.name);
    const counted = { pages: 0, rows: 0 };
    const options = { maxRowBytes: size?.maxPayload ?? 0, rowsExpected: size?.rows ?? 0, encoding: catalog.encoding, signal };
    const scan = await scanPages(db, table, table.columns.filter(({ hidden }) => hidden !== 1), { ...options, pagesFrom: 0, onRows: (rows) => (counted.pages += rows) });
    if (scan === null) {
      expect(counted.pages).toBe(0);
      continue;
    }
    const other = await scanTable(db, table, { ...options, pagesFrom: Number.POSITIVE_INFINITY, onRows: (rows) => (counted.rows += rows) });
    const all = (each: TableScan, told: number): unknown => ({ table: table.name, columns: profiles(each), rows: each.rows, bytes: each.bytes, maxRowBytes: each.maxRowBytes, nullKeys: each.nullKeys, error: each.error, told });
    found.push({ pages: all(scan, counted.pages), rows: all(other, counted.rows) });
  }
  return found;
}

describe('an assessment from the pages', () => {
  it.skipIf(!hasCorpus())('says of every table of the corpus what SQLite’s answers say', { timeout: 120_000 }, async () => {
    let compared = 0;
    for (const file of readdirSync(corpusPath('sqlite'), { recursive: true, encoding: 'utf8' }).filter((name) => isSqliteFile(corpusPath(join('sqlite', name))))) {
      using folder = tempFolder('pages');
      const path = corpusCopy(join('sqlite', file), folder.path);
      {
        using writable = openSqlite(path, { mode: 'write' });
        writable.db.pragma('journal_mode = DELETE');
      }
      using opened = openSqlite(path, { mode: 'read' });
      for (const { pages, rows } of await bothWays(opened.db)) {
        expect(pages, file).toEqual(rows);
        compared += 1;
      }
    }
    expect(compared).toBeGreaterThan(60);
  });

  const texts = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 12 }), fc.string({ maxLength: 6 }),
    fc.constantFrom('', '0', '007', '-17', '1e3', ' x', 'x\t', '\u00a0é', 'a\0b', '\0', 'x'.repeat(30), 'ß'.repeat(23), '🙂', 'y'.repeat(5000), '2024-01-31 10:00:00', '2024-01-28T10:00:00.5Z', '2024-01-28T10:00:00Z', '{"a":1}', '00112233-4455-6677-8899-aabbccddeeff', 'true'),
  );
  const cells = fc.oneof(
    fc.constantFrom(null, 0, 1, -1, 127, 128, 2 ** 31, -(2 ** 31), 2 ** 53, 0.5, 1e300, 1_700_000_000, 2_460_000.5, Number.POSITIVE_INFINITY),
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), fc.double({ noNaN: true }), texts, texts, fc.uint8Array({ maxLength: 60 }), fc.nat(9000).map((length) => Buffer.alloc(length, 65)),
  );
  const columns = fc.array(fc.record({ declared: fc.constantFrom('', 'TEXT', 'VARCHAR(4)', 'INTEGER', 'REAL', 'NUMERIC', 'DECIMAL(9,2)', 'BLOB', 'DATETIME', 'BOOLEAN', 'UUID', 'JSON'), asText: fc.boolean() }), { minLength: 1, maxLength: 5 });
  it(`and of any values under any declarations, invalid ones, too (seed ${seed})`, async () => {
    await fc.assert(
      fc.asyncProperty(columns, fc.array(fc.array(cells, { minLength: 5, maxLength: 5 }), { minLength: 1, maxLength: 40 }), fc.constantFrom('none', 'rowid', 'nullable'), fc.constantFrom(512, 4096), async (declared, rows, key, pageSize) => {
        using folder = tempFolder('pages');
        const ends = { none: '', rowid: ', id INTEGER PRIMARY KEY', nullable: ', k TEXT PRIMARY KEY' }[key];
        const path = buildSqlite(join(folder.path, 'source.db'), `PRAGMA page_size = ${pageSize}; CREATE TABLE t (${declared.map((column, index) => `c${index} ${column.declared}`).join(', ')}${ends})`, (db) => {
          // Bytes that are kept as a text are mostly no valid one.
          const values = declared.map(({ asText }) => (asText ? "(SELECT iif(typeof(v) = 'blob', CAST(v AS TEXT), v) FROM (SELECT ? AS v))" : '?'));
          const insert = db.prepare(`INSERT INTO t (${declared.map((_, index) => `c${index}`).join(', ')}) VALUES (${values.join(', ')})`);
          for (const row of rows) insert.run(...row.slice(0, declared.length));
        });
        using opened = openSqlite(path, { mode: 'read' });
        const [both] = await bothWays(opened.db);
        expect(both?.pages).toEqual(both?.rows);
      }),
      { seed, numRuns: 200 },
    );
  });

  it('knows a replacement character that is one from those that stand for invalid bytes', async () => {
    using folder = tempFolder('pages');
    using opened = openSqlite(buildSqlite(join(folder.path, 'source.db'), "CREATE TABLE t (a TEXT); INSERT INTO t VALUES (char(65533)), (CAST(x'ff' AS TEXT)), (CAST(x'61ff62' AS TEXT)), ('ok')"), { mode: 'read' });
    const [both] = await bothWays(opened.db);
    expect(both?.pages).toEqual(both?.rows);
    expect(both?.pages).toMatchObject({ columns: [{ invalidTexts: '2' }] });
  });

  it('sees nothing plain in a text that the type would refuse', () => {
    const near = fc.stringMatching(/^[0-9]{1,4}-[0-9]{1,2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{0,7})?Z?$/);
    fc.assert(fc.property(fc.oneof(near, fc.stringMatching(/^-?[0-9.]{1,17}$/)), (text) => {
      if (isPlainUtc(text)) expect(codecFor('timestamptz').misfit(text)).toBeUndefined();
      if (isPlainInteger(text)) expect([codecFor('bigint').misfit(text), codecFor('numeric').misfit(text)]).toEqual([undefined, undefined]);
    }), { seed, numRuns: 20_000 });
    expect([isPlainUtc('2023-11-14T22:13:20.020Z'), isPlainUtc('2023-11-14T22:13:20Z'), isPlainInteger('0'), isPlainInteger('1700')]).toEqual([true, true, true, true]);
  });
});
