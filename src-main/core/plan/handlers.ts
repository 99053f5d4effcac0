import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import type { CallOutput, HandlerInput } from '../../../shared/contract/contract.ts';
import { TravessiaError } from '../../../shared/contract/errors.ts';
import { misfitsOf } from '../../../shared/contract/misfits.ts';
import type { Finding } from '../../../shared/model/finding.ts';
import type { Assessment } from '../../../shared/model/assessment.ts';
import { planOptionsSchema, planSchema, type Plan, type PlanObject, type PlanOptions } from '../../../shared/model/plan.ts';
import type { Template } from '../../../shared/model/template.ts';
import { planAgainstTarget } from '../adopt/index.ts';
import { isoNow, type CoreDeps } from '../deps.ts';
import { addTables, createStep, flatOverrides, foldMerges, foldReshaped, reshapeSource, type PreparedSource, type SourceWithCopy } from '../reshape/index.ts';
import { givePlan, planChanged } from '../projects/transitions.ts';
import { keptReference } from '../sources/index.ts';
import { findTemplate, listTemplates, missingTables, schemaFor, templateOverrides, unmetBy, withStructure } from '../templates/index.ts';
import { countKeys, drawnWithCounts, measureRepairs, repairsOf, type Measured, type UncountedKey } from '../repairs/index.ts';
import { previewSwap } from '../runs/preview-swap.ts';
import { canBePlanned, createPlan, leftOutCode, type RefusedSource } from './create-plan.ts';
import { diffPlans } from './diff-plans.ts';
import { assertTellsApart, nameApart } from './name-apart.ts';
import { assertSchemaName, schemaNameOf } from './names.ts';
import { planScript } from './plan-sql.ts';
import { readCatalog, readOrigin, readPairOf } from './read-catalog.ts';
import { assertOverridesMatch, countFiltered, readRowFilters } from './row-filters.ts';
import { settleSources } from './several-sources.ts';
import { targetVersion } from './target-version.ts';
import { readTextFormats } from './text-formats.ts';

async function assessmentOf(deps: CoreDeps, id: string): Promise<Assessment> {
  const assessment = await deps.store.assessments.get(id);
  if (assessment === null) throw new TravessiaError('NOT_FOUND', { message: `There is no assessment ${id}.`, hint: 'Assess the source first.' });
  return assessment;
}

/** Where an assessed source is read again: its copy, where that is still there. */
function pathOf(deps: CoreDeps, { id, database, source }: Assessment): string {
  const snapshot = deps.folders.snapshot(id, database);
  return existsSync(snapshot) ? snapshot : source;
}

