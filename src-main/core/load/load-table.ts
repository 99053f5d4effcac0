import { setImmediate as nextTurn } from 'node:timers/promises';
import { TravessiaError } from '../../../shared/contract/errors.ts';
import type { ReadWay } from '../../../shared/model/run.ts';
import { quoteIdent, quoteQualified } from '../../../shared/pure/quote.ts';
import { sqlState, stagingSettings, type PgSession } from '../../drivers/postgres/index.ts';
import type { ReadPosition } from '../../drivers/sqlite/index.ts';
import { PagesUnfit } from '../../drivers/sqlite/pages/index.ts';
import { CopyBuffer } from './copy-buffer.ts';
import { startCopy } from './copy-sender.ts';
import type { ExactSource } from './exact-rows.ts';
import { checkFence, recordChunk, recordRejects, partProgress, type ChunkTable, type RejectRecord } from './journal.ts';
import { countRows, sourceTable, type LoadSource } from './load-source.ts';
import { loadColumns } from './row-encoder.ts';
import { pageFeed, readsPages, sqliteFeed, type FeedInput, type RowFeed } from './row-feed.ts';
import type { LoadProgress, LoadTask, LoadTotals } from './types.ts';

/** One transaction's share of a table, by what comes first; bytes are those that were sent. */
interface Share {
  readonly seconds: number;
  readonly rows: number;
  readonly bytes: number;
}

/** A run that is killed loads so much again at most. Between two transactions the reader waits for the server some ten milliseconds. */
const perTransaction: Share = { seconds: 4, rows: Number.POSITIVE_INFINITY, bytes: Number.POSITIVE_INFINITY };
/** PGlite holds a transaction's share in memory. */
const perTransactionInMemory: Share = { seconds: 4, rows: 65_536, bytes: 32 * 1024 * 1024 };

/** The share by which a task is loaded; `TRAVESSIA_ROWS_PER_TRANSACTION` is for tests that need many transactions in few rows. */
function shareOf({ target, secondsPerTransaction, rowsPerTransaction, bytesPerTransaction }: LoadTask): Share {
  const usual = target.single === true ? perTransactionInMemory : perTransaction;
  const asked = rowsPerTransaction ?? Number(process.env['TRAVESSIA_ROWS_PER_TRANSACTION'] ?? Number.NaN);
  return { seconds: secondsPerTransaction ?? usual.seconds, rows: Number.isNaN(asked) ? usual.rows : asked, bytes: bytesPerTransaction ?? usual.bytes };
}
/** A transaction ends early where it holds this many rejects: they wait in memory for its end. */
const rejectsPerTransaction = 2000;

export interface LoadOptions {
  readonly signal: AbortSignal;
  /** Called after each reading; the caller thins it out. */
  readonly onProgress?: (progress: LoadProgress) => void;
}

/**
 * Loads one table, or a range of it, from a snapshot into its staging table, or goes on where an earlier session stopped. Rows, their
 * rejects and the journal's row commit together, so no row is ever twice or missing.
 *
 * @param session - of the run's target; free again afterwards, unless it was lost
 * @throws TravessiaError CANCELLED, CONNECTION_LOST, DISK_FULL, RUN_BUSY (all resumable), PLAN_STALE, PLAN_INVALID
 */
export async function loadTable(session: PgSession, task: LoadTask, source: LoadSource, options: LoadOptions): Promise<LoadTotals> {
  const cancel = (): void => void session.cancel();
  options.signal.addEventListener('abort', cancel, { once: true });
  try {
    return await loadWith(session, task, source, options);
  } catch (error) {
    // Whatever the cancelled server says, it was the person's wish.
    throwIfCancelled(options.signal, task);
    throw error;
  } finally {
    options.signal.removeEventListener('abort', cancel);
  }
}

function throwIfCancelled(signal: AbortSignal, task: LoadTask): void {
  if (signal.aborted) throw new TravessiaError('CANCELLED', { message: `Loading of table "${task.table.source.table}" was cancelled.`, hint: 'Resume the run, or roll it back.' });
}

