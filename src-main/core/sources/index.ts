/**
 * Where data may come from. Each kind of source is taken into one file of the same form, and all that follows reads that file.
 *
 * source: a database as the person named it, resolved. kind: what knows how to read such sources. snapshot: a SQLite file holding all
 * that a source holds, consistent, proven against it, kept with the run. state: what shows that the source changed.
 */
export { keptReference, resolveSource, sourceState } from './kinds.ts';
export type { Source, SourceState } from './source-kind.ts';
export { sqliteSource } from './sqlite-source.ts';
export { snapshotInWorker, takeSnapshot } from './take-snapshot.ts';
export type { SnapshotProgress, SnapshotRequest } from './take-snapshot.ts';