async function make(deps: CoreDeps, plan: { id: string; version: number; target: string; options: PlanOptions; refused: readonly RefusedSource[] }, assessmentIds: readonly string[]): Promise<Plan> {
  const { schema } = plan.options;
  assertSchemaName(schema);
  // Empty: a person took the template away again.
  const template = plan.options.template === undefined || plan.options.template === '' ? null : findTemplate(plan.options.template);
  const asked = plan.options.collisions ?? 'template';
  const collisions = asked !== 'template' ? asked : template === null ? 'schema' : template.collisions;
  const prepared: PreparedSource[] = [];
  const assessments = await nameApart(deps, await Promise.all(assessmentIds.map((id) => assessmentOf(deps, id))));
  const withMissing = async (one: SourceWithCopy, from: Template): Promise<SourceWithCopy> => {
    // Into the program's own tables nothing is made.
    const missing = canBePlanned(one, plan.options) && !plan.options.adopt ? await missingTables(from, one, readPairOf) : [];
    if (missing.length === 0) return one;
    const added = await addTables(one, missing.map(({ table, made }) => createStep(table, made ?? {})), plan.options.rejectShare);
    prepared.push(added);
    empties.push(...missing.map(({ table }): PlanObject => ({ kind: 'table', name: table, table, database: one.assessment.database, outcome: 'created', reason: { code: 'plan.object.made-empty', params: { template: from.name } } })));
    return { ...one, ...added.source, overrides: templateOverrides(from, added.source.assessment) };
  };
  const empties: PlanObject[] = [];
  const read = await Promise.all(
    assessments.map(async (assessment) => {
      const path = pathOf(deps, assessment);
      const catalog = await readCatalog(path);
      const origin = await readOrigin(path);
      const own = assessmentIds.length > 1 && (collisions === 'schema' || template !== null) ? schemaNameOf(assessment.database) : schema;
      const overrides = template === null ? [] : templateOverrides(template, assessment);
      const filtersOf = (from: { path: string; catalog: typeof catalog; assessment: Assessment }) => readRowFilters(from.path, from.catalog, from.assessment, [...overrides, ...plan.options.overrides]);
      const one = {
        path, assessment, catalog, ...(origin === undefined ? {} : { origin }), filters: await filtersOf({ path, catalog, assessment }), formats: await readTextFormats(path, catalog, assessment),
        // A schema that was asked for counts more than the template's.
        schema: template === null || schema !== 'public' ? own : (schemaFor(template, assessment.database) ?? own),
        overrides,
      };
      // One that stays behind is refused by the plan, not by SQLite in the middle of its pages.
      const reshaped = template === null || !canBePlanned(one, plan.options) ? null : await reshapeSource(one, template.reshape);
      if (template === null) return one;
      if (reshaped === null) return await withMissing(one, template);
      prepared.push(reshaped);
      return { ...reshaped.source, filters: await filtersOf(reshaped.source), overrides: [...templateOverrides(template, reshaped.source.assessment), ...flatOverrides(reshaped)] };
    }),
  );
  const [whole, refused] = [read.filter((source) => canBePlanned(source, plan.options)), read.filter((source) => !canBePlanned(source, plan.options))];
  const { sources: settled, merges, preparations } = await settleSources(whole, collisions, plan.options, prepared, (assessment) => (template === null ? [] : templateOverrides(template, assessment)));
  const sources = [...settled, ...refused];
  assertOverridesMatch(plan.options.overrides, [...read, ...sources].map(({ assessment, catalog }) => ({ database: assessment.database, catalog })));
  const version = await targetVersion(deps, plan.target, sources.map(({ catalog }) => catalog));
  const draft = async (overrides: PlanOptions['overrides'] = []): Promise<Plan> => {
    const options = { ...plan.options, overrides: [...plan.options.overrides, ...overrides] };
    const drawn = (measured: Measured | null, counted: ReadonlyMap<string, string>, uncounted: UncountedKey[] = []): Plan => repairsOf(foldMerges(foldReshaped(createPlan({ ...plan, options, targetVersion: version, createdAt: isoNow(deps), sources, measured, uncounted, counted }), prepared), merges, preparations));
    const { signal } = new AbortController();
    const places = sources.map(({ path, assessment }) => ({ path, frozen: path !== assessment.source, database: assessment.database }));
    // Types that a person or a template chose may compare keys otherwise than those the assessment counted by.
    const { plan: first, counted } = await drawnWithCounts((known, uncounted) => drawn(null, known, uncounted), (keys) => countKeys(keys, places, signal));
    const measured = await measureRepairs(first, places, signal);
    return measured === null ? first : drawn(measured, counted);
  };
  const fitted = await planAgainstTarget(deps, await draft(), sources);
  // Keys are compared by the types of the tables that the rows go into.
  const drafted = changesTypes(fitted) ? withRepairs(fitted, await draft(adoptedTypes(fitted))) : fitted;
  // What a source could not give as it was is nowhere in its snapshot, and must not disappear with it; damage is told wherever the plan is, that of a
  // source that stays behind with the reason why it does.
  const behind = new Set(drafted.findings.flatMap(({ code, object }) => (code === 'plan.finding.source-damaged' ? [object] : [])));
  const taken = sources.filter(({ assessment }) => !behind.has(assessment.source)).flatMap(({ assessment }) => [...assessment.findings, ...assessment.tables.flatMap((table) => table.findings)].map((finding) => ({ ...finding, database: assessment.database }))).filter(({ code }) => code.startsWith('source.') || damage.has(code));
  const made = { ...drafted, findings: [...drafted.findings, ...taken] };
  if (template === null) return made;
  const { movedMarker } = template;
  const moved = movedMarker === undefined ? [] : await Promise.all(sources.map(async ({ path, assessment }) => (isMarked(await readPairOf(path, movedMarker)) ? [assessment.source] : [])));
  const findings = moved.flat().map((source): Finding => ({ code: 'plan.finding.moved-already', severity: 'critical', object: source, params: { source, key: movedMarker ?? '' } }));
  const unmet = await unmetBy(template, whole, readPairOf);
  return withStructure(sources.map(({ assessment }) => assessment), { ...made, objects: [...made.objects, ...empties, ...unmet.objects], findings: [...findings, ...unmet.findings, ...made.findings] }, template);
}

