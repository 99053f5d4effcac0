import type { Plan, PlanTable, PlanTrigger } from '../../../shared/model/plan.ts';
import { TravessiaError } from '../../../shared/contract/errors.ts';
import { quoteIdent, quoteQualified } from '../../../shared/pure/quote.ts';
import { keptPlacement, schemasOf, stagingPlacement } from '../plan/plan-sql.ts';
import { assertAdoptable, readTargetTables } from '../adopt/index.ts';
import { addForeignKey, validateForeignKey, type Placement } from '../plan/statements.ts';
import { bringViews } from './appended-views.ts';
import { prepareMerge } from './merge.ts';
import { addOutsideKey, addToPublication, copyBelongings, copyViewBelongings, findDependents, type ReplacedTable } from './swap-dependents.ts';
import { broughtSequences, repointSequences, sequenceGrants, type BringsSequence } from './swap-sequences.ts';
import { functionsToKeep } from './swap-triggers.ts';
import { moveTypes } from './native-objects.ts';
import { scalar, type SqlSession } from './sql.ts';
import type { ShownStatement, SwapRecord, SwapStatement } from './swap-types.ts';

export interface ExistingRelation {
  readonly schema: string;
  readonly name: string;
  readonly kind: string;
  readonly oid: string;
}

const relationKinds: Readonly<Record<string, string>> = {
  r: 'table', p: 'partitioned table', v: 'view', m: 'materialised view', f: 'foreign table', S: 'sequence', i: 'index', I: 'index', c: 'type',
};

/** Relations that already bear a name the plan would use (tables, views, key and index names), in the final schemas. */
export async function existingRelations(session: SqlSession, plan: Plan, createdViews: ReadonlySet<string>): Promise<ExistingRelation[]> {
  const wanted: [string, string][] = [];
  for (const table of plan.tables.filter((candidate) => candidate.include)) {
    const names = [table.target.table, table.primaryKey?.name, ...table.uniques.map((key) => key.name), ...table.indexes.map((index) => index.name), ...(table.constraints ?? []).flatMap(({ kind, name }) => (kind === 'foreign key' ? [] : [name])), ...(table.search ?? []).map((search) => search.index)];
    for (const name of names) if (name !== undefined) wanted.push([table.target.schema, name]);
  }
  for (const view of plan.views) if (createdViews.has(view.target.view)) wanted.push([view.target.schema, view.target.view]);
  const { rows } = await session.query(
    `SELECT n.nspname AS schema, c.relname AS name, c.relkind::text AS kind, c.oid::text AS oid,
            (SELECT i.indrelid FROM pg_index i WHERE i.indexrelid = c.oid)::text AS indexed
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     JOIN unnest($1::text[], $2::text[]) AS w(schema, name) ON w.schema = n.nspname AND w.name = c.relname`,
    [wanted.map(([schema]) => schema), wanted.map(([, name]) => name)],
  );
  const replaceable = new Set(plan.tables.map((table) => `${table.target.schema}\0${table.target.table}`));
  const tables = new Set(rows.filter((row) => (row['kind'] === 'r' || row['kind'] === 'p') && replaceable.has(`${row['schema']}\0${row['name']}`)).map((row) => row['oid']));
  return rows
    // An index of a table that moves aside moves with it.
    .filter((row) => row['indexed'] === null || !tables.has(row['indexed'] ?? ''))
    .map((row) => ({ schema: row['schema'] ?? '', name: row['name'] ?? '', kind: relationKinds[row['kind'] ?? ''] ?? 'relation', oid: row['oid'] ?? '' }));
}

function isPlannedView(relation: ExistingRelation, plan: Plan): boolean {
  return relation.kind === 'view' && plan.views.some(({ target }) => target.schema === relation.schema && target.view === relation.name);
}

function takesRowsOf(plan: Plan, schema: string, name: string): boolean {
  return plan.tables.some((table) => table.include && table.adopted === true && table.target.schema === schema && table.target.table === name);
}

