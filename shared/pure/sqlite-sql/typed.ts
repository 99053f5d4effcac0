import { Untranslatable } from './errors.ts';
import type { ColumnTarget, StoredAs } from './context.ts';

/**
 * A translated expression. `kind` is the storage class SQLite would give the value, `pg` the type PostgreSQL gives the
 * text; they differ where the plan chose a richer type (a boolean column is an integer to SQLite).
 */
export type Kind =
  | 'int'
  | 'real'
  /** Integer or real, value by value: a column of NUMERIC affinity. */
  | 'num'
  | 'text'
  | 'blob'
  | 'null'
  /** Numbers and texts in one expression, carried as text. */
  | 'mixed'
  /** A value of a type with no counterpart here: may be shown and tested for NULL, nothing else. */
  | 'opaque';

export type Affinity = 'INTEGER' | 'REAL' | 'NUMERIC' | 'TEXT' | 'BLOB' | 'NONE';
export type Collation = 'BINARY' | 'NOCASE' | 'RTRIM';

export interface Typed {
  /** Safe to stand as an operand: a name, a literal, a call, or in parentheses. */
  readonly sql: string;
  readonly kind: Kind;
  /** Base type without modifiers: bigint, integer, smallint, 'double precision', numeric, text, bytea, boolean, timestamp… */
  readonly pg: string;
  readonly affinity: Affinity;
  readonly collation: Collation;
  readonly hasExplicitCollation?: boolean;
  /** A column, behind `+` and CAST too: its collation decides a comparison where none is written (datatype3.html, section 7.1). */
  readonly collates?: boolean;
  /** A literal's value: text of a string, digits of a number. */
  readonly literal?: string;
  readonly isColumn?: boolean;
  readonly pgCollation?: string;
  readonly storedAs?: StoredAs;
  readonly rewritten?: string;
  readonly textFormat?: string;
  /** A text made by a date function: the point in time behind it (timestamp in UTC), its pattern, and where the pattern ends. */
  readonly moment?: { readonly sql: string; readonly format: string; readonly unit: string };
  /** A text that is always a whole number: the same as bigint. */
  readonly asInteger?: string;
  /** For `num`: whole values are integers, as in a column of NUMERIC affinity. A calculation may give a whole real. */
  readonly wholeIsInteger?: boolean;
  /** A condition the target's types guarantee: true, or NULL for NULL. */
  readonly isNeverFalse?: boolean;
  /** For typeof(x): its operand. */
  readonly typeOf?: Typed;
  /** For json_extract and ->>: the same as jsonb, before it became text. */
  readonly json?: string;
}

type Extras = Partial<Omit<Typed, 'sql' | 'kind' | 'pg'>>;

/** Makes an expression that has no affinity and compares in binary order, as SQLite's own expressions do. */
export function typed(sql: string, kind: Kind, pg: string, extras: Extras = {}): Typed {
  return { sql, kind, pg, affinity: 'NONE', collation: 'BINARY', ...extras };
}

export const int = (sql: string, extras?: Extras): Typed => typed(sql, 'int', 'bigint', extras);
export const real = (sql: string, extras?: Extras): Typed => typed(sql, 'real', 'double precision', extras);
export const text = (sql: string, extras?: Extras): Typed => typed(sql, 'text', 'text', extras);
export const bool = (sql: string, extras?: Extras): Typed => typed(sql, 'int', 'boolean', extras);
export const nothing: Typed = typed('NULL', 'null', 'unknown');

/** A text that is printed as nothing but a quoted string. */
export const isQuoted = (value: Typed): boolean => value.kind === 'text' && /^'(?:[^']|'')*'$/.test(value.sql);

/** Nothing to group or to sort by: PostgreSQL takes no bare constant there, and all rows are alike in it. */
export const isConstant = (value: Typed): boolean => value.literal !== undefined || value.kind === 'null' || isQuoted(value) || /^(?:TRUE|FALSE)$/.test(value.sql);

/** What a collation is carried on by: a call passes on the value of its argument, not these. */
export function collationFields(value: Typed): Pick<Typed, 'collation' | 'collates' | 'hasExplicitCollation'> {
  return {
    collation: value.collation,
    ...(value.collates === undefined ? {} : { collates: value.collates }),
    ...(value.hasExplicitCollation === undefined ? {} : { hasExplicitCollation: value.hasExplicitCollation }),
  };
}

/** The value as a function hands it on: without affinity, and without the collation of the column that it came from. */
export function handedOn(value: Typed): Typed {
  const { collates: _, hasExplicitCollation: __, ...rest } = value;
  return { ...rest, affinity: 'NONE', collation: 'BINARY' };
}

const synonyms: Readonly<Record<string, string>> = {
  int: 'integer', int4: 'integer', int8: 'bigint', int2: 'smallint', serial: 'integer', bigserial: 'bigint', smallserial: 'smallint',
  float8: 'double precision', float4: 'real', float: 'double precision', decimal: 'numeric', bool: 'boolean',
  varchar: 'character varying', char: 'character', bpchar: 'character',
  timestamptz: 'timestamp with time zone', timestamp: 'timestamp without time zone',
  time: 'time without time zone', timetz: 'time with time zone',
};

