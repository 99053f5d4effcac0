import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { setTimeout } from 'node:timers/promises';
import { z } from 'zod';
import { TravessiaError } from '../../../shared/contract/errors.ts';
import { fingerprintSchema } from '../../../shared/model/assessment.ts';
import { planSchema, type Plan } from '../../../shared/model/plan.ts';
import { runResultSchema, type RunResult } from '../../../shared/model/run.ts';
import { startTime } from '../../drivers/embedded-postgres/index.ts';
import { sqlState } from '../../drivers/postgres/index.ts';
import { repairSummarySchema } from '../repairs/summary.ts';
import { scalar, type SqlSession } from './sql.ts';
import { sequenceStateSchema, swapRecordSchema } from './swap-types.ts';

/** The journal's `detail` of one run: the truth about it, whatever became of the console's store. */
export const journalDetailSchema = z.object({
  /** `fingerprint`: the state its copy was taken in; absent in older journals. */
  sources: z.array(z.object({ database: z.string(), path: z.string(), fingerprint: fingerprintSchema.optional() })),
  swap: swapRecordSchema.optional(),
  /** Where sequences stood before the first attempt at the swap (former-sequences.ts). */
  sequences: z.array(z.object({ name: z.string(), former: sequenceStateSchema })).optional(),
  result: runResultSchema.optional(),
  /** Written with the repairs' records, in their transaction: where it stands, they are there. */
  repairs: repairSummarySchema.optional(),
});
export type JournalDetail = z.infer<typeof journalDetailSchema>;

/** What a run came to, with the state of each source that it copied: whoever archives the files later asks for that. Null where it has not come to anything yet. */
export function resultOf({ result, sources }: JournalDetail): RunResult | null {
  if (result === undefined) return null;
  const fingerprints = Object.fromEntries(sources.flatMap(({ database, fingerprint }) => (fingerprint === undefined ? [] : [[database, fingerprint]])));
  return { ...result, fingerprints };
}

export interface JournalRun {
  readonly run: string;
  readonly state: string;
  readonly plan: Plan;
  readonly detail: JournalDetail;
  /** Names who works on it, null where nobody does (see `newFence`). */
  readonly fence: string | null;
  readonly updatedAt: string;
}

/** The run's journal row, or null where the target knows nothing of it. */
export async function readJournal(session: SqlSession, runId: string): Promise<JournalRun | null> {
  if ((await scalar(session, `SELECT to_regclass('travessia.runs')::text`)) === null) return null;
  const row = await session.query('SELECT run, state, fence, updated_at::text AS updated_at, plan::text AS plan, detail::text AS detail FROM travessia.runs WHERE run = $1', [runId]).then(({ rows }) => rows[0], (error: unknown) => {
    // Another console ended the last run while this one waited for it (42P01, undefined_table).
    if (sqlState(error instanceof TravessiaError ? error.cause : error) === '42P01') return undefined;
    throw error;
  });
  if (row === undefined) return null;
  return { run: runId, state: row['state'] ?? '', plan: planSchema.parse(JSON.parse(row['plan'] ?? '{}')), detail: journalDetailSchema.parse(JSON.parse(row['detail'] ?? '{}')), fence: row['fence'] ?? null, updatedAt: row['updated_at'] ?? '' };
}

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/**
 * A fence no other program has: a random word, then who made it, so that two consoles cannot work on one run (migration.md, "fencing"). The word ends with
 * the time at which the program started, where the system tells it: its process id may be another's by now.
 */
export function newFence(): string {
  return `${randomBytes(12).toString('hex')}.${startTime(process.pid)} ${process.pid} ${hostname()}`;
}

/** Silence after which a run on another machine counts as left, unless sessions still work on its tables. */
const silenceSeconds = 60;
/** Between two transactions of a run nobody holds its tables: so often it is looked, so many milliseconds apart. */
const looks = { times: 8, pause: 250 } as const;

/**
 * Whether other sessions read or write a run's tables in staging: the server knows it of programs on any machine, and as soon as they are gone. Locks
 * of whoever reads everything (a dump) or keeps it in order (autovacuum) are none of a run's, but while that compares.
 */
