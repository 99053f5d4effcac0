/**
 * PGlite as a source and as a target: PostgreSQL in WebAssembly, whose data is a folder, or in a browser an archive made of it.
 *
 * data: that folder or archive. It is copied or unpacked first; the original of a source is never opened.
 * server: a folder that this program runs as a target, reached as a server is.
 */
import { rm } from 'node:fs/promises';
import { TravessiaError } from '../../../shared/contract/errors.ts';
import type { Finding } from '../../../shared/model/finding.ts';
import { snapshotSource, toTravessiaError } from '../postgres/index.ts';
import { copyData, major } from './data-folder.ts';

export { createPgliteServers } from './server.ts';
export type { PgliteServer, PgliteServers } from './server.ts';
export { openMemoryPglite, type MemoryPglite } from './memory.ts';
export { isPgliteData, pgliteFingerprint } from './data-folder.ts';

/** Major version of the PostgreSQL inside. */
export const pgliteMajor = Number(major);

export interface PgliteSnapshotOptions {
  readonly signal: AbortSignal;
  readonly onProgress: (done: number, total: number) => void;
}

/**
 * Writes all tables of a PGlite database into a SQLite file and proves them. It runs a whole PostgreSQL in this thread, so it belongs in a
 * worker.
 * @throws TravessiaError those of `copyData` and `snapshotSource`; DATABASE_CORRUPT where PostgreSQL cannot open the data
 */
export async function snapshotPglite(path: string, toPath: string, options: PgliteSnapshotOptions): Promise<readonly Finding[]> {
  const folder = `${toPath}.data`;
  await rm(folder, { recursive: true, force: true });
  try {
    return await readData(await copyData(path, folder, options.signal), path, toPath, options);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A copy of a PGlite database, open. Values are PostgreSQL's text where the SQL casts them. */
export interface PgliteCopy {
  rows(sql: string, values?: readonly string[]): Promise<(string | null)[][]>;
  close(): Promise<void>;
}

/**
 * Copies a data folder or unpacks an archive into `folder` and opens the copy; whoever asked removes the folder afterwards. It runs a whole
 * PostgreSQL in this thread, so it belongs in a worker.
 * @throws TravessiaError those of `copyData`; DATABASE_CORRUPT
 */
export async function openPgliteCopy(path: string, folder: string, signal: AbortSignal): Promise<PgliteCopy> {
  const opened = await openRoot(await copyData(path, folder, signal), path);
  try {
    await opened.rows("SET TimeZone = 'UTC'");
    await opened.rows("SET DateStyle = 'ISO, MDY'");
  } catch (error) {
    await opened.close();
    throw error;
  }
  return opened;
}

async function openRoot(root: string, path: string): Promise<PgliteCopy> {
  // 20 MB of WebAssembly: only loaded where there is such a source.
  const { PGlite } = await import('@electric-sql/pglite');
  const database = await PGlite.create(root).catch((cause: unknown) => {
    throw new TravessiaError('DATABASE_CORRUPT', { message: `PostgreSQL cannot open the data of ${path}.`, hint: 'It may be incomplete, or need an extension that is not here. Let the program that wrote it make an archive with dumpDataDir and use that.', cause });
  });
  const rows: PgliteCopy['rows'] = async (sql, values = []) => {
    try {
      return (await database.query<(string | null)[]>(sql, [...values], { rowMode: 'array' })).rows;
    } catch (error) {
      throw toTravessiaError(error, `Reading ${path}`);
    }
  };
  return { rows, close: () => database.close() };
}

async function readData(root: string, path: string, toPath: string, options: PgliteSnapshotOptions): Promise<readonly Finding[]> {
  const source = await openRoot(root, path);
  try {
    await source.rows('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    const findings = await snapshotSource(source, path, toPath, options);
    await source.rows('COMMIT');
    return findings;
  } finally {
    // Open, it keeps the thread alive.
    await source.close();
  }
}
