import type { Expression, FunctionNode, OrderingTerm } from './ast.ts';
import { asNumber, asShown, asText, dbl, plain, truth } from './coerce.ts';
import { orderingKey } from './compare.ts';
import { Untranslatable } from './errors.ts';
import { insideAggregate } from './scope.ts';
import type { Scope } from './scope.ts';
import type { Translator } from './translator.ts';
import { handedOn, int, isTemporal, nothing, real, text, typed } from './typed.ts';
import type { Typed } from './typed.ts';

const names = new Set(['count', 'sum', 'total', 'avg', 'group_concat', 'string_agg', 'json_group_array', 'json_group_object']);

/** True for a call that is an aggregate (min and max only with one argument). */
export function isAggregate(node: FunctionNode): boolean {
  if (node.over !== undefined) return false;
  return names.has(node.name) || ((node.name === 'min' || node.name === 'max') && node.args.length === 1);
}

/** True if an aggregate stands anywhere in the expression, subqueries left out. */
export function containsAggregate(node: Expression): boolean {
  switch (node.type) {
    case 'function': {
      const window = typeof node.over === 'object' ? [...node.over.partitionBy, ...node.over.orderBy.map((term) => term.expression)] : [];
      return isAggregate(node) || [...node.args, ...window].some(containsAggregate);
    }
    case 'unary':
    case 'collate':
    case 'cast':
      return containsAggregate(node.operand);
    case 'binary':
      return containsAggregate(node.left) || containsAggregate(node.right);
    case 'between':
      return [node.operand, node.low, node.high].some(containsAggregate);
    case 'in':
      return [node.operand, ...(node.source.kind === 'list' ? node.source.items : [])].some(containsAggregate);
    case 'like':
      return [node.operand, node.pattern].some(containsAggregate);
    case 'case':
      return [node.base, node.otherwise, ...node.branches.flatMap((branch) => [branch.when, branch.then])].some(
        (one) => one !== undefined && containsAggregate(one),
      );
    case 'group':
      return containsAggregate(node.inner);
    case 'row':
      return node.items.some(containsAggregate);
    default:
      return false;
  }
}

/** An aggregate call of a grouped query. */
export function aggregate(node: FunctionNode, scope: Scope, translator: Translator): Typed {
  const inner = insideAggregate(scope);
  const filter = node.filter === undefined ? '' : ` FILTER (WHERE ${truth(translator.expression(node.filter, inner))})`;
  return aggregateCall(node, translator.expressions(node.args, inner), filter, inner, translator);
}

/** The call itself, with FILTER and OVER given as text, so that windows use it too. */
export function aggregateCall(
  node: FunctionNode,
  args: readonly Typed[],
  tail: string,
  scope: Scope,
  translator: Translator,
): Typed {
  const distinct = node.distinct ? 'DISTINCT ' : '';
  const value = args[0];
  if (node.name === 'count') {
    if (value === undefined) return int(`count(*)${tail}`);
    if (node.distinct && value.kind === 'mixed') throw new Untranslatable('count() of values that are numbers in some rows and texts in others');
    if (node.distinct && value.collation !== 'BINARY') throw new Untranslatable('count(DISTINCT …) under a collation');
    return int(`count(${distinct}${value.kind === 'null' ? 'NULL::text' : value.sql})${tail}`);
  }
  if (value === undefined) throw new Untranslatable(`${node.name}() without an argument`);
  if (node.distinct && value.kind === 'mixed') throw new Untranslatable(`${node.name}() of values that are numbers in some rows and texts in others`);
  switch (node.name) {
    case 'min':
    case 'max':
      return extreme(node.name, asShown(value), tail);
    case 'sum':
      return sum(value, distinct, tail);
    case 'total':
      return real(`coalesce(sum(${distinct}${dbl(number(value))})${tail}, 0)`);
    case 'avg': {
      const it = number(value);
      return real(`(avg(${distinct}${it.sql})${tail})::double precision`);
    }
    case 'group_concat':
    case 'string_agg':
      return concatenation(node, args, tail, scope, translator);
    default:
      throw new Untranslatable(`${node.name}() writes JSON as text, with other spacing than PostgreSQL`);
  }
}

