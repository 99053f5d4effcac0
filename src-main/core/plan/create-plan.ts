import type { Assessment } from '../../../shared/model/assessment.ts';
import type { SqliteCatalog } from '../../../shared/model/catalog.ts';
import type { Finding } from '../../../shared/model/finding.ts';
import type { Override, Plan, PlanObject, PlanOptions, PlanTable, PlanTrigger, PlanType } from '../../../shared/model/plan.ts';
import type { PlanRepair, RepairRule } from '../../../shared/model/repair.ts';
import { TravessiaError } from '../../../shared/contract/errors.ts';
import { createRepairs, type Measured, type UncountedKey } from '../repairs/draft.ts';
import { assertMet } from '../repairs/rules.ts';
import { applyPolicy, createNamer, type Namer } from './names.ts';
import { parseTable } from './parsed-table.ts';
import { planCollations } from './plan-collations.ts';
import { overridesFor, planColumns } from './plan-columns.ts';
import { tableComment, withComments } from './plan-comments.ts';
import { planChecks, planIndexes } from './plan-expressions.ts';
import { planConflicts } from './plan-conflicts.ts';
import { escapedFindings } from './plan-escaped.ts';
import { planForeignKeys } from './plan-foreign-keys.ts';
import { planGenerated } from './plan-generated.ts';
import { identityNextOf, identityReason } from './plan-identity.ts';
import { joinColumns } from './plan-joined.ts';
import { planKeys } from './plan-keys.ts';
import { planNative } from './plan-native.ts';
import { planSearch } from './plan-search.ts';
import { planTriggers } from './plan-triggers.ts';
import { planViews } from './plan-views.ts';
import { rowTooLong } from './row-width.ts';
import { reason, type DraftTable, type PlanContext, type PlannedSource, type SharedContext } from './types.ts';
import { sameName } from '../../../shared/pure/fold-name.ts';

/** PostgreSQL's limit of columns per table (manual, appendix K). */
const maxColumns = 1600;

/** What every target the program is tested with has; taken where nobody knows the target's version. */
const oldestTarget = 14;

/** A source that was named and does not cross, and why. */
export interface RefusedSource {
  readonly source: string;
  readonly code: string;
  readonly message: string;
  /** What could still be read of it; empty where nothing could. */
  readonly salvage?: string;
  readonly error?: TravessiaError;
}

/** In place of an error's code: nothing is wrong with the source, a person left it out. */
export const leftOutCode = 'LEFT_OUT';

/** Rows that could be read of a damaged file, table by table. */
function salvageOf(assessment: Assessment): string {
  return assessment.tables.filter((table) => table.kind === 'table').map(({ name, rows, error }) => `${name}: ${rows}${error === undefined ? '' : '…'}`).join(', ');
}

export interface CreatePlanInput {
  readonly id: string;
  readonly version: number;
  readonly createdAt: string;
  readonly sources: readonly PlannedSource[];
  /** Sources that could not even be assessed. */
  readonly refused?: readonly RefusedSource[];
  readonly target: string;
  readonly options: PlanOptions;
  /** Major version of the target, where it is known and matters. */
  readonly targetVersion?: number | undefined;
  /** What the chosen repairs did when they were tried (repairs/measure.ts); null or absent: not tried yet. */
  readonly measured?: Measured | null;
  /** Rows that break keys, counted for this plan's own types, by `database NUL id of the repair`. */
  readonly counted?: ReadonlyMap<string, string>;
  /** Takes the keys that nobody has counted so. */
  readonly uncounted?: UncountedKey[];
}

/** One source's context: of the overrides only those that speak of it, its template's before those of people. */
function contextOf<C extends Pick<SharedContext, 'options'>>(source: PlannedSource, context: C): C {
  const { database } = source.assessment;
  const overrides = [...(source.overrides ?? []), ...context.options.overrides].filter((override) => override.database === undefined || override.database === database);
  return { ...context, options: { ...context.options, overrides, rejectShare: source.rejectShare ?? context.options.rejectShare } };
}

/** A name that was cleared is not yet a decision; one made up in its place would be nobody's. @throws TravessiaError INVALID_INPUT */
function assertNamed({ targetName }: Override, place: string): void {
  if (targetName?.trim() === '') throw new TravessiaError('INVALID_INPUT', { message: `The target name of ${place} is empty.`, hint: 'Give it a name, or leave it behind.' });
}

