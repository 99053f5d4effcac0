import type { SqliteTable } from '../../../shared/model/catalog.ts';
import { affinityOf, type Affinity } from '../../../shared/pure/type-ladder/index.ts';
import { canCompare, baseOf, isInteger, type Way, type WayOf } from './ways.ts';
import { sameName } from '../../../shared/pure/fold-name.ts';

/** One side of a foreign key's pair of columns. */
export interface Side {
  readonly way: Way;
  readonly affinity: Affinity;
}

/**
 * How a condition in SQLite's SQL says what PostgreSQL will say of a pair: SQLite's own comparison, the same and the same bytes, or the
 * forms of both values.
 */
export type Comparison = 'as source' | 'by bytes' | 'by form';

const texts: ReadonlySet<string> = new Set(['text', 'varchar']);
const numbers: ReadonlySet<Affinity> = new Set(['integer', 'real', 'numeric']);

/** ANY is the one declared type that a STRICT table reads otherwise (stricttables.html): no affinity at all. */
export function affinityIn(table: SqliteTable, column: string): Affinity {
  const declared = table.columns.find((each) => sameName(each.name, column))?.declared ?? '';
  return table.strict && /^any$/i.test(declared) ? 'blob' : affinityOf(declared);
}

/** The collation SQLite compares a parent's column by: that of the index which makes it a key. */
export function collationIn(table: SqliteTable, column: string): string {
  const parts = table.indexes.filter((index) => index.unique).flatMap((index) => index.columns.filter((part) => sameName(part.name, column)));
  return parts.find((part) => !/^binary$/i.test(part.collation))?.collation ?? 'BINARY';
}

/** What is claimed to be SQLite's own comparison is so by construction, for every value that the types hold; all else goes by the forms. */
export function comparisonOf(child: Side, parent: Side, collation: string): Comparison {
  const [left, right] = [baseOf(child.way.type), baseOf(parent.way.type)];
  const isBinary = /^binary$/i.test(collation);
  if (!canCompare(child.way, parent.way) || child.way.cast !== parent.way.cast) return 'by form';
  // A parent without affinity tells 5 from '5', one of text 1 from 1.0: a type of integers does not.
  if (isInteger(left) && isInteger(right) && child.way.cast === undefined && numbers.has(parent.affinity)) return 'as source';
  if (left === 'double precision' && right === left && numbers.has(child.affinity) && numbers.has(parent.affinity)) return 'as source';
  if (left === 'bytea' && right === left && child.way.cast === undefined && isBinary) return 'as source';
  const isPlainText = texts.has(left) && texts.has(right) && (child.way.cast === undefined || child.way.cast === 'nul escaped') && child.affinity === 'text' && parent.affinity === 'text';
  if (!isPlainText) return 'by form';
  return isBinary ? 'as source' : 'by bytes';
}

export function sideOf(table: SqliteTable, column: string, wayOf: WayOf): Side | undefined {
  const way = wayOf(table, column);
  return way === undefined ? undefined : { way, affinity: affinityIn(table, column) };
}
