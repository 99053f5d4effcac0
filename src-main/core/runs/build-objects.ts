import type { PlanTable } from '../../../shared/model/plan.ts';
import { TravessiaError } from '../../../shared/contract/errors.ts';
import { describe } from '../../../shared/pure/texts/index.ts';
import { addForeignKey, notValid, setSequence, tableObjects, validateForeignKey, type Placement, type PlannedStatement } from '../plan/statements.ts';
import { quoteQualified } from '../../../shared/pure/quote.ts';
import { sqlState, stagingSettings } from '../../drivers/postgres/index.ts';
import { scalar, type SqlSession } from './sql.ts';

/** What became of an object when the server was asked: absent means as planned. */
export interface Outcome {
  readonly outcome: 'created' | 'translated' | 'listed';
  readonly reason: string;
}

export type Outcomes = Map<string, Outcome>;

export function outcomeKey(kind: string, name: string, schema: string): string {
  return `${kind}\0${schema}\0${name}`;
}

/** Codes that end the run; everything else a server says against one object is a reason to list that object. */
const fatal = new Set(['CANCELLED', 'CONNECTION_LOST', 'DISK_FULL', 'CANNOT_CONNECT', 'RUN_BUSY', 'LOCK_TIMEOUT', 'READ_ONLY', 'PERMISSION_DENIED']);

/** Classes of what lies with the server and not with the object: it lacks memory, locks or room (53), was stopped (57), its disk failed (58), others were in the way (40) (manual, appendix A). */
const ofServer = /^(53|57|58|40)/;

/** True for what ends the run, so that it is tried again by a resume: an object is not left out for it. */
export function isFatal(error: unknown): boolean {
  return error instanceof TravessiaError && (fatal.has(error.code) || ofServer.test(sqlState(error.cause) ?? ''));
}

export function messageOf(error: unknown): string {
  const cause = error instanceof TravessiaError && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error ? cause.message : String(cause);
}

/** The server's own code for what went wrong (manual, appendix A). */
const stateOf = (error: unknown): string | null => sqlState(error instanceof TravessiaError ? error.cause : error);
const checkViolation = '23514';
/** An entry is too long for the index, as its own words say. */
const limitExceeded = '54000';

export async function exists(session: SqlSession, statement: PlannedStatement, schema: string, table: string): Promise<boolean> {
  if (statement.object.kind === 'index') {
    return (await scalar(session, `SELECT 1::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_index i ON i.indexrelid = c.oid WHERE n.nspname = $1 AND c.relname = $2 AND i.indisvalid`, [schema, statement.object.name])) !== null;
  }
  return (await scalar(session, `SELECT 1::text FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = $1 AND c.relname = $2 AND k.conname = $3`, [schema, table, statement.object.name])) !== null;
}

export async function attempt(session: SqlSession, statement: PlannedStatement, schema: string, outcomes: Outcomes): Promise<boolean> {
  try {
    // One message and so one transaction (manual 54.2.2.1), whose settings count when it commits; errors name the statement, which stands first.
    await session.query([statement.sql, ...stagingSettings].join(';\n'));
    return true;
  } catch (error) {
    if (isFatal(error)) throw error;
    const code = stateOf(error) === limitExceeded ? 'plan.object.failed-long' : 'plan.object.failed';
    outcomes.set(outcomeKey(statement.object.kind, statement.object.name, schema), { outcome: 'listed', reason: describe(code, { detail: messageOf(error) }) });
    return false;
  }
}

/** A condition that rows break in the server's words, as nobody could know before, holds for new rows all the same. */
async function attemptCheck(session: SqlSession, statement: PlannedStatement, table: PlanTable, outcomes: Outcomes): Promise<boolean> {
  try {
    await session.query([statement.sql, ...stagingSettings].join(';\n'));
    return true;
  } catch (error) {
    if (isFatal(error)) throw error;
    const isBroken = stateOf(error) === checkViolation && !statement.sql.endsWith(notValid);
    if (isBroken && !(await attempt(session, { ...statement, sql: `${statement.sql}${notValid}` }, table.target.schema, outcomes))) return false;
    const detail = messageOf(error);
    const outcome: Outcome = isBroken ? { outcome: 'translated', reason: describe('plan.object.not-validated', { detail }) } : { outcome: 'listed', reason: describe('plan.object.failed', { detail }) };
    outcomes.set(outcomeKey(statement.object.kind, statement.object.name, table.target.schema), outcome);
    return isBroken;
  }
}

