import type { Canonical, SourceCell, Unrepresentable } from '../../../shared/pure/canonical/cell.ts';
import { bitmapBlock, createRowHash, type RowHash } from '../../../shared/pure/canonical/row-hash.ts';
import type { ComparedColumn } from './shape.ts';

/**
 * Hashes source rows as the target's `rowHashSql` does. A cell that the target cannot represent gets a text that no target can hold
 * (it begins with NUL): its row differs from every row there, unless it stands in the rejects.
 */
export interface RowDigest {
  readonly hash: RowHash;
  /** Hashes the columns of one row; the result stands in `hash`. Returns why a cell has no form, or null. */
  digest(row: readonly SourceCell[]): Unrepresentable | null;
}

export function createRowDigest(columns: readonly ComparedColumn[], positions: readonly number[]): RowDigest {
  const hash = createRowHash();
  const count = positions.length;
  const texts = new Array<string>(count).fill('');
  return {
    hash,
    digest(row) {
      let problem: Unrepresentable | null = null;
      for (let from = 0; from < count || from === 0; from += bitmapBlock) {
        const to = Math.min(count, from + bitmapBlock);
        let bits = 0;
        for (let at = from; at < to; at += 1) {
          const position = positions[at] ?? 0;
          const value = row[position] ?? null;
          if (value === null) {
            bits |= 1 << (at - from);
            texts[at] = '';
            continue;
          }
          const column = columns[position];
          const canonical: Canonical = column === undefined ? '' : column.canonicalOf(value);
          if (typeof canonical === 'string') {
            texts[at] = canonical;
            if (column?.hidesText === true && typeof value === 'string' && value.includes('\uFFFD')) hash.replaced = true;
          } else {
            problem = canonical;
            texts[at] = poisonOf(canonical);
            if (typeof value === 'string' && value.includes('\uFFFD')) hash.replaced = true;
          }
        }
        if (from === 0) hash.reset(bits);
        else hash.mix(bits);
        for (let at = from; at < to; at += 1) hash.add(texts[at] ?? '');
      }
      return problem;
    },
  };
}

/** A text no PostgreSQL text can hold. */
export function poisonOf({ code }: Unrepresentable): string {
  return `\0${code}`;
}

/** The hash of one cell alone, for showing which cells of a row differ; null for NULL. */
export function createCellHash(): (canonical: Canonical | null) => string | null {
  const hash = createRowHash();
  return (canonical) => {
    if (canonical === null) return null;
    if (typeof canonical !== 'string') return 'unrepresentable';
    hash.reset(0);
    hash.add(canonical);
    return ((BigInt(hash.hi) << 32n) | BigInt(hash.lo >>> 0)).toString();
  };
}
