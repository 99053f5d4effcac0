import { createHash } from 'node:crypto';
import type { PlanTable } from '../../../shared/model/plan.ts';
import { canonicalType, isUnpadded } from '../../../shared/pure/canonical/index.ts';
import { cannot, type Canonicaliser } from '../../../shared/pure/canonical/cell.ts';
import type { HashedColumn } from '../../../shared/pure/canonical/row-hash.ts';
import { parseTypeName } from '../../../shared/pure/canonical/type-name.ts';
import { quoteIdent, quoteQualified } from '../../../shared/pure/quote.ts';

/** One column that crosses, with its meaning of equality. */
export interface ComparedColumn extends HashedColumn {
  readonly source: string;
  readonly target: string;
  readonly base: string;
  readonly nullable: boolean;
  readonly canonicalOf: Canonicaliser;
  /** True where the canonical text no longer shows the characters of a text, so that U+FFFD has to be looked for in the value. */
  readonly hidesText: boolean;
  /** A text of at most so many bytes is its own canonical text, if it is valid and holds no NUL; 0: none is. */
  readonly longestPlain: number;
  /** An integer from -range to range - 1 is its digits; 0: none is. */
  readonly range: number;
}

/** A table as both sides are asked for it. */
export interface TableShape {
  readonly plan: PlanTable;
  readonly target: { readonly schema: string; readonly table: string };
  /** Quoted and qualified. */
  readonly from: string;
  readonly columns: readonly ComparedColumn[];
  /** Positions in `columns` that identify a row on both sides; empty: a row is identified by all that it holds. */
  readonly keys: readonly number[];
  /** What is selected from the source: the compared columns first, then the others and the row's own key. */
  readonly names: readonly string[];
  readonly rowKey: readonly string[];
}

/** @param utf8 - false where the server's encoding is not UTF-8 and its text would hash as other bytes */
export function tableShape(plan: PlanTable, target: { readonly schema: string; readonly table: string }, utf8: boolean): TableShape {
  const columns = plan.columns.filter((column) => column.include).map((column): ComparedColumn => {
    const { canonicalOf: anyOf, canonicalSql, textual } = canonicalType(isUnpadded(column.type) ? column.type : (column.loadedAs ?? column.type), column.cast, sha256Hex);
    const canonicalOf = column.labels === undefined ? anyOf : oneOf(anyOf, column.labels);
    const quoted = quoteIdent(column.target);
    const base = parseTypeName(column.loadedAs ?? column.type).base;
    const asHex = textual && !utf8;
    return {
      source: column.source, target: column.target, base, nullable: column.nullable, column: quoted,
      text: asHex ? `encode(convert_to(${canonicalSql(quoted)}, 'UTF8'), 'hex')` : canonicalSql(quoted),
      canonicalOf: asHex ? hexed(canonicalOf) : canonicalOf,
      hidesText: asHex || base === 'bytea' || column.cast === 'latin-1 decoded' || column.cast === 'windows-1252 decoded',
      longestPlain: asHex || column.cast !== undefined || column.labels !== undefined ? 0 : longestPlain(base, parseTypeName(column.type).limits),
      range: ranges.get(base) ?? 0,
    };
  });
  const others = plan.columns.filter((column) => !column.include).map((column) => column.source);
  const names = [...columns.map((column) => column.source), ...others];
  const keys = plan.rowKey.map((name) => columns.findIndex((column) => column.source === name));
  return {
    plan, target, from: quoteQualified(target.schema, target.table), columns,
    keys: keys.includes(-1) ? [] : keys,
    names: [...names, ...plan.rowKey.filter((name) => !names.includes(name))],
    rowKey: plan.rowKey,
  };
}

const ranges: ReadonlyMap<string, number> = new Map([['smallint', 2 ** 15], ['integer', 2 ** 31], ['bigint', 2 ** 53]]);

function longestPlain(base: string, limits: readonly number[]): number {
  if (base === 'text') return Number.MAX_SAFE_INTEGER;
  // A character has at least one byte, so that so many bytes are never too many characters.
  return base === 'varchar' ? (limits[0] ?? Number.MAX_SAFE_INTEGER) : 0;
}

function oneOf(inner: Canonicaliser, labels: readonly string[]): Canonicaliser {
  const allowed = new Set(labels);
  return (value) => {
    const text = inner(value);
    return typeof text === 'string' && !allowed.has(text) ? cannot('NOT_A_LABEL') : text;
  };
}

function hexed(inner: Canonicaliser): Canonicaliser {
  return (value) => {
    const text = inner(value);
    return typeof text === 'string' ? Buffer.from(text, 'utf8').toString('hex') : text;
  };
}

export function sha256Hex(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
