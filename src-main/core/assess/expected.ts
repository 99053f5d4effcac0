import type { Assessment } from '../../../shared/model/assessment.ts';
import type { SqliteCatalog } from '../../../shared/model/catalog.ts';
import type { Finding } from '../../../shared/model/finding.ts';
import { planOptionsSchema, type Plan, type PlanObject } from '../../../shared/model/plan.ts';
import { TravessiaError } from '../../../shared/contract/errors.ts';
import { describe } from '../../../shared/pure/texts/index.ts';
import { createPlan } from '../plan/create-plan.ts';
import { readOrigin } from '../plan/read-catalog.ts';
import { readTextFormats } from '../plan/text-formats.ts';

/** The server that ships with the program, and most others by now, say what the oldest supported one does not. */
const usualTarget = 16;

/**
 * What a plan without a person's choices makes of each object: an assessment says of a trigger or a key what the plan will say, since it
 * asks the planner itself. Undefined where no plan can be made of the source, which the run then says.
 */
export async function expectedPlan(assessment: Assessment, catalog: SqliteCatalog, path: string, rejectShare: number): Promise<Pick<Plan, 'objects' | 'tables'> | undefined> {
  const origin = await readOrigin(path);
  const formats = await readTextFormats(path, catalog, assessment);
  try {
    return createPlan({
      id: '', version: 1, createdAt: '', target: '', targetVersion: usualTarget, options: planOptionsSchema.parse({ rejectShare }),
      sources: [{ assessment, catalog, schema: 'public', formats, ...(origin === undefined ? {} : { origin }) }],
    });
  } catch (error) {
    if (error instanceof TravessiaError) return undefined;
    throw error;
  }
}

const why = ({ reason }: PlanObject): string => reason?.params?.['detail'] ?? (reason === undefined ? '' : describe(reason.code, reason.params));

function keyOf(finding: Finding, objects: readonly PlanObject[]): PlanObject | undefined {
  const said = `(${finding.params?.['columns'] ?? ''}) → ${finding.params?.['parent'] ?? ''} (`;
  return objects.find(({ kind, table, source }) => kind === 'foreign key' && table === finding.table && source?.startsWith(said) === true);
}

/** How a finding reads once it is known what becomes of what it speaks of; absent: as it is. */
const retold: Readonly<Record<string, (finding: Finding, objects: readonly PlanObject[]) => Finding>> = {
  'finding.trigger': (finding, objects) => {
    const found = objects.find(({ kind, name }) => kind === 'trigger' && name === finding.object);
    if (found === undefined) return finding;
    if (found.outcome === 'listed') return { ...finding, code: 'finding.trigger-listed', params: { detail: why(found) } };
    return { ...finding, severity: 'info', code: found.reason?.code === 'plan.object.trigger-search' ? 'finding.trigger-needless' : 'finding.trigger-crosses' };
  },
  'finding.generated': (finding, objects) => {
    const found = objects.find(({ kind, name }) => kind === 'generated column' && name === `${finding.table}.${finding.column}`);
    return found === undefined || found.outcome === 'listed' ? finding : { ...finding, code: 'finding.generated-crosses' };
  },
  'finding.orphans': (finding, objects) => (keyOf(finding, objects)?.outcome === 'listed' ? { ...finding, code: 'finding.orphans-listed' } : finding),
  'finding.orphans-differ': (finding, objects) => (keyOf(finding, objects)?.outcome === 'listed' ? { ...finding, code: 'finding.orphans-listed' } : finding),
  'finding.null-in-key': (finding, objects) => (objects.some(({ kind, table, outcome }) => kind === 'primary key' && table === finding.table && outcome === 'listed') ? { ...finding, code: 'finding.null-in-key-listed' } : finding),
  'finding.check-broken': (finding, objects) => (objects.some(({ kind, table, outcome, source }) => kind === 'check' && table === finding.table && source === finding.params?.['expression'] && outcome === 'listed') ? { ...finding, code: 'finding.check-broken-listed' } : finding),
  'finding.partial-index': indexSaid,
  'finding.expression-index': indexSaid,
};

function indexSaid(finding: Finding, objects: readonly PlanObject[]): Finding {
  const found = objects.find(({ kind, name, table }) => kind === 'index' && table === finding.table && name === finding.object);
  return found?.outcome === 'listed' ? { ...finding, code: 'finding.index-listed', severity: 'warning', params: { detail: why(found) } } : finding;
}

const ofMisfits: ReadonlySet<string> = new Set(['finding.rejects', 'finding.widened', 'finding.longer']);

/** Findings with the planner's word on what becomes of each object. */
export function agreed(findings: readonly Finding[], { objects, tables }: Pick<Plan, 'objects' | 'tables'>): Finding[] {
  // A column of PostgreSQL keeps its type, whatever SQLite's reading of the copy would have made of its values.
  const isNative = (finding: Finding): boolean => tables.some(({ source, columns }) => source.table === finding.table && columns.some((column) => column.source === finding.column && column.why.some(({ code }) => code === 'plan.why.native')));
  const told = findings.filter((finding) => !ofMisfits.has(finding.code) || !isNative(finding)).map((finding) => retold[finding.code]?.(finding, objects) ?? finding);
  // An index that is partial and on an expression is said once.
  return told.filter((finding, at) => finding.code !== 'finding.index-listed' || told.findIndex((each) => each.code === finding.code && each.object === finding.object && each.table === finding.table) === at);
}

/** Objects that do not cross, of which no finding speaks; of one table, or of none. */
export function listedFindings(objects: readonly PlanObject[], table?: string): Finding[] {
  return objects.filter((object) => object.table === table && object.outcome === 'listed').flatMap((object): Finding[] => {
    if (object.kind === 'view' && object.reason?.code !== 'plan.object.view-broken') return [{ code: 'finding.view-listed', severity: 'warning', object: object.name, params: { detail: why(object) } }];
    const code = object.kind === 'check' ? 'finding.check-listed' : object.kind === 'default' ? 'finding.default-listed' : undefined;
    return code === undefined ? [] : [{ code, severity: 'warning', ...(table === undefined ? {} : { table }), object: object.name, params: { detail: why(object), source: object.source ?? '' } }];
  });
}
