import type { PlanTable } from '../../../shared/model/plan.ts';
import { quoteIdent, quoteLiteral, quoteQualified } from '../../../shared/pure/quote.ts';
import { readJournal } from '../runs/journal-record.ts';
import type { RunTarget } from '../runs/ports.ts';

/**
 * Of tables that held rows before a run added its own: which of their rows the source answers for, as a SELECT. They are told by the keys
 * that the run left in staging, without a key by the transaction that wrote them.
 */
export async function mergedRows(target: RunTarget, runId: string): Promise<(table: PlanTable) => string | undefined> {
  await using session = await target.open({ applicationName: 'travessia verify', readOnly: true });
  const journal = await readJournal(session, runId);
  const swap = journal?.detail.swap;
  return ({ target: { schema, table } }) => {
    const found = swap?.appended.find((each) => each.schema === schema && each.table === table);
    if (swap === undefined || found?.merged === undefined) return undefined;
    const from = `SELECT t.* FROM ${quoteQualified(schema, table)} AS t WHERE`;
    if (found.key.length === 0) return `${from} t.xmin = ${quoteLiteral(swap.xid)}::xid`;
    // By their bytes: the two columns may sort by different collations, which `=` alone would refuse.
    const same = found.key.map((column) => `s.${quoteIdent(column)}::text COLLATE "C" = t.${quoteIdent(column)}::text COLLATE "C"`).join(' AND ');
    return `${from} EXISTS (SELECT 1 FROM ${quoteQualified(found.staging, table)} AS s WHERE ${same})`;
  };
}
