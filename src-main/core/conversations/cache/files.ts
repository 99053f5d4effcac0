/** Where the copy of a library lies: `N.db` in a folder of its own, beside it what is being made, and a note about it that is read without opening it. */
import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { hash } from 'node:crypto';
import { join } from 'node:path';
import { withProcessLock } from '../../../drivers/sqlite/index.ts';
import { schemaVersion } from './schema.ts';

export interface CacheNote {
  readonly schema: string;
  /** Of the rules by which texts were masked. */
  readonly masking: string;
  /** Digest of the mapping by which the source was read. */
  readonly mapping: string;
  /** Digest of the source's own, as it was read. */
  readonly fingerprint: string;
  readonly refreshedAt: string;
  readonly conversations: number;
  readonly messages: number;
}

/** Mappings and fingerprints are kept as their digests: what is in them is nobody's business, and they may be long. */
export const digestOf = (text: string): string => hash('sha256', text, 'hex');

const dbPattern = /^(\d+)\.db$/;
const notePath = (folder: string): string => join(folder, 'note.json');

export function makeFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  chmodSync(folder, 0o700);
}

function numbers(folder: string): number[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder).flatMap((name) => Number(dbPattern.exec(name)?.[1] ?? [])).filter((number) => number > 0).toSorted((a, b) => b - a);
}

/** The newest complete copy; null where there is none. */
export function currentFile(folder: string): string | null {
  const [newest] = numbers(folder);
  return newest === undefined ? null : join(folder, `${newest}.db`);
}

const halfMade = (folder: string): string[] => readdirSync(folder).filter((name) => /\.(building|stage)(-journal|-wal|-shm)?$/.test(name));

/** While somebody makes a copy, he holds this; the system lets go of it with him. */
export const lockPath = (folder: string): string => join(folder, 'lock');

/** Takes away what killed programs left half-made in the folders of all copies. What somebody is at work on stays, as does what cannot be deleted. */
export async function sweepHalfMade(caches: string): Promise<void> {
  for (const name of existsSync(caches) ? readdirSync(caches) : []) {
    const folder = join(caches, name);
    try {
      if (halfMade(folder).length > 0) await withProcessLock(lockPath(folder), async () => void newFiles(folder), 0);
    } catch {
      // At work, or no folder of ours.
    }
  }
}

/** Names for a copy made anew. A file of these names is what a killed program left behind, and goes. */
export function newFiles(folder: string): { readonly building: string; readonly stage: string; readonly final: string } {
  const next = (numbers(folder)[0] ?? 0) + 1;
  for (const name of halfMade(folder)) rmSync(join(folder, name), { force: true });
  return { building: join(folder, `${next}.building`), stage: join(folder, `${next}.stage`), final: join(folder, `${next}.db`) };
}

/** Older copies; one that is still open elsewhere goes the next time where the system does not let it go now. */
export function removeOlder(folder: string): void {
  for (const number of numbers(folder).slice(1)) {
    for (const part of ['', '-wal', '-shm']) {
      try {
        rmSync(join(folder, `${number}.db${part}`), { force: true });
      } catch {
        // In use.
      }
    }
  }
}

export function removeCache(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
}

/** An empty file that only its owner reads, before SQLite writes into it. */
export function emptyFile(path: string): void {
  rmSync(path, { force: true });
  writeFileSync(path, '', { mode: 0o600 });
}

export function writeNote(folder: string, note: CacheNote): void {
  const beside = `${notePath(folder)}.new`;
  writeFileSync(beside, JSON.stringify(note), { mode: 0o600 });
  renameSync(beside, notePath(folder));
}

export function readNote(folder: string): CacheNote | null {
  try {
    const note: CacheNote = JSON.parse(readFileSync(notePath(folder), 'utf8'));
    return note;
  } catch {
    return null;
  }
}

export interface CacheState {
  readonly search: 'ready' | 'missing' | 'stale';
  readonly refreshedAt: string | null;
}

/**
 * What is known of a copy from two small reads. Stale: the source moved on, or it was made by other rules of masking or another mapping.
 * @param expected - `fingerprint` null where the source cannot be asked just now
 */
export function cacheState(folder: string, expected: { readonly masking: string; readonly mapping: string; readonly fingerprint: string | null }): CacheState {
  if (currentFile(folder) === null) return { search: 'missing', refreshedAt: null };
  const note = readNote(folder);
  if (note === null) return { search: 'stale', refreshedAt: null };
  if (note.schema !== schemaVersion || note.masking !== expected.masking || note.mapping !== digestOf(expected.mapping)) return { search: 'missing', refreshedAt: note.refreshedAt };
  const moved = expected.fingerprint !== null && note.fingerprint !== digestOf(expected.fingerprint);
  return { search: moved ? 'stale' : 'ready', refreshedAt: note.refreshedAt };
}
