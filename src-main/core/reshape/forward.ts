import type { ReshapeTable, ReshapeValue } from '../../../shared/model/reshape.ts';
import { quoteIdent } from '../../../shared/pure/quote.ts';
import type { JsonPattern } from './functions.ts';
import { holeOf, type Mapping } from './mapping.ts';

/** A text constant of SQLite, which knows no escapes. */
export function sqliteText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

const column = (name: string): string => `f.${quoteIdent(name)}`;

/** A value with its bytes: an invalid text would reach a function with replacements in it. Only UTF-8's bytes are what they seem. */
function withBytes(mapping: Mapping, name: string): string {
  return mapping.encoding === 'UTF-8' ? `CASE typeof(${column(name)}) WHEN 'text' THEN CAST(${column(name)} AS BLOB) ELSE ${column(name)} END` : column(name);
}

function idSql(mapping: Mapping, kind: string, names: readonly string[], more: readonly string[] = []): string {
  const pairs = names.flatMap((name) => [`typeof(${column(name)})`, withBytes(mapping, name)]);
  return `travessia_id(${[sqliteText(mapping.reshape.namespace), sqliteText(kind), ...pairs, ...more].join(', ')})`;
}

/** The call that writes a document: each hole of it a value of the row, or what `instead` says. */
function jsonSql(mapping: Mapping, document: unknown, instead: (name: string) => string | undefined = () => undefined): string {
  const holes: JsonPattern['holes'] = [];
  const values: string[] = [];
  const fill = (node: unknown): unknown => {
    const name = holeOf(node);
    if (name !== null) {
      const { type = 'text', cast } = mapping.carried.get(name) ?? {};
      values.push(mapping.columns.includes(name) ? instead(name) ?? (cast === 'text as bytes' ? withBytes(mapping, name) : column(name)) : 'NULL');
      holes.push({ type, ...(cast === undefined ? {} : { cast }) });
      return { $: holes.length - 1 };
    }
    if (Array.isArray(node)) return node.map(fill);
    return typeof node === 'object' && node !== null ? Object.fromEntries(Object.entries(node).map(([key, inner]: [string, unknown]) => [key, fill(inner)])) : node;
  };
  const pattern: JsonPattern = { document: fill(document), holes };
  return `travessia_json(${[sqliteText(JSON.stringify(pattern)), ...values].join(', ')})`;
}

function constantSql(constant: string | number | boolean): string {
  return typeof constant === 'string' ? sqliteText(constant) : String(Number(constant));
}

function valueSql(mapping: Mapping, table: ReshapeTable, value: ReshapeValue | undefined): string {
  const there = (name: string, sql: string): string => (mapping.columns.includes(name) ? sql : 'NULL');
  if (value === undefined) return 'NULL';
  if ('column' in value) return there(value.column, value.as === 'moment' ? `travessia_moment(${column(value.column)})` : column(value.column));
  if ('constant' in value) return constantSql(value.constant);
  if ('uuid5' in value) {
    if (value.of === 'element') return idSql(mapping, value.uuid5, mapping.rowKey, [`'integer'`, 'e.key']);
    return idSql(mapping, value.uuid5, value.of === 'row' ? mapping.rowKey : value.of);
  }
  const order = mapping.flat.rowidName ?? mapping.rowKey[0] ?? '';
  if ('first' in value) return there(value.first, `travessia_first(${column(value.first)}, ${column(order)})`);
  if ('last' in value) return there(value.last, `travessia_last(${column(value.last)}, ${column(order)})`);
  if ('min' in value) return there(value.min, `min(${value.as === 'moment' ? `travessia_moment(${column(value.min)})` : column(value.min)})`);
  if ('max' in value) return there(value.max, `max(${value.as === 'moment' ? `travessia_moment(${column(value.max)})` : column(value.max)})`);
  if ('json' in value) return jsonSql(mapping, value.json);
  if ('rest' in value) return jsonSql(mapping, Object.fromEntries(mapping.rest.map((name) => [name, { column: name }])));
  if ('lists' in value) return listsSql(mapping);
  if ('position' in value) return 'e.key';
  const list = typeof table.per === 'object' && 'each' in table.per ? column(table.per.each) : 'NULL';
  // The element's own text: a number keeps its digits.
  const element = `(${list} -> ('$[' || e.key || ']'))`;
  const paths = Object.values(table.columns).flatMap(({ value: other }) => (other !== undefined && 'path' in other && other.as === undefined ? [other.path] : []));
  if ('left' in value) return `travessia_left(${element}, ${sqliteText(JSON.stringify(paths))})`;
  const path = `travessia_path(${element}, ${sqliteText(value.path)})`;
  return value.as === 'moment' ? `travessia_moment(${path})` : path;
}

