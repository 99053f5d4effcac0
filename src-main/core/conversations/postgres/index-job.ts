import { TravessiaError } from '../../../../shared/contract/errors.ts';
import { quoteIdent } from '../../../../shared/pure/quote.ts';
import type { PgSession } from '../../../drivers/postgres/index.ts';
import { searchSchema } from './index-names.ts';
import type { IndexPlan, IndexStep } from './index-plan.ts';
import { columnOf } from './shape.ts';

export interface IndexWork {
  /** Sessions that may write; each is closed here. Two fill at once. */
  readonly open: () => Promise<PgSession>;
  readonly signal: AbortSignal;
  /** A step begins. */
  readonly onStep?: (step: IndexStep, at: number, of: number) => void;
  /** Of the filling. */
  readonly onProgress?: (done: number, total: number, rows: number) => void;
}

const schema = quoteIdent(searchSchema);
/** Pages of the messages in one piece: some ten thousand rows, a few seconds. */
const piecePages = 1000;
const workers = 2;
/** The triggers need a lock for a moment; waiting for it must not hold up the program's own writes. */
const lockTimeout = '3s';
const lockAttempts = 20;

/**
 * Carries out an approved plan, step by step. Killed at any point it can be planned and started again: every statement can be repeated, the filling
 * goes on at its piece, an unfinished index is dropped and made anew. Nothing of the program's own rows is touched.
 *
 * @throws TravessiaError CANCELLED, RUN_BUSY, LOCK_TIMEOUT, WRONG_STATE behind a pooler, DISK_FULL, PERMISSION_DENIED, what the driver reports
 */
export async function carryOutIndex(plan: IndexPlan, work: IndexWork): Promise<void> {
  await using session = await opened(work);
  if (session.server.pooled) throw new TravessiaError('WRONG_STATE', { message: 'A pooler stands before the server; an index that locks nobody out cannot be made through one.', hint: 'Use a connection that leads to the server itself.' });
  // Ends with the session, also when it is killed.
  const lock = await session.one('SELECT pg_try_advisory_lock(hashtextextended($1, 0))::text AS free', [plan.names.documentsSql]);
  if (lock?.['free'] !== 'true') throw new TravessiaError('RUN_BUSY', { message: 'This index is being made by another session already.', hint: 'Wait until it has ended.' });
  // For this session alone: sorting and building in memory; the server's own settings stay as they are.
  for (const setting of ["maintenance_work_mem = '512MB'", "work_mem = '128MB'", 'statement_timeout = 0', 'jit = off']) await session.exec(`SET ${setting}`);
  for (const [at, step] of plan.steps.entries()) {
    stopIfAborted(work.signal);
    work.onStep?.(step, at, plan.steps.length);
    if (step.kind === 'once') await runOnce(session, step, work.signal);
    else if (step.kind === 'fill') await fill(session, plan, step, work);
    else if (step.kind === 'mend') await mend(session, plan, step, work.signal);
  }
}

/**
 * A session whose statement the server gives up within a second when this program is killed; else it would work on for hours, or wait, and its lock would keep
 * the next build out (manual 20.3.2: client_connection_check_interval, PostgreSQL 14 and later; systems that cannot look at a socket refuse it).
 */
async function opened({ open }: IndexWork): Promise<PgSession> {
  const session = await open();
  await session.exec("SET client_connection_check_interval = '1s'").catch((error: unknown) => {
    if (session.closed) throw error;
  });
  return session;
}

async function runOnce(session: PgSession, step: IndexStep, signal: AbortSignal): Promise<void> {
  const locks = /\bTRIGGER\b/.test(step.sql.slice(0, 60));
  for (let attempt = 1; ; attempt += 1) {
    try {
      if (locks) await session.transaction(async () => {
        await session.exec(`SET LOCAL lock_timeout = '${lockTimeout}'`);
        await session.exec(step.sql, { signal, doing: step.why });
      });
      // Not in a transaction: CREATE INDEX CONCURRENTLY refuses one.
      else await session.exec(step.sql, { signal, doing: step.why });
      return;
    } catch (error) {
      stopIfAborted(signal);
      if (!(error instanceof TravessiaError && error.code === 'LOCK_TIMEOUT') || attempt === lockAttempts) throw error;
    }
  }
}

