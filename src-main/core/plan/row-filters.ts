import { TravessiaError } from '../../../shared/contract/errors.ts';
import type { Assessment } from '../../../shared/model/assessment.ts';
import type { SqliteCatalog, SqliteTable } from '../../../shared/model/catalog.ts';
import type { Override } from '../../../shared/model/plan.ts';
import { quoteIdent } from '../../../shared/pure/quote.ts';
import { tokenize } from '../../../shared/pure/sqlite-sql/index.ts';
import type { RowCount } from '../../drivers/sqlite/index.ts';
import { askWorker } from '../../workers/ask-worker.ts';
import { matchesPattern } from './patterns.ts';
import { overridesFor } from './plan-columns.ts';

/** A condition on the source's columns, and what it lets through. */
export interface RowFilter extends RowCount {
  readonly condition: string;
  /** Of the rows it lets through, those with NULL in the primary key. */
  readonly nullKeys: number;
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
    // Without a moment they take the present one; strftime has its format first (https://sqlite.org/lang_datefunc.html, section 2).
    const bare = clocks.has(word) && tokens[index + 1]?.text === '(' && (tokens[index + 2]?.text === ')' || (word === 'strftime' && tokens[index + 3]?.text === ')'));
    if (changing.has(word) || bare || (type === 'string' && value.toLowerCase() === 'now')) refuse(`${text} answers differently each time`);
  }
  if (depth > 0) refuse('a bracket is not closed');
}

/** Counts in a thread of its own what a condition lets through. @throws TravessiaError INVALID_INPUT, and the driver's */
export async function countFiltered(path: string, table: string, condition: string): Promise<RowCount> {
  assertCondition(condition);
  return askWorker<RowCount>('catalog', { path, count: { table, condition } });
}

/** A filter of a table with what it lets through. @param nullKeys - rows of the whole table with NULL in the primary key */
async function readFilter(path: string, { name, columns }: SqliteTable, condition: string, nullKeys: string): Promise<RowFilter> {
  const count = await countFiltered(path, name, condition);
  const isNull = columns.filter(({ pk }) => pk > 0).map((column) => `${quoteIdent(name)}.${quoteIdent(column.name)} IS NULL`).join(' OR ');
  return { condition, ...count, nullKeys: nullKeys === '0' ? 0 : (await countFiltered(path, name, `(${condition}) AND (${isNull})`)).rows };
}

/** The row filters of one source, by table, each counted. @throws TravessiaError INVALID_INPUT */
export async function readRowFilters(path: string, catalog: SqliteCatalog, { database, tables }: Pick<Assessment, 'database' | 'tables'>, overrides: readonly Override[]): Promise<ReadonlyMap<string, RowFilter>> {
  const own = overrides.filter((override) => override.database === undefined || override.database === database);
  if (own.every((override) => (override.filter ?? null) === null)) return new Map();
  const found = await Promise.all(catalog.tables.filter(({ kind }) => kind === 'table').map(async (table): Promise<(readonly [string, RowFilter])[]> => {
    const condition = overridesFor(own, table.name).filter ?? null;
    return condition === null ? [] : [[table.name, await readFilter(path, table, condition, tables.find(({ name }) => name === table.name)?.nullKeys ?? '0')]];
  }));
  return new Map(found.flat());
}

/** What an override says of a column; of a whole table it would say nothing, without a word. */
const ofColumns = ['type', 'cast', 'collation', 'nul', 'invalid', 'infinity', 'keys'] as const;

const isPattern = (name: string): boolean => name.includes('*');

/**
 * A name that is mistyped would leave everything as it is without a word: what is named without a star must be there. A filter must speak of a table in any case.
 * @param sources - as they are read, and as they were made for the plan
 * @throws TravessiaError INVALID_INPUT
 */
export function assertOverridesMatch(overrides: readonly Override[], sources: readonly { readonly database: string; readonly catalog: Pick<SqliteCatalog, 'tables' | 'views'> }[]): void {
  for (const override of overrides) {
    const { table, database, column, filter } = override;
    const lost = ofColumns.find((word) => override[word] !== undefined);
    if (column === undefined && lost !== undefined) throw new TravessiaError('INVALID_INPUT', { message: `What was chosen for ${table} (${lost}) is a matter of one column, and none is named.`, hint: `Name it: ${table}.COLUMN, or ${table}.* for all of them.` });
    const meant = sources.filter((source) => database === undefined || source.database === database);
    const tables = meant.flatMap(({ catalog }) => catalog.tables).filter(({ name }) => matchesPattern(table, name));
    const there = `There are: ${[...new Set(sources.flatMap(({ catalog }) => catalog.tables.map(({ name }) => name)))].slice(0, 20).join(', ')}.`;
    if ((filter ?? null) !== null && !tables.some(({ kind }) => kind === 'table')) throw new TravessiaError('INVALID_INPUT', { message: `No table is named ${table}, so no row can be chosen of it.`, hint: there });
    if (isPattern(table)) continue;
    const views = meant.flatMap(({ catalog }) => catalog.views).filter(({ name }) => matchesPattern(table, name));
    if (tables.length + views.length === 0) throw new TravessiaError('INVALID_INPUT', { message: `No table is named ${table}, so nothing can be chosen for it.`, hint: there });
    if (column === undefined || isPattern(column) || tables.length === 0 || tables.some(({ columns }) => columns.some(({ name }) => matchesPattern(column, name)))) continue;
    throw new TravessiaError('INVALID_INPUT', { message: `Table ${table} has no column ${column}, so nothing can be chosen for it.`, hint: `It has: ${tables.flatMap(({ columns }) => columns.map(({ name }) => name)).slice(0, 20).join(', ')}.` });
  }
}
