import { TravessiaError } from '../../../shared/contract/errors.ts';
import type { RejectCode, TypedValue } from '../../../shared/model/values.ts';
import type { PgValue } from '../../drivers/postgres/index.ts';
import type { KeyRange, LoadTotals } from './types.ts';

/** The little the journal needs of a PostgreSQL session. */
export interface JournalSession {
  query(text: string, values?: readonly PgValue[]): Promise<{ readonly rows: readonly Readonly<Record<string, string | null>>[] }>;
}

/** Schema in the target that holds a run's journal and its rejects until `complete`. */
export const journalSchema = 'travessia';

/** Each table with what creates it; nothing needs more than CREATE on the database. */
const tables: Readonly<Record<string, readonly string[]>> = {
  runs: [
    `CREATE TABLE IF NOT EXISTS travessia.runs (
      run text PRIMARY KEY, state text NOT NULL, staging text, kept text, fence text, plan json, detail json,
      created_at timestamptz NOT NULL DEFAULT now(), updated_at timestamptz NOT NULL DEFAULT now())`,
  ],
  chunks: [
    `CREATE TABLE IF NOT EXISTS travessia.chunks (
      run text NOT NULL, database text NOT NULL, "table" text NOT NULL, chunk integer NOT NULL, from_key text, to_key text,
      rows bigint NOT NULL, loaded bigint NOT NULL, rejected bigint NOT NULL, bytes bigint NOT NULL,
      PRIMARY KEY (run, database, "table", chunk))`,
  ],
  // Of a table that several threads load: the rowids at which it was parted when the run began.
  ranges: [
    `CREATE TABLE IF NOT EXISTS travessia.ranges (
      run text NOT NULL, database text NOT NULL, "table" text NOT NULL, range integer NOT NULL, after_key text, until_key text,
      PRIMARY KEY (run, database, "table", range))`,
  ],
  rejects: [
    `CREATE TABLE IF NOT EXISTS travessia.rejects (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, run text NOT NULL, source text NOT NULL, "table" text NOT NULL, key text NOT NULL,
      "column" text NOT NULL, code text NOT NULL, reason text NOT NULL, row json NOT NULL)`,
    'CREATE INDEX IF NOT EXISTS rejects_run_table ON travessia.rejects (run, "table", id)',
  ],
  // What the plan's repairs changed before the load: a value that became NULL (column, before), or a row that was added (after).
  repairs: [
    `CREATE TABLE IF NOT EXISTS travessia.repairs (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, run text NOT NULL, source text NOT NULL, "table" text NOT NULL, key text NOT NULL,
      "column" text NOT NULL, change text NOT NULL, repair text NOT NULL, before json, after json)`,
  ],
  // Rejects that a person gave other values and that were loaded with them: the reject as it was, and the values by column.
  mended: [
    `CREATE TABLE IF NOT EXISTS travessia.mended (
      id bigint PRIMARY KEY, run text NOT NULL, source text NOT NULL, "table" text NOT NULL, key text NOT NULL,
      "column" text NOT NULL, code text NOT NULL, reason text NOT NULL, row json NOT NULL, "values" json NOT NULL, mended_at timestamptz NOT NULL DEFAULT now())`,
  ],
};

/** Names of the journal's tables. */
export const journalTables: readonly string[] = Object.keys(tables);

/**
 * The statements that make what the target lacks of the journal, in order; empty where all is there. Shown before they run.
 * What exists is left alone: a role that may write the journal but not create it can work with one that another role made.
 */
export async function journalStatements(session: JournalSession): Promise<string[]> {
  const missing: string[] = [];
  const { rows } = await session.query(
    `SELECT to_regnamespace('travessia')::text AS schema, ${Object.keys(tables).map((name) => `to_regclass('travessia.${name}')::text AS ${name}`).join(', ')}`,
  );
  const found = rows[0] ?? {};
  if (found['schema'] === null) missing.push('CREATE SCHEMA IF NOT EXISTS travessia');
  for (const [name, statements] of Object.entries(tables)) if (found[name] === null) missing.push(...statements);
  return missing;
}

/** By what columns the journal's own tables are known; those of other programs that bear their names lack some. */
const marks: Readonly<Record<string, readonly string[]>> = {
  runs: ['run', 'state', 'fence', 'plan', 'detail'], chunks: ['run', 'database', 'table', 'chunk', 'to_key'], ranges: ['run', 'range', 'after_key', 'until_key'],
  rejects: ['id', 'run', 'source', 'table', 'key', 'column', 'code', 'reason', 'row'], repairs: ['id', 'run', 'change', 'repair'], mended: ['id', 'run', 'key', 'values'],
};

/**
 * A schema `travessia` may have been there before the program.
 * @throws TravessiaError TARGET_EXISTS where something in it bears the name of a table of the journal and is none
 */
export async function assertOwnJournal(session: JournalSession): Promise<void> {
  const wanted = Object.entries(marks).flatMap(([table, columns]) => columns.map((column) => `('${table}', '${column}')`));
  const { rows } = await session.query(
    `SELECT DISTINCT c.relname AS name FROM (VALUES ${wanted.join(', ')}) AS wanted ("table", "column")
     JOIN pg_catalog.pg_namespace n ON n.nspname = 'travessia' JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = wanted."table"
     WHERE c.relkind <> 'r' OR NOT EXISTS (SELECT FROM pg_catalog.pg_attribute a WHERE a.attrelid = c.oid AND a.attname = wanted."column" AND NOT a.attisdropped)`,
  );
  const [other] = rows;
  if (other === undefined) return;
  throw new TravessiaError('TARGET_EXISTS', {
    message: `The target's schema "travessia", where the program keeps its journal, holds "${other['name'] ?? ''}", which is not the program's.`,
    hint: 'Rename it or move it to another schema, and try again.',
  });
}

