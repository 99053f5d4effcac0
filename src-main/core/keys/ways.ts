import type { SqliteTable } from '../../../shared/model/catalog.ts';
import type { Cast } from '../../../shared/model/values.ts';
import { parseTypeName } from '../../../shared/pure/codec/index.ts';

/** How a column crosses: its type, and the cast that its values take on the way. */
export interface Way {
  readonly type: string;
  readonly cast?: Cast | undefined;
}

/** The way of a column of the source; undefined where it is not known, or the column does not cross. */
export type WayOf = (table: SqliteTable, column: string) => Way | undefined;

const families: readonly (readonly string[])[] = [['smallint', 'integer', 'bigint'], ['text', 'varchar'], ['real', 'double precision']];

/** A type without its length; of a type that no value is written to, its text. */
export function baseOf(type: string): string {
  try {
    return parseTypeName(type).base;
  } catch {
    return type.trim().toLowerCase();
  }
}

export function isInteger(type: string): boolean {
  return ['smallint', 'integer', 'bigint'].includes(baseOf(type));
}

export function sameWay(a: Way, b: Way): boolean {
  return a.type === b.type && a.cast === b.cast;
}

/** `text (nul escaped)`. */
export function shownWay({ type, cast }: Way): string {
  return cast === undefined ? type : `${type} (${cast})`;
}

/**
 * True where PostgreSQL allows a foreign key between the types: it needs an equality of the parent's index, or an implicit cast to the
 * parent's type (manual, CREATE TABLE, REFERENCES; pg_amop's families integer_ops, text_ops, float_ops).
 */
export function canCompare(child: Way, parent: Way): boolean {
  const [left, right] = [baseOf(child.type), baseOf(parent.type)];
  return left === right || (right === 'numeric' && isInteger(left)) || families.some((family) => family.includes(left) && family.includes(right));
}

/** Casts that leave every value spelled as it would be without them. */
const plain: ReadonlySet<Cast | undefined> = new Set([undefined, 'blob as utf-8', 'text as bytes', 'nan read']);

/** True where, besides, one value is written alike on both sides. */
export function isAlike(child: Way, parent: Way): boolean {
  return canCompare(child, parent) && (child.cast === parent.cast || (plain.has(child.cast) && plain.has(parent.cast)));
}

/** A side's way as the two are compared: an integer beside a numeric parent counts as numeric. */
export function comparedWay(own: Way, other: Way): Way {
  return baseOf(other.type) === 'numeric' && isInteger(own.type) ? { type: 'numeric' } : own;
}
