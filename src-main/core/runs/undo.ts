import { quoteIdent, quoteQualified } from '../../../shared/pure/quote.ts';
import { describe } from '../../../shared/pure/texts/index.ts';
import { dropTypes } from './native-objects.ts';
import { rowStamp } from './row-stamp.ts';
import { scalar, type SqlSession } from './sql.ts';
import { addOutsideKey, addToPublication } from './swap-dependents.ts';
import { returnSequences } from './swap-sequences.ts';
import type { SetAside } from '../../../shared/model/run.ts';
import type { SwapRecord, UndoStatement } from './swap-types.ts';
import { undoMerge } from './undo-merge.ts';

export interface UndoPlan {
  readonly statements: readonly UndoStatement[];
  readonly blockers: readonly string[];
  /** Of the blockers, that rows the run wrote into standing tables were changed since. */
  readonly rowsChanged: boolean;
  /** Where the run's tables go that are not dropped; null: none stays. */
  readonly setAside: SetAside | null;
}

const named = ({ schema, table }: { schema: string; table: string }): string => `${schema}.${table}`;

/**
 * Whether rows of a swapped table were inserted, updated or deleted after the swap; `hidden` where row-level security would keep this role from
 * seeing them. A journal of an earlier version has no stamp: then an older transaction's rows are told by their number alone.
 */
async function writtenSince(session: SqlSession, record: SwapRecord, { schema, table, rows, stamp }: SwapRecord['tables'][number]): Promise<'no' | 'written' | 'hidden'> {
  const name = quoteQualified(schema, table);
  if ((await scalar(session, 'SELECT row_security_active(to_regclass($1)::oid)::text', [name])) === 'true') return 'hidden';
  if (stamp !== undefined) return (await rowStamp(session, name)) === stamp ? 'no' : 'written';
  const changed = await scalar(
    session,
    `SELECT (count(*) <> $1::bigint OR count(*) FILTER (WHERE age(xmin) < age($2::xid) AND xmin::text::bigint > 2) > 0)::text FROM ONLY ${name}`,
    [rows, record.xid],
  );
  return changed === 'true' ? 'written' : 'no';
}

/** Of a table that bears the name of one of the run's and is another: what became of the run's own. */
async function replacedSince(session: SqlSession, { schema, table, oid }: SwapRecord['tables'][number]): Promise<string> {
  const where = await scalar(session, 'SELECT n.nspname FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace WHERE c.oid = $1::oid AND c.relname = $2', [oid ?? '0', table]);
  const name = quoteQualified(schema, table);
  const by = /^travessia_([0-9a-f]+)_kept_\d+$/.exec(where ?? '')?.[1];
  return by === undefined ? describe('undo.blocked.other', { table: name }) : describe('undo.blocked.replaced', { table: name, run: by });
}

/**
 * Keeps everybody else from the tables before it is asked who wrote to them since: a transaction still under way would commit in between.
 * Those that leave are locked as the moving will; those that took rows, against writers.
 */
export async function lockSwapped(session: SqlSession, record: SwapRecord): Promise<void> {
  const locks = [...record.tables.map((table) => ({ table, mode: 'ACCESS EXCLUSIVE' })), ...record.appended.map((table) => ({ table, mode: 'SHARE ROW EXCLUSIVE' }))];
  for (const { table: { schema, table }, mode } of locks) {
    const name = quoteQualified(schema, table);
    if ((await scalar(session, `SELECT 1::text FROM pg_class WHERE oid = to_regclass($1) AND relkind IN ('r', 'p')`, [name])) !== null) await session.query(`LOCK TABLE ${name} IN ${mode} MODE`);
  }
}

/**
 * The way back after a swap: the run's tables leave, what they replaced returns with everything that belongs to it, dependents
 * point at it again. Tables written to since the swap are not dropped but set aside under a name of their own.
 */
