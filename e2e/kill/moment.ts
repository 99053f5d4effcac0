import type { PgSession } from '../../src-main/drivers/postgres/index.ts';

/** When to strike: after a share of the rows has arrived, or in a phase behind the load; then some milliseconds later. */
export interface Moment {
  readonly victim: 'program' | 'thread' | 'server' | 'server, immediate stop';
  readonly phase: 'loading' | 'indexing' | 'verifying';
  readonly share: number;
  readonly milliseconds: number;
  /** Moments at which the resumed runs are struck again. */
  readonly again: number;
}

/** Four of five moments lie in the load, as the load is where rows could double. `random` gives integers below its argument. */
export function momentOf(index: number, random: (below: number) => number): Moment {
  const victims = ['program', 'server', 'thread', 'server, immediate stop', 'program'] as const;
  const phase = (['loading', 'loading', 'loading', 'loading', 'indexing', 'loading', 'loading', 'loading', 'loading', 'verifying'] as const)[index % 10] ?? 'loading';
  return { victim: victims[index % victims.length] ?? 'program', phase, share: phase === 'loading' ? random(1000) / 1000 : 0, milliseconds: random(120), again: random(3) };
}

interface Seen {
  readonly run: string;
  readonly state: string;
  readonly rows: number;
}

/** How far the run in this database is; null while there is none, or while the server is away. */
export async function seenRun(session: PgSession): Promise<Seen | null> {
  try {
    if ((await session.one("SELECT to_regclass('travessia.chunks')::text AS name"))?.['name'] == null) return null;
    // Rows that have committed, and those on their way in transactions that have not (manual, "COPY Progress Reporting").
    const row = await session.one(`SELECT run, state, (SELECT coalesce(sum(rows), 0) FROM travessia.chunks) + (SELECT coalesce(sum(tuples_processed), 0) FROM pg_stat_progress_copy WHERE datname = current_database()) AS rows FROM travessia.runs`);
    return row === null ? null : { run: row['run'] ?? '', state: row['state'] ?? '', rows: Number(row['rows']) };
  } catch {
    return null;
  }
}

const order = ['loading', 'indexing', 'verifying', 'swapping', 'swapped'] as const;

/** True once the run stands where the moment is. */
export function isReached(seen: Seen, moment: Pick<Moment, 'phase' | 'share'>, rows: number): boolean {
  const [now, wanted] = [order.findIndex((state) => state === seen.state), order.indexOf(moment.phase)];
  return now > wanted || (now === wanted && (moment.phase !== 'loading' || seen.rows >= moment.share * rows * 0.97));
}
