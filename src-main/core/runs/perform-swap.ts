import type { RunResult } from '../../../shared/model/run.ts';
import { TravessiaError } from '../../../shared/contract/errors.ts';
import { quoteQualified } from '../../../shared/pure/quote.ts';
import type { Log } from '../jobs/jobs.ts';
import { swapSettings } from '../plan/plan-sql.ts';
import { isFatal, messageOf } from './build-objects.ts';
import { keepFormer, withFormer } from './former-sequences.ts';
import { readJournal, setDetail, setState } from './journal-record.ts';
import { countMerged, noteSequences } from './merge.ts';
import { rowStamp } from './row-stamp.ts';
import { inTransaction, scalar, type SqlSession } from './sql.ts';
import { prepareSwap, type PreparedSwap, type SwapInput } from './swap.ts';
import { noteUsedSequences } from './swap-sequences.ts';
import type { AppendedTable, SwapRecord, SwapStatement } from './swap-types.ts';

export interface PerformSwapInput extends SwapInput {
  readonly fence: string;
  readonly log: Log;
  /** The final result, made inside the transaction so that it is journaled with the swap. */
  readonly resultOf: (lost: readonly string[], appended: readonly AppendedTable[]) => RunResult;
}

const attempts = 5;

/**
 * The swap: one transaction under `lock_timeout`, tried a few times. The journal row, with all a rollback needs, commits with it.
 * @throws TravessiaError DEPENDENTS_BLOCK_SWAP, LOCK_TIMEOUT, TARGET_EXISTS; the target is then as it was.
 */
export async function performSwap(session: SqlSession, input: PerformSwapInput): Promise<RunResult> {
  const stamps = new Map<string, string>();
  await keepFormer(session, input);
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await inTransaction(session, () => swapOnce(session, input, stamps));
    } catch (error) {
      if (!(error instanceof TravessiaError) || error.code !== 'LOCK_TIMEOUT' || attempt >= attempts) throw error;
      input.log('log.swap.again', { attempt: String(attempt), attempts: String(attempts) }, 'warning');
    }
  }
}

/** Runs a statement; where it has another form, that one is tried after a refusal, inside the same transaction. */
async function execute(session: SqlSession, { sql, otherwise, proof, why }: SwapStatement): Promise<void> {
  if (proof !== undefined) {
    const answer = await scalar(session, sql);
    if (answer === 'true') return;
    const hint = `${proof.hint} Nothing has been changed.`;
    if (/^\d+$/.test(answer ?? '')) throw new TravessiaError(proof.code, { message: `The swap was undone, because this does not hold: ${why}; rows: ${answer}.`, hint });
    throw new TravessiaError(proof.code, { message: `The swap was undone, because this does not hold: ${why}.`, hint });
  }
  if (otherwise === undefined) {
    await session.query(sql);
    return;
  }
  await session.query('SAVEPOINT attempt');
  try {
    await session.query(sql);
  } catch {
    await session.query('ROLLBACK TO SAVEPOINT attempt');
    await session.query(otherwise);
  }
  await session.query('RELEASE SAVEPOINT attempt');
}

/** What a statement of the swap threw, told as what it means for the run. */
function refusal(error: unknown, statement: SwapStatement, runId: string): unknown {
  if (error instanceof TravessiaError && ((error.code !== 'STATEMENT_FAILED' && error.code !== 'INTERNAL') || isFatal(error))) return error;
  return new TravessiaError(statement.writes === undefined ? 'DEPENDENTS_BLOCK_SWAP' : 'ROWS_REFUSED', {
    message: `The swap was undone: ${statement.writes === undefined ? statement.why : `${statement.writes} refused the rows`} – ${messageOf(error)}.`,
    hint: `Change what stands in the way, then: travessia resume ${runId}. Nothing has been changed.`,
    cause: error,
  });
}

/**
 * Which tables the run's are, and who wrote their rows: read before anything is locked, while they stand in staging.
 * @param known - of an attempt before; what anybody writes after it counts as written after the swap
 */
async function stamped(session: SqlSession, tables: SwapRecord['tables'], known: Map<string, string>): Promise<SwapRecord['tables']> {
  const done: SwapRecord['tables'] = [];
  for (const table of tables) {
    const name = quoteQualified(table.staging, table.table);
    const stamp = known.get(name) ?? (await rowStamp(session, name));
    known.set(name, stamp);
    const oid = await scalar(session, 'SELECT to_regclass($1)::oid::text', [name]);
    done.push({ ...table, stamp, ...(oid === null ? {} : { oid }) });
  }
  return done;
}

async function run(session: SqlSession, statement: SwapStatement, runId: string): Promise<void> {
  try {
    await execute(session, statement);
  } catch (error) {
    throw refusal(error, statement, runId);
  }
}

/** The swap as the target is now. @throws TravessiaError DEPENDENTS_BLOCK_SWAP */
async function unblocked(session: SqlSession, input: PerformSwapInput): Promise<PreparedSwap> {
  const prepared = await prepareSwap(session, input);
  if (prepared.blockers.length === 0) return prepared;
  throw new TravessiaError('DEPENDENTS_BLOCK_SWAP', {
    message: `Something in the target depends on what would be replaced and cannot be pointed elsewhere: ${prepared.blockers.join('; ')}.`,
    hint: `Drop or change it, then: travessia resume ${input.runId}. Nothing has been changed.`,
  });
}

/**
 * The swap as the target is while nobody else can change its tables. What others have begun with them (a view, a foreign key, a trigger) can only be
 * seen once it is committed: it is waited for, and the swap worked out anew.
 */
async function foreseen(session: SqlSession, input: PerformSwapInput, stamps: Map<string, string>): Promise<PreparedSwap> {
  const first = await unblocked(session, input);
  await stamped(session, first.record.tables, stamps);
  if (first.locks.length === 0) return first;
  for (const lock of first.locks) await run(session, lock, input.runId);
  const again = await unblocked(session, input);
  return { ...again, statements: again.statements.filter(({ sql }) => !first.locks.some((lock) => lock.sql === sql)) };
}

async function swapOnce(session: SqlSession, input: PerformSwapInput, stamps: Map<string, string>): Promise<RunResult> {
  for (const setting of swapSettings) await session.query(setting);
  const prepared = await foreseen(session, input, stamps);
  const tables = await stamped(session, prepared.record.tables, stamps);
  const noted = await noteSequences(session, prepared.record.appended);
  for (const statement of prepared.statements) await run(session, statement, input.runId);
  const xid = (await scalar(session, 'SELECT pg_current_xact_id()::xid::text')) ?? '';
  const appended = withFormer(await countMerged(session, noted), (await readJournal(session, input.runId))?.detail.sequences ?? []);
  const usedSequences = await noteUsedSequences(session, prepared.record.usedSequences ?? []);
  const result = input.resultOf(prepared.lost, appended);
  await setState(session, input.runId, input.fence, 'swapped');
  await setDetail(session, input.runId, { swap: { ...prepared.record, tables, appended, usedSequences, xid }, result });
  return result;
}
