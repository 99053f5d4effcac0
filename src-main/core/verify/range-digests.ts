import { createHash, hash as hashOf } from 'node:crypto';
import type { RangeDigest, TableDigests } from '../../../shared/model/run.ts';
import type { SourceCell } from '../../../shared/pure/canonical/cell.ts';
import type { HashedColumn } from '../../../shared/pure/canonical/row-hash.ts';
import type { SqliteDb } from '../../drivers/sqlite/index.ts';
import { chooseBuckets, type Buckets } from './buckets.ts';
import { keyHash } from './narrow-hash.ts';
import type { ComparedColumn } from './shape.ts';
import { ReadAgain, scanSource, throwIfAborted, type TableContext } from './table-context.ts';

/** Rows of a range, and ranges of a table, aimed at: few enough to be printed, small enough to be sorted in memory. */
const rowsPerRange = 65_536;
const mostRanges = 256;
/** Rows whose digests are held at once. */
const rowsPerPass = 1_000_000;
const digestBytes = 32;

/**
 * SQL for the SHA-256 of one row: of its columns in order, each as `-` where it is NULL, else as the number of bytes of its canonical text, a
 * colon, and the text. No two rows give the same bytes. NULL as in `rowHashSql`.
 */
export function rowDigestSql(columns: readonly HashedColumn[]): string {
  const fields = columns.map(({ column, text }) => `CASE WHEN ${column} IS NOT DISTINCT FROM NULL THEN '-' ELSE octet_length(${text})::text || ':' || (${text}) END`);
  // A function takes a hundred arguments at most, and an expression has no such bound.
  return `sha256(convert_to(${fields.length === 0 ? `''` : fields.join(' || ')}, 'UTF8'))`;
}

/** The same of a source row, as a text of 32 characters of one byte each: a buffer for every row would be memory of its own. */
function rowDigest(columns: readonly ComparedColumn[], row: readonly SourceCell[]): string {
  let line = '';
  for (let index = 0; index < columns.length; index += 1) {
    const value = row[index] ?? null;
    const text = value === null ? null : columns[index]?.canonicalOf(value);
    if (text === null) line += '-';
    else if (typeof text === 'string') line += `${Buffer.byteLength(text)}:${text}`;
    // Only rows that were found equal are asked for.
    else throw new Error('A value without a form was compared as equal.');
  }
  return hashOf('sha256', line, 'binary');
}

/** Digests of the rows of one range, one behind the other. */
class Digests {
  rows = 0;
  #bytes: Buffer;

  /** @param expected - rows; more are taken, too */
  constructor(expected: number) {
    this.#bytes = Buffer.allocUnsafeSlow((Math.ceil(expected * 1.1) + 64) * digestBytes);
  }

