/**
 * JSON as a source: a localStorage export, a snapshot of an in-memory store, NDJSON.
 *
 * part: what of the document becomes one table. layout: that table's columns. slice: a value as the source wrote it. storage: how a
 * column's values are kept in the snapshot so that none loses a digit or its kind.
 */
import { basename } from 'node:path';
import { TravessiaError } from '../../../shared/contract/errors.ts';
import type { Finding } from '../../../shared/model/finding.ts';
import { layoutOf } from './layout.ts';
import { createNamer, writeSnapshot } from '../sqlite/index.ts';
import { parseJson } from './parse.ts';
import { partsOf } from './parts.ts';
import { proveTable } from './prove.ts';
import { defaultLimit, readJsonText, sizeOf } from './read-text.ts';
import { streamedParts } from './streamed-parts.ts';
import { writeTable } from './write.ts';

export { isJsonFile, jsonFingerprint } from './read-text.ts';
export { entriesOf, kindAt, sourceOf, stringOf, whole } from './scan.ts';
export type { Slice } from './scan.ts';

export interface JsonSnapshotOptions {
  readonly signal: AbortSignal;
  readonly onProgress: (done: number, total: number) => void;
  /** Bytes above which a file is read part by part instead of whole. */
  readonly limit?: number;
}

/**
 * Writes all that a JSON file holds into a SQLite file and proves it value by value. Synchronous in its parts: it belongs in a worker.
 * @throws TravessiaError FILE_NOT_FOUND, DATABASE_EMPTY, DATABASE_CORRUPT, UNSUPPORTED_SOURCE (size, depth), INVALID_INPUT (a key
 *   twice in one object), CANCELLED, DISK_FULL, INTERNAL (the proof failed)
 */
export async function snapshotJson(path: string, toPath: string, options: JsonSnapshotOptions): Promise<readonly Finding[]> {
  try {
    const name = basename(path).replace(/\.[^.]+$/, '');
    const parts = sizeOf(path) > (options.limit ?? defaultLimit) ? streamedParts(path, name, options.signal) : partsOf(parseJson(readJsonText(path), path), name, path);
    const findings: Finding[] = [];
    const tables = createNamer('unnamed');
    const layouts = parts.map((part) => layoutOf(part, tables, findings));
    const total = layouts.reduce((sum, layout) => sum + layout.rows, 0);
    let done = 0;
    await writeSnapshot(toPath, async (db) => {
      for (const layout of layouts) {
        await writeTable(db, layout, options.signal, (rows) => options.onProgress((done += rows), total));
        proveTable(db, layout, path);
      }
    });
    return findings;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new TravessiaError('UNSUPPORTED_SOURCE', { message: `${path} is nested too deeply to be read.`, hint: 'Flatten the document, or export its parts.', cause: error });
  }
}
