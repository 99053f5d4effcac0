import type { Assessment, ColumnProfile } from '../../../shared/model/assessment.ts';
import type { Finding } from '../../../shared/model/finding.ts';
import type { Plan, PlanColumn, PlanTable } from '../../../shared/model/plan.ts';
import type { Cast } from '../../../shared/model/values.ts';
import { parseTypeName } from '../../../shared/pure/canonical/type-name.ts';
import { quoteQualified } from '../../../shared/pure/quote.ts';
import { escapedCount, escapeParams } from '../keys/index.ts';
import { overridesFor } from '../plan/plan-columns.ts';
import { adoptObjects, type Adopted } from './adopt-objects.ts';
import type { Misfits, Trial } from './count-misfits.ts';
import { pairNames } from './match.ts';
import { isSupported, loadedType, schemaCheck, schemaNotes } from './schema-check.ts';
import type { TargetColumn, TargetTable } from './target-tables.ts';

export interface AdoptInput {
  readonly plan: Plan;
  /** Tables, and views and foreign tables too, of the plan's schemas. */
  readonly target: readonly TargetTable[];
  readonly assessments: readonly Assessment[];
  readonly holdsRows: (table: TargetTable) => Promise<boolean>;
  /** Counts, in the snapshot of a database, the values that do not fit. */
  readonly measure: (database: string, trials: readonly Trial[]) => Promise<Misfits[][]>;
}

/** True where a plan loads into tables the target has: asked for, or because rows cannot be merged otherwise. */
export function adopts(plan: Pick<Plan, 'options'>): boolean {
  return plan.options.adopt || plan.options.ifExists === 'upsert';
}

/** The overrides that speak of a table's source. */
function saidOf({ options }: Pick<Plan, 'options'>, { source }: PlanTable): Plan['options']['overrides'] {
  return options.overrides.filter(({ database }) => database === undefined || database === source.database);
}

const tableKey = (schema: string, name: string): string => `${schema}\0${name}`;

/** The plan's tables that are to have a partner, with it. Asked for, each must have one; otherwise only those that find one do. */
function partners(plan: Plan, target: readonly TargetTable[]): Map<PlanTable, TargetTable | undefined> {
  const found = new Map<PlanTable, TargetTable | undefined>();
  for (const [schema, tables] of Map.groupBy(plan.tables.filter((table) => table.include), (table) => table.target.schema)) {
    const there = target.filter((table) => table.schema === schema);
    const pairs = pairNames(tables.map((table) => table.target.table), there.map((table) => table.name));
    for (const table of tables) {
      if (overridesFor(saidOf(plan, table), table.source.table).create === true) continue;
      const partner = there.find((each) => each.name === pairs.get(table.target.table));
      if (partner !== undefined || plan.options.adopt) found.set(table, partner);
    }
  }
  return found;
}

/** How a column could cross into a type that is given: as it is, or by what the data is known to be; an ambiguous reading only by a person. */
function castsFor(planned: PlanColumn | undefined, profile: ColumnProfile | undefined, type: string, chosen: Cast | null | undefined): (Cast | undefined)[] {
  if (chosen !== undefined) return [chosen ?? undefined];
  const { base } = parseTypeName(type);
  // The plan's own stands first where it serves: columns that foreign keys join have agreed on it.
  const agreed = planned !== undefined && parseTypeName(planned.type).base === base ? [planned.cast] : [];
  const known = [...(planned === undefined ? [] : [planned]), ...(profile?.candidates ?? []), ...(profile?.proposals ?? []).filter((proposal) => !proposal.ambiguous)];
  // A template knows its column's texts as moments; the program's own column takes them as it writes them itself, in UTC.
  const moments = base === 'timestamp' && planned?.decidedBy === 'template' && planned.type === 'timestamptz' ? ['zone to utc' as const] : [];
  return [...new Set([...agreed, undefined, ...moments, ...known.filter((each) => parseTypeName(each.type).base === base).map((each) => each.cast)])];
}

