import { setImmediate } from 'node:timers/promises';
import { rowHashSql } from '../../../shared/pure/canonical/row-hash.ts';
import type { RangeBuckets } from './buckets.ts';
import { compareKey, createNarrowed, hashValue, type Narrowed } from './narrow.ts';
import { expectedRow, throwIfAborted, type TableContext } from './table-context.ts';

interface Group {
  readonly key: bigint;
  readonly hashes: bigint[];
}

/**
 * Walks over the unequal key ranges on both sides at once, in key order, and finds the rows that differ. Neither side is held in
 * memory, so it does not matter how much differs.
 */
export async function narrowRange(context: TableContext, buckets: RangeBuckets, unequal: readonly number[]): Promise<Narrowed> {
  const narrowed = createNarrowed();
  for (const [from, to] of neighbours(unequal.filter((bucket) => bucket >= 0))) {
    const low = buckets.min + BigInt(from) * buckets.width;
    const high = buckets.min + BigInt(to + 1) * buckets.width - 1n;
    await mergeRange(context, buckets, low, high, narrowed);
  }
  if (unequal.includes(-1)) await nullKeys(context, buckets, narrowed);
  return narrowed;
}

async function mergeRange(context: TableContext, buckets: RangeBuckets, low: bigint, high: bigint, narrowed: Narrowed): Promise<void> {
  const { shape, source, target } = context;
  const column = shape.columns[buckets.key];
  if (column === undefined) return;
  const name = source.column(column.source);
  const mine = sourceGroups(context, buckets, { where: `${name} BETWEEN ? AND ?`, order: name, values: [low, high] });
  // `side.` matters: ORDER BY with a bare name would sort by the text of the same name that is selected.
  const sql = `SELECT ${column.column}::text, (${rowHashSql(shape.columns)})::text FROM (SELECT * FROM ${shape.from}) AS side WHERE ${column.column} BETWEEN ${low} AND ${high} ORDER BY side.${column.column}`;
  const theirs = targetGroups(target.pieces(sql));
  let a = mine.next();
  let b = await theirs.next();
  for (let seen = 1; a.done !== true || b.done !== true; seen += 1) {
    if (seen % 8192 === 0) {
      await setImmediate();
      throwIfAborted(context.signal);
    }
    if (b.done === true || (a.done !== true && a.value.key < b.value.key)) {
      if (a.done !== true) compareKey(narrowed, a.value.key, a.value.hashes, [], context.room);
      a = mine.next();
    } else if (a.done === true || a.value.key > b.value.key) {
      compareKey(narrowed, b.value.key, [], b.value.hashes, context.room);
      b = await theirs.next();
    } else {
      compareKey(narrowed, a.value.key, a.value.hashes, b.value.hashes, context.room);
      a = mine.next();
      b = await theirs.next();
    }
  }
}

function* sourceGroups(context: TableContext, buckets: RangeBuckets, options: { where: string; order: string; values: bigint[] }): Generator<Group, void, undefined> {
  let hashes: bigint[] = [];
  let current = 0n;
  for (const row of context.source.scan(options)) {
    const expected = expectedRow(context, row);
    if (expected === null) continue;
    const key = expected[buckets.key];
    if (typeof key !== 'bigint') continue;
    if (hashes.length > 0 && key !== current) {
      yield { key: current, hashes };
      hashes = [];
    }
    current = key;
    hashes.push(hashValue(context.digest.hash));
  }
  if (hashes.length > 0) yield { key: current, hashes };
}

async function* targetGroups(pieces: AsyncGenerator<(string | null)[][], void, undefined>): AsyncGenerator<Group, void, undefined> {
  let hashes: bigint[] = [];
  let current = 0n;
  for await (const piece of pieces) {
    for (const [text, hash] of piece) {
      const key = BigInt(text ?? 0);
      if (hashes.length > 0 && key !== current) {
        yield { key: current, hashes };
        hashes = [];
      }
      current = key;
      hashes.push(BigInt(hash ?? 0));
    }
  }
  if (hashes.length > 0) yield { key: current, hashes };
}

/** Rows of the target without a key: no source row can be theirs. They are counted, and cannot be listed by key. */
async function nullKeys({ shape, target }: TableContext, buckets: RangeBuckets, narrowed: Narrowed): Promise<void> {
  const column = shape.columns[buckets.key]?.column ?? '';
  const [row] = await target.arrays(`SELECT count(*)::text FROM ${shape.from} WHERE ${column} IS NULL`);
  narrowed.extra += Number(row?.[0] ?? 0);
}

/** [1, 2, 3, 7] → [1, 3], [7, 7]. */
function neighbours(sorted: readonly number[]): [number, number][] {
  const ranges: [number, number][] = [];
  for (const bucket of sorted) {
    const last = ranges.at(-1);
    if (last !== undefined && last[1] === bucket - 1) last[1] = bucket;
    else ranges.push([bucket, bucket]);
  }
  return ranges;
}