async function loadWith(session: PgSession, task: LoadTask, source: LoadSource, { signal, onProgress }: LoadOptions): Promise<LoadTotals> {
  const { table, range } = task;
  const structure = sourceTable(source, table.source.table);
  const columns = loadColumns(table, structure.rowidAlias);
  if (columns.length === 0) throw new TravessiaError('PLAN_INVALID', { message: `No column of table "${table.source.table}" crosses.`, hint: 'Include at least one, or exclude the table.' });
  const chunkTable: ChunkTable = { run: task.runId, database: task.database, table: table.source.table };
  const done = await partProgress(session, chunkTable, range);
  const exact: ExactSource = { db: source.db, table: structure, columns: table.columns.map((column) => column.source), rowKey: table.rowKey, encoding: source.catalog.encoding, filter: table.filter };
  const staged = quoteQualified(task.stagingSchema, table.target.table);
  const sql = (options: string): string => `COPY ${staged} (${columns.map(({ target }) => quoteIdent(target)).join(', ')}) FROM STDIN (FORMAT binary${options})`;
  const doing = `Loading table ${staged}`;
  const totals = { rows: done.rows, loaded: done.loaded, rejected: done.rejected, bytes: done.bytes };
  const buffer = new CopyBuffer();
  const most = shareOf(task);
  const input: FeedInput = { task, source, structure, columns, exact, buffer };
  let position = done.position ?? range?.after ?? null;
  // A server of another encoding converts what it is sent, or looks at none of it.
  let feed = session.server.encoding === 'UTF8' ? firstFeed(input, position) : sqliteFeed(input, position);
  let chunk = done.next;
  const ways = new Set<ReadWay>();

  /** Loads rows up to the end of a transaction; returns what they came to, and where the last of them stands. */
  const loadChunk = async (): Promise<{ readonly rows: number; readonly loaded: number; readonly bytes: number; readonly rejected: number; readonly last: string | null }> => {
    const part = { rows: 0, loaded: 0, bytes: 0 };
    const rejects: RejectRecord[] = [];
    let last = position;
    await session.transaction(async () => {
      for (const setting of stagingSettings) await session.query(setting);
      await checkFence(session, task.runId, task.fence);
      // The first rows of a table that is loaded in one piece are written as vacuum would leave them (manual, COPY, FREEZE, which wants the table
      // truncated in the same transaction): whoever reads them next, the builds of its indexes to begin with, finds nothing left to settle.
      const isFirst = range === undefined && chunk === 0;
      if (isFirst) await session.query(`TRUNCATE ${staged}`);
      const copy = startCopy(session, sql(isFirst ? ', FREEZE' : ''), buffer, doing);
      const began = performance.now();
      try {
        while (feed.more) {
          const written = await feed.write(copy);
          last = written.last;
          if (written.fromPages === true) ways.add('pages');
          part.rows += written.rows;
          part.loaded += written.loaded;
          rejects.push(...written.rejects);
          await copy.flush();
          onProgress?.({ rows: totals.rows + part.rows, bytes: totals.bytes + copy.bytes, rejected: totals.rejected + rejects.length });
          await nextTurn();
          throwIfCancelled(signal, task);
          feed.advance();
          if (feed.way === 'pages' && written.readAgain + written.rejects.length > 10 && (written.readAgain + written.rejects.length) * 20 > written.rows) {
            feed.close();
            feed = sqliteFeed(input, last);
          }
          if (part.rows >= most.rows || copy.bytes >= most.bytes || rejects.length >= rejectsPerTransaction || performance.now() - began >= most.seconds * 1000) break;
        }
        const counted = await copy.end();
        if (counted !== part.loaded) throw new TravessiaError('INTERNAL', { message: `${doing}: ${part.loaded} rows were sent and the server counted ${counted}.` });
        part.bytes = copy.bytes;
      } catch (error) {
        await copy.abort();
        throw error;
      }
      await recordRejects(session, chunkTable, rejects);
      if (part.rows > 0) await recordChunk(session, chunkTable, { chunk, from: position, to: last, rejected: rejects.length, ...part });
    });
    return { ...part, rejected: rejects.length, last };
  };

  try {
    while (feed.more) {
      throwIfCancelled(signal, task);
      const { way } = feed;
      try {
        const part = await loadChunk();
        if (part.rows === 0) continue;
        chunk += 1;
        position = part.last;
        totals.rows += part.rows;
        totals.loaded += part.loaded;
        totals.bytes += part.bytes;
        totals.rejected += part.rejected;
        ways.add(way).add(feed.way);
      } catch (error) {
        if (way !== 'pages' || !leavesToSqlite(error)) throw error;
        feed.close();
        feed = sqliteFeed(input, position);
      }
    }
  } finally {
    feed.close();
  }
  const [read] = ways;
  return { ...totals, ...(read === undefined ? {} : { read: ways.size > 1 ? 'both' : read }) };
}

/** From the pages, where they can be read. */
function firstFeed(input: FeedInput, from: ReadPosition | null): RowFeed {
  if (!readsPages(input)) return sqliteFeed(input, from);
  try {
    return pageFeed(input, from);
  } catch (error) {
    if (!(error instanceof PagesUnfit)) throw error;
    return sqliteFeed(input, from);
  }
}

/**
 * Whether SQLite is to be asked for the rows of a transaction that failed: where the pages are not as simple as they began, and where the server
 * refused bytes of theirs (class 22), so that each row is judged by itself.
 */
function leavesToSqlite(error: unknown): boolean {
  // Bytes out of place read as numbers out of range.
  if (error instanceof PagesUnfit || error instanceof RangeError) return true;
  return sqlState(error instanceof TravessiaError ? error.cause : error)?.startsWith('22') === true;
}

/**
 * Holds what became of a table, of all ranges of it, against the snapshot's own count.
 *
 * @throws TravessiaError INTERNAL where rows = loaded + rejected does not hold
 */
export function checkTotals({ table }: LoadTask, source: LoadSource, totals: LoadTotals): void {
  const count = countRows(source, table.source.table, table.filter);
  if (count === totals.rows && totals.rows === totals.loaded + totals.rejected) return;
  throw new TravessiaError('INTERNAL', {
    message: `Table "${table.source.table}": the snapshot has ${count} rows, ${totals.loaded} were loaded and ${totals.rejected} rejected.`,
    hint: 'Nothing was swapped. Roll the run back, and report this.',
  });
}