/** True where a plan is to repair rows of tables whose types are the target's. */
function changesTypes({ options, repairs, tables }: Plan): boolean {
  return (repairs !== undefined || (options.repairs ?? []).length > 0) && tables.some((table) => table.adopted === true);
}

/** The types of the target's tables, as if a person had chosen them. */
function adoptedTypes({ tables }: Plan): PlanOptions['overrides'] {
  return tables.filter((table) => table.adopted === true).flatMap(({ source: { database, table }, columns }) => columns
    .filter((column) => column.include)
    .map((column) => ({ database, table, column: column.source, type: column.type, cast: column.cast ?? null })));
}

function withRepairs({ repairs: _repairs, ...plan }: Plan, { repairs }: Plan): Plan {
  return repairs === undefined ? plan : { ...plan, repairs };
}

/** Findings of the assessment that say that the file is not whole. */
const damage: ReadonlySet<string> = new Set(['finding.damaged', 'finding.index-damaged', 'finding.index-not-rebuilt']);

/** As a program asks: any text counts (`if (localStorage.getItem(key))`). In a document of other values it is kept as JSON. */
function isMarked(value: string | null): boolean {
  return value !== null && !['', '""', 'false', 'null', '0'].includes(value);
}

/** What an earlier version said of sources that stay behind holds for the next one too. */
function refusedOf(plan: Plan): RefusedSource[] {
  const leftOut = plan.findings.flatMap(({ code, params }) => (code === 'plan.finding.source-left-out' ? [{ source: params?.['source'] ?? '', code: leftOutCode, message: '' }] : []));
  const refused = plan.findings.flatMap(({ code, params }) => (code !== 'plan.finding.source-refused' && code !== 'plan.finding.source-damaged' ? [] : [{
    source: params?.['source'] ?? '', code: params?.['reason'] ?? '', message: params?.['message'] ?? '', salvage: params?.['salvage'] ?? '',
  }]));
  return [...leftOut, ...refused];
}

/** Of a project the sources that a person left out, as the plan names them. */
async function leftOutOf(deps: CoreDeps, projectId: string | undefined): Promise<RefusedSource[]> {
  const project = projectId === undefined ? null : await deps.store.projects.get(projectId);
  return (project?.leftOut ?? []).map((source) => {
    const trouble = project?.troubles.find((each) => each.source === source);
    if (trouble === undefined) return { source, code: leftOutCode, message: '' };
    return { source, code: trouble.code, message: trouble.message, salvage: trouble.readable.map(({ table, rows, whole }) => `${table}: ${rows}${whole ? '' : '…'}`).join(', ') };
  });
}

async function save(deps: CoreDeps, plan: Plan, note: string): Promise<Plan> {
  await deps.store.plans.put(plan, note);
  deps.emit({ type: 'changed', noun: 'plans', id: plan.id });
  return plan;
}

/** The stored plan, the newest version unless one is named. @throws NOT_FOUND */
export async function getPlan(deps: CoreDeps, id: string, version?: number): Promise<Plan> {
  const plan = await deps.store.plans.get(id, version);
  if (plan === null) throw new TravessiaError('NOT_FOUND', { message: version === undefined ? `There is no plan ${id}.` : `Plan ${id} has no version ${version}.` });
  return plan;
}

function parsePlan(text: string): Plan {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new TravessiaError('PLAN_INVALID', { message: 'The plan is not valid JSON.', hint: 'Choose a file written by “travessia plan --out”.', cause: error });
  }
  const parsed = planSchema.safeParse(value);
  if (!parsed.success) {
    throw new TravessiaError('PLAN_INVALID', { message: `The plan does not have the expected form: ${misfitsOf(parsed.error, value)}.`, hint: 'Mend the places named, or make the plan anew.' });
  }
  return parsed.data;
}

