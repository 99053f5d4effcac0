/**
 * SQLite: opening, copying, describing and reading files.
 *
 * snapshot: a consistent copy in a run's folder. catalog: the structure as SQLite reports it. chunk: rows between two
 * positions of a table's key. position: a key as text that survives a restart.
 */
export { countWhere, type RowCount } from './count-rows.ts';
export { memorySqlite, openSqlite, sqliteName } from './open.ts';
export type { OpenedSqlite, OpenSqliteOptions } from './open.ts';
export { fingerprintOf, snapshotSqlite, sourceMoved } from './snapshot.ts';
export type { SnapshotOptions, SourceFingerprint, SqliteSnapshot } from './snapshot.ts';
export { readSqliteCatalog } from './catalog.ts';
export { readTextShapes } from './text-shapes.ts';
export type { ShapedColumn } from './text-shapes.ts';
export { begunBlobBytes, chunkReader, largeBlobBytes } from './read.ts';
export type { ReadChunk, ReadColumn, ReadOptions } from './read.ts';
export { rowidPosition, tableKey } from './read-key.ts';
export type { ReadPosition, TableKey } from './read-key.ts';
export { rebuildIndexes, type RebuiltIndexes } from './rebuild-indexes.ts';
export { countOfRows, tableItself, tableItselfOf } from './table-itself.ts';
export { createNamer } from './safe-names.ts';
export type { Namer } from './safe-names.ts';
export { quoteSqlite, writeSnapshot } from './write-snapshot.ts';
export { isSqliteFile, readSqliteHeader, sqliteEncoding } from './header.ts';
export { fileError, sqliteCode, sqliteError, sqliteFailure } from './errors-map.ts';
export { withProcessLock } from './process-lock.ts';
export type { SqliteDb, SqliteStatement } from './types.ts';
export { readPair } from './pair.ts';
