import type { PgValue } from '../../drivers/postgres/index.ts';
import type { SourceCell } from '../../../shared/pure/canonical/cell.ts';
import { rowHashSql } from '../../../shared/pure/canonical/row-hash.ts';
import type { ComparedColumn } from './shape.ts';
import type { TableContext } from './table-context.ts';

/** Two long values that begin alike: where they part, and what stands there on both sides. */
export interface FarDifference {
  /** Characters (bytes of a blob) that are equal before what is shown. */
  readonly from: number;
  readonly source: string;
  readonly target: string;
}

/** Characters, or bytes, read of the target at a time, and of one value at most. */
const windowSize = 65_536;
const mostRead = 64 * 1024 * 1024;
/** Shown before the place where they part. */
const lead = 40;

/** A source's value as pieces of characters or bytes, by position. */
interface Units {
  readonly length: number;
  slice(from: number, count: number): string;
}

/** @returns null for what is neither text nor bytes */
function unitsOf(value: SourceCell): Units | null {
  if (typeof value === 'string') {
    // Positions are PostgreSQL's: characters, not UTF-16 units.
    const plain = !/[\uD800-\uDFFF]/.test(value);
    const characters = plain ? null : Array.from(value);
    return { length: characters?.length ?? value.length, slice: (from, count) => characters?.slice(from, from + count).join('') ?? value.slice(from, from + count) };
  }
  if (value instanceof Uint8Array) return { length: value.length, slice: (from, count) => Buffer.from(value.subarray(from, from + count)).toString('hex') };
  return null;
}

/**
 * Looks for the first difference of two values whose shown beginnings are equal, window by window, so that no value of the target is
 * held whole. Null where it lies beyond what is read, or the value is of another kind.
 */
export async function farDifference({ shape, target }: TableContext, column: ComparedColumn, row: { readonly keySql: string; readonly key: bigint; readonly hash: bigint }, value: SourceCell, shown: number): Promise<FarDifference | null> {
  const units = unitsOf(value);
  const isBytes = column.base === 'bytea';
  if (units === null || isBytes !== (value instanceof Uint8Array)) return null;
  const width = isBytes ? 2 : 1;
  const piece = isBytes ? `encode(substr(${column.column}, $3::int, $4::int), 'hex')` : `substr(${column.column}::text, $3::int, $4::int)`;
  const sql = `SELECT ${piece} FROM ${shape.from} WHERE ${row.keySql} = $1::int8 AND (${rowHashSql(shape.columns)})::text = $2 LIMIT 1`;
  const read = async (from: number, count: number): Promise<string> => {
    const values: readonly PgValue[] = [String(row.key), String(row.hash), String(from + 1), String(count)];
    return (await target.arrays(sql, values))[0]?.[0] ?? '';
  };
  for (let from = 0; from < mostRead; from += windowSize) {
    const [mine, theirs] = [units.slice(from, windowSize), await read(from, windowSize)];
    if (mine === theirs) {
      if (mine === '') return null;
      continue;
    }
    const [a, b] = isBytes ? [mine.match(/../g) ?? [], theirs.match(/../g) ?? []] : [Array.from(mine), Array.from(theirs)];
    let at = 0;
    while (at < a.length && a[at] === b[at]) at += 1;
    const start = Math.max(0, from + at - lead);
    return { from: start, source: units.slice(start, shown / width), target: await read(start, shown / width) };
  }
  return null;
}
