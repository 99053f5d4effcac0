import { resolve } from 'node:path';
import { readSqliteHeader, snapshotSqlite, sqliteName } from '../../drivers/sqlite/index.ts';
import { readFingerprint } from '../assess/fingerprint.ts';
import type { FileSource, SourceKind } from './source-kind.ts';

/** A SQLite file as a source. */
export function sqliteSource(path: string): FileSource {
  const full = resolve(path);
  return { kind: 'sqlite', reference: full, database: sqliteName(full), path: full };
}

/** Any path that no other kind recognised: the driver says what the file is instead. */
export const sqliteKind: SourceKind<FileSource> = {
  kind: 'sqlite',
  match: (_, ref) => (ref.kind === 'sqlite' ? sqliteSource(ref.path) : null),
  // The snapshot is one file without a WAL; how the original is journaled stands in its own header.
  state: async ({ path }) => ({ fingerprint: readFingerprint(path), journalMode: readSqliteHeader(path).wal ? 'wal' : 'delete' }),
  async snapshot({ path }, toPath, options) {
    // The backup interface copies pages and proves them itself; SQLite's own checks follow in the assessment.
    await snapshotSqlite(path, toPath, options);
    return [];
  },
};
