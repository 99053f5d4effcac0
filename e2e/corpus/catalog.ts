/** What stands in a PostgreSQL schema, read from pg_catalog, in the words of the outcome files. */
import type { PgSession } from '../../src-main/drivers/postgres/index.ts';

export type TypeClass = 'integer' | 'float' | 'numeric' | 'text' | 'boolean' | 'date' | 'time' | 'timestamp' | 'uuid' | 'json' | 'bytes';

const classes: Readonly<Record<string, TypeClass>> = {
  smallint: 'integer', integer: 'integer', bigint: 'integer', real: 'float', 'double precision': 'float', numeric: 'numeric',
  text: 'text', 'character varying': 'text', citext: 'text', boolean: 'boolean', date: 'date', 'time without time zone': 'time',
  'timestamp without time zone': 'timestamp', 'timestamp with time zone': 'timestamp', uuid: 'uuid', json: 'json', jsonb: 'json', bytea: 'bytes',
};

export function classOf(type: string): TypeClass | string {
  return classes[type.replace(/\(\d+(,\d+)?\)/, '')] ?? type;
}

/** One table, as an outcome file describes it. Absent lists are empty. */
export interface TableShape {
  readonly rows: number;
  readonly columns: Readonly<Record<string, string>>;
  readonly primaryKey?: readonly string[] | undefined;
  readonly notNull: readonly string[];
  /** Column lists of unique constraints and unique indexes. */
  readonly unique?: readonly (readonly string[])[] | undefined;
  /** Column lists of all other indexes. */
  readonly indexes?: readonly (readonly string[])[] | undefined;
  /** `a,b -> parent(c,d) ON UPDATE … ON DELETE …`; NO ACTION is left out. */
  readonly foreignKeys?: readonly string[] | undefined;
  /** Number of CHECK constraints. */
  readonly checks?: number | undefined;
  /** Columns with a default. */
  readonly defaults?: readonly string[] | undefined;
  readonly identity?: { readonly column: string; readonly next: string } | undefined;
}

const keysSql = `
SELECT i.indexrelid::regclass::text AS name, i.indisprimary AS "primary", i.indisunique AS "unique", i.indisvalid AS valid,
       array_to_json(ARRAY(SELECT coalesce(a.attname, pg_get_indexdef(i.indexrelid, k.n::int, true))
         FROM unnest(i.indkey::int2[]) WITH ORDINALITY AS k(att, n) LEFT JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.att ORDER BY k.n)) AS columns
FROM pg_index i WHERE i.indrelid = $1::oid`;

const foreignSql = `
SELECT k.convalidated AS valid,
  (SELECT string_agg(a.attname, ',' ORDER BY u.n) FROM unnest(k.conkey) WITH ORDINALITY u(att, n) JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.att)
  || ' -> ' || p.relname || '(' ||
  (SELECT string_agg(a.attname, ',' ORDER BY u.n) FROM unnest(k.confkey) WITH ORDINALITY u(att, n) JOIN pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = u.att) || ')'
  || CASE k.confupdtype WHEN 'c' THEN ' ON UPDATE CASCADE' WHEN 'n' THEN ' ON UPDATE SET NULL' WHEN 'd' THEN ' ON UPDATE SET DEFAULT' WHEN 'r' THEN ' ON UPDATE RESTRICT' ELSE '' END
  || CASE k.confdeltype WHEN 'c' THEN ' ON DELETE CASCADE' WHEN 'n' THEN ' ON DELETE SET NULL' WHEN 'd' THEN ' ON DELETE SET DEFAULT' WHEN 'r' THEN ' ON DELETE RESTRICT' ELSE '' END AS text
FROM pg_constraint k JOIN pg_class p ON p.oid = k.confrelid WHERE k.conrelid = $1::oid AND k.contype = 'f'`;

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** One order for lists of names, whatever the server's collation. */
export function sortedLists(lists: readonly (readonly string[])[]): (readonly string[])[] {
  return lists.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}

async function describeTable(session: PgSession, schema: string, oid: string, name: string): Promise<TableShape> {
  const columns = (await session.query(
    `SELECT a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type, a.attnotnull AS "notNull", a.attidentity AS identity,
            (a.atthasdef AND a.attgenerated = '') AS "default", pg_get_serial_sequence($2, a.attname) AS sequence
     FROM pg_attribute a WHERE a.attrelid = $1::oid AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum`,
    [oid, `${quoted(schema)}.${quoted(name)}`],
  )).rows;
  const keys = (await session.query(keysSql, [oid])).rows.map((row): { primary: boolean; unique: boolean; columns: string[] } => {
    if (row['valid'] !== 't') throw new Error(`index ${row['name']} is not valid`);
    return { primary: row['primary'] === 't', unique: row['unique'] === 't', columns: JSON.parse(row['columns'] ?? '[]') };
  });
  const foreignKeys = (await session.query(foreignSql, [oid])).rows.map((row) => `${row['text']}${row['valid'] === 't' ? '' : ' NOT VALID'}`).toSorted();
  const checks = Number((await session.one(`SELECT count(*) AS n FROM pg_constraint WHERE conrelid = $1::oid AND contype = 'c'`, [oid]))?.['n']);
  const rows = Number((await session.one(`SELECT count(*) AS n FROM ${quoted(schema)}.${quoted(name)}`))?.['n']);
  const identity = columns.find((row) => row['identity'] !== '');
  const next = identity === undefined ? null : await session.one(`SELECT (CASE WHEN is_called THEN last_value::numeric + 1 ELSE last_value END)::text AS next FROM ${identity['sequence']}`);
  const primary = keys.find((key) => key.primary)?.columns;
  const unique = sortedLists(keys.filter((key) => key.unique && !key.primary).map((key) => key.columns));
  const indexes = sortedLists(keys.filter((key) => !key.unique).map((key) => key.columns));
  const defaults = columns.filter((row) => row['default'] === 't').map((row) => row['name'] ?? '');
  return {
    rows,
    columns: Object.fromEntries(columns.map((row) => [row['name'] ?? '', classOf(row['type'] ?? '')])),
    ...(primary === undefined ? {} : { primaryKey: primary }),
    notNull: columns.filter((row) => row['notNull'] === 't').map((row) => row['name'] ?? ''),
    ...(unique.length === 0 ? {} : { unique }),
    ...(indexes.length === 0 ? {} : { indexes }),
    ...(foreignKeys.length === 0 ? {} : { foreignKeys }),
    ...(checks === 0 ? {} : { checks }),
    ...(defaults.length === 0 ? {} : { defaults }),
    ...(identity === undefined ? {} : { identity: { column: identity['name'] ?? '', next: next?.['next'] ?? '' } }),
  };
}

export interface SchemaShape {
  readonly tables: Readonly<Record<string, TableShape>>;
  readonly views: readonly string[];
}

/** Tables and views of one schema. */
export async function describeSchema(session: PgSession, schema: string): Promise<SchemaShape> {
  const { rows } = await session.query(
    `SELECT c.oid::text AS oid, c.relname AS name, c.relkind::text AS kind FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = $1 AND c.relkind IN ('r', 'v') ORDER BY c.relname`,
    [schema],
  );
  const tables: Record<string, TableShape> = {};
  for (const row of rows.filter((entry) => entry['kind'] === 'r')) tables[row['name'] ?? ''] = await describeTable(session, schema, row['oid'] ?? '', row['name'] ?? '');
  return { tables, views: rows.filter((row) => row['kind'] === 'v').map((row) => row['name'] ?? '') };
}