function draftTables(source: PlannedSource, context: SharedContext): DraftTable[] {
  const { assessment, catalog, schema } = source;
  const { notes, options } = context;
  const database = assessment.database;
  const drafts: DraftTable[] = [];
  for (const table of catalog.tables) {
    const listed = (kind: 'table' | 'virtual table' | 'shadow table', code: string, detail = '') =>
      notes.objects.push({ kind, name: table.name, database, outcome: 'listed', reason: reason(code, { detail }), source: table.sql });
    const filter = source.filters?.get(table.name);
    const whole = assessment.tables.find((candidate) => candidate.name === table.name);
    // Rows that stay behind keep no primary key from standing.
    const assessed = whole === undefined || filter === undefined ? whole : { ...whole, nullKeys: String(filter.nullKeys) };
    if (table.kind === 'shadow') {
      listed('shadow table', 'plan.object.shadow');
      continue;
    }
    if (table.kind === 'virtual') {
      // What becomes of an index of another table's rows is known once that table is planned.
      if (table.virtual?.holds !== 'index') listed('virtual table', table.virtual === undefined ? 'plan.object.virtual' : 'plan.object.contentless', /using\s+(\w+)/i.exec(table.sql)?.[1] ?? '');
      continue;
    }
    if (assessed === undefined || assessed.error !== undefined || table.error !== null) {
      listed('table', 'plan.object.unreadable', assessed?.error?.message ?? table.error ?? '');
      notes.findings.push({ code: 'plan.finding.unreadable', severity: 'critical', table: table.name, params: { detail: assessed?.error?.message ?? table.error ?? '' } });
      continue;
    }
    if (table.columns.length > maxColumns) {
      listed('table', 'plan.object.too-wide', String(table.columns.length));
      notes.findings.push({ code: 'plan.finding.too-wide', severity: 'critical', table: table.name, params: { columns: String(table.columns.length) } });
      continue;
    }
    const override = overridesFor(options.overrides, table.name);
    assertNamed(override, table.name);
    for (const { name } of table.columns) assertNamed(overridesFor(options.overrides, table.name, name), `${table.name}.${name}`);
    if (override.exclude === true) {
      listed('table', 'plan.excluded.person');
      continue;
    }
    const wanted = override.targetName ?? applyPolicy(table.name, options.identifiers);
    const named = context.relationNames(schema).take(wanted);
    if (named.changed !== undefined) {
      notes.findings.push({ code: `plan.finding.name-${named.changed}`, severity: 'warning', table: table.name, params: { name: wanted, target: named.name } });
    }
    if (table.virtual !== undefined && !table.virtual.module.startsWith('fts')) {
      notes.objects.push({ kind: 'virtual table', name: table.name, table: table.name, database, outcome: 'translated', reason: reason('plan.object.box'), source: table.sql });
    }
    if (filter !== undefined) notes.findings.push({ code: 'plan.finding.filtered', severity: 'warning', table: table.name, params: { rows: String(filter.rows), of: String(filter.of), condition: filter.condition } });
    drafts.push({
      // What stood in PostgreSQL fits there.
      database, source: table, assessed: source.origin === undefined ? assessed : { ...assessed, longKeys: [] }, parsed: parseTable(table.sql), schema, target: named.name, formats: source.formats ?? new Map(), filter,
      columns: planColumns(table, assessed, database, context),
    });
  }
  return drafts;
}

/** True where no integer of the table passes 2^53 and no column mixes integers with reals (see PlanTable.reading). */
function plainIntegers(table: DraftTable): boolean {
  return table.assessed.columns.every((profile) => profile.beyond53 === '0' && (profile.classes.integer === '0' || profile.classes.real === '0'));
}

function rowKeyOf(table: DraftTable): string[] {
  const { source, assessed } = table;
  if (source.rowidAlias !== null) return [source.rowidAlias];
  const key = source.columns.filter((column) => column.pk > 0).toSorted((a, b) => a.pk - b.pk).map((column) => column.name);
  if (key.length > 0 && (source.withoutRowid || assessed.nullKeys === '0')) return key;
  return source.rowidName === null ? [] : [source.rowidName];
}

function readingOf(table: DraftTable): PlanTable['reading'] {
  const { source } = table;
  const key = source.columns.filter((column) => column.pk > 0).toSorted((a, b) => a.pk - b.pk).map((column) => column.name);
  if (source.rowidName !== null) return { by: 'rowid', columns: [source.rowidName], plainIntegers: plainIntegers(table) };
  return source.withoutRowid ? { by: 'key', columns: key, plainIntegers: plainIntegers(table) } : { by: 'all', columns: [], plainIntegers: plainIntegers(table) };
}

