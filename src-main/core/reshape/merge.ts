import { TravessiaError } from '../../../shared/contract/errors.ts';
import type { SqliteColumn, SqliteTable } from '../../../shared/model/catalog.ts';
import type { Override, PlanOptions } from '../../../shared/model/plan.ts';
import type { Preparation } from '../../../shared/model/reshape.ts';
import { quoteIdent } from '../../../shared/pure/quote.ts';
import { qualifyTables } from '../../../shared/pure/sqlite-sql/index.ts';
import { affinityOf, meaningOf } from '../../../shared/pure/type-ladder/index.ts';
import { applyPolicy } from '../plan/names.ts';
import { matchesPattern } from '../plan/patterns.ts';
import { parseTable } from '../plan/parsed-table.ts';
import { overridesFor } from '../plan/plan-columns.ts';
import { readCatalog } from '../plan/read-catalog.ts';
import { sqliteText } from './forward.ts';
import { assessPrepared, prepareCopy, type SourceWithCopy } from './prepare-sources.ts';
import { foldName, sameName } from '../../../shared/pure/fold-name.ts';

/** One source's table that goes into a merged one. */
export interface Part {
  readonly database: string;
  readonly table: SqliteTable;
  /** Only these of its rows cross. */
  readonly filter: string | undefined;
}

/** Tables of one name and shape of several sources, as one with a column that says which source a row is of. */
export interface Merge {
  /** The source in whose copy it is made. */
  readonly database: string;
  /** Its name there, and in the target. */
  readonly name: string;
  readonly target: string;
  readonly column: string;
  readonly parts: readonly Part[];
}

export interface MergedSources {
  readonly sources: readonly SourceWithCopy[];
  readonly merges: readonly Merge[];
  readonly preparations: readonly Preparation[];
}

const mergedMark = ' (merged)';

/** The name that a template and people know a merged table by. */
export function plainName(table: string): string {
  return table.endsWith(mergedMark) ? table.slice(0, -mergedMark.length) : table;
}

interface Meeting {
  readonly schema: string;
  readonly target: string;
  readonly parts: Part[];
}

/** Tables of different sources that would have one name in one schema. */
function meetingsOf(sources: readonly SourceWithCopy[], options: PlanOptions, folded: (database: string, table: string) => boolean): Meeting[] {
  const found = new Map<string, Meeting>();
  for (const { schema, catalog, assessment: { database }, overrides, filters } of sources) {
    const own = [...overrides, ...options.overrides].filter((override) => override.database === undefined || override.database === database);
    for (const table of catalog.tables.filter(({ kind, virtual, name }) => kind === 'table' && virtual === undefined && !folded(database, name))) {
      const { exclude, targetName } = overridesFor(own, table.name);
      if (exclude === true) continue;
      const target = targetName ?? applyPolicy(table.name, options.identifiers);
      const key = `${schema}\0${target}`;
      const meeting = found.get(key) ?? { schema, target, parts: [] };
      meeting.parts.push({ database, table, filter: filters?.get(table.name)?.condition });
      found.set(key, meeting);
    }
  }
  return [...found.values()].filter(({ parts }) => new Set(parts.map(({ database }) => database)).size > 1);
}

const choices = 'Choose with --collisions: schema (each file to its own), prefix (the file’s name before each table’s), or merge (one table, with a column that names the source).';

/** @throws TravessiaError NAME_COLLISION, naming the tables and where they come from */
export function assertNoMeeting(sources: readonly SourceWithCopy[], options: PlanOptions): void {
  const meetings = meetingsOf(sources, options, () => false);
  if (meetings.length === 0) return;
  throw new TravessiaError('NAME_COLLISION', {
    message: `Several sources have tables of one name: ${meetings.map(({ target, parts }) => `${target} (${parts.map(({ database }) => database).join(', ')})`).join('; ')}.`,
    hint: choices,
  });
}

function columnsOf(table: SqliteTable): readonly SqliteColumn[] {
  return table.columns.filter((column) => column.hidden !== 1);
}

function shapeOf(table: SqliteTable): string {
  const names = (columns: readonly SqliteColumn[]) => columns.map(({ name }) => foldName(name));
  return JSON.stringify([names(columnsOf(table)).toSorted(), names(table.columns.filter(({ pk }) => pk > 0).toSorted((a, b) => a.pk - b.pk))]);
}

