import { TravessiaError } from '../../../../shared/contract/errors.ts';
import { sqlState, type PgSession } from '../../../drivers/postgres/index.ts';
import { hashOf, type ChangePlan, type Statement } from './plan.ts';

/** What every transaction of a change runs under. A policy that would hide rows is an error, not fewer rows. */
export const settings = `SET LOCAL lock_timeout = '5s'; SET LOCAL row_security = off; SET LOCAL statement_timeout = 0`;

/**
 * Works a change out without making it: in a transaction that may not write. The settings are those it will be made under.
 */
export async function look<T>(session: PgSession, work: () => Promise<T>): Promise<T> {
  return session.transaction(async () => {
    await session.exec(settings);
    return readable(work);
  }, { readOnly: true, isolation: 'repeatable read' });
}

/** A key that the column's type cannot even hold names nothing. */
async function readable<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const state = stateOf(error);
    if (state !== null && /^22(P02|003|007|008)$/.test(state)) throw new TravessiaError('NOT_FOUND', { message: 'There is no such conversation or message.', hint: 'Reload the list.', cause: error });
    throw error;
  }
}

function stateOf(error: unknown): string | null {
  return sqlState(error) ?? (error instanceof Error && error.cause !== undefined ? sqlState(error.cause) : null);
}

/** @throws TravessiaError as the plan's kind asks */
export function assertPossible(plan: ChangePlan): void {
  if (plan.blockers.length === 0) return;
  throw new TravessiaError(plan.notReversible === true ? 'NOT_REVERSIBLE' : 'WRONG_STATE', { message: `The way is blocked: ${plan.blockers.join('; ')}.`, hint: 'Nothing has been changed.' });
}

/** @returns rows affected by each statement */
export async function runStatements(session: PgSession, statements: readonly Statement[], checks: readonly Statement[], signal: AbortSignal, notReversible = false): Promise<number[]> {
  const counts: number[] = [];
  for (const statement of statements) {
    try {
      const { count } = await session.query(statement.sql, undefined, { signal, doing: statement.why });
      counts.push(count);
    } catch (error) {
      throw translated(error, notReversible);
    }
  }
  for (const check of checks) {
    const { rows } = await session.query(check.sql, undefined, { signal, doing: check.why });
    const left = rows[0]?.['n'] ?? '0';
    if (left !== '0') throw new TravessiaError(notReversible ? 'NOT_REVERSIBLE' : 'WRONG_STATE', { message: `Not done: ${check.why} (${left}).`, hint: 'Nothing has been changed.' });
  }
  return counts;
}

function translated(error: unknown, notReversible: boolean): unknown {
  const state = stateOf(error);
  if (state === '40001') return new TravessiaError('ROWS_CHANGED', { message: 'Somebody else changed these rows at the same moment.', hint: 'Nothing has been changed. Look at them again and approve what is shown then.', cause: error, retry: true });
  // A key, a reference, an exclusion or a check refuses the row's return.
  if (notReversible && state !== null && state.startsWith('23')) {
    return new TravessiaError('NOT_REVERSIBLE', { message: `The rows cannot be put back: ${error instanceof Error ? error.message : String(error)}`, hint: 'Nothing has been changed. A key was taken, or what a row refers to is gone: make room, then try again.', cause: error });
  }
  return error;
}

export interface Approval<T extends ChangePlan> {
  /** The change worked out again, now. */
  readonly prepare: () => Promise<T>;
  /** What else belongs into the transaction; `counts`: rows affected by each statement. */
  readonly finish?: (plan: T, counts: readonly number[]) => Promise<void>;
  /** Hash of what was shown. */
  readonly hash: string;
  /** `rows` of the plan that was shown. */
  readonly rows: string;
  readonly signal: AbortSignal;
}

/**
 * Makes a change that was approved, in one transaction that sees the database as of one moment: rows that others add meanwhile are not
 * deleted unseen, the server refuses instead (RI triggers, crosscheck snapshot).
 * @throws TravessiaError ROWS_CHANGED, WRONG_STATE, NOT_REVERSIBLE, LOCK_TIMEOUT, PERMISSION_DENIED
 */
export async function perform<T extends ChangePlan>(session: PgSession, approval: Approval<T>): Promise<T> {
  return session.transaction(async () => {
    await session.exec(settings);
    const plan = await readable(approval.prepare);
    assertPossible(plan);
    if (hashOf(plan) !== approval.hash) {
      if (plan.rows !== approval.rows) throw new TravessiaError('ROWS_CHANGED', { message: 'The rows changed after this was shown.', hint: 'Nothing has been changed. Look at them again and approve what is shown then.' });
      throw new TravessiaError('WRONG_STATE', { message: 'The database changed after these statements were shown.', hint: 'Look at them again and approve what is shown now.' });
    }
    const counts = await runStatements(session, plan.statements, plan.checks, approval.signal, plan.notReversible);
    await approval.finish?.(plan, counts);
    return plan;
  }, { isolation: 'repeatable read' });
}
