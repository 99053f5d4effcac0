import { randomUUID } from 'node:crypto';
import { TravessiaError } from '../../../shared/contract/errors.ts';
import type { Plan, PlanTable } from '../../../shared/model/plan.ts';
import type { Difference, TableVerification, Verification } from '../../../shared/model/run.ts';
import { createRowHash, hashText } from '../../../shared/pure/canonical/row-hash.ts';
import { quoteQualified } from '../../../shared/pure/quote.ts';
import { connectPostgres, type PgSession, type PostgresConfig } from '../../drivers/postgres/index.ts';
import { placed } from '../plan/statements.ts';
import { isActive } from '../repairs/files.ts';
import type { TableTask } from './messages.ts';
import { verifyObjects } from './objects.ts';
import { readAhead, sizeOfTable, type ReadAhead } from './read-ahead.ts';
import { hashesUtf8 } from './target-reader.ts';
import { startVerifyThread, type VerifyThread } from './verify-thread.ts';

export interface VerifyPlanInput {
  readonly plan: Plan;
  /** For each database of the plan, the consistent copy that the run was loaded from. */
  readonly sources: readonly { readonly database: string; readonly snapshotPath: string }[];
  readonly target: PostgresConfig;
  /** Where a table's rows are now: the staging schema, or the final one. */
  readonly schemaOf: (table: PlanTable) => { readonly schema: string; readonly table: string };
  /** A SELECT of the rows that count, of a table that held others before; undefined: all of them. */
  readonly rowsOf?: (table: PlanTable) => string | undefined;
  /** The run whose rejects count; null: none do. */
  readonly runId: string | null;
  /** Tables compared at the same time. */
  readonly jobs: number;
  readonly signal: AbortSignal;
  /** What is being read of the source already; absent: nothing is. */
  readonly ahead?: ReadAhead | null;
  readonly onProgress?: (database: string, table: string, rows: number, rowsTotal: number) => void;
  /** How many differing rows are listed at most (default 10,000); all are counted. */
  readonly limit?: number;
  /** `answers` (default) compares what views answer; `presence` only looks whether translated ones are there. */
  readonly views?: 'answers' | 'presence';
  /** SHA-256 of every range as well, for evidence (see `rangeDigests`). */
  readonly digests?: boolean;
}

export interface VerifyPlanResult {
  readonly verification: Verification;
  readonly differences: readonly Difference[];
}

/** Printed in the evidence: what was compared, and how. */
export const verificationMethod =
  'Every row and every crossing column. The source snapshot is read again, by SQLite and by other queries than the loader\'s; invalid text as raw bytes. '
  + 'Each value becomes one canonical text per type on both sides; PostgreSQL\'s hashtextextended is chained over the columns with a bitmap of NULLs '
  + '(the same 64-bit function in JavaScript for SQLite) and summed over the rows; unequal sums are narrowed by buckets of keys to rows and cells. '
  + 'Rejected rows are found in the source, must have no form in the target, and their kept copies must equal the source. '
  + 'Where the plan repaired rows before the load, the repaired copy of the source is what the target is compared with; that copy and the '
  + 'records of what left it were held against the source when it was made, and the records in the target are compared with it here. '
  + 'The target is read in one REPEATABLE READ, read-only transaction with row_security off. The sums catch accidents, not adversaries; SHA-256 of every range of rows, where it was asked for, catches both.';

/**
 * Compares every table of a plan in worker threads, all in one state of the target, then looks at its objects.
 * `verification.equal` speaks of rows and cells; `objects` say for themselves.
 *
 * @throws TravessiaError as `verifyTable`; CANCELLED within about a second; UNSUPPORTED_TARGET where the server hashes otherwise
 */
export async function verifyPlan(input: VerifyPlanInput): Promise<VerifyPlanResult> {
  const started = performance.now();
  const createdAt = new Date().toISOString();
  const limit = input.limit ?? 10_000;
  await using session = await connectPostgres(input.target, { readOnly: true, applicationName: 'travessia verify', signal: input.signal });
  await requireSameHash(session);
  const differences: Difference[] = [];
  // A server of one session would wait for itself; nobody else writes to it meanwhile.
  const ahead = input.ahead === undefined ? readAhead({ ...input, utf8: hashesUtf8(session), idle: false }) : input.ahead;
  let tables: TableVerification[];
  try {
    tables = input.target.single === true ? await compareTables({ ...input, ahead, jobs: 1 }, null, limit, differences) : await session.transaction(async (inside) => {
      const serverSnapshot = await exportSnapshot(inside);
      return await compareTables({ ...input, ahead }, serverSnapshot, limit, differences);
    }, { readOnly: true, isolation: 'repeatable read' });
  } finally {
    ahead?.close();
  }
  const objects = await verifyObjects({ ...input, session });
  const counted = tables.reduce((sum, table) => sum + table.missing + table.extra + table.changed, 0);
  const verification: Verification = {
    id: randomUUID(), runId: input.runId, createdAt, method: verificationMethod, tables, objects,
    differences: counted, cut: counted > differences.length, equal: tables.every((table) => table.equal),
    seconds: (performance.now() - started) / 1000,
  };
  return { verification, differences };
}

