/** Where sequences stood before a run set them: what an attempt at the swap set stays although it was undone (manual 9.17), and would pass for their former state. */
import { swapSettings } from '../plan/plan-sql.ts';
import { readJournal, setDetail, type JournalDetail } from './journal-record.ts';
import { noteSequences } from './merge.ts';
import { inTransaction, type SqlSession } from './sql.ts';
import { prepareSwap, type SwapInput } from './swap.ts';
import type { AppendedTable } from './swap-types.ts';

/** Writes down where the sequences stand that the swap will set, once: before its first attempt. */
export async function keepFormer(session: SqlSession, input: SwapInput): Promise<void> {
  if (input.plan.options.ifExists !== 'append' && !input.plan.tables.some(({ adopted }) => adopted === true)) return;
  await inTransaction(session, async () => {
    for (const setting of swapSettings) await session.query(setting);
    if ((await readJournal(session, input.runId))?.detail.sequences !== undefined) return;
    const noted = await noteSequences(session, (await prepareSwap(session, input)).record.appended);
    await setDetail(session, input.runId, { sequences: noted.flatMap(({ merged }) => (merged?.sequences ?? []).map(({ name, former }) => ({ name, former }))) });
  });
}

/**
 * The same tables with the state of before the first attempt for each sequence that stood already where the swap set it. Nobody drew from it in between: a
 * number that was drawn is noted as called, and one that was set is not.
 */
export function withFormer(appended: readonly AppendedTable[], known: NonNullable<JournalDetail['sequences']>): AppendedTable[] {
  return appended.map((table) => (table.merged === undefined ? table : {
    ...table, merged: {
      ...table.merged, sequences: table.merged.sequences.map((each) => {
        const { former, given } = each;
        const isAsSet = former !== null && given !== null && !given.called && former.value === given.value && former.called === given.called;
        const before = known.find(({ name }) => name === each.name);
        return isAsSet && before !== undefined ? { ...each, former: before.former } : each;
      }),
    },
  }));
}
