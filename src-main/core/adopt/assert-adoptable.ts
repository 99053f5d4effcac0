import { TravessiaError } from '../../../shared/contract/errors.ts';
import type { Finding } from '../../../shared/model/finding.ts';
import type { Plan } from '../../../shared/model/plan.ts';
import { quoteQualified } from '../../../shared/pure/quote.ts';
import { describe } from '../../../shared/pure/texts/index.ts';
import { schemasOf } from '../plan/plan-sql.ts';
import { scalar, type SqlSession } from '../runs/sql.ts';
import { schemaCheck } from './schema-check.ts';
import { fires, holdsRows, readTargetTables, type TargetTable } from './target-tables.ts';

/** @throws TravessiaError SCHEMA_MISMATCH naming every place, TARGET_EXISTS where only rows are in the way */
export function refuseMismatch(findings: readonly Finding[]): void {
  const [first] = findings;
  if (first === undefined) return;
  const say = ({ code, params, table, column }: Finding): string => `${[table, column].filter((part) => part !== undefined).join('.')}: ${describe(code, params)}`;
  const message = `${findings.slice(0, 8).map(say).join('; ')}${findings.length > 8 ? `; and ${findings.length - 8} more` : ''}.`;
  if (findings.every(({ code }) => code === 'plan.finding.adopt-holds-rows')) {
    throw new TravessiaError('TARGET_EXISTS', { message, hint: 'Empty the tables, or choose --if-exists append (rows are added) or --if-exists upsert (rows of the same key are updated).' });
  }
  throw new TravessiaError('SCHEMA_MISMATCH', {
    message,
    hint: 'Leave a table or column out (--override TABLE.COLUMN:exclude=true), have a table created (--override TABLE:create=true), name its counterpart (name=…), or change the target’s table; then plan again. Nothing has been changed.',
  });
}

/**
 * An answer of no row must mean that there is none.
 * @param table - quoted and qualified
 * @throws TravessiaError PERMISSION_DENIED where row-level security keeps rows of the table from this role
 */
export async function assertSeesRows(session: SqlSession, table: string): Promise<void> {
  if ((await scalar(session, 'SELECT row_security_active(to_regclass($1)::oid)::text', [table])) !== 'true') return;
  throw new TravessiaError('PERMISSION_DENIED', {
    message: `Row-level security may hide rows of ${table} from the role, so that it cannot be known whether the table is empty.`,
    hint: 'Migrate as the owner of the table (without FORCE ROW LEVEL SECURITY), or as a role with BYPASSRLS.',
  });
}

/**
 * Looks at the target again, in the session's own state of it, and refuses a plan that does not fit it any more. Needs a search_path of
 * pg_catalog alone.
 * @returns the target's tables that take rows
 * @throws TravessiaError as `refuseMismatch`; PERMISSION_DENIED
 */
export async function assertAdoptable(session: SqlSession, plan: Plan): Promise<TargetTable[]> {
  const tables = plan.tables.filter((table) => table.include && table.adopted === true);
  if (tables.length === 0) return [];
  const there = await readTargetTables(session, schemasOf(plan), true);
  const findings: Finding[] = [];
  const found: TargetTable[] = [];
  for (const table of tables) {
    const target = there.find((each) => each.schema === table.target.schema && each.name === table.target.table);
    const name = quoteQualified(table.target.schema, table.target.table);
    if (target?.mayInsert === false) throw new TravessiaError('PERMISSION_DENIED', { message: `The role may not insert into ${name}.`, hint: `Let its owner run: GRANT SELECT, INSERT, UPDATE, DELETE ON ${name} TO the role; triggers can only be held back by the owner.` });
    if (target !== undefined && ((!target.owned && target.rules.length > 0) || target.triggers.some((trigger) => fires(trigger) && !trigger.owned))) {
      throw new TravessiaError('PERMISSION_DENIED', { message: `${name} or a partition of it has triggers or rules, which must not fire for loaded rows, and only its owner may hold them back.`, hint: 'Migrate as the owner of the table, or as a member of the role that owns it.' });
    }
    if (target !== undefined && plan.options.ifExists === 'fail') await assertSeesRows(session, name);
    findings.push(...schemaCheck({ table, target, holdsRows: target !== undefined && (await holdsRows(session, name)), mode: plan.options.ifExists }));
    if (target !== undefined) found.push(target);
  }
  refuseMismatch(findings);
  return found;
}
