import { TravessiaError } from '../../../../shared/contract/errors.ts';
import type { Field, Mapping } from '../../../../shared/model/conversation-mapping.ts';
import { quoteIdent, quoteQualified } from '../../../../shared/pure/quote.ts';
import type { QueryPort } from '../ports.ts';

export type Family = 'text' | 'uuid' | 'integer' | 'number' | 'boolean' | 'timestamptz' | 'timestamp' | 'date' | 'jsonb' | 'json' | 'other';

export interface ShapeColumn {
  readonly name: string;
  /** format_type: what a parameter is cast to. */
  readonly type: string;
  readonly family: Family;
  readonly notNull: boolean;
}

export interface TableShape {
  readonly schema: string;
  readonly name: string;
  /** Quoted and qualified. */
  readonly sql: string;
  readonly oid: string;
  readonly partitioned: boolean;
  /** The planner's estimate; 0 while unknown. */
  readonly rows: number;
  readonly columns: ReadonlyMap<string, ShapeColumn>;
  /** Valid indexes without a condition; an expression is its definition's text, a column its name. */
  readonly indexes: readonly (readonly string[])[];
  /** Columns of the primary key, or of the first unique index over columns that are not null. */
  readonly key: readonly string[];
}

/** The tables of a mapping as they stand in the server. */
export interface Shape {
  readonly conversations: TableShape;
  readonly messages: TableShape;
  readonly tasks: TableShape | null;
  readonly events: TableShape | null;
  readonly metrics: TableShape | null;
  readonly versionNumber: number;
}

const families: Readonly<Record<string, Family>> = {
  text: 'text', varchar: 'text', bpchar: 'text', name: 'text', citext: 'text', uuid: 'uuid', int2: 'integer', int4: 'integer', int8: 'integer', oid: 'integer', numeric: 'number', float4: 'number', float8: 'number',
  bool: 'boolean', timestamptz: 'timestamptz', timestamp: 'timestamp', date: 'date', jsonb: 'jsonb', json: 'json',
};

interface TableName { readonly schema: string | null; readonly name: string }

async function readTable(port: QueryPort, table: TableName): Promise<TableShape> {
  const named = table.schema === null ? quoteIdent(table.name) : quoteQualified(table.schema, table.name);
  const columns = await port.rows(`
    SELECT n.nspname AS schema, c.relname AS name, c.oid::text AS oid, c.relkind::text AS kind, c.reltuples::bigint::text AS rows, a.attname AS column, format_type(a.atttypid, a.atttypmod) AS type, b.typname AS base, a.attnotnull::text AS not_null
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    JOIN pg_type t ON t.oid = a.atttypid JOIN pg_type b ON b.oid = CASE WHEN t.typtype = 'd' THEN t.typbasetype ELSE t.oid END
    WHERE c.oid = to_regclass($1) ORDER BY a.attnum`, [named]);
  const first = columns[0];
  if (first === undefined) throw new TravessiaError('MAPPING_INVALID', { message: `There is no table ${named} that this user may see.`, hint: 'Correct the mapping of the library, or ask for SELECT on that table.' });
  const oid = first['oid'] ?? '';
  const indexes = await port.rows(`
    SELECT i.indexrelid::text AS index, k.n::text AS place, pg_get_indexdef(i.indexrelid, k.n::int, true) AS definition, a.attname AS column, i.indisprimary::text AS primary, (i.indisunique AND i.indpred IS NULL)::text AS unique, a.attnotnull::text AS not_null
    FROM pg_index i CROSS JOIN generate_series(1, i.indnkeyatts) AS k(n) LEFT JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[k.n - 1] AND a.attnum > 0
    WHERE i.indrelid = $1::oid AND i.indisvalid AND i.indpred IS NULL ORDER BY i.indisprimary DESC, i.indexrelid, k.n`, [oid]);
  const grouped = Map.groupBy(indexes, (row) => row['index']);
  const keys = [...grouped.values()].filter((rows) => rows.every((row) => row['unique'] === 'true' && row['column'] !== null && row['not_null'] === 'true'));
  const schema = first['schema'] ?? '';
  const name = first['name'] ?? '';
  return {
    schema, name, sql: quoteQualified(schema, name), oid, partitioned: first['kind'] === 'p', rows: Math.max(0, Number(first['rows'])),
    columns: new Map(columns.map((row) => [row['column'] ?? '', { name: row['column'] ?? '', type: row['type'] ?? 'text', family: families[row['base'] ?? ''] ?? 'other', notNull: row['not_null'] === 'true' }])),
    indexes: [...grouped.values()].map((rows) => rows.map((row) => row['column'] ?? row['definition'] ?? '')),
    key: keys[0]?.map((row) => row['column'] ?? '') ?? [],
  };
}

/**
 * Looks up the mapped tables. A mapping that does not fit a direct reading (no table of conversations, messages inside a document or an exchange,
 * texts in a table of parts) is refused: such libraries are read from a copy.
 *
 * @throws TravessiaError MAPPING_INVALID
 */
export async function readShape(port: QueryPort, mapping: Mapping): Promise<Shape> {
  const { conversations, messages } = mapping;
  if (conversations === undefined || messages === undefined || conversations.document !== undefined || messages.exchange !== undefined || mapping.parts !== undefined) {
    throw new TravessiaError('MAPPING_INVALID', { message: 'This mapping cannot be read directly from the server: it needs a table of conversations and one row for each message.', hint: 'Open the library from a local copy instead.' });
  }
  const optional = async (part: { readonly table: TableName } | undefined): Promise<TableShape | null> => (part === undefined ? null : await readTable(port, part.table));
  const version = await port.rows("SELECT current_setting('server_version_num') AS version");
  const shape: Shape = {
    conversations: await readTable(port, conversations.table), messages: await readTable(port, messages.table),
    tasks: await optional(mapping.tasks), events: await optional(mapping.events), metrics: await optional(mapping.metrics),
    versionNumber: Number(version[0]?.['version'] ?? 0),
  };
  for (const [table, part] of [[shape.conversations, conversations], [shape.messages, messages], [shape.tasks, mapping.tasks], [shape.events, mapping.events], [shape.metrics, mapping.metrics]] as const) {
    if (table === null || part === undefined) continue;
    for (const field of fieldsOf(part)) columnOf(table, field);
  }
  if (conversations.id.path !== undefined || messages.id.path !== undefined) throw new TravessiaError('MAPPING_INVALID', { message: 'A key must be a column of its own.', hint: 'Correct the mapping of the library.' });
  return shape;
}

/** All fields of one part of a mapping. */
export function fieldsOf(part: object): Field[] {
  const isField = (value: unknown): value is Field => typeof value === 'object' && value !== null && 'column' in value && typeof value.column === 'string';
  return Object.values(part).flatMap((value: unknown) => (Array.isArray(value) ? value : [value])).filter(isField);
}

/** @throws TravessiaError MAPPING_INVALID */
export function columnOf(table: TableShape, field: Field): ShapeColumn {
  const column = table.columns.get(field.column);
  if (column !== undefined) return column;
  throw new TravessiaError('MAPPING_INVALID', { message: `Table ${table.sql} has no column "${field.column}".`, hint: 'Correct the mapping of the library.' });
}

/** True where an index begins with these columns, so that rows come in their order. */
export function hasIndex(table: TableShape, columns: readonly string[]): boolean {
  return table.indexes.some((index) => columns.every((column, at) => index[at] === column));
}
