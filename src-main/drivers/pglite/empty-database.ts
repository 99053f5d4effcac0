/**
 * A database in memory that nothing was done to yet. PostgreSQL in WebAssembly takes ten seconds of a processor to make one and one to unpack
 * one, so the build makes one for all replicas.
 */
import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync, gzipSync } from 'node:zlib';
import { builtFile } from '../../workers/worker-url.ts';

/** Beside the built entries. */
export const emptyDatabaseFile = 'pglite-empty.tar.gz';

/**
 * For the build. Not for a folder of somebody's own, which PGlite makes itself: no other database is ever made from this one, so its
 * templates are left out, and its time zone is the builder's (every session here sets its own).
 *
 * @returns an archive of the data folder, compressed
 */
export async function makeEmptyDatabase(): Promise<Uint8Array> {
  const { PGlite } = await import('@electric-sql/pglite');
  const database = await PGlite.create({ initDbStartParams: ['--wal-segsize=1'] });
  try {
    await database.exec("UPDATE pg_database SET datistemplate = false WHERE datname LIKE 'template_'");
    for (const name of ['template0', 'template1']) await database.exec(`DROP DATABASE ${name}`);
    // What the log says of the making is needed no more.
    await database.exec('CHECKPOINT');
    return gzipSync(new Uint8Array(await (await database.dumpDataDir('none')).arrayBuffer()), { level: 9 });
  } finally {
    await database.close();
  }
}

/** What the build left, no longer compressed; undefined in a program that runs from its sources, where PGlite makes each database itself. */
export function emptyDatabase(): Uint8Array<ArrayBuffer> | undefined {
  const url = builtFile(emptyDatabaseFile, import.meta.url);
  return url === null || !existsSync(url) ? undefined : new Uint8Array(gunzipSync(readFileSync(url)));
}