/** A foreign key of a table that moves, to one that stands: in staging it pointed at the staged rows. */
function repointedKeys(moved: SwapRecord['tables'], tables: readonly PlanTable[], standing: readonly PlanTable[], place: Placement): SwapStatement[] {
  return tables.filter((table) => moved.some((each) => each.schema === table.target.schema && each.table === table.target.table)).flatMap((table) =>
    table.foreignKeys.filter((key) => standing.some(({ target }) => target.schema === key.references.schema && target.table === key.references.table)).flatMap((key) => {
      const final: Placement = (schema) => schema;
      const name = quoteQualified(table.target.schema, table.target.table);
      return [
        { sql: `ALTER TABLE ${name} DROP CONSTRAINT IF EXISTS ${quoteIdent(key.name)}`, why: `pointed into ${place(key.references.schema)}` },
        { sql: addForeignKey(table, key, final).sql, why: 'points at the table that stands' },
        ...(key.validate ? [{ sql: validateForeignKey(table, key, final).sql, why: 'for the rows that are there' }] : []),
      ];
    }));
}

/** @throws TravessiaError TARGET_EXISTS where something in the way may not be moved under the plan's mode. */
export function assertFree(existing: readonly ExistingRelation[], plan: Plan): void {
  const isPlannedTable = ({ schema, name }: ExistingRelation) => plan.tables.some((table) => table.include && table.target.schema === schema && table.target.table === name);
  const isAlike = (relation: ExistingRelation) => (relation.kind === 'table' ? isPlannedTable(relation) : isPlannedView(relation, plan));
  const isPlanned = (relation: ExistingRelation) => isAlike(relation) && (relation.kind === 'table' || plan.options.ifExists === 'replace');
  const takesRows = (relation: ExistingRelation) => relation.kind !== 'view' && takesRowsOf(plan, relation.schema, relation.name);
  const { ifExists } = plan.options;
  const inTheWay = existing.filter((relation) => !takesRows(relation) && (ifExists === 'fail' || ifExists === 'upsert' || !isPlanned(relation)));
  const first = inTheWay[0];
  if (first === undefined) return;
  // Of several files each has a schema of its own name, which --schema alone does not change.
  const own = schemasOf(plan).length > 1 || (plan.sources.length > 1 && !schemasOf(plan).includes(plan.options.schema));
  const elsewhere = own ? 'other schemas: each file’s has the name of the file, so rename the file, or choose --collisions prefix with --schema' : 'another schema with --schema';
  const names = inTheWay.slice(0, 5).map((relation) => `${relation.kind} ${quoteQualified(relation.schema, relation.name)}`).join(', ');
  throw new TravessiaError('TARGET_EXISTS', {
    message: `The target already has ${names}${inTheWay.length > 5 ? ` and ${inTheWay.length - 5} more` : ''}.`,
    hint: inTheWay.every(isAlike)
      ? `Choose --if-exists replace (the existing tables are kept aside until complete), append or upsert; --adopt to fill the tables as they are; or ${elsewhere}.`
      : inTheWay.some((relation) => !isAlike(relation) && isPlannedTable(relation))
        ? `A table can replace a table, a view a view. Rename or drop what is in the way, have the table called otherwise (--override TABLE:name=other) or left out (--override TABLE:exclude=true), or choose ${elsewhere}.`
        : `A table can replace a table, a view a view. Rename what is in the way, or choose ${elsewhere}.`,
  });
}

/** As the server will name them (manual, CREATE TABLE, serial); a name that it has to shorten is left to the run. */
function plannedSequences(tables: readonly PlanTable[]): BringsSequence {
  return (schema, name) => tables.some(({ target, columns }) => target.schema === schema && columns.some((column) => {
    const full = `${target.table}_${column.target}_seq`;
    return column.include && column.identity && (full === name || Buffer.byteLength(full) > 63);
  }));
}

export interface SwapInput {
  readonly plan: Plan;
  readonly runId: string;
  /** Names of the views that were created in staging (final names). */
  readonly createdViews: ReadonlySet<string>;
  /** Triggers that were created in staging. */
  readonly createdTriggers: readonly PlanTrigger[];
  readonly rowsOf: (table: PlanTable) => string;
  /** Nothing is staged yet: what would be is taken as it is planned. */
  readonly preview?: boolean;
}

export interface PreparedSwap {
  /** The first of the statements: they keep others from the tables that stand. */
  readonly locks: readonly ShownStatement[];
  readonly statements: readonly SwapStatement[];
  readonly record: SwapRecord;
  readonly blockers: readonly string[];
  readonly lost: readonly string[];
}