  add(digest: string): void {
    const at = this.rows * digestBytes;
    if (at === this.#bytes.length) this.#bytes = Buffer.concat([this.#bytes], at * 2);
    this.#bytes.write(digest, at, 'binary');
    this.rows += 1;
  }

  /** SHA-256 of them in the order of their bytes. */
  sorted(): string {
    const hash = createHash('sha256');
    const each = Array.from({ length: this.rows }, (_, row) => this.#bytes.subarray(row * digestBytes, (row + 1) * digestBytes));
    for (const digest of each.sort(Buffer.compare)) hash.update(digest);
    return hash.digest('hex');
  }
}

/**
 * SHA-256 of every range of a table's rows, of the source and of the target, each calculated on its own side: for a range, of the digests of its rows
 * in their own order, so that neither side's order of rows matters. Made for evidence: the sums of the comparison find accidents, and rows could be
 * made to fit them; no one can make rows that fit these. For tables that were found equal.
 *
 * @returns what both sides say, the source's first
 * @throws TravessiaError as `verifyTable`
 */
export async function rangeDigests(context: TableContext, db: SqliteDb, rowsSource: number): Promise<readonly [TableDigests, TableDigests]> {
  const { shape, book } = context;
  const buckets = await chooseBuckets(shape, db, context.target, rowsSource, book.mends, Math.min(mostRanges, Math.max(1, Math.ceil(rowsSource / rowsPerRange))));
  const passes = Math.max(1, Math.ceil(rowsSource / rowsPerPass));
  const perPass = Math.ceil(buckets.count / passes);
  const mine: RangeDigest[] = [];
  const theirs: RangeDigest[] = [];
  for (let from = 0; from < buckets.count; from += perPass) {
    const to = Math.min(buckets.count, from + perPass) - 1;
    throwIfAborted(context.signal);
    // The server works on its side meanwhile.
    const [ours, other] = await Promise.all([sourceRanges(context, buckets, from, to, rowsSource / buckets.count), targetRanges(context, buckets, from, to)]);
    mine.push(...ours);
    theirs.push(...other);
  }
  const by = buckets.kind === 'range' ? { by: 'range' as const, key: shape.columns[buckets.key]?.source ?? '' } : { by: 'hash' as const, key: shape.keys.map((index) => shape.columns[index]?.source ?? '').join(', ') };
  return [{ ...by, sha256: whole(mine), ranges: mine }, { ...by, sha256: whole(theirs), ranges: theirs }];
}

/** What a range is called: the keys between which it lies, or the number of its keys' hashes. */
function nameOf(buckets: Buckets, bucket: number): string {
  if (buckets.kind === 'hash') return String(bucket);
  const low = buckets.min + BigInt(bucket) * buckets.width;
  return `${low}..${low + buckets.width - 1n}`;
}

function whole(ranges: readonly RangeDigest[]): string {
  const hash = createHash('sha256');
  for (const { sha256 } of ranges) hash.update(sha256, 'hex');
  return hash.digest('hex');
}

async function sourceRanges(context: TableContext, buckets: Buckets, from: number, to: number, expected: number): Promise<RangeDigest[]> {
  const { shape, digest, book, source } = context;
  // By an integer key only the rows of these ranges are read.
  const where = buckets.kind === 'hash' ? {} : { where: `${source.column(shape.columns[buckets.key]?.source ?? '')} BETWEEN ? AND ?`, values: [buckets.min + BigInt(from) * buckets.width, buckets.min + BigInt(to + 1) * buckets.width - 1n] };
  for (;;) {
    const digests = Array.from({ length: to - from + 1 }, () => new Digests(expected));
    try {
      await scanSource(context, { hashed: book.size === 0, ...where }, (row) => {
        const bucket = buckets.kind === 'range' ? buckets.of(row) : buckets.ofHash(keyHash(buckets, row, digest.hash));
        if (bucket >= from && bucket <= to) digests[bucket - from]?.add(rowDigest(shape.columns, row));
      });
    } catch (error) {
      // Each time at least one column more is read as bytes.
      if (error instanceof ReadAgain) continue;
      throw error;
    }
    return digests.flatMap((each, index) => (each.rows === 0 ? [] : [{ range: nameOf(buckets, from + index), rows: each.rows, sha256: each.sorted() }]));
  }
}

async function targetRanges({ shape, target }: TableContext, buckets: Buckets, from: number, to: number): Promise<RangeDigest[]> {
  const rows = await target.arrays(
    `SELECT b::text, count(*)::text, encode(sha256(string_agg(d, ''::bytea ORDER BY d)), 'hex')
     FROM (SELECT ${buckets.sql} AS b, ${rowDigestSql(shape.columns)} AS d FROM ${shape.from}) AS q WHERE b BETWEEN ${from} AND ${to} GROUP BY q.b ORDER BY q.b`,
  );
  return rows.map(([bucket, count, sha256]) => ({ range: nameOf(buckets, Number(bucket)), rows: Number(count), sha256: sha256 ?? '' }));
}
