import { quoteIdent } from '../../../shared/pure/quote.ts';
import type { SourceCell } from '../../../shared/pure/canonical/cell.ts';
import { rowHashSql, type RowHash } from '../../../shared/pure/canonical/row-hash.ts';
import { tableItselfOf, type SqliteDb } from '../../drivers/sqlite/index.ts';
import { createRowDigest, type RowDigest } from './row-digest.ts';
import type { TableShape } from './shape.ts';
import type { TargetReader } from './target-reader.ts';

/** Buckets by ranges of a single integer key: neighbouring rows together, so that a range can be read again by its index. */
export interface RangeBuckets {
  readonly kind: 'range';
  readonly count: number;
  readonly key: number;
  readonly min: bigint;
  readonly width: bigint;
  readonly sql: string;
  readonly of: (row: readonly SourceCell[]) => number;
}

/** Buckets by the lowest bits of the key's hash, or of the row's where there is no key. */
export interface HashBuckets {
  readonly kind: 'hash';
  readonly count: number;
  readonly sql: string;
  readonly keySql: string;
  /** null where the row is its own key. */
  readonly keyDigest: RowDigest | null;
  readonly ofHash: (hash: Pick<RowHash, 'lo'>) => number;
}

export type Buckets = RangeBuckets | HashBuckets;

/** Rows of a bucket aimed at: few enough to be read again quickly, many enough to keep the list of buckets short. */
const rowsPerBucket = 1024;
const mostBuckets = 65_536;
const integerTypes = new Set(['smallint', 'integer', 'bigint']);

/** Chooses how rows are grouped. Range buckets need a key that is a plain integer in every source row, and the same in the target. */
export async function chooseBuckets(shape: TableShape, db: SqliteDb, target: TargetReader, rows: number, keysMayDiffer: boolean, wanted = Math.min(mostBuckets, Math.max(1, Math.ceil(rows / rowsPerBucket)))): Promise<Buckets> {
  const key = shape.keys.length === 1 ? shape.keys[0] : undefined;
  const column = key === undefined ? undefined : shape.columns[key];
  if (!keysMayDiffer && key !== undefined && column !== undefined && integerTypes.has(column.base)) {
    const span = await keySpan(shape, column.source, column.column, db, target);
    if (span !== null) return rangeBuckets(key, column.column, span, wanted);
  }
  const count = 2 ** Math.ceil(Math.log2(wanted));
  const keySql = rowHashSql((shape.keys.length === 0 ? shape.columns.map((_, index) => index) : shape.keys).flatMap((index) => shape.columns[index] ?? []));
  return {
    kind: 'hash', count, keySql,
    sql: `((${keySql}) & ${count - 1})::int`,
    keyDigest: shape.keys.length === 0 ? null : createRowDigest(shape.columns, shape.keys),
    ofHash: (hash) => (hash.lo >>> 0) & (count - 1),
  };
}

interface Span {
  readonly min: bigint;
  readonly max: bigint;
}

/** Smallest and largest key of both sides together; null where ranges would not do. */
async function keySpan(shape: TableShape, source: string, quoted: string, db: SqliteDb, target: TargetReader): Promise<Span | null> {
  const { filter, source: { table } } = shape.plan;
  const name = `${quoteIdent(table)}.${quoteIdent(source)}`;
  const found: unknown = db
    .prepare(`SELECT min(${name}), max(${name}), max(typeof(${name}) <> 'integer') FROM ${tableItselfOf(db, table)}${filter === undefined ? '' : ` WHERE (${filter})`}`)
    .raw().get();
  const [low, high, odd] = Array.isArray(found) ? found : [];
  if (odd === 1n) return null;
  const [theirs] = await target.arrays(`SELECT min(${quoted})::text, max(${quoted})::text FROM ${shape.from}`);
  const bounds = [low, high, ...(theirs ?? []).map((text) => (text === null ? null : BigInt(text)))].filter((bound): bound is bigint => typeof bound === 'bigint');
  const first = bounds[0];
  if (first === undefined) return { min: 0n, max: 0n };
  const min = bounds.reduce((a, b) => (b < a ? b : a), first);
  const max = bounds.reduce((a, b) => (b > a ? b : a), first);
  // Beyond this, `key - min` would leave PostgreSQL's int8.
  return max - min < 2n ** 62n ? { min, max } : null;
}

function rangeBuckets(key: number, quoted: string, { min, max }: Span, wanted: number): RangeBuckets {
  const width = (max - min) / BigInt(wanted) + 1n;
  const safe = min >= BigInt(Number.MIN_SAFE_INTEGER) && max <= BigInt(Number.MAX_SAFE_INTEGER) && max - min <= BigInt(Number.MAX_SAFE_INTEGER);
  const [minNumber, widthNumber] = [Number(min), Number(width)];
  return {
    kind: 'range', key, min, width,
    count: Number((max - min) / width) + 1,
    // NULL keys, which the source does not have, come as bucket -1.
    sql: `coalesce(((${quoted}::int8 - (${min})) / ${width})::int, -1)`,
    of: (row) => {
      const value = row[key];
      if (typeof value !== 'bigint') return -1;
      return safe ? Math.floor((Number(value) - minNumber) / widthNumber) : Number((value - min) / width);
    },
  };
}
