import type { Expression, OrderingTerm, ResultColumn, SelectCore, ValuesCore } from './ast.ts';
import { asShown, truth, unify } from './coerce.ts';
import { quoteName } from './context.ts';
import { Untranslatable } from './errors.ts';
import { containsAggregate, groupingKeys } from './functions-aggregate.ts';
import { printWindow } from './functions-window.ts';
import { printFrom } from './print-from.ts';
import { resolve } from './scope.ts';
import type { Scope } from './scope.ts';
import type { Translator } from './translator.ts';
import { isConstant } from './typed.ts';
import type { Typed } from './typed.ts';
import { foldName, sameName } from '../fold-name.ts';

/** One SELECT or VALUES of a compound, before its columns are brought to the types of the others. */
export interface PrintedCore {
  readonly names: readonly string[];
  /** Several rows for VALUES, one for SELECT. */
  readonly rows: readonly (readonly Typed[])[];
  readonly isValues: boolean;
  readonly distinct: boolean;
  /** FROM, WHERE, GROUP BY, HAVING and WINDOW, with a leading space. */
  readonly tail: string;
  /** Scope for ORDER BY. */
  readonly scope: Scope;
}

export function printValues(core: ValuesCore, scope: Scope, translator: Translator): PrintedCore {
  const rows = core.rows.map((row) => translator.expressions(row, scope).map(asShown));
  const width = rows[0]?.length ?? 0;
  const columns = Array.from({ length: width }, (_, index) =>
    unify(rows.map((row) => row[index] ?? fail('VALUES with rows of different lengths')), translator.note),
  );
  return {
    names: Array.from({ length: width }, (_, index) => `column${index + 1}`),
    rows: rows.map((_, row) => columns.map((column) => column[row] ?? fail('VALUES'))),
    isValues: true,
    distinct: false,
    tail: '',
    scope,
  };
}

function fail(reason: string): never {
  throw new Untranslatable(reason);
}

