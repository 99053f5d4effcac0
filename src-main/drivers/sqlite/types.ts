import type Database from 'better-sqlite3';

/** A better-sqlite3 handle; re-exported so that `core` needs no import of the client itself. */
export type SqliteDb = Database.Database;

/** A statement prepared on such a handle. */
export type SqliteStatement = Database.Statement<unknown[]>;