export function planHandlers(deps: CoreDeps) {
  return {
    'templates/list': (): Promise<CallOutput<'templates/list'>> => Promise.resolve(listTemplates()),
    async 'plans/create'(input: HandlerInput<'plans/create'>): Promise<CallOutput<'plans/create'>> {
      const settings = await deps.store.settings.all();
      const options = planOptionsSchema.parse({ rejectShare: settings.rejectShare, ...input.options });
      const leftOut = await leftOutOf(deps, input.projectId);
      const known = await Promise.all(input.assessmentIds.map(async (id) => ({ id, source: (await deps.store.assessments.get(id))?.source })));
      const crossing = known.flatMap(({ id, source }) => (leftOut.some((each) => each.source === source) ? [] : [id]));
      const refused = [...leftOut, ...(input.refused ?? [])];
      const plan = await save(deps, await make(deps, { id: randomUUID(), version: 1, target: await deps.targetSecrets.keep(input.target), options, refused }, crossing), 'plan.note.created');
      if (input.projectId !== undefined) await givePlan(deps, input.projectId, plan.id);
      return plan;
    },
    'plans/get': (input: HandlerInput<'plans/get'>): Promise<CallOutput<'plans/get'>> => getPlan(deps, input.id, input.version),
    'plans/versions': (input: HandlerInput<'plans/versions'>): Promise<CallOutput<'plans/versions'>> => deps.store.plans.versions(input.id),
    async 'plans/override'(input: HandlerInput<'plans/override'>): Promise<CallOutput<'plans/override'>> {
      const plan = await getPlan(deps, input.id);
      const options = planOptionsSchema.parse({ ...plan.options, ...input.options, overrides: [...plan.options.overrides, ...input.overrides] });
      const changed = await save(deps, await make(deps, { id: plan.id, version: plan.version + 1, target: plan.target, options, refused: refusedOf(plan) }, plan.assessmentId.split(',')), 'plan.note.decided');
      await planChanged(deps, plan.id);
      return changed;
    },
    async 'plans/check-filter'(input: HandlerInput<'plans/check-filter'>): Promise<CallOutput<'plans/check-filter'>> {
      const plan = await getPlan(deps, input.id);
      const assessments = await Promise.all(plan.assessmentId.split(',').map((id) => assessmentOf(deps, id)));
      const found = assessments.find(({ database, tables }) => database === input.database && tables.some(({ name }) => name === input.table));
      if (found === undefined) throw new TravessiaError('NOT_FOUND', { message: `The plan has no table ${input.table} of ${input.database}.` });
      return countFiltered(pathOf(deps, found), input.table, input.condition);
    },
    async 'plans/sql'(input: HandlerInput<'plans/sql'>): Promise<CallOutput<'plans/sql'>> {
      const plan = await getPlan(deps, input.id, input.version);
      return { sql: planScript(plan, await previewSwap(deps, plan)) };
    },
    async 'plans/diff'(input: HandlerInput<'plans/diff'>): Promise<CallOutput<'plans/diff'>> {
      return diffPlans(await getPlan(deps, input.id, input.from), await getPlan(deps, input.id, input.to));
    },
    async 'plans/export'(input: HandlerInput<'plans/export'>): Promise<CallOutput<'plans/export'>> {
      const plan = await getPlan(deps, input.id, input.version);
      const base = (plan.sources[0]?.database ?? 'plan').replace(/\.[^.]+$/, '').replace(/[^\p{L}\p{N}._-]/gu, '_');
      return { fileName: `${base}.travessia-plan.json`, text: `${JSON.stringify(plan, null, 2)}\n` };
    },
    async 'plans/import'(input: HandlerInput<'plans/import'>): Promise<CallOutput<'plans/import'>> {
      const parsed = parsePlan(input.text);
      assertTellsApart(parsed);
      const sources = await Promise.all(parsed.sources.map(async (source, index) => ({ ...source, source: await keptReference(deps, input.sources?.[index] ?? source.source) })));
      const known = await deps.store.plans.get(parsed.id);
      const plan = { ...parsed, sources, target: await deps.targetSecrets.keep(input.target ?? parsed.target), version: (known?.version ?? 0) + 1 };
      await save(deps, plan, 'plan.note.imported');
      if (input.projectId !== undefined) await givePlan(deps, input.projectId, plan.id);
      return plan;
    },
  };
}
