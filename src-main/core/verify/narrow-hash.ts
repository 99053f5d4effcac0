import { rowHashSql } from '../../../shared/pure/canonical/row-hash.ts';
import type { HashBuckets } from './buckets.ts';
import { compareKey, createNarrowed, hashValue, type Narrowed } from './narrow.ts';
import type { BucketSum } from './sums.ts';
import { scanSource, type TableContext } from './table-context.ts';

/** Rows held at once: about 100 bytes each. */
const rowsPerPass = 400_000;

/**
 * Finds the rows that differ among unequal buckets of hashed keys. Each pass holds the source's side of some buckets and lets the
 * target's run past it; many unequal buckets need several passes over the table, so memory stays bounded.
 */
export async function narrowHash(
  context: TableContext,
  buckets: HashBuckets,
  unequal: readonly number[],
  sums: { readonly source: ReadonlyMap<number, BucketSum>; readonly target: ReadonlyMap<number, BucketSum> },
): Promise<Narrowed> {
  const narrowed = createNarrowed();
  const rowsOf = (bucket: number): number => (sums.source.get(bucket)?.rows ?? 0) + (sums.target.get(bucket)?.rows ?? 0);
  let pass: number[] = [];
  let rows = 0;
  for (const bucket of unequal) {
    if (rows > 0 && rows + rowsOf(bucket) > rowsPerPass) {
      await comparePass(context, buckets, pass, narrowed);
      pass = [];
      rows = 0;
    }
    pass.push(bucket);
    rows += rowsOf(bucket);
  }
  if (pass.length > 0) await comparePass(context, buckets, pass, narrowed);
  return narrowed;
}

async function comparePass(context: TableContext, buckets: HashBuckets, pass: readonly number[], narrowed: Narrowed): Promise<void> {
  const { shape, target, digest } = context;
  const wanted = new Set(pass);
  const mine = new Map<bigint, bigint[]>();
  await scanSource(context, {}, (row) => {
    const hash = hashValue(digest.hash);
    const key = keyHash(buckets, row, digest.hash);
    if (!wanted.has(buckets.ofHash(key))) return;
    push(mine, hashValue(key), hash);
  });
  const theirs = new Map<bigint, bigint[]>();
  const sql = `SELECT k::text, h::text FROM (SELECT ${buckets.keySql} AS k, ${rowHashSql(shape.columns)} AS h FROM ${shape.from}) AS q WHERE (k & ${buckets.count - 1})::int = ANY ($1::int[])`;
  for await (const piece of target.pieces(sql, [pass.map(String)])) {
    for (const [keyText, hashText] of piece) {
      const key = BigInt(keyText ?? 0);
      const hash = BigInt(hashText ?? 0);
      if (!removeOne(mine, key, hash)) push(theirs, key, hash);
    }
  }
  // Without a key a row is its hash: nothing can be called changed.
  const pairs = buckets.keyDigest !== null;
  for (const [key, hashes] of mine) {
    compareKey(narrowed, key, hashes, theirs.get(key) ?? [], context.room, pairs);
    theirs.delete(key);
  }
  for (const [key, hashes] of theirs) compareKey(narrowed, key, [], hashes, context.room, pairs);
}

/** The hash by which a row is known: of its key, or of the whole row (already in `rowHash`). */
export function keyHash(buckets: HashBuckets, row: Parameters<NonNullable<HashBuckets['keyDigest']>['digest']>[0], rowHash: { readonly hi: number; readonly lo: number }): { readonly hi: number; readonly lo: number } {
  if (buckets.keyDigest === null) return rowHash;
  buckets.keyDigest.digest(row);
  return buckets.keyDigest.hash;
}

function push(map: Map<bigint, bigint[]>, key: bigint, hash: bigint): void {
  const known = map.get(key);
  if (known === undefined) map.set(key, [hash]);
  else known.push(hash);
}

function removeOne(map: Map<bigint, bigint[]>, key: bigint, hash: bigint): boolean {
  const known = map.get(key);
  const at = known?.indexOf(hash) ?? -1;
  if (known === undefined || at === -1) return false;
  known.splice(at, 1);
  if (known.length === 0) map.delete(key);
  return true;
}
