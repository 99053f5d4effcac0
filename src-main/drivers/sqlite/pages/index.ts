/**
 * Reads rows from the pages of a SQLite file, without SQLite: several times as fast as asking for them. For the program's own copy of a source only: to
 * load it, where what is read so is compared through SQLite afterwards (core/verify), and to assess it, where SQLite checks the file beside it. Tests
 * hold both readings against each other (core/load/page-encoder.test.ts, core/assess/page-scan.test.ts, index-check.test.ts, value-pieces.test.ts).
 *
 * page: a block of the file. leaf: a page with rows. record: the values of one row. overflow: pages of a value too long for its leaf. entry: a
 * record of an index: the values it is by, then the rowid.
 * Format: https://sqlite.org/fileformat2.html.
 */
export { PagesUnfit } from './page-file.ts';
export type { PagesReason } from './page-file.ts';
export { indexesHold } from './index-check.ts';
export { storage } from './record.ts';
export type { RecordCursor } from './record.ts';
export { openTablePages, pageSpread } from './table-pages.ts';
export type { PageColumn, TablePages } from './table-pages.ts';
export type { RowidRange, Stretch } from './table-tree.ts';
export { openValuePieces } from './value-pieces.ts';
export type { ValuePieces } from './value-pieces.ts';
