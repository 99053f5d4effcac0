import { setImmediate as nextTurn } from 'node:timers/promises';
import { TravessiaError } from '../../../shared/contract/errors.ts';
import { quoteIdent, quoteQualified } from '../../../shared/pure/quote.ts';
import { connectPostgres, stagingSettings, type PgSession } from '../../drivers/postgres/index.ts';
import { encodeRows } from './chunk-loader.ts';
import { CopyBuffer } from './copy-buffer.ts';
import { startCopy } from './copy-sender.ts';
import type { ExactSource } from './exact-rows.ts';
import { checkFence, recordChunk, recordRejects, partProgress, type ChunkTable, type RejectRecord } from './journal.ts';
import { countRows, sourceTable, type LoadSource } from './load-source.ts';
import { largeColumns, writeLargeRow } from './large-values.ts';
import { loadColumns, rowWriter } from './row-encoder.ts';
import { rowReader, type Reading } from './row-reader.ts';
import type { LoadProgress, LoadTask, LoadTotals } from './types.ts';

/** Rows of one reading: small, so that the socket is served between two of them; measured. */
const rowsPerReading = 1000;
const bytesPerReading = 8 * 1024 * 1024;
/**
 * One transaction's share of a table. Between two the reader waits for the server some ten milliseconds, so that half as much cost a
 * twentieth of the load; a run that is killed loads so much again at most.
 */
const perTransaction = { rows: 131_072, bytes: 64 * 1024 * 1024 };
/** PGlite holds a transaction's share in memory. */
const perTransactionInMemory = { rows: 65_536, bytes: 32 * 1024 * 1024 };
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
 * @throws TravessiaError CANCELLED, CONNECTION_LOST, DISK_FULL, RUN_BUSY (all resumable), PLAN_STALE, PLAN_INVALID
 */
export async function loadTable(task: LoadTask, source: LoadSource, options: LoadOptions): Promise<LoadTotals> {
  const session = await connectPostgres(task.target, { applicationName: 'travessia load', signal: options.signal });
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
    await session.close();
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
  const sql = `COPY ${quoteQualified(task.stagingSchema, table.target.table)} (${columns.map(({ target }) => quoteIdent(target)).join(', ')}) FROM STDIN (FORMAT binary)`;
  const doing = `Loading table ${quoteQualified(task.stagingSchema, table.target.table)}`;
  const totals = { rows: done.rows, loaded: done.loaded, rejected: done.rejected, bytes: done.bytes };
  const buffer = new CopyBuffer();
  let plain = table.reading.plainIntegers;
  let write = rowWriter(columns, buffer, plain);
  const large = largeColumns(columns);
  const most = task.target.single === true ? perTransactionInMemory : perTransaction;
  const open = (from: string | null): Iterator<Reading> =>
    rowReader(source.db, structure, columns.map((column) => column.source), {
      from,
      to: range?.until ?? null,
      rowsPerReading,
      bytesPerReading,
      maxRowBytes: table.maxRowBytes,
      plainIntegers: plain,
      filter: table.filter,
      large,
    });
  let position = done.position ?? range?.after ?? null;
  let reader = open(position);
  let chunk = done.next;
  let reading = reader.next();

  while (reading.done !== true) {
    throwIfCancelled(signal, task);
    const from = position;
    const part = { rows: 0, loaded: 0, bytes: 0 };
    const rejects: RejectRecord[] = [];
    await session.transaction(async () => {
      for (const setting of stagingSettings) await session.query(setting);
      await checkFence(session, task.runId, task.fence);
      const copy = startCopy(session, sql, buffer, doing);
      try {
        while (reading.done !== true) {
          const { rows, last, large: pieces } = reading.value;
          const [row] = rows;
          const encoded = pieces !== undefined && row !== undefined && await writeLargeRow(row, pieces, columns, plain, buffer, copy)
            ? { loaded: 1, rejects: [], readAgain: 0 }
            : encodeRows(rows, pieces === undefined ? write : () => false, { columns, source: exact, out: buffer, from: position, to: last });
          position = last;
          part.rows += rows.length;
          part.loaded += encoded.loaded;
          rejects.push(...encoded.rejects);
          if (plain && encoded.readAgain * 10 > rows.length) {
            // Numbers are not as plain as the plan says: exact reading from here on is cheaper than reading so many rows twice.
            plain = false;
            write = rowWriter(columns, buffer, false);
            reader = open(position);
          }
          await copy.flush();
          onProgress?.({ rows: totals.rows + part.rows, bytes: totals.bytes + copy.bytes, rejected: totals.rejected + rejects.length });
          await nextTurn();
          throwIfCancelled(signal, task);
          reading = reader.next();
          if (part.rows >= (task.rowsPerTransaction ?? most.rows) || copy.bytes >= (task.bytesPerTransaction ?? most.bytes) || rejects.length >= rejectsPerTransaction) break;
        }
        const counted = await copy.end();
        if (counted !== part.loaded) throw new TravessiaError('INTERNAL', { message: `${doing}: ${part.loaded} rows were sent and the server counted ${counted}.` });
        part.bytes = copy.bytes;
      } catch (error) {
        await copy.abort();
        throw error;
      }
      await recordRejects(session, chunkTable, rejects);
      await recordChunk(session, chunkTable, { chunk, from, to: position, rejected: rejects.length, ...part });
    });
    chunk += 1;
    totals.rows += part.rows;
    totals.loaded += part.loaded;
    totals.bytes += part.bytes;
    totals.rejected += rejects.length;
  }

  return totals;
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
