import { TravessiaError } from '../../../shared/contract/errors.ts';
import { chunksPerRange, type ChunkTable, type JournalSession } from './journal.ts';
import type { KeyRange, LoadProgress } from './types.ts';

/** What a run's journal says of its tables before it goes on. */
export interface RunLoads {
  /** False in a target whose journal is older than ranges: its runs load each table in one piece. */
  readonly hasRanges: boolean;
  /** The recorded ranges of a table; empty where it has none. */
  ranges(table: ChunkTable): readonly KeyRange[];
  /** Rows of a range, or of a table in one piece, that have committed; undefined: none. */
  progress(table: ChunkTable, range?: KeyRange): LoadProgress | undefined;
}

const keyOf = (database: string | null | undefined, table: string | null | undefined, range: string | number): string => JSON.stringify([database, table, String(range)]);

/** Reads what is recorded of a run, in two questions however many tables it has. */
export async function readLoads(session: JournalSession, run: string): Promise<RunLoads> {
  const { rows: chunks } = await session.query(
    `SELECT database, "table", (chunk / ${chunksPerRange})::text AS range, sum(rows)::text AS rows, sum(bytes)::text AS bytes, sum(rejected)::text AS rejected
     FROM travessia.chunks WHERE run = $1 GROUP BY 1, 2, 3`,
    [run],
  );
  const progress = new Map(chunks.map((row) => [keyOf(row['database'], row['table'], row['range'] ?? ''), { rows: Number(row['rows']), bytes: Number(row['bytes']), rejected: Number(row['rejected']) }]));
  const hasRanges = (await session.query("SELECT to_regclass('travessia.ranges')::text AS name")).rows[0]?.['name'] != null;
  const { rows } = hasRanges ? await session.query('SELECT database, "table", range::text AS range, after_key, until_key FROM travessia.ranges WHERE run = $1 ORDER BY database, "table", travessia.ranges.range', [run]) : { rows: [] };
  const ranges = new Map<string, KeyRange[]>();
  for (const row of rows) {
    const key = keyOf(row['database'], row['table'], '');
    ranges.set(key, [...(ranges.get(key) ?? []), { number: Number(row['range']), after: row['after_key'] ?? null, until: row['until_key'] ?? null }]);
  }
  return {
    hasRanges,
    ranges: ({ database, table }) => ranges.get(keyOf(database, table, '')) ?? [],
    progress: ({ database, table }, range) => progress.get(keyOf(database, table, range?.number ?? 0)),
  };
}

/**
 * Records how a table is parted, before any row of it is loaded; from then on it stays so.
 *
 * @throws TravessiaError RUN_BUSY where another program did
 */
export async function recordRanges(session: JournalSession, { run, database, table }: ChunkTable, ranges: readonly KeyRange[]): Promise<void> {
  const { rows } = await session.query(
    `INSERT INTO travessia.ranges (run, database, "table", range, after_key, until_key)
     SELECT $1, $2, $3, (r->>'number')::integer, r->>'after', r->>'until' FROM json_array_elements($4::json) AS e (r) ON CONFLICT DO NOTHING RETURNING range`,
    [run, database, table, JSON.stringify(ranges)],
  );
  if (rows.length === ranges.length) return;
  throw new TravessiaError('RUN_BUSY', { message: `Table "${table}" of run ${run} is being loaded by another program too.`, hint: 'See "runs" for who works on it, and resume.', retry: true });
}