/** The index that a key is to be made of, left by a run that ended before it was; one of the same name elsewhere is none. */
async function hasKeyIndex(session: SqlSession, { object }: PlannedStatement, schema: string, table: string): Promise<boolean> {
  return (await scalar(session, `SELECT 1::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_index i ON i.indexrelid = c.oid JOIN pg_class t ON t.oid = i.indrelid WHERE n.nspname = $1 AND t.relname = $2 AND c.relname = $3 AND i.indisunique AND i.indisvalid`, [schema, table, object.name])) !== null;
}

/** One of `tableIndexes`, under the transaction's own `settings`; what already stands (a resumed run) is left as it is. */
export async function buildIndex(session: SqlSession, statement: PlannedStatement, table: PlanTable, place: Placement, outcomes: Outcomes, settings: readonly string[] = []): Promise<void> {
  const schema = place(table.target.schema);
  if ((await exists(session, statement, schema, table.target.table)) || (statement.index !== undefined && (await hasKeyIndex(session, statement, schema, table.target.table)))) return;
  await attempt(session, { ...statement, sql: [...settings, statement.index ?? statement.sql].join(';\n') }, table.target.schema, outcomes);
}

/** Keys, over indexes that stand by now, and checks of one table. */
export async function buildConstraints(session: SqlSession, table: PlanTable, place: Placement, outcomes: Outcomes): Promise<void> {
  const schema = place(table.target.schema);
  for (const statement of tableObjects(table, place).filter(({ object }) => object.kind !== 'index')) {
    const { object, index } = statement;
    // Without its index a key has its reason already.
    if (outcomes.has(outcomeKey(object.kind, object.name, table.target.schema)) || (await exists(session, statement, schema, table.target.table))) continue;
    const created = object.kind === 'check' ? await attemptCheck(session, statement, table, outcomes) : await attempt(session, statement, table.target.schema, outcomes);
    if (!created && index !== undefined) await session.query(`DROP INDEX IF EXISTS ${quoteQualified(schema, object.name)}`);
  }
}

/** Statistics of the loaded tables, so that the first queries after the swap are planned with them. */
export async function gatherStatistics(session: SqlSession, tables: readonly PlanTable[], place: Placement): Promise<void> {
  for (const table of tables) await session.query(`ANALYZE ${quoteQualified(place(table.target.schema), table.target.table)}`);
}

/** Foreign keys of all tables: added NOT VALID, then validated; where rows break one it stays NOT VALID and says so. */
export async function buildForeignKeys(session: SqlSession, tables: readonly PlanTable[], place: Placement, outcomes: Outcomes): Promise<void> {
  for (const table of tables) {
    for (const key of table.foreignKeys) {
      const schema = place(table.target.schema);
      const add = addForeignKey(table, key, place);
      if (!(await exists(session, add, schema, table.target.table)) && !(await attempt(session, add, table.target.schema, outcomes))) continue;
      if (!key.validate) continue;
      try {
        await session.query(validateForeignKey(table, key, place).sql);
      } catch (error) {
        if (isFatal(error)) throw error;
        outcomes.set(outcomeKey('foreign key', key.name, table.target.schema), { outcome: 'created', reason: describe('plan.object.not-validated', { detail: messageOf(error) }) });
      }
    }
  }
}

export async function setSequences(session: SqlSession, tables: readonly PlanTable[], place: Placement): Promise<void> {
  for (const table of tables) {
    const statement = setSequence(table, place);
    if (statement !== undefined) await session.query(statement.sql);
  }
}
