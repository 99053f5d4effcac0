/**
 * Load: rows from a SQLite snapshot into PostgreSQL staging tables, by COPY BINARY from worker threads.
 *
 * task: one table. chunk: rows that commit together with their journal row. fence: the word that says which program holds a run.
 * reject: a row that the plan cannot represent, kept in full. reading: rows fetched at once, a small part of a chunk.
 * range: rows between two rowids, the part of a large table that one thread takes. lane: a thread that loads one part after another.
 */
export { loadTables } from './load-pool.ts';
export type { LoadPoolOptions } from './load-pool.ts';
export type { LoadProgress, LoadResult, LoadTask } from './types.ts';
export { assertOwnJournal, checkFence, ensureJournal, journalSchema, journalStatements, journalTables } from './journal.ts';
export type { JournalSession } from './journal.ts';
