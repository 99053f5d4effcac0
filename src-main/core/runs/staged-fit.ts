/** What a table that stands asks of the rows that come to it, asked of the loaded rows before anything is built on them. */
import { TravessiaError } from '../../../shared/contract/errors.ts';
import type { Plan, PlanTable } from '../../../shared/model/plan.ts';
import { canonicalType } from '../../../shared/pure/canonical/index.ts';
import { quoteIdent, quoteLiteral, quoteQualified } from '../../../shared/pure/quote.ts';
import { readTargetTables, type TargetTable } from '../adopt/index.ts';
import { schemasOf } from '../plan/plan-sql.ts';
import type { Placement } from '../plan/statements.ts';
import { isFatal } from './build-objects.ts';
import { inTransaction, type SqlSession } from './sql.ts';

/** The tables of the target that rows of the plan will join; none where it joins none. */
export async function standingTables(session: SqlSession, plan: Plan): Promise<TargetTable[]> {
  if (plan.options.ifExists !== 'append' && !plan.tables.some((table) => table.include && table.adopted === true)) return [];
  return inTransaction(session, async () => {
    await session.query('SET LOCAL search_path = pg_catalog');
    return readTargetTables(session, schemasOf(plan));
  }, 'BEGIN READ ONLY');
}

/** Rows that break a condition in the server's own words, and one value; null where the loaded rows alone cannot answer: the swap will. */
async function ask(session: SqlSession, sql: string): Promise<{ readonly rows: string; readonly example: string } | null> {
  try {
    const { rows: [row] } = await session.query(sql);
    return row === undefined || row['rows'] === '0' ? null : { rows: row['rows'] ?? '', example: row['example'] ?? '' };
  } catch (error) {
    if (isFatal(error)) throw error;
    return null;
  }
}

/**
 * The first check of the standing table that loaded rows break, as they would be once assigned to its columns, with their number and one row's
 * key; null where none is broken. A check that reads what does not cross is left to the swap.
 */
async function brokenCheck(session: SqlSession, table: PlanTable, target: TargetTable, staged: string): Promise<{ readonly name: string; readonly condition: string; readonly rows: string; readonly example: string } | null> {
  const assigned = table.columns.flatMap(({ include, target: name }) => {
    const partner = include ? target.columns.find((column) => column.name === name) : undefined;
    return partner === undefined ? [] : [`${quoteIdent(name)}::${partner.base} AS ${quoteIdent(name)}`];
  });
  const key = (target.keys.find(({ primary }) => primary)?.columns ?? []).filter((name) => table.columns.some((column) => column.include && column.target === name));
  const shown = key.map((name) => `${quoteLiteral(`${name} = `)} || left(${quoteIdent(name)}::text, 80)`);
  const example = shown.length === 0 ? 'NULL' : `min(concat_ws(', ', ${shown.join(', ')}))`;
  for (const { name, condition } of target.checks) {
    if (condition === null) continue;
    const broken = await ask(session, `SELECT count(*)::text AS rows, ${example} AS example FROM (SELECT ${assigned.join(', ')} FROM ${staged}) AS ${quoteIdent(target.name)} WHERE NOT (${condition})`);
    if (broken !== null) return { name, condition, ...broken };
  }
  return null;
}

/**
 * Asks of loaded rows what the domains and the checks of the table they will join allow, and whether the columns it computes come to what was
 * loaded: the swap would find each only after everything was built and compared.
 * @throws TravessiaError ROWS_REFUSED with the number of rows; the run can go on once the target's table is changed
 */
export async function assertStagedFit(session: SqlSession, table: PlanTable, standing: readonly TargetTable[], place: Placement, runId: string): Promise<void> {
  const target = standing.find(({ schema, name }) => schema === table.target.schema && name === table.target.table);
  if (target === undefined) return;
  const staged = quoteQualified(place(target.schema), target.name);
  const own = quoteQualified(target.schema, target.name);
  const hint = (change: string, at: string): string => `${change}, then: travessia resume ${runId}. Or: travessia rollback ${runId}, and plan again without these rows (--where) or without the column (--override ${at}:exclude=true). Nothing has been changed.`;
  for (const column of table.columns.filter((each) => each.include)) {
    const partner = target.columns.find(({ name }) => name === column.target);
    if (partner === undefined) continue;
    const name = quoteIdent(column.target);
    const at = `${table.source.table}.${column.source}`;
    // A domain's condition calls its value VALUE, as if that were a column (manual, CREATE DOMAIN).
    const broken = partner.conditions.length === 0 ? null : await ask(session, `SELECT count(*)::text AS rows, min(left(value::text, 80)) AS example FROM (SELECT ${name} AS value FROM ${staged}) AS v WHERE NOT (${partner.conditions.map((each) => `(${each})`).join(' AND ')})`);
    if (broken !== null) {
      throw new TravessiaError('ROWS_REFUSED', {
        message: `${at}: values that the domain ${partner.type} of ${own} does not let in: ${broken.rows}, for example ${broken.example}.`,
        hint: hint('Change the domain', at),
      });
    }
    if (partner.generated === null) continue;
    const textOf = (type: string, value: string): string => canonicalType(type, column.cast, () => '').canonicalSql(value);
    const other = await ask(session, `SELECT count(*)::text AS rows, NULL AS example FROM ${staged} WHERE ${textOf(column.type, name)} IS DISTINCT FROM ${textOf(partner.labels === null ? partner.base : column.type, `(${partner.generated})`)}`);
    if (other === null) continue;
    throw new TravessiaError('ROWS_REFUSED', {
      message: `${at}: ${own} computes this column itself (${partner.generated}), and comes to another value; rows: ${other.rows}.`,
      hint: hint('Change the column’s expression', at),
    });
  }
  const broken = await brokenCheck(session, table, target, staged);
  if (broken === null) return;
  throw new TravessiaError('ROWS_REFUSED', {
    message: `Rows of ${table.source.table} that break the check ${broken.name} of ${own} (${broken.condition}): ${broken.rows}${broken.example === '' ? '' : `, for example the row with ${broken.example}`}.`,
    hint: `Change the check, then: travessia resume ${runId}. Or: travessia rollback ${runId}, and plan again without these rows (--where). Nothing has been changed.`,
  });
}
