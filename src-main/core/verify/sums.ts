import type { RowHash } from '../../../shared/pure/canonical/row-hash.ts';

/** Count and sum of row hashes per bucket; bucket -1 is allowed. */
export interface BucketSums {
  add(bucket: number, hash: Pick<RowHash, 'hi' | 'lo'>): void;
  /** Buckets that hold rows. */
  entries(): Map<number, BucketSum>;
}

export interface BucketSum {
  readonly rows: number;
  readonly sum: bigint;
}

/** Rows after which a bucket's doubles are emptied into a bigint: 2^20 lower halves stay under 2^53. */
const carryEvery = 2 ** 20;

export function createBucketSums(count: number): BucketSums {
  const rows = new Float64Array(count + 1);
  const upper = new Float64Array(count + 1);
  const lower = new Float64Array(count + 1);
  const carried = new Map<number, bigint>();
  const take = (at: number): bigint => (BigInt(upper[at] ?? 0) << 32n) + BigInt(lower[at] ?? 0);
  return {
    add(bucket, hash) {
      const at = bucket + 1;
      const seen = (rows[at] ?? 0) + 1;
      rows[at] = seen;
      upper[at] = (upper[at] ?? 0) + hash.hi;
      lower[at] = (lower[at] ?? 0) + (hash.lo >>> 0);
      if (seen % carryEvery === 0) {
        carried.set(at, (carried.get(at) ?? 0n) + take(at));
        upper[at] = 0;
        lower[at] = 0;
      }
    },
    entries() {
      const sums = new Map<number, BucketSum>();
      for (let at = 0; at <= count; at += 1) {
        const seen = rows[at] ?? 0;
        if (seen > 0) sums.set(at - 1, { rows: seen, sum: take(at) + (carried.get(at) ?? 0n) });
      }
      return sums;
    },
  };
}

/** Count and sum of all rows in one. */
export interface GrandSum {
  add(hash: Pick<RowHash, 'hi' | 'lo'>): void;
  total(): BucketSum;
}

export function createGrandSum(): GrandSum {
  const sums = createBucketSums(1);
  return { add: (hash) => sums.add(0, hash), total: () => totals(sums.entries()) };
}

/** Buckets whose rows or sums differ, ascending. */
export function unequalBuckets(source: ReadonlyMap<number, BucketSum>, target: ReadonlyMap<number, BucketSum>): number[] {
  const all = new Set([...source.keys(), ...target.keys()]);
  return [...all].filter((bucket) => {
    const [a, b] = [source.get(bucket), target.get(bucket)];
    return a === undefined || b === undefined || a.rows !== b.rows || a.sum !== b.sum;
  }).toSorted((a, b) => a - b);
}

export function totals(sums: ReadonlyMap<number, BucketSum>): BucketSum {
  let rows = 0;
  let sum = 0n;
  for (const each of sums.values()) {
    rows += each.rows;
    sum += each.sum;
  }
  return { rows, sum };
}
