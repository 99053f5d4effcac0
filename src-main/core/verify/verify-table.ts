import type { PlanInverse, PlanTable } from '../../../shared/model/plan.ts';
import type { Difference, TableVerification } from '../../../shared/model/run.ts';
import type { Cell } from '../../../shared/model/values.ts';
import { TravessiaError } from '../../../shared/contract/errors.ts';
import { rowHashSql } from '../../../shared/pure/canonical/row-hash.ts';
import type { PgSession } from '../../drivers/postgres/index.ts';
import type { SqliteDb } from '../../drivers/sqlite/index.ts';
import { chooseBuckets, type Buckets } from './buckets.ts';
import { keyHash, narrowHash } from './narrow-hash.ts';
import { narrowRange } from './narrow-range.ts';
import { packedSums } from './packed-sums.ts';
import { rangeDigests } from './range-digests.ts';
import { openRejectBook } from './reject-book.ts';
import { createSourceRows } from './source-rows.ts';
import { createBucketSums, totals, unequalBuckets, type BucketSum } from './sums.ts';
import { tableShape, type TableShape } from './shape.ts';
import { showDifferences } from './show-cells.ts';
import { newDigest, ReadAgain, scanSource, type TableContext } from './table-context.ts';
import { createTargetReader } from './target-reader.ts';

export interface VerifyTableInput {
  readonly table: PlanTable;
  /** Where the rows are now: the staging schema of the run, or the final one. */
  readonly target: { readonly schema: string; readonly table: string };
  /** Read in the target's stead: a SELECT that gives a reshaped table back. */
  readonly select?: string;
  readonly rejects?: PlanInverse['rejects'];
  /** The run's snapshot, opened for reading with integers as bigint. */
  readonly db: SqliteDb;
  readonly encoding: string;
  /** The source's rows and their sum, where they have been read already (see `readAhead`); null: they have to be read row by row. */
  readonly ahead?: BucketSum | null;
  /** A session inside a read-only transaction that sees one state (`transactionSettings` applied). */
  readonly session: PgSession;
  readonly runId: string | null;
  /** How many differing rows may be listed; all are counted. */
  readonly room: number;
  /** SHA-256 of every range as well, where the rows are equal. */
  readonly digests?: boolean;
  readonly signal?: AbortSignal;
  readonly onRows?: (rows: number, rowsTotal: number) => void;
  readonly onDifferences: (differences: readonly Difference[]) => void;
}

/**
 * Compares every row and every crossing column of one table: the sum of all row hashes on both sides at once; where it differs, sums
 * per bucket of keys, unequal buckets narrowed to rows, rows to cells. Rightly rejected rows are counted apart; wrongly rejected ones are missing.
 *
 * @throws TravessiaError NOT_FOUND (table or column gone), PERMISSION_DENIED (rights, row-level security), CANCELLED, DATABASE_CORRUPT
 */