function assertSameShape({ target, parts }: Meeting): void {
  const [first, ...others] = parts;
  const odd = others.find(({ table }) => first !== undefined && shapeOf(table) !== shapeOf(first.table));
  if (first === undefined || odd === undefined) return;
  const names = ({ table }: Part) => columnsOf(table).map(({ name }) => foldName(name));
  const only = (a: Part, b: Part) => names(a).filter((name) => !names(b).includes(name));
  const differ = [...only(first, odd).map((name) => `${name} only in ${first.database}`), ...only(odd, first).map((name) => `${name} only in ${odd.database}`)];
  throw new TravessiaError('NAME_COLLISION', {
    message: `${target} of ${first.database} and of ${odd.database} cannot be merged: ${differ.length === 0 ? 'their primary keys differ' : differ.join(', ')}.`,
    hint: 'Only tables with the same columns and the same primary key are merged. Give one of them another name, or choose schema or prefix.',
  });
}

/** What all parts may be declared as; without a declaration nothing is converted and the values themselves decide. */
function declaredFor(name: string, parts: readonly Part[]): string {
  const all = parts.map(({ table }) => table.columns.find((column) => sameName(column.name, name))?.declared ?? '');
  const [first = ''] = all;
  const meanings = all.map((declared) => meaningOf(declared, affinityOf(declared)));
  const [meaning] = meanings;
  if (all.some((declared) => affinityOf(declared) !== affinityOf(first)) || meanings.some(({ kind }) => kind !== meaning?.kind)) return '';
  if (meaning?.kind === 'varchar') return all.toSorted((a, b) => lengthOf(b) - lengthOf(a))[0] ?? first;
  return meaning?.kind === 'numeric' && new Set(meanings.map((each) => ('type' in each ? each.type : ''))).size > 1 ? 'NUMERIC' : first;
}

function lengthOf(declared: string): number {
  const meaning = meaningOf(declared, affinityOf(declared));
  return meaning.kind === 'varchar' ? meaning.length : 0;
}

/** SQLite's statements in the copy of the first part's source; the others are `s1`, `s2` … by `reads`. */
function stepsOf({ name, column, parts }: Merge, reads: readonly string[]): Preparation['steps'] {
  const [first] = parts;
  if (first === undefined) return [];
  const columns = columnsOf(first.table);
  const parsed = parts.map(({ table }) => parseTable(table.sql));
  const key = first.table.columns.filter(({ pk }) => pk > 0).toSorted((a, b) => a.pk - b.pk);
  const lines = columns.map((each) => {
    const declared = declaredFor(each.name, parts);
    const collations = new Set(parsed.map((definition) => (definition?.collationOf(each.name) ?? 'BINARY').toUpperCase()));
    // Where the files differ, rows that are two in one of them must not be one here.
    const collation = collations.size === 1 ? [...collations].join('') : 'BINARY';
    const everywhere = parts.every(({ table }) => table.columns.find((other) => sameName(other.name, each.name))?.notNull === true) || each.name === first.table.rowidAlias;
    return `  ${quoteIdent(each.name)}${declared === '' ? '' : ` ${quoteIdent(declared)}`}${everywhere ? ' NOT NULL' : ''}${/^(NOCASE|RTRIM)$/.test(collation) ? ` COLLATE ${collation}` : ''}`;
  });
  const keyLine = key.length === 0 ? [] : [`  PRIMARY KEY (${[column, ...key.map((each) => each.name)].map(quoteIdent).join(', ')})`];
  const table = quoteIdent(name);
  const list = columns.map((each) => quoteIdent(each.name)).join(', ');
  return [
    { why: `merge.create ${name}`, sql: `CREATE TABLE ${table} (\n${[`  ${quoteIdent(column)} TEXT NOT NULL`, ...lines, ...keyLine].join(',\n')}\n)` },
    ...parts.map((part) => {
      const from = part.database === first.database ? 'main' : `s${reads.indexOf(part.database) + 1}`;
      // Its subqueries read the part's own source, where 'main' may have tables of the same names.
      const where = part.filter === undefined ? '' : ` WHERE (${from === 'main' ? part.filter : qualifyTables(part.filter, from)})`;
      return { why: `merge.fill ${name}`, sql: `INSERT INTO ${table} (${quoteIdent(column)}, ${list}) SELECT ${sqliteText(part.database)}, ${list} FROM ${from}.${quoteIdent(part.table.name)}${where}` };
    }),
  ];
}

