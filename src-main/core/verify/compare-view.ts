import { TravessiaError } from '../../../shared/contract/errors.ts';
import { canonicalType } from '../../../shared/pure/canonical/index.ts';
import { quoteIdent } from '../../../shared/pure/quote.ts';
import { wordFor } from '../../../shared/pure/texts/index.ts';
import type { Plan } from '../../../shared/model/plan.ts';
import type { TableFilter, ViewCell, ViewTask } from './messages.ts';
import { sha256Hex } from './shape.ts';
import { startVerifyThread, type VerifyThread } from './verify-thread.ts';
import { createAnswer, relativeTolerance, sameAnswers, type AnswerColumn } from './view-answers.ts';

export interface CompareViewInput {
  readonly snapshotPath: string;
  /** The view's name in the source. */
  readonly view: string;
  /** Tables of which only part crosses. */
  readonly filters?: readonly TableFilter[];
  /** A session that is free for this: the comparison opens a transaction in it. */
  readonly session: { query(sql: string, values?: readonly string[], options?: { readonly signal?: AbortSignal }): Promise<{ readonly rows: readonly Readonly<Record<string, string | null>>[] }> };
  /** The view in the target, quoted and qualified. */
  readonly target: string;
  /** Rows up to which answers are kept and compared row by row (default 200,000); beyond, by a sum of hashes. */
  readonly limit?: number;
}

/** The row filters of one source's tables, those too that others hold the rows of. */
export function filtersOf({ tables, inverse = [] }: Pick<Plan, 'tables' | 'inverse'>, database: string): TableFilter[] {
  return [...tables, ...inverse.map(({ table }) => table)].flatMap(({ source, include, filter }) => (include && filter !== undefined && source.database === database ? [{ table: source.table, condition: filter }] : []));
}

export interface ViewComparison {
  readonly equal: boolean;
  /** What was compared, or what differs. */
  readonly detail: string;
  /** True where the answers were too long to be kept and were compared by a sum of hashes instead. */
  readonly cut: boolean;
}

/** Compares one view after another; one thread, begun with the first, reads all of them from their sources. */
export interface ViewComparer {
  /**
   * Compares what a view answers on both sides, as multisets of rows: numbers by value, booleans as 0 and 1, times as moments, everything
   * else as text. Where SQLite computes REALs, a relative difference of 1e-9 is allowed, since sums depend on their order.
   *
   * @throws TravessiaError CANCELLED, CONNECTION_LOST
   */
  compare(input: CompareViewInput): Promise<ViewComparison>;
  [Symbol.dispose](): void;
}

export function createViewComparer(signal: AbortSignal): ViewComparer {
  let thread: VerifyThread | undefined;
  const close = (): void => {
    thread?.close();
    thread = undefined;
  };
  return {
    compare: (input) => compareView(input, signal, async (task, piece) => {
      try {
        await (thread ??= startVerifyThread()).viewRows(task, signal, piece);
      } catch (error) {
        // It may have died of this view: the next one gets another.
        close();
        throw error;
      }
    }),
    [Symbol.dispose]: close,
  };
}

type ReadView = (task: ViewTask, piece: (columns: readonly string[], rows: readonly (readonly ViewCell[])[]) => void) => Promise<void>;

async function compareView({ snapshotPath, view, session, target, filters = [], limit = 200_000 }: CompareViewInput, signal: AbortSignal, read: ReadView): Promise<ViewComparison> {
  const described = await session.query(
    `SELECT a.attname AS name, format_type(coalesce(nullif(t.typbasetype, 0), a.atttypid), a.atttypmod) AS type FROM pg_attribute AS a JOIN pg_type AS t ON t.oid = a.atttypid
     WHERE a.attrelid = $1::regclass AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum`, [target], { signal },
  );
  const columns = described.rows.map(({ name, type }): AnswerColumn & { readonly sql: string } => {
    const { canonicalOf, canonicalSql } = canonicalType(type ?? 'text', undefined, sha256Hex);
    const quoted = quoteIdent(name ?? '');
    const numeric = /^(smallint|integer|bigint|numeric|real|double)/.test(type ?? '');
    return { numeric, canonicalOf, sql: numeric ? `${quoted}::text` : canonicalSql(quoted) };
  });
  const mine = createAnswer(limit, columns);
  const theirs = createAnswer(limit, columns);
  let width = columns.length;
  try {
    await read({ snapshotPath, view, filters }, (names, rows) => {
      width = names.length;
      if (width === columns.length) for (const row of rows) mine.addSource(row);
    });
  } catch (error) {
    if (error instanceof TravessiaError && error.code === 'CANCELLED') throw error;
    return { equal: false, cut: false, detail: `SQLite cannot answer it: ${error instanceof Error ? error.message : String(error)}` };
  }
  if (width !== columns.length) return { equal: false, cut: false, detail: `${width} ${wordFor(width, 'column', 'columns')} in SQLite, ${columns.length} in PostgreSQL` };
  mine.settle();
  theirs.learn(mine.reals);
  await session.query('BEGIN READ ONLY');
  try {
    await session.query(`DECLARE travessia_view NO SCROLL CURSOR FOR SELECT to_json(ARRAY[${columns.map((column) => column.sql).join(', ')}]::text[])::text AS row FROM ${target}`, [], { signal });
    for (;;) {
      if (signal.aborted) throw new TravessiaError('CANCELLED', { message: 'Comparing the view was cancelled.' });
      const { rows } = await session.query('FETCH 5000 FROM travessia_view', [], { signal });
      for (const { row } of rows) theirs.addTarget(JSON.parse(row ?? '[]'));
      if (rows.length < 5000) break;
    }
  } catch (error) {
    if (error instanceof TravessiaError && error.code !== 'STATEMENT_FAILED') throw error;
    return { equal: false, cut: false, detail: `PostgreSQL cannot answer it: ${error instanceof Error ? error.message : String(error)}` };
  } finally {
    await session.query('ROLLBACK').catch(() => undefined);
  }
  theirs.settle();
  const difference = sameAnswers(mine, theirs);
  const cut = mine.cut || theirs.cut;
  const how = `${mine.rows} ${wordFor(mine.rows, 'row', 'rows')}${cut ? ', by a sum of hashes' : ''}${mine.reals.size > 0 ? `, REALs within ${relativeTolerance} of their size` : ''}`;
  return { equal: difference === null, cut, detail: difference ?? `equal answers: ${how}` };
}