/** Reads the messages in the order they lie in, by page numbers: no index is needed, and the documents lie nearly in the order of time. */
async function fill(session: PgSession, plan: IndexPlan, step: IndexStep, work: IndexWork): Promise<void> {
  const { messages } = plan.source.shape;
  const { documents } = plan.names;
  const facts = await session.one(
    `SELECT (pg_relation_size($1::oid::regclass) / current_setting('block_size')::bigint)::text AS pages, pg_relation_filenode($1::oid::regclass)::text AS filenode, filenode::text AS known FROM ${schema}.libraries WHERE documents = $2`, [messages.oid, documents]);
  const pages = Number(facts?.['pages'] ?? 0);
  if (facts?.['filenode'] !== facts?.['known']) {
    // The table was rewritten (VACUUM FULL, CLUSTER): page numbers mean something else now.
    await session.query(`DELETE FROM ${schema}.pieces WHERE documents = $1`, [documents]);
    await session.query(`UPDATE ${schema}.libraries SET filenode = pg_relation_filenode($1::oid::regclass) WHERE documents = $2`, [messages.oid, documents]);
  }
  const done = new Set((await session.query(`SELECT first_page::text AS page FROM ${schema}.pieces WHERE documents = $1`, [documents])).rows.map((row) => Number(row['page'])));
  const todo = Array.from({ length: Math.ceil(pages / piecePages) }, (_, at) => at * piecePages).filter((page) => !done.has(page));
  let finished = done.size;
  let rows = 0;
  const total = finished + todo.length;
  work.onProgress?.(finished, total, rows);
  const worker = async (own: PgSession): Promise<void> => {
    for (let page = todo.shift(); page !== undefined; page = todo.shift()) {
      stopIfAborted(work.signal);
      const first = page;
      const added = await own.transaction(async () => {
        await own.exec('SET LOCAL synchronous_commit = off');
        const { count } = await own.query(step.sql, [`(${first},0)`, `(${first + piecePages},0)`], { signal: work.signal, doing: step.why });
        await own.query(`INSERT INTO ${schema}.pieces VALUES ($1, $2::bigint) ON CONFLICT DO NOTHING`, [documents, first]);
        return count;
      });
      rows += added;
      finished += 1;
      work.onProgress?.(finished, total, rows);
    }
  };
  const others = todo.length > 4 ? workers - 1 : 0;
  const results = await Promise.allSettled([worker(session), ...Array.from({ length: others }, async () => {
    await using own = await opened(work);
    await worker(own);
  })]);
  for (const result of results) if (result.status === 'rejected') throw result.reason;
}

/** What the pieces left out (a table that was rewritten meanwhile) comes in, what was deleted while its piece was read goes out. */
async function mend(session: PgSession, plan: IndexPlan, step: IndexStep, signal: AbortSignal): Promise<void> {
  const { source, names } = plan;
  const { messages } = source.shape;
  const id = quoteIdent(source.message.id.column);
  await session.exec(step.sql, { signal, doing: step.why });
  await session.query(
    `DELETE FROM ${names.documentsSql} d USING ${schema}.gone g WHERE g.documents = $1 AND d.id = g.id::${columnOf(messages, source.message.id).type} AND NOT EXISTS (SELECT FROM ${messages.sql} m WHERE m.${id} = d.id)`, [names.documents], { signal });
  await session.query(`DELETE FROM ${schema}.gone WHERE documents = $1`, [names.documents], { signal });
}

function stopIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw new TravessiaError('CANCELLED', { message: 'Making the index was cancelled; what is done stays, and a new start goes on from there.', cause: signal.reason });
}