async function compareTables(input: VerifyPlanInput, serverSnapshot: string | null, limit: number, differences: Difference[]): Promise<TableVerification[]> {
  const inverse = input.plan.inverse ?? [];
  // A reshaped table is compared as well, with what gives it back.
  const planned = [...input.plan.tables.filter((table) => table.include), ...inverse.map(({ table }) => table)];
  const queue = planned.map((table, index) => ({ table, index })).sort((a, b) => sizeOfTable(b.table) - sizeOfTable(a.table));
  const results = new Map<number, TableVerification>();
  const stop = new AbortController();
  const onAbort = (): void => stop.abort(input.signal.reason);
  if (input.signal.aborted) onAbort();
  input.signal.addEventListener('abort', onAbort, { once: true });
  let failure: unknown;

  const lane = async (): Promise<void> => {
    const thread: VerifyThread = startVerifyThread();
    try {
      for (let next = queue.shift(); next !== undefined && !stop.signal.aborted; next = queue.shift()) {
        const { table, index } = next;
        const { database, table: name } = table.source;
        const snapshotPath = input.sources.find((source) => source.database === database)?.snapshotPath;
        if (snapshotPath === undefined) throw new TravessiaError('INVALID_INPUT', { message: `No snapshot of ${database} was given to verify ${name}.` });
        const back = inverse.find((each) => each.table === table && !each.view);
        const through = inverse.find((each) => each.table === table);
        const among = through === undefined ? undefined : amongOthers(through.sql, input);
        const select = through === undefined ? input.rowsOf?.(table) : among ?? (back === undefined ? undefined : placed(back.sql, (schema) => input.schemaOf({ ...table, target: { ...table.target, schema } }).schema, input.plan));
        const sum = await input.ahead?.sumOf(table, thread, stop.signal, (rows) => input.onProgress?.(database, name, rows, Number(table.rows)));
        const task = {
          table, ...(sum === undefined ? {} : { ahead: sum }), place: input.schemaOf(table), snapshotPath,
          ...(select === undefined ? {} : { select }), rejects: back?.rejects,
          target: input.target, serverSnapshot, runId: input.runId, room: limit - differences.length, ...(input.digests === true ? { digests: true } : {}), ...repairedBy(input.plan, database),
        };
        const result = await thread.table(task, (reply) => {
          if (reply.type === 'progress') input.onProgress?.(database, name, reply.rows, reply.rowsTotal);
          // Two tables may both have differences: the list as a whole stays within its limit.
          else if (reply.type === 'differences') differences.push(...reply.differences.slice(0, limit - differences.length));
        }, stop.signal);
        input.onProgress?.(database, name, result.rowsSource, result.rowsSource);
        results.set(index, result);
      }
    } catch (error) {
      failure ??= error;
      stop.abort();
    } finally {
      thread.close();
    }
  };
  try {
    await Promise.all(Array.from({ length: Math.max(1, Math.min(input.jobs, planned.length)) }, lane));
  } finally {
    input.signal.removeEventListener('abort', onAbort);
  }
  if (failure !== undefined) throw failure;
  if (input.signal.aborted) throw new TravessiaError('CANCELLED', { message: 'The verification was cancelled.', retry: true });
  return planned.flatMap((_, index) => results.get(index) ?? []);
}

function repairedBy(plan: Plan, database: string): Pick<TableTask, 'repaired'> {
  if (!isActive(plan, database)) return {};
  return { repaired: { repairs: (plan.repairs ?? []).filter((repair) => repair.database === database), tables: plan.tables.filter((table) => table.source.database === database) } };
}

/** What gives a table back, from the rows alone that the source answers for; undefined where its tables hold no others. */
function amongOthers(sql: string, { plan, rowsOf }: VerifyPlanInput): string | undefined {
  let text = sql;
  for (const table of plan.tables.filter((each) => each.include)) {
    const rows = rowsOf?.(table);
    if (rows !== undefined) text = text.replaceAll(quoteQualified(table.target.schema, table.target.table), () => `(${rows})`);
  }
  return text === sql ? undefined : text;
}

/** Lets the worker threads see the very state that this transaction sees; a server that cannot export gives each its own. */
async function exportSnapshot(session: PgSession): Promise<string | null> {
  try {
    await session.exec('SAVEPOINT before_export');
    const row = await session.one('SELECT pg_export_snapshot() AS id');
    return row?.['id'] ?? null;
  } catch {
    await session.exec('ROLLBACK TO SAVEPOINT before_export');
    return null;
  }
}

/** hashtextextended depends on the machine's byte order: a server that disagrees is refused before anything is compared with it. */
async function requireSameHash(session: PgSession): Promise<void> {
  const hash = createRowHash();
  hash.reset(7);
  hash.add('Travessia, 12+ bytes');
  const row = await session.one(`SELECT hashtextextended('Travessia, 12+ bytes' COLLATE "C", 7)::text AS h`);
  if (row?.['h'] === hashText(hash)) return;
  throw new TravessiaError('UNSUPPORTED_TARGET', {
    message: `PostgreSQL ${session.server.version} on this machine hashes text otherwise than expected (a big-endian machine).`,
    hint: 'The verification cannot run against it.',
  });
}