/** True where two expressions are the same words, but for what the server adds of its own: casts, brackets, quotes, spaces. */
function sameFormula(planned: string, standing: string): boolean {
  const plain = (sql: string): string => sql.replaceAll(/::"?[a-z_][\w.]*"?( precision| varying| with(out)? time zone)?(\(\d+(,\d+)?\))?/gi, '').replaceAll(/pg_catalog\.|[\s()"]/g, '').toLowerCase();
  return plain(planned) === plain(standing);
}

/** Takes types and names of the partner's columns; what has no partner stays as it was, and `schemaCheck` says so. */
function pairColumns(table: PlanTable, partner: TargetTable): Map<string, TargetColumn> {
  const columns = table.columns.filter((column) => column.include);
  const pairs = pairNames(columns.map((column) => column.target), partner.columns.map((column) => column.name));
  return new Map(columns.flatMap((column) => {
    const found = partner.columns.find((each) => each.name === pairs.get(column.target));
    return found === undefined ? [] : [[column.source, found] as const];
  }));
}

function adoptColumn(column: PlanColumn, partner: TargetColumn, cast: Cast | undefined, misfits: number): PlanColumn {
  const type = loadedType(partner);
  const { cast: _cast, default: _default, generated: _generated, collation: _collation, targetType: _targetType, loadedAs: _loadedAs, comment: _comment, ...rest } = column;
  return {
    ...rest, target: partner.name, type,
    ...(cast === undefined ? {} : { cast }),
    ...(type === partner.type ? {} : { targetType: partner.type }),
    ...(partner.labels === null ? {} : { labels: partner.labels }),
    nullable: !partner.notNull, identity: false, misfits: String(misfits),
    why: [{ code: 'plan.why.adopted', params: { type: partner.type, misfits: String(misfits) } }, ...(cast === undefined ? [] : [{ code: 'plan.why.cast', params: { cast } }])],
  };
}

async function adoptTable(input: AdoptInput, table: PlanTable, partner: TargetTable): Promise<{ table: PlanTable; findings: Finding[] }> {
  const { database, table: name } = table.source;
  const profiles = input.assessments.find((assessment) => assessment.database === database)?.tables.find((each) => each.name === name)?.columns ?? [];
  const pairs = pairColumns(table, partner);
  const tried = [...pairs].filter(([, column]) => isSupported(loadedType(column)));
  const trials = tried.map(([source, column]): Trial => ({
    table: name, column: source, filter: table.filter,
    ways: castsFor(table.columns.find((each) => each.source === source), profiles.find((profile) => profile.name === source), loadedType(column), overridesFor(saidOf(input.plan, table), name, source).cast)
      .map((cast) => ({ type: loadedType(column), cast, labels: column.labels ?? undefined })),
  }));
  const counted = await input.measure(database, trials);
  const findings: Finding[] = [];
  const columns = table.columns.map((column): PlanColumn => {
    const partnerColumn = pairs.get(column.source);
    const tryAt = trials.findIndex((trial) => trial.column === column.source);
    if (partnerColumn === undefined) return column;
    const computed = input.plan.objects.find((object) => object.kind === 'generated column' && object.database === database && object.table === name && object.name === `${name}.${column.source}`);
    if (partnerColumn.generated !== null && !(computed !== undefined && sameFormula(column.generated?.expression ?? '', partnerColumn.generated))) {
      findings.push({ code: `plan.finding.adopt-computed${computed === undefined ? '-here' : ''}`, severity: 'warning', table: name, column: column.source, params: { expression: partnerColumn.generated, source: computed?.source ?? '' } });
      // Both sides compute it, each by its own words: no value is lost that the source was given.
      if (computed !== undefined) return { ...column, target: partnerColumn.name, include: false, excluded: { code: 'plan.excluded.computed', params: { expression: partnerColumn.generated } } };
    }
    const ways = trials[tryAt]?.ways ?? [];
    const counts = counted[tryAt] ?? [];
    const least = counts.reduce((best, each, index) => (each.count < (counts[best]?.count ?? Infinity) ? index : best), 0);
    const { count = 0, example = '' } = counts[least] ?? {};
    const nulls = partnerColumn.notNull ? (counts[least]?.nulls ?? 0) : 0;
    const params = { type: partnerColumn.type, planned: column.type, example };
    const at = { table: name, column: column.source } as const;
    if (count > 0) findings.push({ code: partnerColumn.labels === null ? 'plan.finding.adopt-rejects' : 'plan.finding.adopt-labels', severity: 'warning', ...at, count: String(count), params });
    else if (loadedType(partnerColumn) !== column.type) findings.push({ code: 'plan.finding.adopt-type', severity: 'info', ...at, params });
    if (nulls > 0) findings.push({ code: 'plan.finding.adopt-nulls', severity: 'warning', ...at, count: String(nulls), params: { type: partnerColumn.type } });
    const filled = adoptColumn(column, partnerColumn, ways[least]?.cast, count + nulls);
    const profile = profiles.find((each) => each.name === column.source);
    const escaped = profile === undefined ? undefined : escapeParams(profile, filled, filled.target);
    if (profile !== undefined && escaped !== undefined) findings.push({ code: 'plan.finding.escaped', severity: 'warning', table: name, column: column.source, count: escapedCount(profile, filled), params: escaped });
    return filled;
  });
  const filled = new Set(columns.filter((column) => column.include).map((column) => column.target));
  const key = partner.keys.find((each) => each.primary && each.columns.every((column) => filled.has(column)));
  const { primaryKey: _key, search: _search, comment: _comment, constraints: _constraints, ...rest } = table;
  const adopted: PlanTable = {
    ...rest, adopted: true, target: { schema: partner.schema, table: partner.name }, columns,
    ...(key === undefined ? {} : { primaryKey: { name: key.name, columns: key.columns } }),
    uniques: [], checks: [], foreignKeys: [], indexes: [],
  };
  return { table: adopted, findings };
}

/**
 * Turns a drafted plan into one that fills the tables the target has: names, types and NOT NULL are the target's, and nothing is created
 * but what a person asked to create. What stands in the way is found and said, never guessed: the run refuses while it is so.
 */
export async function adoptPlan(input: AdoptInput): Promise<Plan> {
  const { plan, target } = input;
  const wanted = partners(plan, target);
  const adopted: Adopted[] = [];
  const findings: Finding[] = [];
  const tables: PlanTable[] = [];
  for (const table of plan.tables) {
    if (!wanted.has(table)) {
      tables.push(table);
      continue;
    }
    const partner = wanted.get(table);
    const changed = partner === undefined ? { table: { ...table, adopted: true }, findings: [] } : await adoptTable(input, table, partner);
    tables.push(changed.table);
    findings.push(...schemaCheck({ table: changed.table, target: partner, holdsRows: partner !== undefined && (await input.holdsRows(partner)), mode: plan.options.ifExists }), ...changed.findings);
    if (partner === undefined) continue;
    findings.push(...schemaNotes(changed.table, partner));
    adopted.push({ before: table, after: changed.table, target: partner });
  }
  const own = new Set(target.map((table) => tableKey(table.schema, table.name)));
  // A view of staged rows would go on reading them.
  const reads = (sql: string): boolean => adopted.some(({ before }) => sql.includes(quoteQualified(before.target.schema, before.target.table)));
  const views = plan.options.adopt ? [] : plan.views.filter((view) => !own.has(tableKey(view.target.schema, view.target.view)) && !reads(view.sql));
  const isAdopted = (schema: string, name: string): boolean => adopted.some(({ before }) => before.target.schema === schema && before.target.table === name);
  const objects = adoptObjects(plan.objects, adopted, (object) => views.some((view) => view.source.view === object.name && view.source.database === object.database));
  // Triggers stay away from tables that stand, and from views that are not made.
  const isLeftOut = (schema: string, name: string): boolean => isAdopted(schema, name) || plan.views.some((view) => view.target.schema === schema && view.target.view === name && !views.includes(view));
  const gone = (plan.triggers ?? []).filter(({ target: { schema, table } }) => isLeftOut(schema, table));
  const said = new Set(['plan.finding.rejects', 'plan.finding.widened', 'plan.finding.joined', 'plan.finding.joined-rejects', 'plan.finding.escaped', 'plan.finding.name-cut', 'plan.finding.name-system']);
  const stale = (finding: Finding): boolean => said.has(finding.code) && adopted.some(({ before }) => before.source.table === finding.table && (finding.database ?? before.source.database) === before.source.database);
  return {
    ...plan,
    tables: tables.map((table) => ({ ...table, foreignKeys: table.foreignKeys.map((key) => pointed(key, adopted)) })),
    views,
    ...(plan.types === undefined ? {} : { types: plan.types.filter(({ target: { schema, type } }) => tables.some((table) => table.adopted !== true && table.columns.some((column) => column.type.startsWith(quoteQualified(schema, type))))) }),
    ...(plan.triggers === undefined ? {} : { triggers: plan.triggers.filter((trigger) => !gone.includes(trigger)) }),
    objects: objects.objects.map((object) => (object.kind === 'trigger' && gone.some(({ source }) => source.trigger === object.name && source.database === object.database) ? { ...object, outcome: 'listed', reason: { code: 'plan.object.adopted' } } : object)),
    findings: [...plan.findings.filter((finding) => !stale(finding)), ...findings, ...objects.findings],
  };
}

/** A foreign key of a table that is created, to one that is adopted: by the names that table has. */
function pointed(key: PlanTable['foreignKeys'][number], adopted: readonly Adopted[]): PlanTable['foreignKeys'][number] {
  const parent = adopted.find(({ before }) => before.target.schema === key.references.schema && before.target.table === key.references.table);
  if (parent === undefined) return key;
  const columns = key.references.columns.map((name) => {
    const source = parent.before.columns.find((column) => column.target === name)?.source;
    return parent.after.columns.find((column) => column.source === source)?.target ?? name;
  });
  return { ...key, references: { schema: parent.after.target.schema, table: parent.after.target.table, columns } };
}
