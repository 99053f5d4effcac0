import type { Difference } from '../../../shared/model/run.ts';

/** A row that differs, by its key: the integer key itself, or the key's hash (the row's where there is no key). */
export interface RowDifference {
  readonly kind: Difference['kind'];
  readonly key: bigint;
  /** Row hashes: which of several rows of one key is meant. */
  readonly source: bigint | null;
  readonly target: bigint | null;
}

export interface Narrowed {
  missing: number;
  extra: number;
  changed: number;
  /** At most as many as there was room for. */
  readonly rows: RowDifference[];
}

export function createNarrowed(): Narrowed {
  return { missing: 0, extra: 0, changed: 0, rows: [] };
}

/** Compares all rows of one key: equal hashes cancel out, the rest pairs up as changed, what is left over is missing or extra. */
export function compareKey(narrowed: Narrowed, key: bigint, source: readonly bigint[], target: readonly bigint[], room: number, pairs = true): void {
  const left = [...target];
  const unmatched: bigint[] = [];
  for (const hash of source) {
    const at = left.indexOf(hash);
    if (at === -1) unmatched.push(hash);
    else left.splice(at, 1);
  }
  const list = (row: RowDifference): void => {
    narrowed[row.kind] += 1;
    if (narrowed.rows.length < room) narrowed.rows.push(row);
  };
  for (const [index, hash] of unmatched.entries()) {
    const other = pairs ? left[index] : undefined;
    list(other === undefined ? { kind: 'missing', key, source: hash, target: null } : { kind: 'changed', key, source: hash, target: other });
  }
  for (const hash of pairs ? left.slice(unmatched.length) : left) list({ kind: 'extra', key, source: null, target: hash });
}

/** 64 bits as PostgreSQL's signed bigint. */
export function hashValue({ hi, lo }: { readonly hi: number; readonly lo: number }): bigint {
  return (BigInt(hi) << 32n) | BigInt(lo >>> 0);
}
