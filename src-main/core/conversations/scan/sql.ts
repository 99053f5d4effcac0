import type { Field, Mapping, SourceShape } from '../../../../shared/model/conversation-mapping.ts';
import { quoteIdent, quoteLiteral, quoteQualified } from '../../../../shared/pure/quote.ts';
import type { Dialect } from './row-source.ts';

export type TableName = Readonly<{ schema: string | null; name: string }>;

/** Where rows come from: a table, or a subquery with the same columns (scan/programs). */
export interface From {
  readonly sql: string;
  /** True for a subquery, whose keys are text. */
  readonly isDerived: boolean;
}

export function tableFrom({ schema, name }: TableName): From {
  return { sql: schema === null ? quoteIdent(name) : quoteQualified(schema, name), isDerived: false };
}

const typeOf = (shape: SourceShape, table: TableName, column: string): string | null =>
  shape.tables.find((each) => each.name === table.name && each.schema === table.schema)?.columns.find((each) => each.name === column)?.type ?? null;

/** `rowid` of SQLite is no column that quotes can name where another one is called so; unquoted text would be a string there. */
export const columnSql = (alias: string, column: string): string => `${alias}.${quoteIdent(column)}`;

/** What a field holds, in SQL; a path leads into JSON. */
export function fieldSql(dialect: Dialect, alias: string, { column, path }: Field): string {
  const own = columnSql(alias, column);
  if (path === undefined || path.length === 0) return own;
  if (dialect === 'postgres') return `(${own}::jsonb #>> ARRAY[${path.map(quoteLiteral).join(', ')}]::text[])`;
  return `json_extract(${own}, ${quoteLiteral(`$${path.map((key) => `."${key.replaceAll('"', '')}"`).join('')}`)})`;
}

const asText = (dialect: Dialect, sql: string): string => (dialect === 'postgres' ? `${sql}::text` : sql);

/** SELECT of plain columns; PostgreSQL's as text. `named` gives further columns by name and SQL. */
export function selectSql(dialect: Dialect, from: string, alias: string, columns: readonly string[], named: readonly (readonly [name: string, sql: string])[] = []): { readonly sql: string; readonly columns: readonly string[] } {
  const list = [...columns.map((column) => [column, columnSql(alias, column)] as const), ...named];
  return { sql: `SELECT ${list.map(([, sql]) => asText(dialect, sql)).join(', ')} FROM ${from}`, columns: list.map(([name]) => name) };
}

/** `WHERE key IN (…)` with the keys as the statement's one parameter, cast to the column's own type so that its index serves. */
export function keysSql(dialect: Dialect, shape: SourceShape, table: TableName, alias: string, field: Field, isDerived: boolean): string {
  const own = fieldSql(dialect, alias, field);
  if (dialect === 'sqlite') return `${own} IN (SELECT value FROM json_each(@keys))`;
  const type = isDerived || (field.path?.length ?? 0) > 0 ? 'text' : (typeOf(shape, table, field.column) ?? 'text');
  const keys = 'jsonb_array_elements_text($1::jsonb) AS key';
  // A key that is none of the column's type names no row, and must not be an error.
  if (type === 'uuid') return `${own} = ANY (ARRAY(SELECT key::uuid FROM ${keys} WHERE key ~ '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$'))`;
  if (['smallint', 'integer', 'bigint'].includes(type)) return `${own} = ANY (ARRAY(SELECT CASE WHEN key ~ '^-?[0-9]{1,19}$' AND key::numeric BETWEEN -9223372036854775808 AND 9223372036854775807 THEN key::bigint END FROM ${keys}))`;
  return `${/^(text|character varying|character)/.test(type) ? own : `${own}::text`} = ANY (ARRAY(SELECT key FROM ${keys}))`;
}

/** Columns that a part of a mapping reads. */
export function columnsOf(part: object | undefined): string[] {
  const found = new Set<string>();
  const walk = (value: unknown): void => {
    if (Array.isArray(value)) return value.forEach(walk);
    if (typeof value !== 'object' || value === null) return;
    if ('column' in value && typeof value.column === 'string') found.add(value.column);
    else Object.entries(value).forEach(([key, inner]) => key !== 'table' && walk(inner));
  };
  walk(part);
  return [...found];
}

/** Messages by conversation: how many, from when to when, whose. */
export function countsSql(dialect: Dialect, from: From, messages: NonNullable<Mapping['messages']>, where: string): { readonly sql: string; readonly columns: readonly string[] } {
  const field = (each: Field): string => fieldSql(dialect, 'm', each);
  const keys = [messages.conversation, ...(messages.conversationWith ?? [])].map(field);
  const list: (readonly [string, string])[] = [
    ...keys.map((sql, index) => [`k${index}`, sql] as const), ['n', 'count(*)'],
    ['first', messages.created === undefined ? 'NULL' : `min(${field(messages.created)})`], ['last', messages.created === undefined ? 'NULL' : `max(${field(messages.created)})`], ['owner', messages.owner === undefined ? 'NULL' : `max(${asText(dialect, field(messages.owner))})`],
  ];
  return { sql: `SELECT ${list.map(([name, sql]) => `${sql} AS ${name}`).join(', ')} FROM ${from.sql} m ${where} GROUP BY ${keys.map((_, index) => index + 1).join(', ')}`, columns: list.map(([name]) => name) };
}
