import { TravessiaError } from '../../../shared/contract/errors.ts';
import type { Plan, PlanColumn, PlanTable } from '../../../shared/model/plan.ts';
import { quoteIdent } from '../../../shared/pure/quote.ts';
import { scalar, type SqlSession } from './sql.ts';

/** True where the source's column holds an infinity. */
export type HoldsInfinity = (table: PlanTable, column: PlanColumn) => boolean;

/** numeric knows ±Infinity from PostgreSQL 14 on (release notes 14, E.24.3.3). */
const firstWithInfinity = 140000;

const citext = /^(?:"?([^".]+)"?\.)?"?citext"?$/i;

interface Used {
  readonly type: string;
  readonly where: string;
}

function columnsOf(plan: Plan, wanted: (table: PlanTable, column: PlanColumn) => boolean): Used[] {
  return plan.tables.filter((table) => table.include).flatMap((table) => table.columns
    .filter((column) => column.include && column.loadedAs === undefined && wanted(table, column))
    .map((column) => ({ type: column.type, where: `${table.source.table}.${column.source}` })));
}

const named = (columns: readonly Used[]): string => `${columns.slice(0, 5).map(({ where }) => where).join(', ')}${columns.length > 5 ? ` and ${columns.length - 5} more` : ''}`;

/**
 * Types that a person chose and this server does not have, said before the load would fail at them. A scratch server gets the extension,
 * since the target is the one that matters.
 * @throws TravessiaError UNSUPPORTED_TARGET with the choices there are
 */
export async function assertTypesKnown(session: SqlSession, plan: Plan, serverVersion: number, holdsInfinity: HoldsInfinity, rehearsal: boolean): Promise<void> {
  const infinite = serverVersion >= firstWithInfinity ? [] : columnsOf(plan, (table, column) => column.type === 'numeric' && column.cast === undefined && holdsInfinity(table, column));
  const [first] = infinite;
  if (first !== undefined) {
    throw new TravessiaError('UNSUPPORTED_TARGET', {
      message: `${named(infinite)}: infinite values as numeric need PostgreSQL 14 or later; the server is ${Math.floor(serverVersion / 10000)}.`,
      hint: `Choose what becomes of them: --override ${first.where}:infinity=text (each number as its text), infinity=reject (their rows are rejects), or type=double precision where doubles hold the values.`,
    });
  }
  const texts = columnsOf(plan, (_, column) => citext.test(column.type));
  for (const type of new Set(texts.map((each) => each.type))) {
    const schema = citext.exec(type)?.[1];
    if (rehearsal) {
      if (schema !== undefined) await session.query(`CREATE SCHEMA IF NOT EXISTS ${quoteIdent(schema)}`);
      await session.query(`CREATE EXTENSION IF NOT EXISTS citext${schema === undefined ? '' : ` SCHEMA ${quoteIdent(schema)}`}`).catch(() => undefined);
    }
    if ((await scalar(session, 'SELECT to_regtype($1)::text', [type])) !== null) continue;
    const columns = texts.filter((each) => each.type === type);
    const elsewhere = await scalar(session, `SELECT quote_ident(n.nspname) FROM pg_extension AS e JOIN pg_namespace AS n ON n.oid = e.extnamespace WHERE e.extname = 'citext'`);
    const offered = await scalar(session, `SELECT 1::text FROM pg_available_extensions WHERE name = 'citext'`);
    const ways = 'or keep them text: type=text (a unique expression index on lower(column) keeps such a key)';
    throw new TravessiaError('UNSUPPORTED_TARGET', {
      message: `${named(columns)}: the database has no type ${type}${elsewhere !== null ? ` where it is looked for; its extension stands in schema ${elsewhere}` : offered === null ? ', and the server does not offer the extension citext' : '; its extension is not installed'}.`,
      hint: elsewhere !== null ? `Choose type=${elsewhere}.citext; ${ways}.`
        : offered === null ? `Have the extension provided on the server (package postgresql-contrib; a managed server lists what it allows); ${ways}.`
        : `Let the database's owner or an administrator run: CREATE EXTENSION citext; ${ways}.`,
    });
  }
}