/** A printed aggregate. Where none is left, as of max(NULL), HAVING still makes one row of all. */
const hasCall = /\b(?:count|sum|avg|min|max|string_agg)\(/;

/** Translates one SELECT without its ORDER BY; `orderBy` only tells whether it aggregates. */
export function printCore(core: SelectCore, orderBy: readonly OrderingTerm[], outer: Scope, translator: Translator): PrintedCore {
  const from = core.from.length === 0 ? undefined : printFrom(core.from, { sources: [], tables: outer.tables, parent: outer }, translator);
  const aliases = new Map<string, Expression>();
  for (const column of core.columns) {
    if (column.type === 'expression' && column.alias !== undefined && !aliases.has(foldName(column.alias))) {
      aliases.set(foldName(column.alias), column.expression);
    }
  }
  const base: Scope = { sources: from?.sources ?? [], tables: outer.tables, aliases, parent: outer };
  const expressions = core.columns.flatMap((column) => (column.type === 'expression' ? [column.expression] : []));
  const isAggregate =
    core.groupBy.length > 0 || core.having !== undefined ||
    [...expressions, ...orderBy.map((term) => term.expression)].some(containsAggregate);
  const keys = core.groupBy.map((key) => groupingKey(key, core, base, translator)).filter((key) => !isConstant(key));
  const scope: Scope = isAggregate ? { ...base, keys: new Set(keys.map((key) => key.sql)) } : base;

  const where = core.where === undefined ? '' : ` WHERE ${truth(translator.expression(core.where, base))}`;
  const group = keys.length === 0 ? (core.groupBy.length > 0 ? ' GROUP BY ()' : '') : ` GROUP BY ${keys.flatMap((key) => groupingKeys(key, translator.note)).join(', ')}`;
  const outputs = core.columns.flatMap((column) => printResult(column, scope, translator));
  const isOneRow = isAggregate && core.groupBy.length === 0 && core.having === undefined;
  const having = core.having === undefined ? (isOneRow && !outputs.some(({ value }) => hasCall.test(value.sql)) ? ' HAVING TRUE' : '') : ` HAVING ${truth(translator.expression(core.having, scope))}`;
  const windows = core.windows.map((window) => `${quoteName(window.name)} AS (${printWindow(window.spec, scope, translator)})`);
  const different = core.distinct ? distinctKeys(outputs, isAggregate, translator) : undefined;
  return {
    names: outputs.map((output) => output.name),
    rows: [outputs.map((output) => asShown(output.value))],
    isValues: false,
    distinct: core.distinct && different === undefined,
    tail: `${from === undefined ? '' : ` FROM ${from.sql}`}${where}${group}${different ?? ''}${having}${windows.length === 0 ? '' : ` WINDOW ${windows.join(', ')}`}`,
    scope,
  };
}

/** DISTINCT of values out of JSON is a grouping, which tells numbers from texts that are written alike; undefined where DISTINCT itself will do. */
function distinctKeys(outputs: readonly NamedOutput[], isAggregate: boolean, translator: Translator): string | undefined {
  const isPlain = isAggregate || outputs.some(({ value }) => / OVER /.test(value.sql)) || !outputs.some(({ value }) => isOfJson(value));
  outputs.filter(({ value }) => isPlain || !isOfJson(value)).forEach(({ value }) => refuseLoose(value, 'DISTINCT'));
  if (isPlain) return undefined;
  const keys = outputs.filter(({ value }) => !isConstant(value)).flatMap(({ value }) => groupingKeys(value, translator.note));
  return ` GROUP BY ${keys.join(', ')}`;
}

const isOfJson = (value: Typed): boolean => value.kind === 'mixed' && value.json !== undefined;

/** The number of a result column; a plus and parentheses change nothing (sqlite3ExprIsInteger). */
export function placeOf(node: Expression): number | undefined {
  if (node.type === 'group') return placeOf(node.inner);
  if (node.type === 'unary' && node.operator === '+') return placeOf(node.operand);
  return node.type === 'literal' && node.value.kind === 'integer' ? Number(node.value.text) : undefined;
}

/** GROUP BY takes a column number, a column, or a result alias. */
function groupingKey(node: Expression, core: SelectCore, scope: Scope, translator: Translator): Typed {
  const place = placeOf(node);
  const column = place === undefined ? undefined : core.columns[place - 1];
  if (place !== undefined && column?.type !== 'expression') throw new Untranslatable(`GROUP BY ${place} where column ${place} is not one expression`);
  const key = translator.expression(column?.type === 'expression' ? column.expression : node, scope);
  if (!isOfJson(key)) refuseLoose(key, 'GROUP BY');
  return key;
}

/** Values that are equal to SQLite though they differ, or have no equality in PostgreSQL. */
export function refuseLoose(value: Typed, where: string): void {
  if (value.kind === 'text' && value.collation !== 'BINARY') {
    throw new Untranslatable(`${where} under the collation ${value.collation}: SQLite shows one of several spellings`);
  }
  if (value.kind === 'mixed') throw new Untranslatable(`${where} of values that are numbers in some rows and texts in others`);
  if (value.pg === 'json') throw new Untranslatable(`${where} on a json column, which has no equality in PostgreSQL`);
}

interface NamedOutput {
  readonly name: string;
  readonly value: Typed;
}

function printResult(column: ResultColumn, scope: Scope, translator: Translator): NamedOutput[] {
  if (column.type === 'star') return expandStar(column.table, scope);
  const { expression } = column;
  const value = translator.expression(expression, scope);
  return [{ name: column.alias ?? columnName(expression, scope) ?? column.text, value }];
}

/** A plain column gives its declared name, in the case of its table. */
function columnName(expression: Expression, scope: Scope): string | undefined {
  if (expression.type === 'group') return columnName(expression.inner, scope);
  if (expression.type !== 'column') return undefined;
  const lower = foldName(expression.name);
  const found = scope.sources.find(
    (source) => source.columns.has(lower) && (expression.table === undefined || sameName(source.name, expression.table)),
  );
  if (found !== undefined) return found.columns.get(lower)?.name;
  const isRowid = ['rowid', 'oid', '_rowid_'].includes(lower);
  const alias = isRowid ? scope.sources.find((source) => source.rowidName !== undefined)?.rowidName : undefined;
  return alias ?? expression.name;
}

function expandStar(table: string | undefined, scope: Scope): NamedOutput[] {
  const wanted = scope.sources.filter((source) => table === undefined || sameName(source.name, table));
  if (wanted.length === 0) throw new Untranslatable(table === undefined ? '* without a FROM clause' : `there is no table ${table}`);
  return wanted.flatMap((source) =>
    [...source.columns.values()]
      .filter((column) => table !== undefined || !source.merged.has(foldName(column.name)))
      .map((column) => {
        const isMerged = table === undefined && scope.sources.some((other) => other.merged.has(foldName(column.name)));
        const qualified = isMerged ? {} : { table: source.name };
        const found = resolve({ type: 'column', name: column.name, span: { start: 0, end: 0 }, ...qualified }, scope);
        if (found === undefined || !('value' in found)) throw new Untranslatable(`there is no column ${column.name}`);
        return { name: column.name, value: found.value };
      }),
  );
}
