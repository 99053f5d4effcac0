/** The proof on which reading the pages stands: what is sent to the server from them is, byte for byte, what SQLite's own answers become. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { thresholdsSchema } from '../../../shared/model/assessment.ts';
import { planOptionsSchema, type PlanTable } from '../../../shared/model/plan.ts';
import { isSqliteFile, openSqlite, readSqliteCatalog } from '../../drivers/sqlite/index.ts';
import { PagesUnfit } from '../../drivers/sqlite/pages/index.ts';
import { rowidPosition } from '../../drivers/sqlite/read-key.ts';
import { corpusCopy, corpusPath, hasCorpus, tempFolder, testSeed } from '../../test-support/index.ts';
import { assessSnapshot } from '../assess/index.ts';
import { createPlan } from '../plan/create-plan.ts';
import { sqliteSource } from '../sources/index.ts';
import { CopyBuffer } from './copy-buffer.ts';
import type { CopySender } from './copy-sender.ts';
import { openLoadSource, sourceTable, type LoadSource } from './load-source.ts';
import { loadColumns } from './row-encoder.ts';
import { pageFeed, readsPages, sqliteFeed, type FeedInput, type RowFeed } from './row-feed.ts';
import { buildFile, planTable } from './test-fixture.ts';

const seed = testSeed();
const { signal } = new AbortController();

/** A sender that only takes the buffers. */
const nowhere = (buffer: CopyBuffer, sent: Buffer[]): CopySender => ({
  bytes: 0,
  flush: () => Promise.resolve(void sent.push(...buffer.take().map((full) => Buffer.from(full.bytes)))),
  end: () => Promise.reject(new Error('not asked')),
  abort: () => Promise.reject(new Error('not asked')),
});

interface Sent {
  /** Each row as its bytes, in the order of the bytes: rows that are read twice are sent behind their neighbours. */
  readonly tuples: readonly string[];
  readonly rows: number;
  readonly rejects: readonly unknown[];
  readonly last: string | null;
}

async function drain(feed: RowFeed, buffer: CopyBuffer): Promise<Sent> {
  const sent: Buffer[] = [];
  const sender = nowhere(buffer, sent);
  const rejects: unknown[] = [];
  let [rows, last]: [number, string | null] = [0, null];
  for (; feed.more; feed.advance()) {
    const written = await feed.write(sender);
    rows += written.rows;
    last = written.last;
    rejects.push(...written.rejects);
    await sender.flush();
  }
  feed.close();
  sent.push(...buffer.take(true).map((full) => Buffer.from(full.bytes)));
  return { tuples: tuplesOf(Buffer.concat(sent)), rows, rejects, last };
}

/** Parts COPY BINARY data without head and trailer into its rows (manual, COPY, "Tuples"). */
function tuplesOf(bytes: Buffer): string[] {
  const tuples: string[] = [];
  for (let at = 0; at < bytes.length;) {
    const start = at;
    const fields = bytes.readInt16BE(at);
    at += 2;
    for (let field = 0; field < fields; field += 1) at += 4 + Math.max(0, bytes.readInt32BE(at));
    tuples.push(bytes.toString('latin1', start, at));
  }
  return tuples.toSorted();
}

function inputOf(source: LoadSource, table: PlanTable): FeedInput {
  const structure = sourceTable(source, table.source.table);
  const columns = loadColumns(table, structure.rowidAlias);
  return {
    task: { table, pagesFrom: 0 },
    source, structure, columns, buffer: new CopyBuffer(),
    exact: { db: source.db, table: structure, columns: table.columns.map((column) => column.source), rowKey: table.rowKey, encoding: source.catalog.encoding, filter: table.filter },
  };
}

/** Both ways over one table; null where its pages are not read. */
async function bothWays(source: LoadSource, table: PlanTable): Promise<{ readonly pages: Sent; readonly rows: Sent } | null> {
  const [one, two] = [inputOf(source, table), inputOf(source, table)];
  if (one.columns.length === 0 || !readsPages(one)) return null;
  try {
    return { pages: await drain(pageFeed(one, null), one.buffer), rows: await drain(sqliteFeed(two, null), two.buffer) };
  } catch (error) {
    if (error instanceof PagesUnfit) return null;
    throw error;
  }
}

async function planOf(path: string): Promise<readonly PlanTable[]> {
  const assessment = await assessSnapshot({ source: sqliteSource(path), snapshotPath: path, thresholds: thresholdsSchema.parse({}), answers: {}, rejectShare: 0 }, { signal, onProgress: () => undefined });
  using opened = openSqlite(path, { mode: 'read' });
  const plan = createPlan({ id: 'p', version: 1, createdAt: '2026-01-01', sources: [{ assessment, catalog: readSqliteCatalog(opened.db), schema: 'public' }], target: 'test', options: planOptionsSchema.parse({}) });
  return plan.tables;
}