export async function verifyTable(input: VerifyTableInput): Promise<TableVerification> {
  const started = performance.now();
  const { database, table: name } = input.table.source;
  const target = createTargetReader(input.session, `Verifying ${input.target.schema}.${input.target.table}`, input.signal);
  const placed = tableShape(input.table, input.target, target.utf8);
  const shape = input.select === undefined ? placed : { ...placed, from: `(${input.select}) AS inverse` };
  if (input.select === undefined) await requireColumns(input, shape.columns.map((column) => column.target), target);
  const hashable = hashableOf(shape);
  const source = createSourceRows(input.db, { table: name, names: shape.names, filter: input.table.filter, encoding: input.encoding, ...(hashable === undefined ? {} : { hashable }) });
  const rowsSource = source.count();
  const book = await openRejectBook(shape, input.runId, input.encoding, target, input.rejects);
  const context: TableContext = {
    shape, source, target, book, digest: newDigest(shape), signal: input.signal, thorough: book.refusesGoodRows, room: input.room,
    onRows: (rows) => input.onRows?.(rows, rowsSource), onDifferences: input.onDifferences,
  };
  const theirTotal = targetTotal(context);
  // The source's reading may fail first; the other side's failure must not go unhandled.
  theirTotal.catch(() => undefined);
  await new Promise((resolve) => setImmediate(resolve));
  const report = (a: BucketSum, b: BucketSum, rest: Pick<TableVerification, 'rowsRejected' | 'missing' | 'extra' | 'changed' | 'equal'>): TableVerification => ({
    database, table: name, target: input.target,
    rowsSource, rowsTarget: b.rows, cells: a.rows * shape.columns.length,
    sumSource: a.sum.toString(), sumTarget: b.sum.toString(), ...rest,
    seconds: (performance.now() - started) / 1000,
  });
  if (book.size === 0) {
    const packed = input.ahead === undefined ? await packedSums({ shape, db: input.db, encoding: input.encoding, signal: input.signal, onRows: context.onRows }) : input.ahead;
    const theirs = await theirTotal;
    // Only equality is taken from it: whatever differs is looked at row by row.
    if (packed !== null && packed.rows === rowsSource && packed.rows === theirs.rows && packed.sum === theirs.sum) {
      context.onRows(packed.rows);
      return withDigests(context, input, report(packed, theirs, { rowsRejected: 0, missing: 0, extra: 0, changed: 0, equal: true }));
    }
  }
  const buckets = await chooseBuckets(shape, input.db, target, rowsSource, book.mends);
  let mine = await sourceSums(context, buckets, rowsSource);
  let leftovers = book.leftovers();
  if (leftovers.count > 0 && !context.thorough) {
    // Perhaps rows were rejected that have a form in the target: look every row up.
    context.thorough = true;
    mine = await sourceSums(context, buckets, rowsSource);
    leftovers = book.leftovers();
  }
  const rowsRejected = book.taken;
  const [a, b] = [totals(mine), await theirTotal];
  const theirs = a.rows === b.rows && a.sum === b.sum ? null : await targetSums(context, buckets);
  const unequal = theirs === null ? [] : unequalBuckets(mine, theirs);
  let [missing, extra, changed] = [0, leftovers.count, 0];
  input.onDifferences(leftovers.differences.slice(0, context.room));
  context.room -= Math.min(context.room, leftovers.differences.length);
  if (theirs !== null) {
    book.reopen();
    const narrowed = buckets.kind === 'range' ? await narrowRange(context, buckets, unequal) : await narrowHash(context, buckets, unequal, { source: mine, target: theirs });
    missing += narrowed.missing;
    extra += narrowed.extra;
    changed += narrowed.changed;
    await showDifferences(context, buckets, narrowed.rows);
  }
  return withDigests(context, input, report(a, b, { rowsRejected, missing, extra, changed, equal: theirs === null && missing + extra + changed === 0 }));
}

/** Adds what `rangeDigests` says, where it was asked for. A range whose rows have the same sum and another SHA-256 differs all the same. */
async function withDigests(context: TableContext, { digests, db, target, onDifferences }: VerifyTableInput, verified: TableVerification): Promise<TableVerification> {
  if (digests !== true || !verified.equal) return verified;
  const started = performance.now();
  const [mine, theirs] = await rangeDigests(context, db, verified.rowsSource);
  const seconds = verified.seconds + (performance.now() - started) / 1000;
  if (mine.sha256 === theirs.sha256 && mine.ranges.length === theirs.ranges.length) return { ...verified, seconds, digests: mine };
  const other = new Map(theirs.ranges.map((each) => [each.range, each.sha256]));
  const names = new Set([...mine.ranges, ...theirs.ranges].map(({ range }) => range));
  const own = new Map(mine.ranges.map((each) => [each.range, each.sha256]));
  const unlike = [...names].filter((range) => own.get(range) !== other.get(range));
  const cell = (text: string | undefined): Cell => ({ class: 'text', text: text ?? null });
  onDifferences(unlike.slice(0, context.room).map((range): Difference => ({
    database: verified.database, table: verified.table, target: `${target.schema}.${target.table}`, kind: 'changed', key: `${mine.key} ${range}`,
    cells: [{ column: 'SHA-256', source: cell(own.get(range)), target: cell(other.get(range)) }],
  })));
  return { ...verified, seconds, changed: unlike.length, equal: false };
}