function number(value: Typed): Typed {
  const it = asNumber(value);
  return it.kind === 'null' ? real('NULL::double precision') : it;
}

function sum(value: Typed, distinct: string, tail: string): Typed {
  const it = number(value);
  const sql = `sum(${distinct}${it.sql})${tail}`;
  // Of a text that is not a whole number throughout the sum is a real.
  const isLoose = value.kind === 'text' && value.literal !== undefined && !/^\s*[+-]?\d+\s*$/.test(value.literal);
  if (isLoose || it.pg === 'real' || (it.kind === 'real' && it.pg === 'numeric')) return real(`sum(${distinct}${dbl(it)})${tail}`);
  // sum() of bigint is numeric in PostgreSQL; SQLite stays with 64 bits and fails beyond, as the cast does.
  if (it.kind === 'int') return int(`(${sql})::bigint`);
  return typed(tail === '' ? sql : `(${sql})`, it.kind, it.pg);
}

function extreme(name: 'min' | 'max', value: Typed, tail: string): Typed {
  if (value.kind === 'null') return nothing;
  if (value.kind === 'mixed') throw new Untranslatable(`${name}() of values that are numbers in some rows and texts in others`);
  if (value.collation !== 'BINARY') throw new Untranslatable(`${name}() under the collation ${value.collation}`);
  const { literal: _, isColumn: __, ...rest } = isTemporal(value.pg) ? value : plain(value);
  if (value.kind === 'blob') throw new Untranslatable(`${name}() of bytes`);
  return { ...handedOn(rest), sql: `${name}(${orderingKey({ ...rest })})${tail}` };
}

function concatenation(node: FunctionNode, args: readonly Typed[], tail: string, scope: Scope, translator: Translator): Typed {
  const [value, separator] = args;
  if (value === undefined || value.kind === 'null') return nothing;
  const piece = asText(value, translator.note).sql;
  const between = separator === undefined ? "','" : separator.kind === 'null' ? "''" : asText(separator, translator.note).sql;
  const order = printAggregateOrder(node.orderBy, scope, translator);
  if (order === '') translator.note('group_concat() without ORDER BY joins its pieces in no fixed order');
  if (order !== '' && node.distinct) throw new Untranslatable('group_concat(DISTINCT … ORDER BY …)');
  return text(`string_agg(${node.distinct ? 'DISTINCT ' : ''}${piece}, ${between}${order})${tail}`);
}

function printAggregateOrder(terms: readonly OrderingTerm[], scope: Scope, translator: Translator): string {
  if (terms.length === 0) return '';
  return ` ORDER BY ${terms.map((term) => printOrderingTerm(term, translator.expression(term.expression, scope))).join(', ')}`;
}

/** Values out of JSON: numbers go before texts, and true and false are 1 and 0. */
function jsonKeys(value: Typed, json: string): string[] {
  const type = `jsonb_typeof(${json})`;
  const scalar = `${json} #>> '{}'`;
  const number = `(CASE ${type} WHEN 'number' THEN (${scalar})::numeric WHEN 'boolean' THEN (${scalar})::boolean::integer END)`;
  return [`(${type} NOT IN ('number', 'boolean'))`, number, orderingKey(text(value.sql, { collation: value.collation }))];
}

/**
 * What a value is grouped by: one out of JSON by its class besides its text, since 1 and '1' are two values to SQLite. The same terms sort it, so
 * that a grouped query can be ordered by it.
 */
export function groupingKeys(value: Typed, note: (text: string) => void): readonly string[] {
  if (value.kind !== 'mixed' || value.json === undefined) return [value.sql];
  note('a number that JSON writes in two ways, 1 and 1.0, is two values to a grouping in PostgreSQL');
  return [value.sql, ...jsonKeys(value, value.json)];
}

/** One term of ORDER BY: NULL is the smallest value in SQLite, texts sort by their bytes. */
export function printOrderingTerm(term: OrderingTerm, value: Typed): string {
  const nulls = term.nulls ?? (term.descending ? 'LAST' : 'FIRST');
  const keys = value.kind === 'mixed' && value.json !== undefined ? jsonKeys(value, value.json) : [orderingKey(value)];
  return keys.map((key) => `${key}${term.descending ? ' DESC' : ''} NULLS ${nulls}`).join(', ');
}
