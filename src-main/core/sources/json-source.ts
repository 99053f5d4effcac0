import { basename, resolve } from 'node:path';
import { isJsonFile, jsonFingerprint, snapshotJson } from '../../drivers/json/index.ts';
import type { FileSource, SourceKind } from './source-kind.ts';

function jsonSource(path: string): FileSource {
  const full = resolve(path);
  return { kind: 'json', reference: `json:${full}`, database: basename(full), path: full };
}

/** A localStorage export, a snapshot of an in-memory store, or NDJSON: `json:FILE`, or a file that shows itself to be one. */
export const jsonKind: SourceKind<FileSource> = {
  kind: 'json',
  match: (_, ref) => (ref.kind === 'json' || (ref.kind === 'sqlite' && isJsonFile(ref.path)) ? jsonSource(ref.path) : null),
  state: async ({ path }) => ({ fingerprint: jsonFingerprint(path), journalMode: 'none' }),
  snapshot: async ({ path }, toPath, options) => snapshotJson(path, toPath, options),
};
