import { quoteLiteral } from '../../../../shared/pure/quote.ts';
import type { PgSession } from '../../../drivers/postgres/index.ts';
import { batchChecks, batchStatements, type DeletionPlan } from './delete.ts';
import type { KeptStep } from './kept.ts';
import { perform, runStatements, settings, type Approval } from './perform.ts';

export interface PurgeOptions extends Approval<DeletionPlan> {
  readonly keptId: string;
  /** Rows taken so far, of all tables. */
  readonly onProgress: (rows: number, total: number) => void;
}

/**
 * Takes batch after batch, each with its copies and its record in one transaction: stopped or killed at any moment, what is gone is kept,
 * and what is not kept is still there.
 * @throws TravessiaError as `perform`; CANCELLED between or within batches
 */
export async function performPurge(session: PgSession, options: PurgeOptions): Promise<void> {
  const { keptId, signal } = options;
  let steps: KeptStep[] = [];
  /** Counts the copies (they stand at the front of a batch) and writes them into the record. */
  const note = async (counts: readonly number[]): Promise<boolean> => {
    const took = steps.map((_, index) => counts[index] ?? 0);
    steps = steps.map((step, index) => ({ ...step, rows: step.rows + (took[index] ?? 0) }));
    await session.query(`UPDATE travessia.kept SET detail = ${quoteLiteral(JSON.stringify({ steps }))}::json WHERE id = ${quoteLiteral(keptId)}`);
    return took.some((rows) => rows > 0);
  };
  const sum = (list: readonly { readonly rows: number }[]): number => list.reduce((all, { rows }) => all + rows, 0);
  const plan = await perform(session, {
    ...options,
    finish: async (made, counts) => {
      steps = made.steps.map((step) => ({ ...step, rows: 0 }));
      const first = made.statements.findIndex(({ sql }) => sql.startsWith('INSERT INTO "travessia".'));
      await note(counts.slice(first));
    },
  });
  const tell = (): void => options.onProgress(sum(steps), sum(plan.counts));
  tell();
  for (let batch = 2; ; batch += 1) {
    signal.throwIfAborted();
    const more = await session.transaction(async () => {
      await session.exec(settings);
      const counts = await runStatements(session, batchStatements(keptId, plan.deletion, batch), batchChecks(keptId, plan.deletion, batch), signal);
      return note(counts);
    }, { isolation: 'repeatable read' });
    tell();
    if (!more) return;
  }
}