/** Where rows may be larger than this, of their blobs only the hash is read for the sums. */
const largeRowBytes = 8 * 1024 * 1024;

function hashableOf({ plan: { maxRowBytes, reading }, columns }: TableShape): { rowid: string; columns: number[] } | undefined {
  const [rowid] = reading.columns;
  const large = columns.flatMap(({ base }, index) => (base === 'bytea' ? [index] : []));
  return maxRowBytes > largeRowBytes && reading.by === 'rowid' && rowid !== undefined && large.length > 0 ? { rowid, columns: large } : undefined;
}

async function sourceSums(context: TableContext, buckets: Buckets, expected: number): Promise<Map<number, BucketSum>> {
  const { hash } = context.digest;
  // Each restart adds at least one column to those read as bytes, so it ends.
  for (;;) {
    const sums = createBucketSums(buckets.count);
    try {
      const rows = await scanSource(context, { hashed: context.book.size === 0 }, buckets.kind === 'range'
        ? (row) => sums.add(buckets.of(row), hash)
        : (row) => sums.add(buckets.ofHash(keyHash(buckets, row, hash)), hash));
      if (rows === expected) return sums.entries();
    } catch (error) {
      if (error instanceof ReadAgain) continue;
      throw error;
    }
    throw new TravessiaError('DATABASE_CORRUPT', {
      message: `Table ${context.shape.plan.source.table}: SQLite counts ${expected} rows and reads another number.`,
      hint: 'An index of the file contradicts its table. Run "PRAGMA integrity_check", then REINDEX on a copy.',
    });
  }
}

/** In one number: without groups the server's workers share the work, with them it sorted two million rows on disk (measured). */
async function targetTotal({ shape, target }: TableContext): Promise<BucketSum> {
  const [row] = await target.arrays(`SELECT count(*)::text, sum(h)::text FROM (SELECT ${rowHashSql(shape.columns)} AS h FROM ${shape.from}) AS q`);
  return { rows: Number(row?.[0] ?? 0), sum: BigInt(row?.[1] ?? 0) };
}

async function targetSums({ shape, target }: TableContext, buckets: Buckets): Promise<Map<number, BucketSum>> {
  const rows = await target.arrays(
    `SELECT b::text, count(*)::text, sum(h)::text FROM (SELECT ${buckets.sql} AS b, ${rowHashSql(shape.columns)} AS h FROM ${shape.from}) AS q GROUP BY b`,
  );
  return new Map(rows.map(([bucket, count, sum]) => [Number(bucket), { rows: Number(count), sum: BigInt(sum ?? 0) }]));
}

/** A table or column that is gone is said by name, before a statement fails on it. */
async function requireColumns({ target, table }: VerifyTableInput, columns: readonly string[], reader: { arrays: (sql: string, values: string[]) => Promise<(string | null)[][]> }): Promise<void> {
  const rows = await reader.arrays(
    `SELECT a.attname FROM pg_attribute AS a JOIN pg_class AS c ON c.oid = a.attrelid JOIN pg_namespace AS n ON n.oid = c.relnamespace
     WHERE n.nspname = $1 AND c.relname = $2 AND c.relkind IN ('r', 'p', 'v') AND a.attnum > 0 AND NOT a.attisdropped`, [target.schema, target.table],
  );
  const there = new Set(rows.map(([name]) => name));
  const gone = columns.filter((column) => !there.has(column));
  if (gone.length === 0 && rows.length > 0) return;
  const what = rows.length === 0 ? 'the table does not exist' : `these columns do not exist: ${gone.join(', ')}`;
  throw new TravessiaError('NOT_FOUND', {
    message: `${target.schema}.${target.table} (from ${table.source.table}): ${what}.`,
    hint: 'Somebody changed the target after the run, or the run has not loaded this table.',
  });
}
