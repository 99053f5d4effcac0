import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { TravessiaError } from '../../../shared/contract/errors.ts';
import type { SourceValue } from '../../../shared/model/values.ts';
import { quoteIdent } from '../../../shared/pure/quote.ts';
import { openSqlite, type SqliteDb } from '../../drivers/sqlite/index.ts';

/** `PRAGMA application_id` of every sample file, "TRVS": only such a file is ever replaced. */
export const sampleMark = 0x54525653;

const rowsPerTurn = 2000;

export type SampleValue = Exclude<SourceValue, boolean>;

export interface SampleTable {
  readonly name: string;
  readonly columns: readonly string[];
  readonly rows: number;
  readonly row: (index: number) => readonly SampleValue[];
}

export interface SampleStore {
  /** File name, without folder. */
  readonly file: string;
  /** Tables; run before the rows. */
  readonly schema: string;
  readonly tables: readonly SampleTable[];
  /** Indexes, views and triggers; run after the rows. Statements that spoil some rows on purpose stand here too. */
  readonly after: string;
}

export interface FillOptions {
  readonly signal: AbortSignal;
  readonly onRows: (rows: number) => void;
}

/**
 * Builds one file beside its final name and moves it there when it is whole, so that a cancelled build leaves nothing.
 * @throws TravessiaError CANCELLED, FILE_EXISTS where a file of that name is no sample
 */
export async function buildStore(path: string, store: SampleStore, options: FillOptions): Promise<void> {
  assertReplaceable(path);
  mkdirSync(dirname(path), { recursive: true });
  const part = `${path}.part`;
  rmSync(part, { force: true });
  try {
    const opened = openSqlite(part, { mode: 'write', create: true });
    try {
      const { db } = opened;
      // Nobody else knows the file yet, and a broken build is thrown away: no journal is needed. SQLite enforces no foreign key by default.
      db.exec(`PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA foreign_keys = OFF; PRAGMA application_id = ${sampleMark}; PRAGMA user_version = 1`);
      db.exec(store.schema);
      for (const table of store.tables) await fill(db, table, options);
      db.exec(store.after);
    } finally {
      opened.close();
    }
    renameSync(part, path);
  } catch (error) {
    rmSync(part, { force: true });
    throw error;
  }
}

async function fill(db: SqliteDb, table: SampleTable, { signal, onRows }: FillOptions): Promise<void> {
  const insert = db.prepare(`INSERT INTO ${quoteIdent(table.name)} (${table.columns.map(quoteIdent).join(', ')}) VALUES (${table.columns.map(() => '?').join(', ')})`);
  for (let from = 0; from < table.rows; from += rowsPerTurn) {
    const to = Math.min(table.rows, from + rowsPerTurn);
    db.transaction(() => {
      for (let index = from; index < to; index += 1) insert.run(...table.row(index));
    })();
    onRows(to - from);
    await nextTurn();
    if (signal.aborted) throw new TravessiaError('CANCELLED', { message: 'Building the samples was cancelled.' });
  }
}

function assertReplaceable(path: string): void {
  if (!existsSync(path)) return;
  using opened = openSqlite(path, { mode: 'read', safeIntegers: false });
  if (opened.db.pragma('application_id', { simple: true }) === sampleMark) return;
  throw new TravessiaError('FILE_EXISTS', { message: `${path} exists and is no sample of this program.`, hint: 'Choose another folder for the samples.' });
}

/** A whole number as SQLite's INTEGER; better-sqlite3 writes a plain number as REAL. */
export function integer(value: number): bigint {
  return BigInt(Math.round(value));
}
