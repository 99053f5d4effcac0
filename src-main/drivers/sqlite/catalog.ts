import { quoteIdent } from '../../../shared/pure/quote.ts';
import type { SqliteCatalog, SqliteColumn, SqliteForeignKey, SqliteIndex, SqliteTable, SqliteTrigger, SqliteView } from '../../../shared/model/catalog.ts';
import { asOrdinary, describeVirtual } from './catalog-virtual.ts';
import type { SqliteDb } from './types.ts';
import { foldName } from '../../../shared/pure/fold-name.ts';

type Row = Readonly<Record<string, unknown>>;

/** Every name asked of a pragma is bound as a parameter of its table-valued form, so no name can break out. */
const xinfo = 'SELECT name, type, "notnull" AS required, dflt_value, pk, hidden FROM pragma_table_xinfo(?) ORDER BY cid';
const foreignKeys = 'SELECT id, "table" AS parent, "from" AS child_column, "to" AS parent_column, on_update, on_delete, "match" AS matching FROM pragma_foreign_key_list(?) ORDER BY id, seq';
const indexes = 'SELECT l.name, l."unique" AS is_unique, l.origin, l.partial, s.sql FROM pragma_index_list(?) AS l LEFT JOIN sqlite_schema AS s ON s.type = \'index\' AND s.name = l.name ORDER BY l.seq DESC';
const indexColumns = 'SELECT name, "desc" AS descending, coll FROM pragma_index_xinfo(?) WHERE key = 1 ORDER BY seqno';

/**
 * Reads the whole structure of the main database. What SQLite itself cannot open (a virtual table whose module is not
 * loaded, a broken view) is listed with its error instead of failing the call. Internal `sqlite_…` tables are left out.
 *
 * @param db - a handle of `openSqlite`; integers may be read as bigint or number
 */
export function readSqliteCatalog(db: SqliteDb): SqliteCatalog {
  const all = (sql: string, ...values: unknown[]): Row[] => db.prepare<unknown[], Row>(sql).safeIntegers(false).all(...values);
  const schema = all("SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY rowid");
  const sqlOf = new Map(schema.filter((row) => row['type'] === 'table').map((row) => [text(row['name']), text(row['sql'])]));
  const listed = new Map(all("SELECT name, type, wr, strict FROM pragma_table_list WHERE schema = 'main'").map((row) => [text(row['name']), row]));
  const sequences = readSequences(db, all);
  const tables = [...sqlOf].map(([name, sql]) => readTable(name, sql, listed.get(name), sequences, all));
  const keys = new Map(tables.map((table) => [foldName(table.name), primaryKey(table)]));
  return {
    tables: tables.map((table) => ({ ...table, foreignKeys: table.foreignKeys.map((each) => resolveParent(each, keys)) })),
    views: schema.filter((row) => row['type'] === 'view').map((row) => readView(text(row['name']), text(row['sql']), all)),
    triggers: schema.filter((row) => row['type'] === 'trigger').map((row): SqliteTrigger => ({ name: text(row['name']), table: text(row['tbl_name']), sql: text(row['sql']) })),
    encoding: text(pragma(db, 'encoding')),
    pageSize: Number(pragma(db, 'page_size')),
    pageCount: Number(pragma(db, 'page_count')),
    freePages: Number(pragma(db, 'freelist_count')),
    journalMode: text(pragma(db, 'journal_mode')),
    userVersion: Number(pragma(db, 'user_version')),
    applicationId: Number(pragma(db, 'application_id')),
    sqliteVersion: text(db.prepare('SELECT sqlite_version()').pluck().get()),
  };
}

type All = (sql: string, ...values: unknown[]) => Row[];

function readTable(name: string, sql: string, listed: Row | undefined, sequences: ReadonlyMap<string, string>, all: All): SqliteTable {
  const isVirtual = /^\s*CREATE\s+VIRTUAL\b/i.test(sql);
  const kind = isVirtual ? 'virtual' : listed?.['type'] === 'shadow' ? 'shadow' : 'table';
  const withoutRowid = !isVirtual && listed?.['wr'] === 1;
  const found = attempt(() => ({
    columns: all(xinfo, name).map(toColumn),
    indexes: all(indexes, name).map((row) => toIndex(row, all)),
    foreignKeys: groupForeignKeys(all(foreignKeys, name)),
  }));
  const columns = found.value?.columns ?? [];
  const error = found.error ?? (isVirtual ? attempt(() => all(`SELECT 1 FROM ${quoteIdent(name)} LIMIT 0`)).error : null);
  const autoincrement = /\bAUTOINCREMENT\b/i.test(withoutQuoted(sql));
  const read: SqliteTable = {
    name,
    kind,
    withoutRowid,
    strict: listed?.['strict'] === 1,
    sql,
    rowidName: withoutRowid || isVirtual ? null : freeRowidName(columns),
    rowidAlias: withoutRowid || isVirtual ? null : rowidAlias(columns, sql, found.value?.indexes ?? []),
    autoincrement,
    sequence: autoincrement ? (sequences.get(name) ?? null) : null,
    columns,
    indexes: found.value?.indexes ?? [],
    foreignKeys: found.value?.foreignKeys ?? [],
    error: columns.length === 0 && error === null ? 'it has no columns that SQLite can list' : error,
  };  const virtual = isVirtual && read.error === null ? describeVirtual(sql) : undefined;
  if (virtual === undefined) return read;
  const described = { ...read, virtual };
  if (virtual.holds !== 'rows') return described;
  // A function the table needs for its rows (fts4's uncompress) may be missing although the table opens.
  const { error: unread } = attempt(() => all(`SELECT * FROM ${quoteIdent(name)} LIMIT 1`));
  return unread === null ? asOrdinary(described, virtual) : { ...described, error: unread };
}