describe('rows from the pages', () => {
  it.skipIf(!hasCorpus())('of every table of the corpus become the bytes that SQLite’s answers become', { timeout: 120_000 }, async () => {
    let compared = 0;
    for (const file of readdirSync(corpusPath('sqlite'), { recursive: true, encoding: 'utf8' }).filter((name) => isSqliteFile(corpusPath(join('sqlite', name))))) {
      using folder = tempFolder('pages');
      const path = corpusCopy(join('sqlite', file), folder.path);
      {
        using opened = openSqlite(path, { mode: 'write' });
        opened.db.pragma('journal_mode = DELETE');
      }
      const tables = await planOf(path);
      using source = openLoadSource(path);
      for (const table of tables) {
        const both = await bothWays(source, table);
        if (both === null) continue;
        expect(both.pages, `${file} ${table.source.table}`).toEqual(both.rows);
        compared += 1;
      }
    }
    expect(compared).toBeGreaterThan(80);
  });

  const texts = fc.oneof(fc.string({ unit: 'grapheme', maxLength: 12 }), fc.constantFrom('', '0', '-17', '1e3', 'x'.repeat(30), 'ß'.repeat(23), 'y'.repeat(5000), '2024-01-31 10:00:00', '\uFFFD', '{"a":1}'));
  const cells = fc.oneof(
    fc.constantFrom(null, 0, 1, -1, 127, 128, 32_767, 32_768, -32_769, 2 ** 31, -(2 ** 31), 2 ** 53, 0.5, 1e300, 5, 12),
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), fc.double({ noNaN: true }), texts.map((text) => text.replaceAll('\0', '')), fc.uint8Array({ maxLength: 60 }), fc.nat(9000).map((length) => Buffer.alloc(length, 65)),
  );
  const types = ['text', 'varchar(12)', 'smallint', 'integer', 'bigint', 'double precision', 'real', 'numeric', 'numeric(9,2)', 'boolean', 'bytea', 'jsonb', 'timestamp', 'date', 'uuid'] as const;
  it(`of any values under any types, too, and the same are rejected (seed ${seed})`, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ declared: fc.constantFrom('', 'TEXT', 'INTEGER', 'REAL', 'NUMERIC', 'BLOB'), type: fc.constantFrom(...types), nullable: fc.boolean(), bytes: fc.boolean() }), { minLength: 1, maxLength: 5 }),
        fc.array(fc.array(cells, { minLength: 5, maxLength: 5 }), { maxLength: 40 }), fc.boolean(), fc.boolean(), fc.constantFrom(512, 4096),
        async (columns, rows, alias, plainIntegers, pageSize) => {
          using folder = tempFolder('pages');
          const path = buildFile(folder.path, (db) => {
            db.exec(`PRAGMA page_size = ${pageSize}; CREATE TABLE t (${[...(alias ? ['id INTEGER PRIMARY KEY'] : []), ...columns.map(({ declared }, index) => `c${index} ${declared}`)].join(', ')})`);
            const insert = db.prepare(`INSERT INTO t (${columns.map((_, index) => `c${index}`).join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`);
            for (const row of rows) insert.run(...row.slice(0, columns.length));
          });
          const specs = Object.fromEntries(columns.map(({ type, nullable, bytes }, index) => [`c${index}`, { type, nullable, ...(bytes && type === 'bytea' ? { cast: 'text as bytes' as const } : {}) }]));
          const table = planTable(path, 't', { ...specs, id: { type: 'bigint' } });
          using source = openLoadSource(path);
          const both = await bothWays(source, { ...table, maxRowBytes: 50_000, reading: { ...table.reading, plainIntegers } });
          expect(both?.pages).toEqual(both?.rows);
        },
      ),
      { seed, numRuns: 150 },
    );
  });

  it.each([['all', null, null], ['behind a row', 700, null], ['up to a row', null, 1300], ['between rows that are gone', 500, 1500], ['behind the last', 2000, null]])('of a range are those rows: %s', async (_, after, until) => {
    using folder = tempFolder('pages');
    const path = buildFile(folder.path, (db) => {
      db.exec("PRAGMA page_size = 512; CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000) INSERT INTO t SELECT i, 'row ' || i FROM n; DELETE FROM t WHERE id BETWEEN 450 AND 510 OR id BETWEEN 1490 AND 1510");
    });
    const table = planTable(path, 't', { id: { type: 'integer' } });
    using source = openLoadSource(path);
    const [one, two] = [inputOf(source, table), inputOf(source, table)];
    const [from, to] = [after, until].map((rowid) => (rowid === null ? null : rowidPosition(rowid)));
    const range = { number: 0, after: from ?? null, until: to ?? null };
    const limited = (input: FeedInput): FeedInput => ({ ...input, task: { ...input.task, range } });
    const [pages, rows] = [await drain(pageFeed(limited(one), range.after), one.buffer), await drain(sqliteFeed(limited(two), range.after), two.buffer)];
    expect({ tuples: pages.tuples, rows: pages.rows }).toEqual({ tuples: rows.tuples, rows: rows.rows });
  });
});