/** Base type in PostgreSQL's own spelling: modifiers and synonyms removed. */
export function baseType(pgType: string): string {
  const bare = pgType.toLowerCase().replace(/\([^)]*\)/g, ' ').replace(/\s+/g, ' ').trim();
  const unqualified = bare.replace(/^pg_catalog\./, '').replace(/^(?:public\.)?"?citext"?$/, 'citext');
  return synonyms[unqualified] ?? unqualified;
}

/** Affinity of a declared type (datatype3.html, section 3.1). */
export function affinityOf(declaredType: string): Affinity {
  const type = declaredType.toUpperCase();
  if (type.includes('INT')) return 'INTEGER';
  if (/CHAR|CLOB|TEXT/.test(type)) return 'TEXT';
  if (type === '' || type.includes('BLOB')) return 'BLOB';
  return /REAL|FLOA|DOUB/.test(type) ? 'REAL' : 'NUMERIC';
}

const kinds: Readonly<Record<string, Kind>> = {
  bigint: 'int', integer: 'int', smallint: 'int', boolean: 'int', oid: 'int',
  'double precision': 'real', real: 'real', numeric: 'num',
  text: 'text', 'character varying': 'text', character: 'text', citext: 'text', name: 'text', uuid: 'text', json: 'text', jsonb: 'text',
  'timestamp without time zone': 'text', 'timestamp with time zone': 'text', date: 'text', 'time without time zone': 'text',
  'time with time zone': 'text', bytea: 'blob',
};

export const isTemporal = (pg: string): boolean => pg === 'date' || pg.startsWith('time');
export const isNumber = (kind: Kind): boolean => kind === 'int' || kind === 'real' || kind === 'num';

/** A column as an expression; `sql` is its name, qualified as needed. */
export function columnExpression(sql: string, column: ColumnTarget): Typed {
  const pg = baseType(column.pgType);
  const base = kinds[pg] ?? 'opaque';
  const affinity =
    column.affinity ?? (column.declaredType === undefined ? defaultAffinity(base) : affinityOf(column.declaredType));
  const collation = column.collate?.toUpperCase() ?? 'BINARY';
  if (collation !== 'BINARY' && collation !== 'NOCASE' && collation !== 'RTRIM') {
    throw new Untranslatable(`the collation ${column.collate ?? ''} is defined by the program, not by SQLite`);
  }
  const { computed } = column;
  const kind = computed?.kind ?? storedKind(base, pg, column, affinity);
  const wholeIsInteger = computed?.wholeIsInteger ?? (kind === 'num' && !(affinity === 'BLOB' && column.declaredType !== undefined));
  return {
    sql: kind === 'null' ? 'NULL' : sql,
    kind,
    pg,
    affinity,
    collation,
    collates: true,
    ...(computed?.isColumn === false ? {} : { isColumn: true }),
    // Without a type 1 and 1.0 stay apart, and the target no longer tells which it was.
    ...(wholeIsInteger ? { wholeIsInteger } : {}),
    ...(column.storedAs === undefined ? {} : { storedAs: column.storedAs }),
    ...(column.rewritten === undefined ? {} : { rewritten: column.rewritten }),
    ...(column.textFormat === undefined ? {} : { textFormat: column.textFormat }),
    ...(column.pgCollation === undefined ? {} : { pgCollation: column.pgCollation }),
  };
}

function storedKind(base: Kind, pg: string, column: ColumnTarget, affinity: Affinity): Kind {
  if (column.rewritten !== undefined) return 'opaque';
  if (isTemporal(pg) && column.storedAs !== undefined) {
    if (column.storedAs === 'julian-day' || affinity === 'REAL') return 'real';
    return column.storedReals === true ? 'num' : 'int';
  }
  if (base === 'text' && column.storedNumbers === true) return 'mixed';
  // A column declared as a number that had to become text holds values of several classes.
  const isNumeric = affinity === 'INTEGER' || affinity === 'REAL' || affinity === 'NUMERIC';
  const isPlainText = pg === 'text' || pg === 'character varying';
  if (isPlainText && isNumeric && column.declaredType !== undefined && !/DATE|TIME|JSON|UUID|STRING/i.test(column.declaredType)) return 'mixed';
  // NUMERIC and INTEGER affinity keep whole numbers as integers, whatever the target's type.
  if (base === 'real' && affinity !== 'REAL' && column.declaredType !== undefined) return 'num';
  return base === 'num' && affinity === 'REAL' ? 'real' : base;
}

function defaultAffinity(kind: Kind): Affinity {
  const byKind: Readonly<Record<Kind, Affinity>> = {
    int: 'INTEGER', real: 'REAL', num: 'NUMERIC', text: 'TEXT', blob: 'BLOB', null: 'NONE', mixed: 'NONE', opaque: 'NONE',
  };
  return byKind[kind];
}