function planTable(table: DraftTable, tables: readonly DraftTable[], context: PlanContext): PlanTable {
  planCollations(table, context);
  planConflicts(table, context);
  const keys = planKeys(table, tables, context);
  const identityNext = identityNextOf(table);
  const column = table.columns.find((candidate) => candidate.identity && candidate.include);
  if (column !== undefined) {
    context.notes.objects.push({ kind: 'sequence', name: `${table.target}.${column.target}`, table: table.source.name, database: table.database, outcome: table.source.autoincrement ? 'created' : 'translated', reason: identityReason(table, identityNext ?? '1') });
  }
  context.notes.findings.push(...rowTooLong(table.source.name, table.assessed.rows, table.columns, table.assessed.columns));
  const override = overridesFor(context.options.overrides, table.source.name);
  const constraints = [...keys.constraints];
  const indexes = [...keys.indexes, ...planIndexes(table, tables, constraints, context)];
  return {
    source: { database: table.database, table: table.source.name },
    target: { schema: table.schema, table: table.target },
    include: override.exclude !== true,
    rows: table.filter === undefined ? table.assessed.rows : String(table.filter.rows),
    ...(table.filter === undefined ? {} : { filter: table.filter.condition }),
    rowKey: rowKeyOf(table),
    reading: readingOf(table),
    maxRowBytes: table.assessed.maxRowBytes,
    columns: withComments(table, planGenerated(table, tables, context)),
    ...tableComment(table),
    ...(keys.primaryKey === undefined ? {} : { primaryKey: keys.primaryKey }),
    uniques: keys.uniques,
    checks: planChecks(table, tables, [keys.primaryKey?.name ?? '', ...keys.uniques.map((key) => key.name)], context),
    foreignKeys: [],
    ...(constraints.length === 0 ? {} : { constraints }),
    indexes,
    ...(identityNext === undefined ? {} : { identityNext }),
  };
}

/**
 * A file that holds nothing, or that SQLite cannot read to the end, is refused rather than migrated to less than it was.
 * Tables left out by decision do not count. Null where the file can be planned.
 */
function refusalOf({ assessment, catalog }: PlannedSource, options: PlanOptions): TravessiaError | null {
  if (catalog.tables.length === 0) {
    return new TravessiaError('DATABASE_EMPTY', {
      message: `${assessment.database} has no table.`,
      hint: 'If it should have some: a SQLite file in WAL mode keeps recent changes in a -wal file beside it. Copy both together, or close the program that uses it first.',
    });
  }
  // A virtual table that its module cannot read (an index of a column that was renamed since) is listed; the rows of the file are sound.
  const isListed = ({ kind, error }: Assessment['tables'][number]): boolean => kind !== 'table' && error?.code === 'UNSUPPORTED_SOURCE';
  const damaged = assessment.tables.find((table) => table.error !== undefined && !isListed(table) && overridesFor(options.overrides, table.name).exclude !== true);
  if (damaged === undefined) return null;
  return new TravessiaError('DATABASE_CORRUPT', {
    message: `${assessment.database} is damaged: table ${damaged.name} cannot be read to the end.`,
    hint: 'Restore it from a backup, or save what can be read with “sqlite3 FILE .recover | sqlite3 NEW”, and migrate the new file. The damaged one is left as it is.',
  });
}

/** Whether a source crosses at all: one that does not is not to be read for its tables' shapes either. */
export function canBePlanned(source: PlannedSource, options: PlanOptions): boolean {
  return refusalOf(source, contextOf(source, { options }).options) === null;
}

/** Parents that a repair adds hold what their children say, of which the assessment of the parents' table knew nothing. */
function withParents(tables: readonly PlanTable[], objects: readonly PlanObject[], repairs: readonly PlanRepair[]): Pick<Plan, 'tables' | 'objects'> {
  const grows = (database: string, table: string | undefined): boolean => repairs.some((repair) => repair.choice === 'create-parent' && repair.database === database && sameName(repair.parent?.table, table));
  return {
    tables: tables.map((table) => (grows(table.source.database, table.source.table) ? { ...table, reading: { ...table.reading, plainIntegers: false } } : table)),
    // The sequence goes on behind the greatest number loaded, and that may be a parent's.
    objects: objects.map((object) => (object.reason?.code === 'plan.object.identity' && grows(object.database, object.table) ? { ...object, reason: { ...object.reason, code: 'plan.object.identity-least' } } : object)),
  };
}

/**
 * Makes the plan of one or more assessed sources. Pure: no database is touched.
 * @throws TravessiaError NAME_COLLISION where two sources claim one schema.
 */
