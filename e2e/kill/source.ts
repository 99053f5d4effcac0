import { openSqlite } from '../../src-main/drivers/sqlite/index.ts';
import type { PgSession } from '../../src-main/drivers/postgres/index.ts';

/** Every 997th row of `events` and every 499th of `words` holds what its column cannot take. */
const odd = { events: 997, words: 499 } as const;

export interface KillSource {
  readonly events: number;
  readonly words: number;
}

/** Builds a file of two tables whose every value follows from the row's number: a large one by rowid, one fifth of it by a text key. */
export function buildKillSource(path: string, rows: number): KillSource {
  using opened = openSqlite(path, { mode: 'write', create: true });
  const words = Math.floor(rows / 5);
  const events = rows - words;
  const numbers = (count: number): string => `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${count})`;
  opened.db.exec(`PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; BEGIN;
    CREATE TABLE events (id INTEGER PRIMARY KEY, at INTEGER NOT NULL, name TEXT NOT NULL, value REAL);
    CREATE INDEX events_at ON events (at);
    CREATE TABLE words (word TEXT PRIMARY KEY, n INTEGER) WITHOUT ROWID;
    ${numbers(events)} INSERT INTO events SELECT i, 1700000000000 + i * 250, CASE WHEN i % ${odd.events} = 0 THEN 'nul' || char(0) || i ELSE 'name ' || (i % 40) END, i * 0.1 FROM n;
    ${numbers(words)} INSERT INTO words SELECT 'w' || i, CASE WHEN i % ${odd.words} = 0 THEN 'odd ' || i ELSE i END FROM n; COMMIT`);
  return { events, words };
}

/** What is wrong with the target after a run that says it is verified; asked in plain SQL. */
export async function wrongInTarget(session: PgSession, { events, words }: KillSource): Promise<string[]> {
  const problems: string[] = [];
  const expect = async (what: string, sql: string, expected: readonly string[]): Promise<void> => {
    const [found = []] = await session.arrays(sql);
    if (found.join() !== expected.join()) problems.push(`${what}: ${found.join(', ')} in place of ${expected.join(', ')}`);
  };
  const [badEvents, badWords] = [Math.floor(events / odd.events), Math.floor(words / odd.words)];
  await expect('events', `SELECT count(*), count(DISTINCT id), bool_and(at = 1700000000000 + id * 250 AND name = 'name ' || (id % 40) AND value = id::double precision * 0.1::double precision AND id % ${odd.events} <> 0) FROM public.events`, [String(events - badEvents), String(events - badEvents), 't']);
  await expect('words', `SELECT count(*), count(DISTINCT word), bool_and(word = 'w' || n AND n % ${odd.words} <> 0) FROM public.words`, [String(words - badWords), String(words - badWords), 't']);
  for (const [table, bad] of [['events', badEvents], ['words', badWords]] as const) {
    await expect(`rejects of ${table}`, `SELECT count(*), count(DISTINCT key) FROM travessia.rejects WHERE "table" = '${table}'`, [String(bad), String(bad)]);
  }
  return problems;
}
