import { existsSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import type { SqliteCatalog } from '../../../shared/model/catalog.ts';
import { originPath, originSchema, type Origin } from '../../../shared/model/origin.ts';
import { openSqlite, readSqliteCatalog, readTextShapes, sqliteFailure, type ShapedColumn, type SqliteDb } from '../../drivers/sqlite/index.ts';
import { askWorker } from '../../workers/ask-worker.ts';

/** Bytes of a file that is read through before a thread has started (a tenth of a second). */
const atOnce = 1024 * 1024;

/** Reads a small file here, any other in a worker thread. */
async function readFrom<T>(path: string, here: (db: SqliteDb) => T, there: () => Promise<T>): Promise<T> {
  const size = await stat(path).then((found) => found.size, () => Number.POSITIVE_INFINITY);
  if (size > atOnce) return there();
  using opened = openSqlite(path, { mode: 'read' });
  try {
    return here(opened.db);
  } catch (error) {
    throw sqliteFailure(error, path);
  }
}

/** The structure of a SQLite file. @throws the driver's errors */
export function readCatalog(path: string): Promise<SqliteCatalog> {
  return readFrom(path, readSqliteCatalog, () => askWorker<SqliteCatalog>('catalog', { path }));
}

/** What stands beside the snapshot of a PostgreSQL source; undefined for other sources. @throws where the file is damaged */
export async function readOrigin(path: string): Promise<Origin | undefined> {
  const file = originPath(path);
  return existsSync(file) ? originSchema.parse(JSON.parse(await readFile(file, 'utf8'))) : undefined;
}

/** The value under a key in a table of keys and values, such as a localStorage export has; null where there is none. */
export function readPairOf(path: string, key: string): Promise<string | null> {
  return askWorker<string | null>('catalog', { path, pair: key });
}

/** The one shape of each column's texts (`9999-99-99`), null where there are several. */
export function readShapes(path: string, shapes: readonly ShapedColumn[]): Promise<(string | null)[]> {
  return readFrom(path, (db) => readTextShapes(db, shapes), () => askWorker<(string | null)[]>('catalog', { path, shapes }));
}