/** SQLite attaches no file of another encoding (https://sqlite.org/lang_attach.html). @throws TravessiaError NAME_COLLISION */
function assertOneEncoding(meetings: readonly Meeting[], sources: readonly SourceWithCopy[]): void {
  const encodingOf = (database: string): string => sources.find(({ assessment }) => assessment.database === database)?.assessment.file.encoding ?? '';
  for (const { target, parts } of meetings) {
    const [first, ...others] = parts.map(({ database }) => database);
    const other = others.find((each) => encodingOf(each) !== encodingOf(first ?? ''));
    if (first === undefined || other === undefined) continue;
    throw new TravessiaError('NAME_COLLISION', {
      message: `${target} of ${first} and of ${other} cannot be merged: one is stored in ${encodingOf(first)}, the other in ${encodingOf(other)}, and SQLite reads no two encodings at once.`,
      hint: 'Give each table a name of its own: --collisions schema or --collisions prefix.',
    });
  }
}

function freeColumn(meetings: readonly Meeting[]): string {
  const taken = new Set(meetings.flatMap(({ parts }) => parts.flatMap(({ table }) => table.columns.map(({ name }) => foldName(name)))));
  for (const name of ['source', 'source_database']) if (!taken.has(name)) return name;
  for (let n = 2; ; n += 1) if (!taken.has(`source_${n}`)) return `source_${n}`;
}

/**
 * Merges tables of one name and shape, on copies for planning: the plan then sees one table, in the copy of the first source that has it.
 * @throws TravessiaError NAME_COLLISION where shapes differ
 */
export async function mergeSources(sources: readonly SourceWithCopy[], options: PlanOptions, folded: (database: string, table: string) => boolean, template: (assessment: SourceWithCopy['assessment']) => Override[]): Promise<MergedSources> {
  const meetings = meetingsOf(sources, options, folded);
  if (meetings.length === 0) return { sources, merges: [], preparations: [] };
  meetings.forEach(assertSameShape);
  assertOneEncoding(meetings, sources);
  const column = freeColumn(meetings);
  const merges = meetings.map(({ target, parts }): Merge => ({ database: parts[0]?.database ?? '', name: `${target}${mergedMark}`, target, column, parts }));
  const preparations: Preparation[] = [];
  const made: SourceWithCopy[] = [];
  for (const source of sources) {
    const { database } = source.assessment;
    const own = merges.filter((merge) => merge.database === database);
    const overrides = [...source.overrides, ...merges.flatMap((merge) => partOverrides(merge, database, options))];
    if (own.length === 0) {
      made.push({ ...source, overrides });
      continue;
    }
    const reads = [...new Set(own.flatMap(({ parts }) => parts.map((part) => part.database)))].filter((each) => each !== database);
    const preparation: Preparation = { database, reads, steps: own.flatMap((merge) => stepsOf(merge, reads)) };
    preparations.push(preparation);
    const path = await prepareCopy(source.path, preparation, reads.flatMap((each) => sources.find((other) => other.assessment.database === each)?.path ?? []));
    const assessment = await assessPrepared(path, source.assessment);
    // The template's words of the merged tables, whose values only now were looked at.
    const meant = template(assessment).filter(({ table }) => own.some(({ name }) => name === table));
    made.push({ ...source, path, overrides: [...meant, ...overrides], assessment, catalog: await readCatalog(path), rejectShare: 0 });
  }
  return { sources: made, merges, preparations };
}

/** The merged table has the name; its parts stand aside. What people say of a part they mean of the merged table as well. */
function partOverrides({ name, target, parts, ...merge }: Merge, database: string, options: PlanOptions): Override[] {
  const own = parts.filter((part) => part.database === database);
  const aside = own.map(({ table }): Override => ({ database, table: table.name, targetName: `${target} (${database})`, by: 'template' }));
  if (merge.database !== database) return aside;
  const said = options.overrides.filter((override) => (override.database === undefined || override.database === database) && own.some(({ table }) => matchesPattern(override.table, table.name)) && !matchesPattern(override.table, name));
  return [...aside, { database, table: name, targetName: target, by: 'template' }, ...said.filter(({ column }) => column !== undefined).map((override) => ({ ...override, table: name }))];
}
