import { TravessiaError } from '../../../../shared/contract/errors.ts';
import type { Mapping, SourceShape } from '../../../../shared/model/conversation-mapping.ts';
import type { Dialect } from './row-source.ts';

/** What in a mapping does not fit the database: a place (`messages.role`), what is wrong, and the nearest name there is. */
export interface MappingProblem {
  readonly place: string;
  readonly code: 'mapping.no-table' | 'mapping.no-column' | 'mapping.nothing' | 'mapping.no-rows' | 'mapping.empty';
  readonly params: Readonly<Record<string, string>>;
}

/** Letters to change until one name is the other (Levenshtein). */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [index, letter] of [...a].entries()) {
    const next = [index + 1];
    for (const [at, other] of [...b].entries()) next.push(Math.min((row[at + 1] ?? 0) + 1, (next[at] ?? 0) + 1, (row[at] ?? 0) + (letter === other ? 0 : 1)));
    row = next;
  }
  return row.at(-1) ?? 0;
}

function nearest(name: string, names: readonly string[]): string {
  const [best] = names.map((each) => ({ each, far: distance(name.toLowerCase(), each.toLowerCase()) })).toSorted((a, b) => a.far - b.far);
  return best !== undefined && best.far <= Math.max(2, Math.floor(name.length / 2)) ? best.each : '';
}

/** All that a mapping names and the database has not. */
export function mappingProblems(shape: SourceShape, mapping: Mapping, dialect: Dialect): MappingProblem[] {
  if (mapping.messages === undefined && mapping.conversations?.document === undefined) return [{ place: 'messages', code: 'mapping.nothing', params: {} }];
  return Object.entries(mapping).flatMap(([place, part]): MappingProblem[] => {
    if (typeof part !== 'object') return [];
    const { name, schema } = part.table;
    const table = shape.tables.find((each) => each.name === name && each.schema === schema);
    if (table === undefined) return [{ place: `${place}.table`, code: 'mapping.no-table', params: { table: schema === null ? name : `${schema}.${name}`, suggestion: nearest(name, shape.tables.filter((each) => each.schema === schema).map((each) => each.name)) } }];
    const known = [...table.columns.map((column) => column.name), ...(dialect === 'sqlite' ? ['rowid'] : [])];
    return columnsIn(part, place).filter(({ column }) => !known.includes(column)).map((each) => ({ place: each.place, code: 'mapping.no-column', params: { column: each.column, table: name, suggestion: nearest(each.column, known) } }));
  });
}

function columnsIn(value: unknown, place: string): { readonly place: string; readonly column: string }[] {
  if (Array.isArray(value)) return value.flatMap((each, index) => columnsIn(each, `${place}.${index}`));
  if (typeof value !== 'object' || value === null) return [];
  if ('column' in value && typeof value.column === 'string') return [{ place, column: value.column }];
  return Object.entries(value).flatMap(([key, inner]) => (key === 'table' ? [] : columnsIn(inner, `${place}.${key}`)));
}

/** @throws MAPPING_INVALID naming the first place that does not fit */
export function checkMapping(shape: SourceShape, mapping: Mapping, dialect: Dialect): void {
  const [problem] = mappingProblems(shape, mapping, dialect);
  if (problem === undefined) return;
  const { column, table, suggestion } = problem.params;
  const what = problem.code === 'mapping.nothing' ? 'says neither where messages are nor which column holds them' : problem.code === 'mapping.no-table' ? `names the table ${table ?? ''}, which is not there` : `names the column ${column ?? ''}, which ${table ?? ''} has not`;
  throw new TravessiaError('MAPPING_INVALID', { message: `The mapping ${what} (${problem.place}).`, hint: suggestion === undefined || suggestion === '' ? 'Look at the tables and columns of the database and correct the mapping.' : `Perhaps ${suggestion} is meant.` });
}
