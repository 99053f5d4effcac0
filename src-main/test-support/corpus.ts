import { chmodSync, copyFileSync, existsSync, mkdirSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';

/** The folder of outside test material; TRAVESSIA_CORPUS, else `../shared/corpus` beside the project. */
export function corpusFolder(): string {
  return resolve(process.env['TRAVESSIA_CORPUS'] ?? join(import.meta.dirname, '..', '..', '..', 'shared', 'corpus'));
}

/** For `describe.skipIf(!hasCorpus())`: the tests show as skipped where the material is absent. */
export function hasCorpus(): boolean {
  return existsSync(corpusFolder());
}

/** Path inside the corpus; never opened with SQLite directly, which may change it. */
export function corpusPath(relative: string): string {
  return join(corpusFolder(), relative);
}

/** Copies a file of the corpus (with its `-wal` and `-journal`) into a folder and returns the writable copy's path. */
export function corpusCopy(relative: string, folder: string): string {
  mkdirSync(folder, { recursive: true });
  const from = corpusPath(relative);
  const to = join(folder, basename(relative));
  for (const part of ['', '-wal', '-journal']) {
    if (!existsSync(from + part)) continue;
    copyFileSync(from + part, to + part);
    chmodSync(to + part, 0o644);
  }
  return to;
}