/** Makes the journal where it is absent. Two programs may do it at once: the loser of that race looks again. */
export async function ensureJournal(session: JournalSession): Promise<void> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      for (const statement of await journalStatements(session)) await session.query(statement);
      return;
    } catch (error) {
      if (attempt === 3 || !isRace(error)) throw error;
    }
  }
}

/** 23505, 42P06, 42P07, XX000 ("tuple concurrently updated"): another session created the same object in between. */
function isRace(error: unknown): boolean {
  const cause: unknown = error instanceof Error ? (error.cause ?? error) : error;
  const code: unknown = typeof cause === 'object' && cause !== null ? Reflect.get(cause, 'code') : undefined;
  return typeof code === 'string' && ['23505', '42P06', '42P07', 'XX000'].includes(code);
}

/**
 * Locks the run's row for the rest of the transaction and makes sure that this program still holds the run: whoever takes a run over
 * changes its fence, and waits for chunks that are being committed.
 *
 * @throws TravessiaError RUN_BUSY
 */
export async function checkFence(session: JournalSession, run: string, fence: string): Promise<void> {
  const { rows } = await session.query('SELECT 1 FROM travessia.runs WHERE run = $1 AND fence = $2 FOR SHARE', [run, fence]);
  if (rows.length > 0) return;
  throw new TravessiaError('RUN_BUSY', { message: `Run ${run} has been taken over by another program, or is gone.`, hint: 'See "runs" for who works on it.' });
}

/** Which table of which source. */
export interface ChunkTable {
  readonly run: string;
  readonly database: string;
  readonly table: string;
}

export interface PartProgress extends LoadTotals {
  /** Number of the next chunk. */
  readonly next: number;
  /** Position after the last committed chunk; null before the first. */
  readonly position: string | null;
}

/** Each range counts its chunks from here on times its own number; a table in one piece counts as range 0. */
export const chunksPerRange = 1_000_000;

/** How far a table, or a range of it, has come, by the chunks that committed with their rows. */
export async function partProgress(session: JournalSession, { run, database, table }: ChunkTable, range?: KeyRange): Promise<PartProgress> {
  const first = (range?.number ?? 0) * chunksPerRange;
  const { rows } = await session.query(
    `SELECT (coalesce(max(chunk), $4::integer - 1) + 1)::text AS next, (array_agg(to_key ORDER BY chunk DESC))[1] AS position, coalesce(sum(rows), 0)::text AS rows,
       coalesce(sum(loaded), 0)::text AS loaded, coalesce(sum(rejected), 0)::text AS rejected, coalesce(sum(bytes), 0)::text AS bytes
     FROM travessia.chunks WHERE run = $1 AND database = $2 AND "table" = $3 AND chunk BETWEEN $4::integer AND $5::integer`,
    [run, database, table, String(first), String(range === undefined ? 2 ** 31 - 1 : first + chunksPerRange - 1)],
  );
  const row = rows[0] ?? {};
  const position = row['position'];
  const count = (name: string): number => Number(row[name] ?? 0);
  return {
    next: count('next'),
    position: typeof position === 'string' ? position : null,
    rows: count('rows'),
    loaded: count('loaded'),
    rejected: count('rejected'),
    bytes: count('bytes'),
  };
}

export interface ChunkRecord {
  readonly chunk: number;
  readonly from: string | null;
  readonly to: string | null;
  readonly rows: number;
  readonly loaded: number;
  readonly rejected: number;
  readonly bytes: number;
}

/**
 * Writes a chunk's row, in the transaction that wrote its rows. Its number is taken only once: should two programs load the same table in
 * spite of the fence, the second one's rows are undone here.
 *
 * @throws TravessiaError RUN_BUSY
 */
export async function recordChunk(session: JournalSession, { run, database, table }: ChunkTable, chunk: ChunkRecord): Promise<void> {
  const { rows } = await session.query(
    `INSERT INTO travessia.chunks (run, database, "table", chunk, from_key, to_key, rows, loaded, rejected, bytes)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING RETURNING chunk`,
    [run, database, table, chunk.chunk, chunk.from, chunk.to, chunk.rows, chunk.loaded, chunk.rejected, chunk.bytes],
  );
  if (rows.length > 0) return;
  throw new TravessiaError('RUN_BUSY', { message: `Table "${table}" of run ${run} is being loaded by another program too.`, hint: 'See "runs" for who works on it, and resume.', retry: true });
}

export interface RejectRecord {
  readonly key: string;
  readonly column: string;
  readonly code: RejectCode;
  readonly reason: string;
  readonly row: Readonly<Record<string, TypedValue>>;
}

/** Characters of JSON sent in one statement. */
const batchCharacters = 1_000_000;

/** Keeps rejected rows, in the transaction of their chunk. */
export async function recordRejects(session: JournalSession, { run, database, table }: ChunkTable, rejects: readonly RejectRecord[]): Promise<void> {
  let batch: string[] = [];
  let size = 0;
  const send = async (): Promise<void> => {
    if (batch.length === 0) return;
    await session.query(
      `INSERT INTO travessia.rejects (run, source, "table", key, "column", code, reason, row)
       SELECT $1, $2, $3, r->>'key', r->>'column', r->>'code', r->>'reason', r->'row' FROM json_array_elements($4::json) WITH ORDINALITY AS e (r, n) ORDER BY n`,
      [run, database, table, `[${batch.join(',')}]`],
    );
    batch = [];
    size = 0;
  };
  for (const reject of rejects) {
    const json = JSON.stringify(reject);
    if (size + json.length > batchCharacters) await send();
    batch.push(json);
    size += json.length;
  }
  await send();
}
