import { constants, setPriority } from 'node:os';
import { isMainThread, type MessagePort } from 'node:worker_threads';
import { z } from 'zod';
import { toErrorReply, TravessiaError } from '../../../shared/contract/errors.ts';
import type { Difference } from '../../../shared/model/run.ts';
import { connectPostgres, type PgSession } from '../../drivers/postgres/index.ts';
import { openSqlite, sqliteFailure, type OpenedSqlite } from '../../drivers/sqlite/index.ts';
import { quoteIdent, quoteLiteral } from '../../../shared/pure/quote.ts';
import { qualifyTables } from '../../../shared/pure/sqlite-sql/index.ts';
import { compareRecords } from '../repairs/records.ts';
import type { SumTask, TableFilter, TableTask, VerifyReply, VerifyRequest, ViewCell, ViewTask } from './messages.ts';
import { partsOf, sumOfSource, type RowidPart } from './packed-sums.ts';
import { createTargetReader, transactionSettings } from './target-reader.ts';
import { verifyTable } from './verify-table.ts';

/** Milliseconds between two progress messages. */
const progressEvery = 200;
/** Rows of a view in one message. */
const rowsPerMessage = 2000;

/** The worker's side: compares one table after another; file and session stay open in between. */
export function serveVerifications(port: MessagePort): void {
  const controller = new AbortController();
  const { signal } = controller;
  const reply = (message: VerifyReply): void => port.postMessage(message);
  let file: OpenedSqlite | undefined;
  let session: PgSession | undefined;
  let goOn: (() => void) | undefined;
  let last = Promise.resolve();

  const open = (path: string): OpenedSqlite => {
    if (file?.path !== path) {
      file?.close();
      file = openSqlite(path, { mode: 'read' });
    }
    return file;
  };

  const table = async (task: TableTask): Promise<void> => {
    const opened = open(task.snapshotPath);
    if (session === undefined || session.closed) session = await connectPostgres(task.target, { readOnly: true, applicationName: 'travessia verify', signal });
    let told = 0;
    const result = await session.transaction(async (inside) => {
      if (task.serverSnapshot !== null) await inside.exec(`SET TRANSACTION SNAPSHOT ${quoteLiteral(task.serverSnapshot)}`);
      await inside.exec(transactionSettings);
      const onDifferences = (differences: readonly Difference[]): void => {
        if (differences.length > 0) reply({ type: 'differences', differences });
      };
      const compared = await verifyTable({
        table: task.table, target: task.place, ...(task.select === undefined ? {} : { select: task.select }), rejects: task.rejects, db: opened.db, encoding: encodingOf(opened), ...(task.ahead === undefined ? {} : { ahead: task.ahead }), session: inside, runId: task.runId, room: task.room, signal, digests: task.digests === true,
        onRows: (rows, rowsTotal) => {
          const now = performance.now();
          if (now - told < progressEvery && rows < rowsTotal) return;
          told = now;
          reply({ type: 'progress', rows, rowsTotal });
        },
        onDifferences,
      });
      if (task.repaired === undefined) return compared;
      const reader = createTargetReader(inside, `Comparing the repairs of ${task.table.source.table}`, signal);
      return await compareRecords(compared, { table: task.table, target: task.place, snapshotPath: task.snapshotPath, runId: task.runId, reader, ...task.repaired }, onDifferences);
    }, { readOnly: true, isolation: 'repeatable read' });
    reply({ type: 'done', result });
  };

  const sum = async (task: SumTask, part: RowidPart): Promise<void> => {
    const opened = open(task.snapshotPath);
    // On Linux a thread's priority is its own (setpriority(2)); the program's stays.
    if (task.idle && process.platform === 'linux' && !isMainThread) stepBack();
    reply({ type: 'summed', sum: await sumOfSource({ ...task, part, db: opened.db, encoding: encodingOf(opened), signal }) });
  };

  const view = async (task: ViewTask): Promise<void> => {
    const { db } = open(task.snapshotPath);
    narrowViews(db, task.filters);
    const statement = db.prepare<unknown[], ViewCell[]>(`SELECT * FROM ${quoteIdent(task.view)}`).raw();
    const columns = statement.columns().map((column) => column.name);
    let rows: ViewCell[][] = [];
    for (const row of statement.iterate()) {
      rows.push(row);
      if (rows.length < rowsPerMessage) continue;
      // One message at a time: the other side asks for the next, so that neither holds the whole answer.
      const { promise, resolve } = Promise.withResolvers<void>();
      goOn = resolve;
      reply({ type: 'rows', columns, rows, last: false });
      rows = [];
      await promise;
      if (signal.aborted) throw new TravessiaError('CANCELLED', { message: 'Comparing the view was cancelled.' });
    }
    reply({ type: 'rows', columns, rows, last: true });
  };

  const workOf = async (request: Exclude<VerifyRequest, { type: 'cancel' | 'more' }>): Promise<void> => {
    switch (request.type) {
      case 'table': return await table(request.task);
      case 'view': return await view(request.task);
      case 'sum': return await sum(request.task, request.part);
      default: reply({ type: 'parted', parts: partsOf(open(request.task.snapshotPath).db, request.task.table, request.wanted) });
    }
  };

  port.on('message', (request: VerifyRequest) => {
    if (request.type === 'cancel') {
      controller.abort();
      goOn?.();
      return;
    }
    if (request.type === 'more') {
      goOn?.();
      return;
    }
    last = workOf(request).catch((error: unknown) => reply({ type: 'failed', error: toErrorReply(sqliteFailure(error, request.task.snapshotPath)) }));
  });
  // A thread that ends lets go of all it has; where others stay in the process, it is done here.
  port.on('close', () => {
    controller.abort();
    goOn?.();
    void last.finally(() => {
      file?.close();
      void session?.close();
    });
  });
}

function stepBack(): void {
  try {
    setPriority(constants.priority.PRIORITY_LOW);
  } catch {
    // Not allowed here: it reads beside the others then.
  }
}

/**
 * Puts temporary views over the tables of which only part crosses, and over every view: names find them first. `query_only` forbids even
 * temporary objects; the file itself is opened read-only. A condition speaks of tables as the load found them, whole.
 */
function narrowViews(db: OpenedSqlite['db'], filters: readonly TableFilter[]): void {
  if (filters.length === 0) return;
  const views = z.array(z.object({ sql: z.string() })).parse(db.prepare(`SELECT sql FROM main.sqlite_schema WHERE type = 'view' AND sql IS NOT NULL`).all());
  db.pragma('query_only = off');
  for (const { table, condition } of filters) db.exec(`CREATE TEMP VIEW IF NOT EXISTS ${quoteIdent(table)} AS SELECT * FROM main.${quoteIdent(table)} WHERE (${qualifyTables(condition, 'main')}\n)`);
  for (const { sql } of views) db.exec(sql.replace(/^\s*CREATE\s+VIEW\s+(?:IF\s+NOT\s+EXISTS\s+)?/i, 'CREATE TEMP VIEW IF NOT EXISTS '));
  db.pragma('query_only = on');
}

function encodingOf({ db }: OpenedSqlite): string {
  return z.string().parse(db.pragma('encoding', { simple: true }));
}
