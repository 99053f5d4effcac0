/** What became of a run where the program was ended, or lost its connection, just when the target committed: the target is asked. */
import { setTimeout as pause } from 'node:timers/promises';
import { TravessiaError, type ErrorCode } from '../../../shared/contract/errors.ts';
import type { Run } from '../../../shared/model/run.ts';
import type { CoreDeps } from '../deps.ts';
import { readJournal, type JournalRun } from './journal-record.ts';
import { openTarget } from './open-target.ts';
import { inTransaction, scalar } from './sql.ts';

/** How often a target that does not answer is asked, and the milliseconds in between: a server that crashed comes back within seconds. */
const patience = { tries: 10, pause: 1000 } as const;

/** What may be over a moment later. */
const passing: ReadonlySet<ErrorCode> = new Set(['CONNECTION_LOST', 'CANNOT_CONNECT', 'LOCK_TIMEOUT', 'STATEMENT_FAILED', 'EMBEDDED_FAILED']);

/** True where a connection went away: that says nothing of what it was committing. */
export function isLost(error: unknown): boolean {
  return error instanceof TravessiaError && error.code === 'CONNECTION_LOST';
}

/**
 * The run's journal once nobody commits to it any more, null where the target has none.
 * @returns undefined where the target does not say
 */
export async function askTarget(deps: CoreDeps, run: Run, tries: number = patience.tries): Promise<JournalRun | null | undefined> {
  for (let left = tries - 1; ; left -= 1) {
    try {
      return await readSettled(deps, run);
    } catch (error) {
      if (left <= 0 || !(error instanceof TravessiaError && passing.has(error.code))) return undefined;
      await pause(patience.pause);
    }
  }
}

async function readSettled(deps: CoreDeps, run: Run): Promise<JournalRun | null> {
  const target = await openTarget(deps, run.target);
  try {
    await using session = await target.open({ applicationName: 'travessia' });
    return await inTransaction(session, async () => {
      await session.query(`SET LOCAL lock_timeout = '5s'`);
      // A lost session may still be at its commit on the server, and then holds this row.
      if ((await scalar(session, `SELECT to_regclass('travessia.runs')::text`)) !== null) await session.query('SELECT 1 FROM travessia.runs WHERE run = $1 FOR UPDATE', [run.id]);
      return await readJournal(session, run.id);
    });
  } finally {
    await target.release();
  }
}

/** Said where nobody knows whether a commit came about. `what`: “The swap of run …” */
export function unknownOutcome(what: string, runId: string, cause: unknown): TravessiaError {
  return new TravessiaError('OUTCOME_UNKNOWN', {
    message: `The connection was lost while the target committed, and it does not answer: whether it came about is not known (${what} ${runId}).`,
    hint: 'When the target answers again, open the run (travessia runs, travessia resume, travessia rollback): the journal in the target says what became of it.',
    retry: true, cause,
  });
}