export async function prepareUndo(session: SqlSession, record: SwapRecord, runId: string): Promise<UndoPlan> {
  const statements: UndoStatement[] = [];
  const blockers: string[] = [];
  const add = (sql: string, why: string) => statements.push({ sql, why });
  const number = (schema: string) => [...new Set([...record.tables, ...record.views].map((moved) => moved.schema))].indexOf(schema) + 1;
  const away = (schema: string) => `travessia_${runId}_undone_${number(schema)}`;
  const aside = (schema: string) => `travessia_${runId}_after_${number(schema)}`;
  const awaySchemas = [...new Set([...record.tables, ...record.views].map((moved) => away(moved.schema)))];
  const written: SwapRecord['tables'] = [];
  const hidden: SwapRecord['tables'] = [];
  const functions: NonNullable<SwapRecord['triggers']> = [];
  for (const trigger of record.triggers ?? []) {
    // One that somebody dropped since needs no way back.
    if ((await scalar(session, `SELECT to_regprocedure($1)::oid::text`, [`${quoteQualified(trigger.schema, trigger.function)}()`])) !== null) functions.push(trigger);
  }
  for (const table of record.tables) {
    const oid = await scalar(session, 'SELECT to_regclass($1)::oid::text', [quoteQualified(table.schema, table.table)]);
    if (oid === null) blockers.push(`table ${quoteQualified(table.schema, table.table)} is gone; it was there after the swap`);
    else if (table.oid !== undefined && oid !== table.oid) blockers.push(await replacedSince(session, table));
    else {
      const since = await writtenSince(session, record, table);
      if (since !== 'no') (since === 'hidden' ? hidden : written).push(table);
    }
  }
  const staysAside = written.length + hidden.length > 0;
  const merge = await undoMerge(session, record, new Set(staysAside ? [] : record.tables.map((table) => quoteQualified(table.schema, table.table))));
  blockers.push(...merge.changed);
  for (const table of record.appended.filter((each) => each.merged === undefined)) {
    if (table.key.length === 0) blockers.push(`rows appended to ${quoteQualified(table.schema, table.table)} cannot be told from others: the table has no primary key`);
  }
  for (const key of record.outsideKeys) {
    add(`ALTER TABLE ${quoteQualified(key.schema, key.table)} DROP CONSTRAINT IF EXISTS ${quoteIdent(key.name)}`, 'foreign key from outside, re-pointed below');
  }
  for (const publication of record.publications) {
    add(`ALTER PUBLICATION ${quoteIdent(publication.publication)} DROP TABLE ${quoteQualified(publication.schema, publication.table)}`, 'publication, re-pointed below');
  }
  for (const table of record.appended.filter((each) => each.merged === undefined)) {
    const same = table.key.map((column) => `t.${quoteIdent(column)} = s.${quoteIdent(column)}`).join(' AND ');
    if (same !== '') add(`DELETE FROM ${quoteQualified(table.schema, table.table)} t USING ${quoteQualified(table.staging, table.table)} s WHERE ${same}`, 'takes out the appended rows');
  }
  for (const schema of awaySchemas) add(`CREATE SCHEMA ${quoteIdent(schema)}`, 'the run’s own tables leave together');
  for (const view of record.views) add(`ALTER VIEW ${quoteQualified(view.schema, view.view)} SET SCHEMA ${quoteIdent(away(view.schema))}`, 'the run’s view');
  for (const table of record.tables) add(`ALTER TABLE ${quoteQualified(table.schema, table.table)} SET SCHEMA ${quoteIdent(away(table.schema))}`, 'the run’s table');
  for (const { schema, function: name } of functions) add(`ALTER FUNCTION ${quoteQualified(schema, name)}() SET SCHEMA ${quoteIdent(away(schema))}`, 'function of the run’s trigger');
  for (const { schema, function: name, kept } of record.triggers ?? []) {
    if (kept !== null) add(`ALTER FUNCTION ${quoteQualified(kept, name)}() SET SCHEMA ${quoteIdent(schema)}`, 'the former function returns');
  }
  for (const table of record.tables) {
    if (table.kept !== null) add(`ALTER TABLE ${quoteQualified(table.kept, table.table)} SET SCHEMA ${quoteIdent(table.schema)}`, 'the former table returns');
  }
  for (const view of record.views) {
    if (view.kept != null) add(`ALTER VIEW ${quoteQualified(view.kept, view.view)} SET SCHEMA ${quoteIdent(view.schema)}`, 'the former view returns');
  }
  for (const view of record.dependentViews) add(view.replace, 'view from outside reads the former table again');
  for (const key of record.outsideKeys) statements.push(...addOutsideKey(key, 'foreign key from outside points at the former table again'));
  statements.push(...(await returnSequences(session, record, away)));
  for (const publication of record.publications) add(addToPublication(publication), 'publication of the former table');
  if (record.views.length > 0) add(`DROP VIEW ${record.views.map((view) => quoteQualified(away(view.schema), view.view)).join(', ')}`, 'the run’s views');
  if (staysAside) {
    // All of them, since foreign keys tie them together; the message names those that were written to.
    const why = written.length > 0
      ? `kept, not dropped: rows were written after the swap to ${written.map((table) => table.table).join(', ')}`
      : `kept, not dropped: row-level security may hide rows from this role that were written after the swap to ${hidden.map((table) => table.table).join(', ')}`;
    for (const schema of new Set(record.tables.map((table) => aside(table.schema)))) add(`CREATE SCHEMA ${quoteIdent(schema)}`, why);
    for (const table of record.tables) add(`ALTER TABLE ${quoteQualified(away(table.schema), table.table)} SET SCHEMA ${quoteIdent(aside(table.schema))}`, why);
    for (const { schema, table, trigger, function: name } of functions) {
      const fires = await scalar(session, `SELECT 1::text FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid WHERE c.oid = to_regclass($1) AND c.relkind <> 'v' AND t.tgname = $2`, [quoteQualified(schema, table), trigger]);
      if (fires !== null) add(`ALTER TABLE ${quoteQualified(aside(schema), table)} DISABLE TRIGGER ${quoteIdent(trigger)}`, 'it would write to the former tables');
      add(`ALTER FUNCTION ${quoteQualified(away(schema), name)}() SET SCHEMA ${quoteIdent(aside(schema))}`, why);
    }
  } else if (record.tables.length > 0) {
    add(`DROP TABLE ${record.tables.map((table) => quoteQualified(away(table.schema), table.table)).join(', ')}`, 'unchanged copies of the source');
  }
  if (!staysAside) for (const { schema, function: name } of functions) add(`DROP FUNCTION ${quoteQualified(away(schema), name)}()`, 'function of the run’s trigger');
  statements.push(...merge.statements);
  const types = await dropTypes(session, record, staysAside);
  statements.push(...types);
  for (const schema of [...awaySchemas, ...record.keptSchemas]) add(`DROP SCHEMA ${quoteIdent(schema)}`, 'empty');
  for (const schema of new Set(record.appended.map((table) => table.staging))) add(`DROP SCHEMA ${quoteIdent(schema)} CASCADE`, 'staging of the appended rows');
  for (const schema of record.createdSchemas) {
    const others = await scalar(session, 'SELECT count(*)::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = $1 AND c.relkind IN (\'r\',\'v\',\'m\',\'p\',\'f\') AND c.relname <> ALL($2::text[])', [schema, [...record.tables.map((table) => table.table), ...record.views.map((view) => view.view)]]);
    const otherFunctions = await scalar(session, 'SELECT count(*)::text FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname = $1 AND p.proname <> ALL($2::text[])', [schema, functions.map((trigger) => trigger.function)]);
    const keptTypes = (record.types ?? []).filter((type) => type.schema === schema).length > types.length;
    if (others === '0' && otherFunctions === '0' && !keptTypes) add(`DROP SCHEMA ${quoteIdent(schema)}`, 'created by the run, empty again');
  }
  const setAside = staysAside ? { schemas: [...new Set(record.tables.map((table) => aside(table.schema)))], written: written.map(named), hidden: hidden.map(named) } : null;
  return { statements, blockers, rowsChanged: merge.changed.length > 0, setAside };
}
