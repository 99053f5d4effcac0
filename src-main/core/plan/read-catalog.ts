import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { SqliteCatalog } from '../../../shared/model/catalog.ts';
import { originPath, originSchema, type Origin } from '../../../shared/model/origin.ts';
import type { ShapedColumn } from '../../drivers/sqlite/index.ts';
import { askWorker } from '../../workers/ask-worker.ts';

/** The structure of a SQLite file, read in a worker thread. @throws the driver's errors */
export function readCatalog(path: string): Promise<SqliteCatalog> {
  return askWorker<SqliteCatalog>('catalog', { path });
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

/** The one shape of each column's texts (`9999-99-99`), null where there are several; read in a worker thread. */
export function readShapes(path: string, shapes: readonly ShapedColumn[]): Promise<(string | null)[]> {
  return askWorker<(string | null)[]>('catalog', { path, shapes });
}