async function isWorkedOn(session: SqlSession, run: string): Promise<boolean> {
  for (let left = looks.times; left > 0; left -= 1) {
    const found = await scalar(session, `SELECT EXISTS (SELECT FROM travessia.runs r JOIN pg_catalog.pg_namespace n ON n.nspname = ANY (string_to_array(r.staging, ','))
        JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid JOIN pg_catalog.pg_locks l ON l.locktype = 'relation' AND l.relation = c.oid
      WHERE r.run = $1 AND l.granted AND l.pid <> pg_backend_pid() AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())
        AND l.mode <> 'ShareUpdateExclusiveLock' AND (l.mode <> 'AccessShareLock' OR r.state = 'verifying'))::text`, [run]);
    if (found === 'true') return true;
    if (left > 1) await setTimeout(looks.pause);
  }
  return false;
}

/** The other living program that works on a run; null where nobody does, or this one. */
export async function ownerOf(session: SqlSession, { run, fence, updatedAt }: Pick<JournalRun, 'run' | 'fence' | 'updatedAt'>): Promise<{ readonly pid: string; readonly host: string } | null> {
  const [, started, pid, host] = /^\w+(?:\.(\d*))? (\d+) (.*)$/.exec(fence ?? '') ?? [];
  if (pid === undefined || host === undefined || (host === hostname() && Number(pid) === process.pid)) return null;
  const busy = host === hostname()
    ? alive(Number(pid)) && (started ?? '') === (started === undefined ? '' : startTime(Number(pid)))
    : (await scalar(session, `SELECT (now() - $1::timestamptz < make_interval(secs => $2))::text`, [updatedAt, String(silenceSeconds)])) === 'true' || (await isWorkedOn(session, run));
  return busy ? { pid, host } : null;
}

/** @throws TravessiaError RUN_BUSY where another living program works on the run. */
export async function assertNotOwned(session: SqlSession, journal: JournalRun): Promise<void> {
  const owner = await ownerOf(session, journal);
  if (owner === null) return;
  throw new TravessiaError('RUN_BUSY', {
    message: `Run ${journal.run} is being worked on by another console (process ${owner.pid} on ${owner.host}).`,
    hint: 'Wait for it to end, or close it; then resume.',
    retry: true,
  });
}

/**
 * Claims the run with a new fence: a former owner's next chunk is refused by the loader's check of it. Waits for what that is committing, which
 * may be the swap.
 * @returns false where the run is swapped by now, or gone
 */
export async function claim(session: SqlSession, runId: string, fence: string, state: string): Promise<boolean> {
  const { rows } = await session.query(`UPDATE travessia.runs SET fence = $2, state = $3, updated_at = now() WHERE run = $1 AND state <> 'swapped' RETURNING run`, [runId, fence, state]);
  return rows.length > 0;
}

/** @throws TravessiaError RUN_BUSY where the fence is no longer ours. */
export async function setState(session: SqlSession, runId: string, fence: string, state: string): Promise<void> {
  const { rows } = await session.query('UPDATE travessia.runs SET state = $3, updated_at = now() WHERE run = $1 AND fence = $2 RETURNING run', [runId, fence, state]);
  if (rows.length === 0) throw new TravessiaError('RUN_BUSY', { message: `Run ${runId} was taken over by another console.`, hint: 'This one stops; nothing it did is lost.' });
}

/** Adds to the detail. Merged here, not by jsonb: examples in it may hold a NUL, which json keeps and jsonb refuses. */
export async function setDetail(session: SqlSession, runId: string, change: Partial<JournalDetail>): Promise<void> {
  const detail = await scalar(session, 'SELECT detail::text FROM travessia.runs WHERE run = $1 FOR UPDATE', [runId]);
  const merged = { ...journalDetailSchema.parse(JSON.parse(detail ?? '{}')), ...change };
  await session.query('UPDATE travessia.runs SET detail = $2::json, updated_at = now() WHERE run = $1', [runId, JSON.stringify(merged)]);
}

/** Leaves the run to whoever comes next; nobody waits for a disk or a standby for that (the setting counts when the statement commits). */
export async function disown(session: SqlSession, runId: string, fence: string): Promise<void> {
  await session.query(`UPDATE travessia.runs SET fence = NULL FROM (SELECT set_config('synchronous_commit', 'off', true)) AS soon WHERE run = $1 AND fence = $2`, [runId, fence]);
}