export function createPlan(input: CreatePlanInput): Plan {
  const objects: PlanObject[] = [];
  const findings: Finding[] = [];
  const namersBySchema = (): ((schema: string) => Namer) => {
    const namers = new Map<string, Namer>();
    return (schema) => {
      const namer = namers.get(schema) ?? createNamer('relation');
      namers.set(schema, namer);
      return namer;
    };
  };
  const shared: SharedContext = {
    options: input.options,
    serverVersion: input.targetVersion ?? oldestTarget,
    notes: { objects, findings },
    relationNames: namersBySchema(),
    functionNames: namersBySchema(),
  };
  const schemas = input.sources.map((source) => source.schema);
  // A template sends several stores to one schema on purpose; names that meet there are made different and reported.
  if ((input.options.template ?? '') === '' && ['template', 'schema'].includes(input.options.collisions ?? 'template') && new Set(schemas).size < schemas.length) {
    throw new TravessiaError('NAME_COLLISION', {
      message: `Two sources would go to the same schema: ${schemas.join(', ')}.`,
      hint: 'Rename one of the files, migrate them in separate runs with --schema, or choose --collisions prefix or merge.',
    });
  }
  const sources: PlannedSource[] = [];
  const refused: RefusedSource[] = [...(input.refused ?? [])];
  for (const source of input.sources) {
    const refusal = refusalOf(source, contextOf(source, shared).options);
    if (refusal === null) sources.push(source);
    else refused.push({ source: source.assessment.source, code: refusal.code, message: refusal.message, salvage: salvageOf(source.assessment), error: refusal });
  }
  if (sources.length === 0) throw refused.find((each) => each.error !== undefined)?.error ?? new TravessiaError('INVALID_INPUT', { message: 'No source is left to be planned.' });
  // Of several files the sound ones cross; the others are said to have stayed behind, never passed over.
  for (const { source, code, message, salvage = '' } of refused) {
    if (code === leftOutCode) {
      findings.push({ code: 'plan.finding.source-left-out', severity: 'warning', object: source, params: { source } });
      continue;
    }
    findings.push({ code: salvage === '' ? 'plan.finding.source-refused' : 'plan.finding.source-damaged', severity: 'critical', object: source, params: { source, reason: code, message, salvage } });
  }
  const tables: PlanTable[] = [];
  const views: Plan['views'] = [];
  const types: PlanType[] = [];
  const triggers: PlanTrigger[] = [];
  const repairs: PlanRepair[] = [];
  const rules = input.options.repairs ?? [];
  const met = new Set<RepairRule>();
  const crossings: { database: string; catalog: SqliteCatalog; crossing: string[] }[] = [];
  for (const source of sources) {
    const told = findings.length;
    const common = contextOf(source, shared);
    const drafts = draftTables(source, common);
    const { database } = source.assessment;
    const crosses = (table: string): boolean => drafts.some((draft) => draft.source.name === table);
    const context: PlanContext = { ...common, repairs: createRepairs({ database, catalog: source.catalog, rules, met, surroundings: { crosses, filterOf: (table) => [...(source.filters ?? [])].find(([name]) => sameName(name, table))?.[1].condition, damaged: (table) => source.assessment.integrity.rebuilt?.refused.some((each) => sameName(each.table, table)) ?? false }, measured: input.measured ?? null, counted: input.counted ?? new Map(), uncounted: input.uncounted ?? [] }) };
    crossings.push({ database, catalog: source.catalog, crossing: drafts.map((draft) => draft.source.name) });
    joinColumns(drafts, source.catalog, context);
    findings.push(...drafts.flatMap(escapedFindings));
    const planned = drafts.map((draft) => planTable(draft, drafts, context));
    drafts.forEach((draft, index) => {
      const table = planned[index];
      if (table !== undefined) table.foreignKeys = planForeignKeys(draft, drafts, planned, context);
    });
    tables.push(...planned);
    const native = planNative(source, drafts, planned, context);
    types.push(...native.types);
    const translated = planViews(source, drafts, context);
    views.push(...native.views, ...translated.views);
    const searches = planSearch(source, drafts, planned, context);
    triggers.push(...planTriggers(source, { tables: drafts, views: translated.known }, searches, context));
    repairs.push(...context.repairs.list());
    for (const finding of findings.slice(told)) finding.database ??= database;
  }
  assertMet(rules, met, repairs.filter((repair) => repair.count !== '0').map(({ table, object, count }) => `${table}.${object} (${count})`), crossings);
  return {
    format: 'travessia-plan/1',
    id: input.id,
    version: input.version,
    createdAt: input.createdAt,
    assessmentId: sources.map((source) => source.assessment.id).join(','),
    sources: sources.map(({ assessment }: { assessment: Assessment }) => ({ source: assessment.source, database: assessment.database, fingerprint: assessment.fingerprint })),
    target: input.target,
    ...(input.targetVersion === undefined ? {} : { targetVersion: input.targetVersion }),
    options: input.options,
    ...withParents(tables, objects, repairs),
    views,
    triggers,
    ...(types.length === 0 ? {} : { types }),
    ...(repairs.length === 0 ? {} : { repairs }),
    findings,
  };
}
