import { createRequire } from 'node:module';

/**
 * drizzle-orm by its CommonJS build. It is 126 files; Node reads them one after another as ES modules in 0.7 s of processor
 * time, as CommonJS in 0.1 s, and every command waits for the store.
 */
const load = createRequire(import.meta.url);

const orm: typeof import('drizzle-orm') = load('drizzle-orm');
const core: typeof import('drizzle-orm/sqlite-core') = load('drizzle-orm/sqlite-core');
const driver: typeof import('drizzle-orm/better-sqlite3') = load('drizzle-orm/better-sqlite3');

export const { and, asc, desc, eq, gt, lt, max, sql } = orm;
export const { integer, primaryKey, sqliteTable, text } = core;
export const { drizzle } = driver;
