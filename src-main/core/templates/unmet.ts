import type { Assessment } from '../../../shared/model/assessment.ts';
import type { SqliteCatalog } from '../../../shared/model/catalog.ts';
import type { Finding } from '../../../shared/model/finding.ts';
import type { PlanObject } from '../../../shared/model/plan.ts';
import type { Template, TemplateTable } from '../../../shared/model/template.ts';
import { matchesPattern } from '../plan/patterns.ts';
import { plainName } from '../reshape/index.ts';

/** A source as it was read, before anything of it was reshaped or merged. */
export interface ReadSource {
  readonly path: string;
  readonly assessment: Pick<Assessment, 'database' | 'source'>;
  readonly catalog: Pick<SqliteCatalog, 'tables'>;
}

export interface Unmet {
  readonly findings: Finding[];
  readonly objects: PlanObject[];
}

/** What a program keeps under a key that has no rows yet: an empty list or object, or nothing. */
const empty = /^\s*(?:\[\s*\]|\{\s*\}|null|undefined)?\s*$/;

/** In a document of strings alone a value stands as it is, in one of other values as JSON. */
function textOf(value: string): string {
  if (!value.startsWith('"')) return value;
  try {
    const inner: unknown = JSON.parse(value);
    return typeof inner === 'string' ? inner : value;
  } catch {
    return value;
  }
}

type ReadPair = (path: string, key: string) => Promise<string | null>;

/** Tables of the program that a JSON export says nothing of but for an empty list, or nothing at all: as its own schema has them. */
export async function missingTables(template: Template, { path, assessment: { database, source }, catalog }: ReadSource, readPair: ReadPair): Promise<TemplateTable[]> {
  if (!source.startsWith('json:')) return [];
  const known = template.sources.find((candidate) => matchesPattern(candidate.database, database))?.tables ?? [];
  const there = known.filter(({ table }) => catalog.tables.some(({ name }) => matchesPattern(table, name)));
  const values = await Promise.all(known.map(async ({ table }) => ({ table, value: there.some((each) => each.table === table) ? null : await readPair(path, table) })));
  // A document of another program is not one of this.
  if (there.length === 0 && values.every(({ value }) => value === null)) return [];
  const taken = new Set([...there, ...known.filter(({ table }) => values.some((each) => each.table === table && each.value !== null && !empty.test(textOf(each.value))))].map(({ table, target }) => target ?? table));
  return known.filter(({ table, target, made }) => made !== undefined && !taken.has(target ?? table));
}

/**
 * What of a template does not hold for the sources that are there, and would else be passed over: no table that it knows, a table that is to be
 * reshaped and lacks a column, a key whose text was cut off so that its rows are none.
 *
 * @param readPair - the value under a key in a source's table of keys and values; null where there is none
 */
export async function unmetBy(template: Template, sources: readonly ReadSource[], readPair: ReadPair): Promise<Unmet> {
  const findings: Finding[] = [];
  const objects: PlanObject[] = [];
  const unknown: string[] = [];
  for (const { path, assessment: { database, source }, catalog } of sources) {
    const tables = catalog.tables.filter(({ kind }) => kind === 'table');
    const store = template.sources.find((candidate) => matchesPattern(candidate.database, database));
    const known = store?.tables ?? [];
    const isThere = (pattern: string): boolean => tables.some(({ name }) => matchesPattern(pattern, plainName(name)));
    const broken: Finding[] = [];
    let isNamed = known.some(({ table }) => isThere(table));
    if (source.startsWith('json:')) {
      for (const { table } of known.filter((each) => !each.table.includes('*') && !isThere(each.table))) {
        const value = await readPair(path, table);
        isNamed ||= value !== null;
        if (value !== null && !empty.test(textOf(value))) broken.push({ code: 'plan.finding.template-no-rows', severity: 'critical', database, object: table, params: { source, key: table, template: template.name, characters: String(textOf(value).length) } });
      }
    }
    findings.push(...broken);
    // A store may be known by its place alone.
    if ((store === undefined || known.length > 0) && !isNamed) unknown.push(source);
    for (const { from, needs } of template.reshape) {
      const flat = tables.find(({ name }) => name === from);
      const lacking = needs.filter((name) => flat?.columns.every((column) => column.name !== name) === true);
      if (lacking.length > 0) objects.push({ kind: 'table', name: from, table: from, database, outcome: 'created', reason: { code: 'plan.object.not-reshaped', params: { template: template.name, columns: lacking.join(', ') } } });
    }
  }
  // One store more than the template knows is worth a word; a template that knows nothing of what is there was not meant.
  const severity = unknown.length === sources.length ? 'critical' : 'warning';
  findings.push(...unknown.map((source): Finding => ({ code: 'plan.finding.template-unknown', severity, object: source, params: { source, template: template.name } })));
  return { findings, objects };
}
