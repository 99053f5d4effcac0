import { TravessiaError } from '../../../shared/contract/errors.ts';
import type { SqliteCatalog } from '../../../shared/model/catalog.ts';
import type { Override } from '../../../shared/model/plan.ts';
import { tokenize } from '../../../shared/pure/sqlite-sql/index.ts';
import type { RowCount } from '../../drivers/sqlite/index.ts';
import { askWorker } from '../../workers/ask-worker.ts';
import { matchesPattern } from './patterns.ts';
import { overridesFor } from './plan-columns.ts';

/** A condition on the source's columns, and what it lets through. */
export interface RowFilter extends RowCount {
  readonly condition: string;
}

/** Answers that change from one reading to the next: the load and the verification would see other rows. */
const changing: ReadonlySet<string> = new Set(['random', 'randomblob', 'current_time', 'current_date', 'current_timestamp', 'changes', 'total_changes', 'last_insert_rowid']);
const clocks: ReadonlySet<string> = new Set(['date', 'time', 'datetime', 'julianday', 'unixepoch', 'strftime', 'timediff']);

/**
 * Makes sure that a condition is one expression that cannot leave its brackets, and that it answers alike whenever it is asked.
 * @throws TravessiaError INVALID_INPUT
 */
export function assertCondition(condition: string): void {
  const refuse = (why: string): never => {
    throw new TravessiaError('INVALID_INPUT', { message: `The condition cannot be used: ${why}.`, hint: 'Write it as after WHERE in SQLite, on the names of the source’s columns, for example: user_id <= 500.' });
  };
  const tokens = tokenize(condition).filter(({ type }) => type !== 'space');
  if (tokens.length === 0) refuse('it is empty');
  let depth = 0;
  for (const [index, { type, text, value }] of tokens.entries()) {
    if (type === 'comment') refuse('it holds a comment');
    if (type === 'error') refuse(`${text} cannot be read`);
    if (type === 'parameter') refuse(`${text} stands for no value here`);
    if (type === 'operator' && text === ';') refuse('it holds more than one statement');
    if (type === 'operator' && text === '(') depth += 1;
    if (type === 'operator' && text === ')') depth -= 1;
    if (depth < 0) refuse('a bracket is closed that was not opened');
    const word = type === 'word' ? value.toLowerCase() : '';
    const bare = clocks.has(word) && tokens[index + 1]?.text === '(' && tokens[index + 2]?.text === ')';
    if (changing.has(word) || bare || (type === 'string' && value.toLowerCase() === 'now')) refuse(`${text} answers differently each time`);
  }
  if (depth > 0) refuse('a bracket is not closed');
}

/** Counts in a thread of its own what a condition lets through. @throws TravessiaError INVALID_INPUT, and the driver's */
export async function countFiltered(path: string, table: string, condition: string): Promise<RowCount> {
  assertCondition(condition);
  return askWorker<RowCount>('catalog', { path, count: { table, condition } });
}

/** The row filters of one source, by table, each counted. @throws TravessiaError INVALID_INPUT */
export async function readRowFilters(path: string, catalog: SqliteCatalog, database: string, overrides: readonly Override[]): Promise<ReadonlyMap<string, RowFilter>> {
  const own = overrides.filter((override) => override.database === undefined || override.database === database);
  if (own.every((override) => (override.filter ?? null) === null)) return new Map();
  const found = await Promise.all(catalog.tables.filter(({ kind }) => kind === 'table').map(async ({ name }): Promise<(readonly [string, RowFilter])[]> => {
    const condition = overridesFor(own, name).filter ?? null;
    return condition === null ? [] : [[name, { condition, ...(await countFiltered(path, name, condition)) }]];
  }));
  return new Map(found.flat());
}

/** A filter that speaks of no table would let every row cross without a word. @throws TravessiaError INVALID_INPUT */
export function assertFiltersMatch(overrides: readonly Override[], sources: readonly { readonly database: string; readonly catalog: SqliteCatalog }[]): void {
  for (const { table, database, filter } of overrides) {
    if ((filter ?? null) === null) continue;
    const found = sources.some((source) => (database === undefined || source.database === database) && source.catalog.tables.some(({ name, kind }) => kind === 'table' && matchesPattern(table, name)));
    if (!found) throw new TravessiaError('INVALID_INPUT', { message: `No table is named ${table}, so no row can be chosen of it.`, hint: `There are: ${sources.flatMap(({ catalog }) => catalog.tables.map(({ name }) => name)).slice(0, 20).join(', ')}.` });
  }
}
