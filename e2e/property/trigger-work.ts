import type { Plan } from '../../shared/model/plan.ts';
import type { RunResult } from '../../shared/model/run.ts';
import type { PgSession } from '../../src-main/drivers/postgres/index.ts';
import { openSqlite } from '../../src-main/drivers/sqlite/index.ts';

const double = (name: string): string => `"${name.replaceAll('"', '""')}"`;
/** What such a body does depends on the order of rows, or on how many were written already (docs/assess-and-plan.md). */
const ordered = /count\(\*\)|OR IGNORE|OR REPLACE|AS x WHERE/;

/** A note gives leave for other digits where a real became text; short ones without a power of ten are the same on both sides all the same. */
const longestSame = 12;

/**
 * Does the same work on both sides where one translated trigger watches it, and compares what the trigger left. Both sides are left as they
 * were. Where a row was rejected, a key of another table could refuse the work, the log lost its numbering, or other triggers were not translated,
 * nothing is compared.
 */
export async function triggerProblems(path: string, plan: Plan, result: RunResult, session: PgSession): Promise<string[]> {
  const [trigger, ...others] = plan.triggers ?? [];
  const log = plan.tables.find((table) => table.source.table === 'trigger_log');
  const watched = plan.tables.find((table) => table.source.table === trigger?.source.table);
  const all = result.objects.filter((object) => object.kind === 'trigger');
  if (trigger === undefined || others.length > 0 || log === undefined || watched === undefined || all.length !== 1 || all[0]?.outcome !== 'translated') return [];
  // A decision on the log's own key, such as another type, takes the numbering that the trigger counts on; a narrow type of the other column may refuse what comes.
  if (log.columns.some((each) => (each.source === 'id' && !each.identity) || (each.source === 'what' && each.type !== 'text'))) return [];
  if (result.rejects.rows > 0 || plan.tables.some((table) => table.foreignKeys.length > 0 || table.checks.length > 0) || ordered.test(trigger.sourceSql)) return [];
  const column = watched.columns.find((each) => each.include && each.generated === undefined && !each.identity);
  if (trigger.event === 'INSERT' || column === undefined) return [];
  const work = (table: string, name: string): string => (trigger.event === 'DELETE' ? `DELETE FROM ${table}` : `UPDATE ${table} SET ${double(name)} = ${double(name)}`);
  const texts: (string | null)[] = [];
  const isLoose = JSON.stringify(all[0]?.reason ?? '').includes('last digits');
  {
    using opened = openSqlite(path, { mode: 'write' });
    const hasLongReal = ({ source }: { readonly source: string }): boolean =>
      opened.db.prepare<[], number>(`SELECT count(*) FROM ${double(watched.source.table)} WHERE typeof(${double(source)}) = 'real' AND (length(${double(source)}) > ${longestSame} OR ${double(source)} LIKE '%e%')`).pluck().get() !== 0;
    if (isLoose && watched.columns.some(hasLongReal)) return [];
    opened.db.exec('PRAGMA foreign_keys = OFF; BEGIN');
    try {
      opened.db.exec(work(double(watched.source.table), column.source));
    } catch {
      return [];
    }
    texts.push(...opened.db.prepare<[], string | null>('SELECT what FROM trigger_log').pluck().all());
    opened.db.exec('ROLLBACK');
  }
  const found: (string | null)[] = [];
  await session.exec('BEGIN');
  try {
    await session.query(work(`${double(watched.target.schema)}.${double(watched.target.table)}`, column.target));
    found.push(...(await session.arrays(`SELECT what FROM ${double(log.target.schema)}.${double(log.target.table)}`)).map(([what]) => what ?? null));
  } catch (error) {
    return [`trigger ${trigger.source.trigger}: ${error instanceof Error ? error.message : String(error)}\n${trigger.sourceSql}\n${JSON.stringify(trigger.steps)}`];
  } finally {
    await session.exec('ROLLBACK');
  }
  const sorted = (list: readonly (string | null)[]): string => JSON.stringify(list.map(String).toSorted());
  return sorted(texts) === sorted(found) ? [] : [`trigger ${trigger.source.trigger} left ${sorted(found).slice(0, 300)} and not ${sorted(texts).slice(0, 300)}\n${trigger.sourceSql}\n${JSON.stringify(trigger.steps)}`];
}
