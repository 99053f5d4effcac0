import { TravessiaError } from '../../../shared/contract/errors.ts';
import type { Plan } from '../../../shared/model/plan.ts';
import { changesRows } from '../../../shared/model/repair.ts';
import { quoteIdent, quoteQualified } from '../../../shared/pure/quote.ts';
import { isFatal, messageOf } from './build-objects.ts';
import type { SqlSession } from './sql.ts';
import { standingTables } from './staged-fit.ts';

/** A condition without what the server writes otherwise than people do: spaces, brackets, quotes. */
function plain(condition: string): string {
  return condition.replace(/^CHECK/i, '').replace(/NOT VALID$/i, '').replaceAll(/[\s()"]/g, '').toLowerCase();
}

/**
 * Rows that break a CHECK and are kept go into a table that is created with them, and not into one that stands and has the same condition:
 * there it is asked of every new row, valid or not. Conditions in other words are left to the swap, which undoes itself.
 * @throws TravessiaError ROWS_REFUSED
 */
export async function assertChecksTakeRows(session: SqlSession, plan: Plan): Promise<void> {
  for (const repair of plan.repairs ?? []) {
    if (repair.problem !== 'check' || changesRows(repair.choice) || repair.count === '0') continue;
    const table = plan.tables.find(({ source, include }) => include && source.database === repair.database && source.table === repair.table);
    const joins = table !== undefined && (table.adopted === true || plan.options.ifExists === 'append');
    if (table === undefined || !joins) continue;
    const name = quoteQualified(table.target.schema, table.target.table);
    const { rows } = await session.query(`SELECT conname AS name, pg_get_constraintdef(oid) AS definition FROM pg_constraint WHERE contype = 'c' AND conrelid = to_regclass($1)`, [name]);
    const said = [repair.check ?? '', ...table.checks.filter((check) => check.name === repair.object).map(({ expression }) => expression)].map(plain);
    const found = rows.find(({ definition }) => said.includes(plain(definition ?? '')));
    if (found === undefined) continue;
    throw new TravessiaError('ROWS_REFUSED', {
      message: `Rows of ${repair.table} that break the condition ${found['name']} of ${name}: ${repair.count}. It would refuse them.`,
      hint: `Take them out before the load: --repair ${repair.table}.${repair.object}=quarantine; or drop the condition in the target. Nothing has been changed.`,
    });
  }
}

/**
 * Asks the server whether tables that stand would take rows of the planned types at all, without writing any: what EXPLAIN cannot read, the
 * swap could not insert, after everything was loaded and compared.
 * @throws TravessiaError SCHEMA_MISMATCH with the server's reason
 */
export async function assertAppendable(session: SqlSession, plan: Plan): Promise<void> {
  if (plan.options.ifExists !== 'append') return;
  const standing = await standingTables(session, plan);
  for (const table of plan.tables.filter(({ include, adopted }) => include && adopted !== true)) {
    const target = standing.find(({ schema, name }) => schema === table.target.schema && name === table.target.table);
    if (target === undefined) continue;
    const written = table.columns.filter((column) => column.include && target.columns.find(({ name }) => name === column.target)?.generated == null);
    const types = written.map(({ type, targetType = type }) => targetType);
    // Types that the run brings with it cannot be asked about yet.
    const { rows: [known] } = await session.query('SELECT bool_and(to_regtype(type) IS NOT NULL)::text AS known FROM unnest($1::text[]) AS type', [types]);
    if (known?.['known'] !== 'true') continue;
    const name = quoteQualified(target.schema, target.name);
    try {
      await session.query(`EXPLAIN INSERT INTO ${name} (${written.map((column) => quoteIdent(column.target)).join(', ')}) OVERRIDING SYSTEM VALUE SELECT ${types.map((type) => `NULL::${type}`).join(', ')} WHERE false`);
    } catch (error) {
      if (isFatal(error)) throw error;
      throw new TravessiaError('SCHEMA_MISMATCH', {
        message: `Rows of ${table.source.table} cannot be appended to ${name}: ${messageOf(error)}.`,
        hint: 'Plan with --adopt: rows are then loaded as the columns of the target are, and what does not fit is a reject. Nothing has been changed.',
        cause: error,
      });
    }
  }
}
