import type { Plan, PlanTrigger } from '../../../shared/model/plan.ts';
import { TravessiaError } from '../../../shared/contract/errors.ts';
import { quoteQualified } from '../../../shared/pure/quote.ts';
import type { SqlSession } from './sql.ts';

/** A function without arguments that has the name of a planned one. */
interface StandingFunction {
  readonly schema: string;
  readonly name: string;
  /** It only serves triggers, of the planned names, on tables that would move aside: it moves with them. */
  readonly goesAside: boolean;
}

const functionsSql = `
SELECT n.nspname AS schema, p.proname AS name, (p.prorettype = 'trigger'::regtype)::text AS "isTrigger",
       (SELECT json_agg(json_build_array(t.tgrelid::text, t.tgname)) FROM pg_trigger t WHERE t.tgfoid = p.oid AND NOT t.tgisinternal)::text AS users
FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace JOIN unnest($1::text[], $2::text[]) AS w(schema, name) ON w.schema = n.nspname AND w.name = p.proname
WHERE p.pronargs = 0`;

async function standingFunctions(session: SqlSession, triggers: readonly PlanTrigger[], replacedOids: ReadonlySet<string>): Promise<StandingFunction[]> {
  if (triggers.length === 0) return [];
  const { rows } = await session.query(functionsSql, [triggers.map(({ target }) => target.schema), triggers.map(({ target }) => target.function)]);
  const planned = new Set(triggers.map(({ target }) => target.trigger));
  return rows.map((row) => {
    const users: unknown = JSON.parse(row['users'] ?? '[]');
    const isServant = Array.isArray(users) && users.every((user: unknown) => Array.isArray(user) && replacedOids.has(String(user[0])) && planned.has(String(user[1])));
    return { schema: row['schema'] ?? '', name: row['name'] ?? '', goesAside: row['isTrigger'] === 'true' && isServant };
  });
}

/**
 * Functions in the final schemas that have to make room for the run's own.
 * @throws TravessiaError TARGET_EXISTS where one belongs to somebody else
 */
export async function functionsToKeep(session: SqlSession, plan: Plan, triggers: readonly PlanTrigger[], replacedOids: ReadonlySet<string>): Promise<ReadonlySet<string>> {
  const standing = await standingFunctions(session, triggers, replacedOids);
  const inTheWay = plan.options.ifExists === 'replace' ? standing.filter(({ goesAside }) => !goesAside) : standing;
  const first = inTheWay[0];
  if (first !== undefined) {
    throw new TravessiaError('TARGET_EXISTS', {
      message: `The target already has ${inTheWay.slice(0, 5).map(({ schema, name }) => `function ${quoteQualified(schema, name)}()`).join(', ')}${inTheWay.length > 5 ? ` and ${inTheWay.length - 5} more` : ''}, which a translated trigger would be called.`,
      hint: 'Rename it, or choose another schema with --schema.',
    });
  }
  return new Set(standing.map(({ schema, name }) => quoteQualified(schema, name)));
}
