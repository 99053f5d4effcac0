import { basename, resolve } from 'node:path';
import { isPgliteData, pgliteFingerprint, snapshotPglite } from '../../drivers/pglite/index.ts';
import type { FileSource, SourceKind } from './source-kind.ts';

function pgliteSource(path: string): FileSource {
  const full = resolve(path);
  return { kind: 'pglite', reference: `pglite:${full}`, database: basename(full), path: full };
}

/** A data folder of PGlite, or the archive that a browser's `dumpDataDir` gives. */
export const pgliteKind: SourceKind<FileSource> = {
  kind: 'pglite',
  match: (_, ref) => (ref.kind === 'pglite' || (ref.kind === 'sqlite' && isPgliteData(ref.path)) ? pgliteSource(ref.path) : null),
  state: async ({ path }) => ({ fingerprint: pgliteFingerprint(path), journalMode: 'none' }),
  snapshot: ({ path }, toPath, options) => snapshotPglite(path, toPath, options),
};
