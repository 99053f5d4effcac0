import type { Plan, PlanInverse, PlanObject, PlanTable, PlanView } from '../../../shared/model/plan.ts';
import { quoteIdent, quoteQualified } from '../../../shared/pure/quote.ts';
import { reason } from '../plan/types.ts';
import { inverseOf, type Inverse } from './inverse.ts';
import type { PreparedSource } from './prepare-sources.ts';

/** A table of the source that does not cross itself, since others hold all its rows. */
export interface Folded {
  readonly database: string;
  readonly table: string;
  /** Where its rows are, for people. */
  readonly into: readonly string[];
  readonly inverse: Inverse;
  /** A view of the flat table's name stays in the target. */
  readonly view: boolean;
  readonly rejects?: PlanInverse['rejects'];
}

function isOf({ database, table }: Folded, planned: Pick<PlanTable, 'source'>): boolean {
  return planned.source.database === database && planned.source.table === table;
}

function selectOf({ columns, from }: Inverse): string {
  return `SELECT ${columns.map(({ sql, column }) => `${sql} AS ${quoteIdent(column)}`).join(',\n       ')}\nFROM ${from}`;
}

/** The flat table as the verification compares it: what the inverse gives, in its types. */
function comparedAs(planned: PlanTable, { columns }: Inverse): PlanTable {
  return {
    ...planned,
    columns: planned.columns.map((column) => {
      const { cast: _cast, generated: _generated, default: _default, ...rest } = column;
      const found = columns.find((each) => each.column === column.source);
      return { ...rest, target: column.source, type: found?.type ?? 'text', ...(found?.cast === undefined ? {} : { cast: found.cast }), nullable: true, identity: false };
    }),
    uniques: [], checks: [], foreignKeys: [], indexes: [], search: [],
  };
}

const ofValues: ReadonlySet<string> = new Set(['plan.finding.rejects', 'plan.finding.widened', 'plan.finding.name-cut', 'plan.finding.name-system']);

/**
 * Takes folded tables out of a plan and puts what gives them back in their place: the inverse, compared with the table cell by cell, and
 * a view of it where one stays. What can only belong to a table is listed.
 */
export function foldTables(plan: Plan, folded: readonly Folded[]): Plan {
  if (folded.length === 0) return plan;
  const objects: PlanObject[] = plan.objects.map((object) => {
    const of = folded.find(({ database, table }) => object.database === database && object.table === table);
    return of === undefined || object.outcome === 'listed' ? object : { ...object, outcome: 'listed', reason: reason('plan.object.reshaped', { tables: of.into.join(', ') }) };
  });
  // How their values would have fitted is asked of the tables they become.
  const findings = plan.findings.filter((finding) => !ofValues.has(finding.code) || !folded.some(({ database, table }) => finding.database === database && finding.table === table));
  const views: PlanView[] = [];
  const inverse: PlanInverse[] = [];
  const gone = new Set<string>();
  for (const each of folded) {
    const planned = plan.tables.find((table) => isOf(each, table));
    if (planned === undefined) continue;
    const sql = selectOf(each.inverse);
    const { schema, table } = planned.target;
    gone.add(quoteQualified(schema, table));
    inverse.push({ table: comparedAs(planned, each.inverse), sql, view: each.view, ...(each.rejects === undefined ? {} : { rejects: each.rejects }) });
    if (each.view) views.push({ source: { database: each.database, view: each.table }, target: { schema, view: table }, columns: each.inverse.columns.map(({ column }) => column), sql, sourceSql: '', inverse: true });
    objects.push({ kind: 'table', name: each.table, database: each.database, outcome: 'translated', reason: reason(each.view ? 'plan.object.reshaped-view' : 'plan.object.merged', { tables: each.into.join(', '), view: table }) });
    if (each.inverse.lost.length > 0) findings.push({ code: 'plan.finding.reshape-loses', severity: 'critical', table: each.table, params: { columns: each.inverse.lost.join(', ') } });
  }
  const tables = plan.tables.filter((table) => !folded.some((each) => isOf(each, table))).map((table) => {
    const kept = table.foreignKeys.filter(({ references }) => !gone.has(quoteQualified(references.schema, references.table)));
    for (const { name } of table.foreignKeys.filter((key) => !kept.includes(key))) {
      const object = objects.findIndex((each) => each.kind === 'foreign key' && each.name === name && each.database === table.source.database);
      const listed = { kind: 'foreign key' as const, name, table: table.source.table, database: table.source.database, outcome: 'listed' as const, reason: reason('plan.object.parent-reshaped') };
      if (object === -1) objects.push(listed);
      else objects[object] = { ...objects[object], ...listed };
    }
    return { ...table, foreignKeys: kept };
  });
  const touches = (sql: string): boolean => [...gone].some((name) => sql.includes(name));
  const triggers = (plan.triggers ?? []).filter(({ target, steps }) => !gone.has(quoteQualified(target.schema, target.table)) && !steps.some((step) => step.kind === 'sql' && touches(step.sql)));
  for (const { source } of (plan.triggers ?? []).filter((trigger) => !triggers.includes(trigger))) {
    const object = objects.findIndex((each) => each.kind === 'trigger' && each.name === source.trigger && each.database === source.database);
    const old = objects[object];
    if (old !== undefined) objects[object] = { ...old, outcome: 'listed', reason: reason('plan.object.parent-reshaped') };
  }
  // A table that stays no relation of its own is read through its inverse.
  const unseen = inverse.filter(({ view }) => !view);
  const through = (sql: string): string => unseen.reduce((text, { table, sql: select }) => text.replaceAll(quoteQualified(table.target.schema, table.target.table), () => `(${select})`), sql);
  return { ...plan, tables, views: [...views, ...plan.views.map((view) => ({ ...view, sql: through(view.sql) }))], triggers, objects, findings, inverse: [...(plan.inverse ?? []), ...inverse] };
}

/** Folds the flat tables of reshaped sources into what their mappings made of them. */
export function foldReshaped(plan: Plan, prepared: readonly PreparedSource[]): Plan {
  const folded = prepared.flatMap(({ source, mappings }) => mappings.map((mapping): Folded => {
    const { database } = source.assessment;
    const planned = (name: string) => plan.tables.find((table) => table.source.database === database && table.source.table === name && table.include);
    return { database, table: mapping.reshape.from, into: mapping.reshape.tables.flatMap(({ table }) => planned(table)?.target.table ?? []), inverse: inverseOf(mapping, planned), view: true };
  }));
  const made = foldTables(plan, folded);
  return prepared.length === 0 ? made : { ...made, preparations: [...(made.preparations ?? []), ...prepared.map(({ preparation }) => preparation)] };
}
