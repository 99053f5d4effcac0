/** Views that cross in PostgreSQL's own text: their answers in the source's snapshot, held against those in the target. */
import { TravessiaError } from '../../../shared/contract/errors.ts';
import type { Origin } from '../../../shared/model/origin.ts';
import type { PlanView } from '../../../shared/model/plan.ts';
import { quoteIdent } from '../../../shared/pure/quote.ts';
import { wordFor } from '../../../shared/pure/texts/index.ts';
import { sourceSettings, viewSums, type PgSession } from '../../drivers/postgres/index.ts';

/**
 * What pg_get_viewdef prints of terms whose value is of the moment, of chance or of the session (manual 9.9.5, 9.3, 9.27), or of the order in which
 * rows stand in the table (9.21, 9.22, 7.6).
 */
const passing = /\b(?:CURRENT_(?:DATE|TIME|TIMESTAMP|USER|ROLE|SCHEMA|CATALOG)|LOCALTIME|LOCALTIMESTAMP|SESSION_USER|USER)\b|\b(?:now|age|clock_timestamp|statement_timestamp|transaction_timestamp|timeofday|random|random_normal|gen_random_uuid|uuidv[47]|txid_\w+|current_\w+|inet_\w+|version|nextval|currval|lastval|(?:array|string|xml|jsonb?(?:_object)?)_?agg|(?:first|last|nth)_value|row_number|lag|lead|ntile)\(|\b(?:LIMIT|OFFSET|FETCH FIRST|DISTINCT ON|TABLESAMPLE)\b|\b(?:pg_\w+|information_schema)\b|\b[cx]m(?:in|ax)\b|\b(?:ctid|tableoid)\b/i;

/** The definitions of views whose answers pass with the moment, their own or those of a view that they read. */
function passingViews({ views }: Origin): ReadonlySet<string> {
  const found = new Set(views.filter(({ definition }) => passing.test(definition)).map(({ definition }) => definition));
  const plain = (name: string): string => (/^[a-z_][a-z0-9_$]*$/.test(name) ? name : quoteIdent(name));
  for (let before = -1; before !== found.size;) {
    before = found.size;
    const names = views.filter(({ definition }) => found.has(definition)).map(({ schema, name }) => `${plain(schema)}.${plain(name)}`);
    for (const { definition } of views) if (names.some((name) => definition.includes(name))) found.add(definition);
  }
  return found;
}

/**
 * Compares what a view answers with what it answered in the source, by sums over its rows.
 *
 * @param target - the view, quoted and qualified
 * @throws TravessiaError CANCELLED, CONNECTION_LOST
 */
export async function compareNativeView(session: PgSession, view: PlanView, origin: Origin, target: string, signal: AbortSignal): Promise<{ readonly ok: boolean; readonly detail: string }> {
  // A definition names every relation with its schema: two views that have the same one answer the same.
  const theirs = origin.views.find(({ definition }) => definition === view.sourceSql)?.answer;
  if (theirs == null) return { ok: true, detail: 'there; the source did not answer it, or not in time, so its answers were not compared' };
  try {
    const mine = await session.transaction(async () => {
      for (const setting of sourceSettings) await session.exec(`SET LOCAL ${setting}`);
      return viewSums({ rows: (sql) => session.arrays(sql, [], { signal }) }, target);
    }, { readOnly: true });
    const rows = Number(mine.rows);
    if (mine.rows === theirs.rows && mine.high === theirs.high && mine.low === theirs.low) return { ok: true, detail: `equal answers: ${rows} ${wordFor(rows, 'row', 'rows')}, by a sum of hashes` };
    if (passingViews(origin).has(view.sourceSql)) return { ok: true, detail: 'there; its answers differ, and what it asks depends on the moment, on who asks or on the order of rows' };
    return { ok: false, detail: mine.rows === theirs.rows ? `${rows} ${wordFor(rows, 'row', 'rows')} on both sides, with different values` : `${theirs.rows} ${wordFor(Number(theirs.rows), 'row', 'rows')} in the source, ${mine.rows} in the target` };
  } catch (error) {
    if (error instanceof TravessiaError && error.code !== 'STATEMENT_FAILED' && error.code !== 'PERMISSION_DENIED') throw error;
    return { ok: false, detail: `PostgreSQL cannot answer it: ${error instanceof Error ? error.message : String(error)}` };
  }
}
