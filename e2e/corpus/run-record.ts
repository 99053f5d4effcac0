import type { PgSession } from '../../src-main/drivers/postgres/index.ts';

export interface Seen {
  readonly run: string;
  readonly state: string;
}

/** The run's row in the target's journal once it says one of the states; while loading, once a chunk is in. */
export async function seen(session: PgSession, states: readonly string[]): Promise<Seen | null> {
  if ((await session.one(`SELECT to_regclass('travessia.runs')::text AS name`))?.['name'] == null) return null;
  const row = await session.one(
    `SELECT run, state FROM travessia.runs r WHERE state = ANY($1::text[]) AND (state <> 'loading' OR EXISTS (SELECT FROM travessia.chunks c WHERE c.run = r.run))`,
    [states],
  );
  return row === null ? null : { run: row['run'] ?? '', state: row['state'] ?? '' };
}
