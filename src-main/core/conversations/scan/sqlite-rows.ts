import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { z } from 'zod';
import { TravessiaError } from '../../../../shared/contract/errors.ts';
import { quoteIdent } from '../../../../shared/pure/quote.ts';
import { fingerprintOf, openSqlite, readSqliteHeader, snapshotSqlite, sqliteError, type SqliteDb } from '../../../drivers/sqlite/index.ts';
import { makeWorkFolder } from '../../../drivers/work-folder/index.ts';
import type { Cell, Row } from './cells.ts';
import { batchRows, type RowReader, type RowSource, type Select } from './row-source.ts';

const tableRow = z.object({ name: z.string(), type: z.string() });
const columnRow = z.object({ name: z.string(), type: z.string(), hidden: z.coerce.number() });

/** Files larger than this are not counted for the mapping editor: SQLite reads a whole table to count it. */
const countedBytes = 100 * 1024 * 1024;

/** A SQLite file. WAL files are read in one transaction, which keeps nobody waiting; others are copied first, so that their writers do not wait for a long reading. */
export function sqliteRows(path: string): RowSource {
  let current: RowReader | null = null;
  return {
    dialect: 'sqlite', name: path,
    async shape() {
      using opened = openSqlite(path, { mode: 'read' });
      return shapeOf(opened.db, readSqliteHeader(path).bytes <= countedBytes);
    },
    fingerprint: async () => JSON.stringify(await fingerprintOf(path)),
    async snapshot(signal) {
      if (readSqliteHeader(path).wal) return reader(path, true);
      const folder = makeWorkFolder('scan');
      const remove = (): void => rmSync(folder, { recursive: true, force: true });
      try {
        const copy = join(folder, 'source.db');
        await snapshotSqlite(path, copy, { signal });
        return reader(copy, true, remove);
      } catch (error) {
        remove();
        throw error;
      }
    },
    now: () => Promise.resolve((current ??= reader(path, false))),
    async close() {
      await current?.close();
      current = null;
    },
  };
}

function reader(path: string, once: boolean, onClose: () => void = () => undefined): RowReader {
  const opened = openSqlite(path, { mode: 'read' });
  const { db } = opened;
  if (once) db.exec('BEGIN');
  const prepared = ({ sql, keys }: Select) => {
    const statement = db.prepare<unknown[], Cell[]>(sql).raw(true);
    return { statement, values: keys === undefined ? [] : [{ keys: sqliteKeys(keys) }] };
  };
  const rowOf = (columns: readonly string[], cells: readonly Cell[]): Row => {
    const row: Record<string, Cell> = {};
    for (const [index, column] of columns.entries()) row[column] = cells[index] ?? null;
    return row;
  };
  return {
    dialect: 'sqlite',
    all(select) {
      try {
        const { statement, values } = prepared(select);
        return Promise.resolve(statement.all(...values).map((cells) => rowOf(select.columns, cells)));
      } catch (error) {
        return Promise.reject(sqliteError(error, path));
      }
    },
    async *stream(select, signal) {
      try {
        const { statement, values } = prepared(select);
        let batch: Row[] = [];
        for (const cells of statement.iterate(...values)) {
          batch.push(rowOf(select.columns, cells));
          if (batch.length < batchRows) continue;
          yield batch;
          batch = [];
          await nextTurn();
          if (signal.aborted) throw new TravessiaError('CANCELLED', { message: `Reading ${path} was cancelled.`, retry: true });
        }
        yield batch;
      } catch (error) {
        throw error instanceof TravessiaError ? error : sqliteError(error, path);
      }
    },
    close() {
      opened.close();
      onClose();
      return Promise.resolve();
    },
  };
}

/** Each key as text and, where it is one, as the integer: a column without affinity compares no text with numbers (datatype3.html, 4.2). */
function sqliteKeys(keys: readonly string[]): string {
  const integers = keys.filter((key) => /^(?:0|-?[1-9]\d{0,18})$/.test(key));
  return `[${[...keys.map((key) => JSON.stringify(key)), ...integers].join(',')}]`;
}

function shapeOf(db: SqliteDb, counted: boolean): Awaited<ReturnType<RowSource['shape']>> {
  // Shadow tables belong to virtual ones, which are indexes and not data.
  const tables = z.array(tableRow).parse(db.prepare("SELECT name, type FROM pragma_table_list WHERE schema = 'main' AND type IN ('table', 'view') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name").all());
  const described = tables.flatMap(({ name, type }) => {
    try {
      const columns = z.array(columnRow).parse(db.prepare('SELECT name, type, hidden FROM pragma_table_xinfo(?)').all(name)).filter(({ hidden }) => hidden !== 1);
      const rows = counted && type === 'table' ? Number(db.prepare(`SELECT count(*) FROM ${quoteIdent(name)}`).pluck().get()) : null;
      return [{ schema: null, name, rows, columns: columns.map((column) => ({ name: column.name, type: column.type })) }];
    } catch {
      // A view of a table that is gone cannot be described, and not be read.
      return [];
    }
  });
  return { shape: { tables: described }, views: new Set(tables.filter(({ type }) => type === 'view').map(({ name }) => JSON.stringify([null, name]))) };
}
