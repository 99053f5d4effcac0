/** What a run does besides for a source that is PostgreSQL: enumerations, columns the server converts, foreign keys in its own text. */
import type { Plan, PlanTable, PlanType } from '../../../shared/model/plan.ts';
import { TravessiaError } from '../../../shared/contract/errors.ts';
import { quoteIdent, quoteQualified } from '../../../shared/pure/quote.ts';
import { describe } from '../../../shared/pure/texts/index.ts';
import { convertColumn, createType, nativeForeignKeys, type Placement } from '../plan/statements.ts';
import { attempt, exists, isFatal, messageOf, outcomeKey, type Outcomes } from './build-objects.ts';
import { scalar, type SqlSession } from './sql.ts';
import type { ShownStatement, SwapRecord } from './swap-types.ts';

const labelsSql = `SELECT t.typtype::text AS kind, coalesce((SELECT json_agg(e.enumlabel ORDER BY e.enumsortorder) FROM pg_enum e WHERE e.enumtypid = t.oid), '[]')::text AS labels
  FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace WHERE n.nspname = $1 AND t.typname = $2`;

/** True where an enumeration with the same labels stands in its final schema already. @throws TARGET_EXISTS where something else does */
async function stands(session: SqlSession, { target, labels }: PlanType): Promise<boolean> {
  const { rows } = await session.query(labelsSql, [target.schema, target.type]);
  const [found] = rows;
  if (found === undefined) return false;
  if (found['kind'] === 'e' && found['labels'] !== null && JSON.stringify(JSON.parse(found['labels'] ?? '[]')) === JSON.stringify(labels)) return true;
  throw new TravessiaError('TARGET_EXISTS', {
    message: `The target already has a type ${quoteQualified(target.schema, target.type)} that is not the source's.`,
    hint: 'Choose another schema with --schema, or rename the type that is in the way.',
  });
}

/** @throws TARGET_EXISTS */
export async function assertTypesFree(session: SqlSession, plan: Plan): Promise<void> {
  for (const type of plan.types ?? []) await stands(session, type);
}

/** Enumerations that do not stand yet, in staging. */
export async function createTypes(session: SqlSession, plan: Plan, place: Placement): Promise<void> {
  for (const type of plan.types ?? []) if (!(await stands(session, type))) await session.query(createType(type, place));
}

/** Where a name of a type of the plan is now: one that stood before the run is in its final schema. */
async function typePlacement(session: SqlSession, type: string, place: Placement): Promise<Placement> {
  const [, schema, name] = /^"((?:[^"]|"")*)"\."((?:[^"]|"")*)"/.exec(type) ?? [];
  if (schema === undefined || name === undefined) return place;
  const plain = (part: string): string => part.replaceAll('""', '"');
  const staged = await scalar(session, 'SELECT to_regtype($1)::text', [quoteQualified(place(plain(schema)), plain(name))]);
  return staged === null ? (each) => each : place;
}

/** The server turns loaded text into each column's own type; a column whose type it does not have stays text and is listed. */
export async function convertColumns(session: SqlSession, table: PlanTable, place: Placement, outcomes: Outcomes): Promise<void> {
  const staging = place(table.target.schema);
  for (const column of table.columns.filter((each) => each.include && each.loadedAs !== undefined && each.loadedAs !== each.type)) {
    const own = await scalar(session, `SELECT format_type(a.atttypid, NULL) FROM pg_attribute a WHERE a.attrelid = to_regclass($1) AND a.attname = $2`, [quoteQualified(staging, table.target.table), column.target]);
    // A resumed run finds it converted.
    if (own !== 'text') continue;
    try {
      await session.query(convertColumn(table, column, place, await typePlacement(session, column.type, place)));
    } catch (error) {
      if (isFatal(error)) throw error;
      outcomes.set(outcomeKey('type', `${table.target.table}.${column.target}`, table.target.schema), { outcome: 'listed', reason: describe('plan.object.native-type', { type: column.type, detail: messageOf(error) }) });
    }
  }
}

/** Foreign keys that only PostgreSQL's own text can say. */
export async function buildNativeKeys(session: SqlSession, tables: readonly PlanTable[], place: Placement, outcomes: Outcomes): Promise<void> {
  for (const table of tables) {
    for (const statement of nativeForeignKeys(table, place)) {
      if (!(await exists(session, statement, place(table.target.schema), table.target.table))) await attempt(session, statement, table.target.schema, outcomes);
    }
  }
}

/**
 * The types of a run that are in staging, moved to their final schema.
 * @param planned - nothing is staged yet: those that would be
 */
export async function moveTypes(session: SqlSession, plan: Plan, place: Placement, planned = false): Promise<{ statements: ShownStatement[]; record: NonNullable<SwapRecord['types']> }> {
  const statements: ShownStatement[] = [];
  const record: NonNullable<SwapRecord['types']> = [];
  for (const { target } of plan.types ?? []) {
    const staging = place(target.schema);
    const found = await scalar(session, 'SELECT to_regtype($1)::text', [quoteQualified(planned ? target.schema : staging, target.type)]);
    if ((found === null) !== planned) continue;
    statements.push({ sql: `ALTER TYPE ${quoteQualified(staging, target.type)} SET SCHEMA ${quoteIdent(target.schema)}`, why: 'enumeration of the source' });
    record.push({ ...target, staging });
  }
  return { statements, record };
}

/** Types the run created leave with it, unless something else uses them by now. */
export async function dropTypes(session: SqlSession, record: SwapRecord, kept: boolean): Promise<ShownStatement[]> {
  const statements: ShownStatement[] = [];
  for (const { schema, type } of record.types ?? []) {
    const own = record.tables.map((table) => quoteQualified(table.schema, table.table));
    const others = await scalar(session,
      `SELECT count(*)::text FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_type t ON t.oid = a.atttypid
       WHERE (t.oid = to_regtype($1) OR t.typelem = to_regtype($1)) AND a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'm', 'f') AND NOT c.oid = ANY (SELECT to_regclass(n)::oid FROM unnest($2::text[]) AS n WHERE to_regclass(n) IS NOT NULL)`,
      [quoteQualified(schema, type), own]);
    const there = await scalar(session, 'SELECT to_regtype($1)::text', [quoteQualified(schema, type)]);
    if (there !== null && others === '0' && !kept) statements.push({ sql: `DROP TYPE ${quoteQualified(schema, type)}`, why: 'enumeration created by the run' });
  }
  return statements;
}