/**
 * Works out the swap from the target as it is now. Must run with an empty search_path, so that every definition comes qualified.
 * Only the run's own tables move, never a whole schema; what they replace moves to a schema of the run (migration.md, "Load").
 */
export async function prepareSwap(session: SqlSession, input: SwapInput): Promise<PreparedSwap> {
  const { plan, runId, createdViews } = input;
  const place = stagingPlacement(plan, runId);
  const tables = plan.tables.filter((table) => table.include);
  const views = plan.views.filter((view) => createdViews.has(view.target.view));
  const existing = await existingRelations(session, plan, createdViews);
  assertFree(existing, plan);
  const replaced: ReplacedTable[] = plan.options.ifExists === 'replace'
    ? existing.filter((relation) => relation.kind === 'table').map(({ oid, schema, name }) => ({ oid, schema, table: name }))
    : [];
  // A view of an earlier run, as a rule: it moves aside with the tables it reads.
  const replacedViews = plan.options.ifExists === 'replace' ? existing.filter((relation) => isPlannedView(relation, plan)) : [];
  const columnsOf = (schema: string, name: string) => new Set(tables.find(({ target }) => target.schema === schema && target.table === name)?.columns.flatMap((column) => (column.include ? [column.target] : [])));
  const brings = input.preview === true ? plannedSequences(tables) : await broughtSequences(session, schemasOf(plan), place);
  const dependents = await findDependents(session, [...replaced, ...replacedViews], { columnsOf, brings });
  const statements: SwapStatement[] = [];
  const lost: string[] = [];
  const add = (sql: string, why: string) => statements.push({ sql, why });
  const createdSchemas: string[] = [];
  const locks = replaced.map(({ schema, table }) => ({ sql: `LOCK TABLE ${quoteQualified(schema, table)} IN ACCESS EXCLUSIVE MODE`, why: 'what others began with it has ended' }));

  for (const schema of schemasOf(plan)) {
    if ((await scalar(session, 'SELECT 1::text FROM pg_namespace WHERE nspname = $1', [schema])) !== null) continue;
    createdSchemas.push(schema);
    add(`CREATE SCHEMA ${quoteIdent(schema)}`, 'target schema');
  }
  const belongings: ShownStatement[] = [];
  const keep = keptPlacement(plan, runId);
  const standsAndStays = (schema: string, name: string): boolean =>
    existing.some((relation) => (takesRowsOf(plan, schema, name) || (plan.options.ifExists === 'append' && relation.kind === 'table')) && relation.schema === schema && relation.name === name);
  const triggers = input.createdTriggers.filter(({ target }) => !standsAndStays(target.schema, target.table));
  const keptFunctions = await functionsToKeep(session, plan, triggers, new Set([...replaced, ...replacedViews].map(({ oid }) => oid)));
  const keepsFunction = ({ target }: PlanTrigger): boolean => keptFunctions.has(quoteQualified(target.schema, target.function));
  const keptSchemas = [...new Set([...[...replaced, ...replacedViews].map((relation) => keep(relation.schema)), ...triggers.filter(keepsFunction).map(({ target }) => keep(target.schema))])];
  for (const schema of keptSchemas) add(`CREATE SCHEMA ${quoteIdent(schema)}`, 'keeps what is replaced until complete');
  for (const key of dependents.outsideKeys) {
    add(`ALTER TABLE ${quoteQualified(key.schema, key.table)} DROP CONSTRAINT ${quoteIdent(key.name)}`, 'foreign key from outside, re-pointed below');
  }
  for (const publication of dependents.publications) {
    add(`ALTER PUBLICATION ${quoteIdent(publication.publication)} DROP TABLE ${quoteQualified(publication.schema, publication.table)}`, 'publication, re-pointed below');
  }
  for (const view of replacedViews) {
    belongings.push(...(await copyViewBelongings(session, view)));
    add(`ALTER VIEW ${quoteQualified(view.schema, view.name)} SET SCHEMA ${quoteIdent(keep(view.schema))}`, 'kept aside');
  }
  for (const table of replaced) {
    const copied = await copyBelongings(session, table, columnsOf(table.schema, table.table), triggers.filter(({ target }) => target.schema === table.schema && target.table === table.table));
    belongings.push(...copied.statements);
    lost.push(...copied.lost);
    add(`ALTER TABLE ${quoteQualified(table.schema, table.table)} SET SCHEMA ${quoteIdent(keep(table.schema))}`, 'kept aside');
  }
  for (const trigger of triggers.filter(keepsFunction)) {
    add(`ALTER FUNCTION ${quoteQualified(trigger.target.schema, trigger.target.function)}() SET SCHEMA ${quoteIdent(keep(trigger.target.schema))}`, 'kept aside with the table it serves');
  }
  const standing = tables.filter(({ target }) => standsAndStays(target.schema, target.table));
  await assertAdoptable(session, plan);
  const facts = standing.length === 0 ? [] : await readTargetTables(session, schemasOf(plan));
  const merged = prepareMerge(plan, standing.flatMap((table) => {
    const target = facts.find((each) => each.schema === table.target.schema && each.name === table.target.table);
    return target === undefined ? [] : [{ table, target }];
  }), place, keep);
  const { appended } = merged;
  // That a table holds no row is proved below: an answer that policies made is none.
  if (appended.length > 0 && plan.options.ifExists === 'fail') add('SET LOCAL row_security = off', 'a policy that would hide rows is an error');
  const moved: SwapRecord['tables'] = [];
  for (const table of tables) {
    const { schema, table: name } = table.target;
    if (standing.includes(table)) continue;
    add(`ALTER TABLE ${quoteQualified(place(schema), name)} SET SCHEMA ${quoteIdent(schema)}`, 'the loaded and verified table takes its place');
    moved.push({ schema, table: name, staging: place(schema), kept: replaced.some((old) => old.schema === schema && old.table === name) ? keep(schema) : null, rows: input.rowsOf(table) });
  }
  const types = await moveTypes(session, plan, place, input.preview);
  statements.push(...types.statements);
  for (const schema of merged.keptSchemas.filter((each) => !keptSchemas.includes(each))) add(`CREATE SCHEMA ${quoteIdent(schema)}`, 'keeps former versions of rows until complete');
  locks.push(...merged.locks);
  statements.push(...merged.statements, ...repointedKeys(moved, tables, standing, place));
  for (const { target } of triggers) add(`ALTER FUNCTION ${quoteQualified(place(target.schema), target.function)}() SET SCHEMA ${quoteIdent(target.schema)}`, 'function of a translated trigger');
  statements.push(...bringViews(plan, views, standing, triggers, place, plan.options.ifExists === 'append' ? plan.views.filter((view) => !views.includes(view)) : []));
  for (const view of dependents.views) statements.push({ sql: view.replace, why: 'view from outside, now reads the new table', ...(view.collated === null ? {} : { otherwise: view.collated }) });
  for (const key of dependents.outsideKeys) statements.push(...addOutsideKey(key, 'foreign key from outside, now points at the new table'));
  statements.push(...repointSequences(dependents.sequences, keep));
  for (const publication of dependents.publications) add(addToPublication(publication), 'publication of the replaced table');
  statements.push(...belongings, ...(await sequenceGrants(session, dependents.sequences)));
  if (appended.length === 0) for (const schema of schemasOf(plan)) add(`DROP SCHEMA ${quoteIdent(place(schema))}`, 'empty staging schema');
  // Last of all: what a sequence is set to stays when its transaction is undone (manual 9.17).
  statements.push(...merged.ends);
  return {
    locks,
    statements: [...locks, ...statements],
    blockers: dependents.blockers,
    lost,
    record: {
      xid: '',
      tables: moved,
      views: views.map(({ target: { schema, view } }) => ({ schema, view, staging: place(schema), kept: replacedViews.some((old) => old.schema === schema && old.name === view) ? keep(schema) : null })),
      triggers: triggers.map((trigger) => ({ ...trigger.target, staging: place(trigger.target.schema), kept: keepsFunction(trigger) ? keep(trigger.target.schema) : null })),
      types: types.record,
      createdSchemas,
      keptSchemas: [...new Set([...keptSchemas, ...merged.keptSchemas])],
      dependentViews: [...dependents.views],
      outsideKeys: [...dependents.outsideKeys],
      publications: [...dependents.publications],
      outsideDefaults: [...dependents.sequences.defaults],
      usedSequences: dependents.sequences.used.map(({ schema, name }) => ({ schema, name, given: null })),
      appended: [...appended],
    },
  };
}
