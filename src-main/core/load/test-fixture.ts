import { join } from 'node:path';
import type { PlanColumn, PlanTable } from '../../../shared/model/plan.ts';
import { quoteIdent } from '../../../shared/pure/quote.ts';
import type { PgSession } from '../../drivers/postgres/index.ts';
import { openSqlite, readSqliteCatalog, tableKey, type SqliteDb } from '../../drivers/sqlite/index.ts';
import type { TestDatabase } from '../../test-support/index.ts';
import { ensureJournal } from './journal.ts';
import type { LoadTask } from './types.ts';

/** What a test says of a column; the rest is plain. */
export type ColumnSpec = Partial<PlanColumn> & Pick<PlanColumn, 'type'>;

/** Makes a SQLite file and returns its path. */
export function buildFile(folder: string, build: (db: SqliteDb) => void, name = 'source.db'): string {
  const path = join(folder, name);
  using opened = openSqlite(path, { mode: 'write', create: true });
  opened.db.pragma('synchronous = OFF');
  build(opened.db);
  return path;
}

/** A plan's table over a real file, every column crossing under its own name. */
export function planTable(path: string, name: string, specs: Readonly<Record<string, ColumnSpec>>, more: Partial<PlanTable> = {}): PlanTable {
  using opened = openSqlite(path, { mode: 'read' });
  const table = readSqliteCatalog(opened.db).tables.find((each) => each.name === name);
  if (table === undefined) throw new Error(`no table ${name}`);
  const key = tableKey(table);
  const columns = table.columns.map((column): PlanColumn => {
    const spec = specs[column.name] ?? { type: 'text' };
    return { source: column.name, target: column.name, include: true, declared: column.declared, nullable: true, identity: false, why: [], misfits: '0', decidedBy: 'rule', ...spec };
  });
  const primary = table.columns.filter((column) => column.pk > 0).toSorted((a, b) => a.pk - b.pk).map((column) => column.name);
  return {
    source: { database: 'source.db', table: name },
    target: { schema: 'public', table: name },
    include: true,
    rows: '1000',
    rowKey: primary.length > 0 ? primary : key.kind === 'rowid' ? [key.name] : [],
    reading: { by: key.kind === 'offset' ? 'all' : key.kind, columns: key.kind === 'rowid' ? [key.name] : key.kind === 'key' ? [...key.columns] : [], plainIntegers: false },
    maxRowBytes: 1000,
    columns,
    uniques: [],
    checks: [],
    foreignKeys: [],
    indexes: [],
    ...more,
  };
}

/** A run with its journal and a staging schema, ready to be loaded. */
export async function startRun(session: PgSession, database: TestDatabase, path: string, tables: readonly PlanTable[], run = 'r1'): Promise<LoadTask[]> {
  await ensureJournal(session);
  await session.query('INSERT INTO travessia.runs (run, state, fence) VALUES ($1, $2, $3)', [run, 'loading', 'f1']);
  await session.exec('CREATE SCHEMA IF NOT EXISTS staging');
  for (const table of tables) {
    const columns = table.columns.filter((column) => column.include).map((column) => `${quoteIdent(column.target)} ${column.type}`);
    await session.exec(`CREATE TABLE staging.${quoteIdent(table.target.table)} (${columns.join(', ')})`);
  }
  return tables.map((table) => ({ runId: run, fence: 'f1', database: 'source.db', snapshotPath: path, target: database.config, stagingSchema: 'staging', table }));
}
