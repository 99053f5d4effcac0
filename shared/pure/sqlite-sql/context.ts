import type { Affinity, Kind } from './typed.ts';

/** What a translation has to know about the target, given by the plan. Source names are looked up without regard to case. */

/** How the loader read the source's value into the target's type; without it the value crossed as it was. */
export type StoredAs = 'epoch-s' | 'epoch-ms' | 'epoch-us' | 'julian-day';

export interface ColumnTarget {
  /** Target name, unquoted. */
  readonly name: string;
  /** PostgreSQL's type, as in `numeric(10,2)`, `bigint`, `timestamp with time zone`. */
  readonly pgType: string;
  /** The source's declared type: decides affinity. Without it the affinity is taken from `pgType`. */
  readonly declaredType?: string;
  /** Given for the columns of a view, which have no declared type; goes before `declaredType`. */
  readonly affinity?: Affinity;
  /** Of a view's column: the classes of its values, and what else is known of what computes them. */
  readonly computed?: { readonly kind: Kind; readonly wholeIsInteger: boolean; readonly isColumn: boolean };
  readonly storedAs?: StoredAs;
  /** With `storedAs`: some of the source's numbers are reals, so they may have a fraction. */
  readonly storedReals?: boolean;
  /** A column of texts or JSON: the source holds some values as numbers. */
  readonly storedNumbers?: boolean;
  /** The cast by which the column's texts stand there in another form (escaped, decoded, as bytes): nothing may be computed from them. */
  readonly rewritten?: string;
  /**
   * The one to_char pattern that gives back every source text of a date, time or timestamp column, e.g.
   * `YYYY-MM-DD HH24:MI:SS`. With it comparisons against text stay exact; without it they are made as points in time, with a note.
   */
  readonly textFormat?: string;
  /** Collation declared in the source: BINARY (default), NOCASE or RTRIM. */
  readonly collate?: string;
  /** Collation of the target's column, when it is not the database's default. */
  readonly pgCollation?: string;
  readonly notNull?: boolean;
  /** Printed in place of the name: a generated column's own expression, since PostgreSQL's may not read one another. */
  readonly inline?: string;
}

export interface TableTarget {
  /** Schema-qualified and quoted, as printed into SQL. */
  readonly qualified: string;
  /** Source column name → target, in declaration order (`*` expands in this order). */
  readonly columns: ReadonlyMap<string, ColumnTarget>;
  /** Source name of the INTEGER PRIMARY KEY column that rowid, oid and _rowid_ mean. */
  readonly rowidAlias?: string;
  /** Source names of the primary key, when the target has it: PostgreSQL then allows the other columns beside a GROUP BY. */
  readonly primaryKey?: readonly string[];
  /** Source names of its one unique key, where REPLACE by it means no more than an update: no other key, no trigger, no row that depends on it. */
  readonly replaceKey?: readonly string[];
  /** Source names of the columns that the table computes itself. */
  readonly generated?: readonly string[];
}

export interface TranslationContext {
  /** Table or already translated view by its source name, in any case; undefined if it does not cross. */
  table(name: string): TableTarget | undefined;
  /** Identifier policy: target name for a new name (column of a view, alias). Without it the name is kept. */
  readonly identifier?: (sourceName: string) => string;
  /** Major version of the target, e.g. 15. Without it only what PostgreSQL 13 has is used. */
  readonly serverVersion?: number;
}

/** SQL and what a person should know about it. */
export interface Translated {
  readonly sql: string;
  readonly notes: readonly string[];
}

/** Longest name in bytes PostgreSQL keeps (NAMEDATALEN - 1). */
export const maxNameBytes = 63;

/** Quotes a name for PostgreSQL, cut to 63 bytes at a character's border. */
export function quoteName(name: string): string {
  return `"${cutName(name).replaceAll('"', '""')}"`;
}

/** Quotes a text; NUL cannot be held by PostgreSQL and must have been refused before. */
export function quoteText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** The name cut to what PostgreSQL keeps, as the server itself cuts it. */
export function cutName(name: string): string {
  let bytes = 0;
  let kept = '';
  for (const char of name) {
    const code = char.codePointAt(0) ?? 0;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    if (bytes > maxNameBytes) return kept;
    kept += char;
  }
  return kept;
}
