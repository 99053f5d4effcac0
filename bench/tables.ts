import type { PlanColumn, PlanTable } from '../shared/model/plan.ts';
import { quoteIdent } from '../shared/pure/quote.ts';
import { openSqlite } from '../src-main/drivers/sqlite/index.ts';

export const benchTables = ['messages', 'metrics', 'blobs'] as const;
export type BenchTable = (typeof benchTables)[number];

interface Shape {
  readonly ddl: string;
  /** Row number `i` to values, by SQL alone: millions of rows in seconds. */
  readonly select: string;
  readonly columns: readonly (readonly [name: string, type: string])[];
  readonly key: string;
  readonly index: string;
  readonly maxRowBytes: number;
}

/** Chat messages as in design/migration.md, "Load": 7 text columns, about 200 characters; narrow rows of measurements; blobs of 20 KB that do not compress. */
const shapes: Readonly<Record<BenchTable, Shape>> = {
  messages: {
    ddl: 'CREATE TABLE messages (id TEXT PRIMARY KEY NOT NULL, conversation_id TEXT NOT NULL, role TEXT NOT NULL, content TEXT NOT NULL, model TEXT, status TEXT, created_at TEXT NOT NULL)',
    select: `printf('msg_%010x%06x', i, (i * 7919) % 16777213), printf('conv_%08x', (i * 2654435761) % 49999), CASE i % 2 WHEN 0 THEN 'user' ELSE 'assistant' END,
      substr('Olá, the export finished and the totals look right; compare them with the report of last week before the meeting, please. Ação necessária?', 1 + i % 20, 40 + (i * 31) % 90),
      CASE i % 3 WHEN 0 THEN NULL ELSE 'model-' || i % 7 END, 'delivered', strftime('%Y-%m-%dT%H:%M:%fZ', 1700000000 + i / 50.0, 'unixepoch')`,
    columns: [['id', 'text'], ['conversation_id', 'text'], ['role', 'text'], ['content', 'text'], ['model', 'text'], ['status', 'text'], ['created_at', 'text']],
    key: 'id',
    index: 'conversation_id, created_at',
    maxRowBytes: 300,
  },
  metrics: {
    ddl: 'CREATE TABLE metrics (id INTEGER PRIMARY KEY, ts INTEGER NOT NULL, name TEXT NOT NULL, value REAL, host TEXT)',
    select: "i, 1700000000000 + i * 250, 'cpu.' || (i % 40), (i * 0.1) / 3.0 + 0.0001, 'host-' || (i % 12)",
    columns: [['id', 'bigint'], ['ts', 'bigint'], ['name', 'text'], ['value', 'double precision'], ['host', 'text']],
    key: 'id',
    index: 'ts',
    maxRowBytes: 80,
  },
  blobs: {
    ddl: 'CREATE TABLE blobs (id INTEGER PRIMARY KEY, name TEXT NOT NULL, body BLOB NOT NULL)',
    select: "i, 'file-' || i, randomblob(20000)",
    columns: [['id', 'bigint'], ['name', 'text'], ['body', 'bytea']],
    key: 'id',
    index: 'name',
    maxRowBytes: 20_100,
  },
};

/** Builds the file; fast and forgetful, since it can be built again. */
export function buildSource(path: string, table: BenchTable, rows: number): void {
  const { ddl, select, index } = shapes[table];
  using opened = openSqlite(path, { mode: 'write', create: true });
  opened.db.exec('PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -64000');
  opened.db.exec(`BEGIN; ${ddl}; WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${rows}) INSERT INTO ${table} SELECT ${select} FROM n; CREATE INDEX ${table}_by ON ${table} (${index}); COMMIT`);
}

/** What the plan would say: every column by its declared type, read with plain numbers. */
export function benchPlan(table: BenchTable, rows: number): PlanTable {
  const shape = shapes[table];
  return {
    source: { database: 'bench.db', table },
    target: { schema: 'bench', table },
    include: true,
    rows: String(rows),
    rowKey: [shape.key],
    reading: { by: 'rowid', columns: [table === 'messages' ? 'rowid' : 'id'], plainIntegers: true },
    maxRowBytes: shape.maxRowBytes,
    columns: shape.columns.map(([name, type]): PlanColumn => ({ source: name, target: name, include: true, declared: type, type, nullable: true, identity: false, why: [], misfits: '0', decidedBy: 'rule' })),
    uniques: [],
    checks: [],
    foreignKeys: [],
    indexes: [],
  };
}

export function createTarget(schema: string, table: BenchTable): string {
  const columns = shapes[table].columns.map(([name, type]) => `${quoteIdent(name)} ${type}`).join(', ');
  return `DROP SCHEMA IF EXISTS ${quoteIdent(schema)} CASCADE; CREATE SCHEMA ${quoteIdent(schema)}; CREATE TABLE ${quoteIdent(schema)}.${quoteIdent(table)} (${columns})`;
}

/** Key and index as the whole run makes them. */
export function indexTarget(schema: string, table: BenchTable): string {
  const name = `${quoteIdent(schema)}.${quoteIdent(table)}`;
  return `ALTER TABLE ${name} ADD PRIMARY KEY (${shapes[table].key}); CREATE INDEX ON ${name} (${shapes[table].index})`;
}