/** How SQLite must be told a type of PostgreSQL so that it converts nothing and the type ladder knows it (see declared-type.ts). */
function declaredAs(type: string): string {
  const base = type.replace(/\(.*/, '');
  if (base === 'text') return 'TEXT';
  if (base === 'bigint' || base === 'integer' || base === 'smallint' || base === 'boolean') return `integer as ${type}`;
  return base === 'double precision' || base === 'bytea' ? `blob as ${type}` : `text as ${type}`;
}

/** A value that is there in every row. */
function isFilled(mapping: Mapping, value: ReshapeValue | undefined): boolean {
  if (value === undefined) return false;
  if ('column' in value) return value.as === undefined && mapping.columns.includes(value.column) && !mapping.holed.has(value.column);
  return 'constant' in value || 'uuid5' in value || 'json' in value || 'rest' in value || 'position' in value;
}

interface PlannedColumn {
  readonly name: string;
  readonly declared: string;
  readonly key: boolean;
  readonly notNull: boolean;
  readonly sql: string;
}

function columnsOf(mapping: Mapping, table: ReshapeTable): PlannedColumn[] {
  const own = Object.entries(table.columns).map(([name, { type, value, key, required }]): PlannedColumn => {
    const flat = value !== undefined && 'column' in value ? mapping.flat.columns.find((each) => each.name === value.column) : undefined;
    return { name, key, declared: type === undefined ? (flat?.declared ?? '') : declaredAs(type), notNull: required && (table.per === 'nothing' || isFilled(mapping, value)), sql: valueSql(mapping, table, value) };
  });
  const others = table.per === 'row' ? mapping.others : [];
  return [...own, ...others.map((name): PlannedColumn => {
    const flat = mapping.flat.columns.find((each) => each.name === name);
    return { name, key: false, declared: flat?.declared ?? '', notNull: flat?.notNull === true && !mapping.holed.has(name), sql: column(name) };
  })];
}

/** The statement that makes a table in the copy. Its types are PostgreSQL's, as far as SQLite lets a declaration tell them. */
export function createStep(table: string, columns: Readonly<Record<string, { readonly type: string; readonly key: boolean; readonly required: boolean }>>): { why: string; sql: string } {
  return createTable(table, Object.entries(columns).map(([name, { type, key, required }]) => ({ name, key, declared: declaredAs(type), notNull: required })));
}

function createTable(table: string, columns: readonly Omit<PlannedColumn, 'sql'>[]): { why: string; sql: string } {
  const lines = columns.map((each) => `  ${quoteIdent(each.name)}${each.declared === '' ? '' : ` ${quoteIdent(each.declared)}`}${each.notNull || each.key ? ' NOT NULL' : ''}${each.key ? ' PRIMARY KEY' : ''}`);
  return { why: `reshape.create ${table}`, sql: `CREATE TABLE ${quoteIdent(table)} (\n${lines.join(',\n')}\n)` };
}

/** The statements that make a mapping's tables beside the flat one, each with what it does. */
export function forwardSteps(mapping: Mapping): { why: string; sql: string }[] {
  const table = quoteIdent(mapping.flat.name);
  const number = mapping.flat.rowidName === null || mapping.flat.rowidAlias === mapping.flat.rowidName ? '' : `${mapping.flat.rowidName} AS ${mapping.flat.rowidName}, `;
  const from = mapping.filter === undefined ? `FROM ${table} AS f` : `FROM (SELECT ${number}* FROM ${table} WHERE (${mapping.filter})) AS f`;
  return mapping.reshape.tables.flatMap((table) => {
    const columns = columnsOf(mapping, table);
    const name = quoteIdent(table.table);
    const create = createTable(table.table, columns);
    if (table.per === 'nothing') return [create];
    const select = `SELECT ${columns.map((each) => each.sql).join(',\n       ')}`;
    const key = columns.find((each) => each.key)?.sql ?? '1';
    const tail = table.per === 'row' ? from : Array.isArray(table.per) ? `${from}\nGROUP BY ${key}` : elementsOf(from, table.per.each);
    return [create, { why: `reshape.fill ${table.table}`, sql: `INSERT INTO ${name}\n${select}\n${tail}` }];
  });
}

/** What stands in a list column and is a list with elements. */
function isList(list: string): string {
  return `json_valid(${list}) AND json_type(${list}) = 'array' AND json_array_length(${list}) > 0`;
}

function elementsOf(from: string, list: string): string {
  return `${from}\nJOIN json_each(CASE WHEN ${isList(column(list))} THEN ${column(list)} ELSE '[]' END) AS e`;
}

/** Elements give back only lists that have some, and only as jsonb: what else stands in such a column is kept with the row. */
function listsSql(mapping: Mapping): string {
  const kept = Object.fromEntries(mapping.lists.map((name) => [name, { column: name }]));
  return `nullif(${jsonSql(mapping, kept, (name) => (mapping.carried.get(name)?.type === 'jsonb' ? `CASE WHEN ${isList(column(name))} THEN NULL ELSE ${column(name)} END` : undefined))}, '{}')`;
}