function toColumn(row: Row): SqliteColumn {
  const hidden = row['hidden'];
  return {
    name: text(row['name']),
    declared: text(row['type']),
    notNull: row['required'] === 1,
    default: row['dflt_value'] === null ? null : text(row['dflt_value']),
    pk: Number(row['pk']),
    hidden: hidden === 1 || hidden === 2 || hidden === 3 ? hidden : 0,
  };
}

function toIndex(row: Row, all: All): SqliteIndex {
  const origin = row['origin'];
  return {
    name: text(row['name']),
    unique: row['is_unique'] === 1,
    origin: origin === 'u' || origin === 'pk' ? origin : 'c',
    partial: row['partial'] === 1,
    columns: all(indexColumns, row['name']).map((column) => ({
      name: column['name'] === null ? null : text(column['name']),
      desc: column['descending'] === 1,
      collation: text(column['coll']),
    })),
    sql: row['sql'] === null ? null : text(row['sql']),
  };
}

function groupForeignKeys(rows: readonly Row[]): SqliteForeignKey[] {
  const groups = Map.groupBy(rows, (row) => Number(row['id']));
  return [...groups].map(([id, parts]) => {
    const first = parts[0] ?? {};
    const parents = parts.map((part) => part['parent_column']);
    return {
      id,
      columns: parts.map((part) => text(part['child_column'])),
      parent: text(first['parent']),
      parentColumns: parents.every((name) => name !== null) ? parents.map(text) : [],
      onUpdate: text(first['on_update']),
      onDelete: text(first['on_delete']),
      match: text(first['matching']),
    };
  });
}

/** An omitted parent column list means the parent's primary key (https://sqlite.org/foreignkeys.html, section 2). */
function resolveParent(key: SqliteForeignKey, keys: ReadonlyMap<string, readonly string[]>): SqliteForeignKey {
  if (key.parentColumns.length > 0) return key;
  const parent = keys.get(foldName(key.parent)) ?? [];
  return parent.length === key.columns.length ? { ...key, parentColumns: parent } : key;
}

function primaryKey(table: SqliteTable): string[] {
  return table.columns.filter((column) => column.pk > 0).toSorted((a, b) => a.pk - b.pk).map((column) => column.name);
}

function readView(name: string, sql: string, all: All): SqliteView {
  const found = attempt(() => {
    const columns = all(xinfo, name).map((row) => text(row['name']));
    all(`SELECT 1 FROM ${quoteIdent(name)} LIMIT 0`);
    return columns;
  });
  return { name, sql, columns: found.value ?? null, error: found.error };
}

function readSequences(db: SqliteDb, all: All): Map<string, string> {
  const exists = db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'sqlite_sequence'").get() !== undefined;
  if (!exists) return new Map();
  // A sequence may hold anything: it is an ordinary table. Only integers count; the highest wins, as SQLite does.
  const rows = all("SELECT name, CAST(max(seq) AS TEXT) AS seq FROM sqlite_sequence WHERE typeof(seq) = 'integer' GROUP BY name");
  return new Map(rows.map((row) => [text(row['name']), text(row['seq'])]));
}

/** A column of that name hides the rowid (https://sqlite.org/lang_createtable.html#rowid). */
function freeRowidName(columns: readonly SqliteColumn[]): string | null {
  const taken = new Set(columns.map((column) => foldName(column.name)));
  return ['rowid', '_rowid_', 'oid'].find((name) => !taken.has(name)) ?? null;
}

/**
 * A single primary key column declared exactly INTEGER is the rowid, and then no index stands for the key.
 * `INTEGER PRIMARY KEY DESC` is the exception: SQLite keeps an index of origin pk for it (same page, "ROWIDs and the INTEGER PRIMARY KEY").
 */
function rowidAlias(columns: readonly SqliteColumn[], sql: string, found: readonly SqliteIndex[]): string | null {
  const key = columns.filter((column) => column.pk > 0);
  const only = key[0];
  if (key.length !== 1 || only === undefined || only.declared.toUpperCase() !== 'INTEGER' || sql === '') return null;
  return found.some((index) => index.origin === 'pk') ? null : only.name;
}

/** Removes strings, quoted names and comments, so that a keyword inside one is not taken for SQL. */
function withoutQuoted(sql: string): string {
  return sql.replaceAll(/'(?:[^']|'')*'|"(?:[^"]|"")*"|`(?:[^`]|``)*`|\[[^\]]*\]|--[^\n]*|\/\*[\s\S]*?\*\//g, ' ');
}

function pragma(db: SqliteDb, name: string): unknown {
  return db.pragma(name, { simple: true });
}

function text(value: unknown): string {
  return value === null || value === undefined ? '' : String(value);
}

function attempt<T>(work: () => T): { value: T; error: null } | { value: undefined; error: string } {
  try {
    return { value: work(), error: null };
  } catch (error) {
    return { value: undefined, error: error instanceof Error ? error.message : String(error) };
  }
}
