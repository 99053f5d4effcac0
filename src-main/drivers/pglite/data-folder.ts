import { createHash } from 'node:crypto';
import { closeSync, cpSync, existsSync, mkdirSync, openSync, readFileSync, readSync, readdirSync, statSync } from 'node:fs';
import { basename, dirname, join, relative, sep } from 'node:path';
import { TravessiaError } from '../../../shared/contract/errors.ts';
import type { Fingerprint } from '../../../shared/model/assessment.ts';
import { fileError } from '../sqlite/index.ts';
import { isArchive, untar } from './untar.ts';

/** PostgreSQL inside the PGlite that this program carries; a data folder of another major version cannot be opened. */
export const major = '18';

function headOf(path: string): Buffer {
  const file = openSync(path, 'r');
  try {
    const head = Buffer.alloc(512);
    return head.subarray(0, readSync(file, head, 0, head.length, 0));
  } finally {
    closeSync(file);
  }
}

/** True for a folder with a PG_VERSION in it, and for a tar archive, compressed or not. */
export function isPgliteData(path: string): boolean {
  try {
    return statSync(path).isDirectory() ? existsSync(join(path, 'PG_VERSION')) : isArchive(headOf(path));
  } catch {
    return false;
  }
}

/** All files of the folder, or the archive itself. The lock file comes and goes without any change of the data. */
function filesOf(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== 'postmaster.pid')
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted();
}

/**
 * What tells whether the data changed: names, sizes and times of all files (48 bits of their SHA-256 as `changeCounter`).
 * @throws TravessiaError FILE_NOT_FOUND, FILE_NOT_READABLE
 */
export function pgliteFingerprint(path: string): Fingerprint {
  try {
    const hash = createHash('sha256');
    let bytes = 0;
    let modified = 0;
    for (const file of filesOf(path)) {
      const { size, mtimeMs } = statSync(file);
      hash.update(`${relative(path, file)}\0${size}\0${mtimeMs}\n`);
      bytes += size;
      modified = Math.max(modified, mtimeMs);
    }
    return { bytes, changeCounter: hash.digest().readUIntBE(0, 6), walBytes: 0, modifiedMs: Math.floor(modified) };
  } catch (error) {
    throw fileError(error, path);
  }
}

/** The folder that holds PG_VERSION: archives may have it in a folder of their own. */
function rootOf(folder: string): string | null {
  const found = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => basename(name) === 'PG_VERSION').toSorted((a, b) => a.split(sep).length - b.split(sep).length)[0];
  return found === undefined ? null : join(folder, dirname(found));
}

/**
 * Copies a data folder, or unpacks an archive, so that the original is never opened: opening alone would write into it.
 * @returns the folder that can be opened
 * @throws TravessiaError FILE_NOT_FOUND, NOT_A_DATABASE, DATABASE_CORRUPT, UNSUPPORTED_SOURCE (another version), DATABASE_BUSY (it
 *   changed while it was copied), CANCELLED
 */
export async function copyData(path: string, to: string, signal: AbortSignal): Promise<string> {
  const before = pgliteFingerprint(path);
  const noData = (): TravessiaError => new TravessiaError('NOT_A_DATABASE', { message: `${path} holds no PGlite data: there is no PG_VERSION in it.`, hint: 'Choose the folder given to new PGlite(…), or what its dumpDataDir made (.tar or .tar.gz).' });
  try {
    const isFolder = statSync(path).isDirectory();
    if (isFolder && !existsSync(join(path, 'PG_VERSION'))) throw noData();
    if (isFolder) cpSync(path, to, { recursive: true, filter: (from) => basename(from) !== 'postmaster.pid' });
    else {
      mkdirSync(to, { recursive: true });
      await untar(path, headOf(path)[0] === 0x1f, to, signal);
    }
  } catch (error) {
    throw fileError(error, path);
  }
  const root = rootOf(to);
  if (root === null) throw noData();
  if (pgliteFingerprint(path).changeCounter !== before.changeCounter) {
    throw new TravessiaError('DATABASE_BUSY', { message: `${path} changed while it was being copied: a program has it open.`, hint: 'Close that program, or let it make an archive with dumpDataDir, and try again.', retry: true });
  }
  const version = readFileSync(join(root, 'PG_VERSION'), 'utf8').trim();
  if (version !== major) {
    throw new TravessiaError('UNSUPPORTED_SOURCE', {
      message: `${path} was written by PostgreSQL ${version || 'of an unknown version'}; PGlite data of PostgreSQL ${major} can be read.`,
      hint: `Open it with the program that wrote it and take its tables out with pg_dump (@electric-sql/pglite-tools), load that into a PGlite of PostgreSQL ${major} or into a server, and migrate from there.`,
    });
  }
  return root;
}
