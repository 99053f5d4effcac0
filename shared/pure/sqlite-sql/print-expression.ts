import type { CaseNode, ColumnNode, Expression, InNode, Literal, UnaryNode } from './ast.ts';
import { cast } from './cast.ts';
import { asShown, commonType, numberLiteral, truth, unify } from './coerce.ts';
import { align, compare } from './compare.ts';
import type { Comparison } from './compare.ts';
import { quoteText } from './context.ts';
import { Untranslatable } from './errors.ts';
import { jsonArrow } from './functions-json.ts';
import { currentMoment } from './functions-time.ts';
import { like } from './like.ts';
import { arithmetic, bitwise, concatenate, unary } from './operators.ts';
import { insideAggregate, resolve } from './scope.ts';
import type { Scope } from './scope.ts';
import type { Translator } from './translator.ts';
import { bool, handedOn, nothing, text, typed } from './typed.ts';
import type { Collation, Typed } from './typed.ts';

/** Translates one node; a whole expression that is a GROUP BY key is taken as it stands. */
export function printExpression(node: Expression, scope: Scope, translator: Translator): Typed {
  if (scope.keys !== undefined && node.type !== 'column' && node.type !== 'literal') {
    const whole = tryPrint(node, insideAggregate(scope), translator);
    if (whole !== undefined && scope.keys.has(whole.sql)) return withWritten(whole, node);
  }
  return withWritten(printNode(node, scope, translator), node);
}

/** What repeats its operand grows with every call inside of another. */
const longest = 100_000;

/** A COLLATE inside of an operand is one of the whole operand, however deep it stands (datatype3.html, section 7.1). */
function withWritten(value: Typed, node: Expression): Typed {
  const written = value.hasExplicitCollation === true ? undefined : writtenCollation(node);
  if (value.sql.length > longest) throw new Untranslatable('an expression whose translation is longer than 100,000 characters');
  return written === undefined ? value : { ...value, collation: written, hasExplicitCollation: true };
}

/** The leftmost COLLATE of an expression; subqueries keep theirs to themselves. */
function writtenCollation(node: Expression): Collation | undefined {
  const firstOf = (nodes: readonly (Expression | undefined)[]): Collation | undefined => {
    for (const one of nodes) {
      const found = one === undefined ? undefined : writtenCollation(one);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  switch (node.type) {
    case 'collate':
      return collationOf(node.collation);
    case 'group':
      return writtenCollation(node.inner);
    case 'unary':
    case 'cast':
      return writtenCollation(node.operand);
    case 'binary':
      return firstOf([node.left, node.right]);
    case 'function':
      return firstOf(node.args);
    case 'case':
      return firstOf([node.base, ...node.branches.flatMap((branch) => [branch.when, branch.then]), node.otherwise]);
    default:
      return undefined;
  }
}

function tryPrint(node: Expression, scope: Scope, translator: Translator): Typed | undefined {
  try {
    return printNode(node, scope, translator);
  } catch (error) {
    if (error instanceof Untranslatable) return undefined;
    throw error;
  }
}

function printNode(node: Expression, scope: Scope, translator: Translator): Typed {
  const operand = (inner: Expression): Typed => translator.expression(inner, scope);
  switch (node.type) {
    case 'literal':
      return printLiteral(node.value, translator);
    case 'group':
      return operand(node.inner);
    case 'column':
      return printColumn(node, scope, translator);
    case 'function':
      return translator.call(node, scope);
    case 'unary':
      if (node.operator === 'NOT') return bool(`(NOT ${truth(operand(node.operand))})`);
      if (node.operator === 'ISNULL') return compare('IS', operand(node.operand), nothing, translator.note);
      if (node.operator === 'NOTNULL') return compare('IS NOT', operand(node.operand), nothing, translator.note);
      return leastInteger(node) ?? unary(node.operator, operand(node.operand));
    case 'binary':
      return printBinary(node.operator, node.left, node.right, scope, translator);
    case 'between': {
      const value = operand(node.operand);
      return printBetween(value, operand(node.low), operand(node.high), node.negated, translator);
    }
    case 'in':
      return printIn(node, scope, translator);
    case 'like':
      return like(node, scope, translator);
    case 'collate':
      return { ...operand(node.operand), collation: collationOf(node.collation), hasExplicitCollation: true };
    case 'cast':
      return cast(operand(node.operand), node.targetType, translator);
    case 'case':
      return printCase(node, scope, translator);
    case 'exists':
      return bool(`EXISTS (${translator.select(node.select, scope).sql})`);
    case 'subquery':
      return printSubquery(node.select, scope, translator);
    case 'row':
      throw new Untranslatable('a row value outside of a comparison');
    case 'parameter':
      throw new Untranslatable(`the parameter ${node.text} has no value in a stored statement`);
    case 'raise':
      throw new Untranslatable('RAISE has a meaning in triggers only');
  }
}

/** -9223372036854775808: its digits alone are beyond 64 bits, and SQLite reads them together with their sign. */
function leastInteger({ operator, operand }: UnaryNode): Typed | undefined {
  const inner = operand.type === 'group' ? operand.inner : operand;
  const isLeast = operator === '-' && inner.type === 'literal' && inner.value.kind === 'integer' && /^0*9223372036854775808$/.test(inner.value.text);
  return isLeast ? numberLiteral('-9223372036854775808') : undefined;
}

function printLiteral(value: Literal, translator: Translator): Typed {
  switch (value.kind) {
    case 'null':
      return nothing;
    case 'integer':
      return numberLiteral(/^0x/i.test(value.text) ? BigInt.asIntN(64, BigInt(value.text)).toString() : value.text);
    case 'real':
      return numberLiteral(value.text);
    case 'string':
      return textLiteral(value.text);
    case 'blob':
      return typed(`'\\x${value.hex.toLowerCase()}'::bytea`, 'blob', 'bytea', { literal: value.hex });
    case 'now':
      return currentMoment(value.part, translator);
  }
}

export function textLiteral(value: string): Typed {
  if (value.includes('\0')) throw new Untranslatable('a text with a NUL character, which PostgreSQL cannot hold');
  return text(quoteText(value), { literal: value });
}

function printColumn(node: ColumnNode, scope: Scope, translator: Translator): Typed {
  const found = resolve(node, scope);
  if (found !== undefined) return 'value' in found ? found.value : translator.expression(found.alias, found.scope);
  if (node.table === undefined && (node.quote === '"' || node.quote === "'")) {
    if (node.quote === '"') translator.note(`"${node.name}" names no column, so SQLite reads it as the text '${node.name}'`);
    return textLiteral(node.name);
  }
  const word = node.quote === undefined && node.table === undefined ? node.name.toUpperCase() : '';
  if (word === 'TRUE' || word === 'FALSE') return bool(word, { literal: word === 'TRUE' ? '1' : '0' });
  const name = node.table === undefined ? node.name : `${node.table}.${node.name}`;
  if (['ROWID', 'OID', '_ROWID_'].includes(node.name.toUpperCase())) {
    throw new Untranslatable('it uses the hidden row number (rowid), which has no column in the target');
  }
  throw new Untranslatable(`there is no column ${name}`);
}

function collationOf(name: string): Collation {
  const upper = name.toUpperCase();
  if (upper === 'BINARY' || upper === 'NOCASE' || upper === 'RTRIM') return upper;
  throw new Untranslatable(`the collation ${name} is defined by the program, not by SQLite`);
}

function printBinary(operator: string, leftNode: Expression, rightNode: Expression, scope: Scope, translator: Translator): Typed {
  if (leftNode.type === 'row' || rightNode.type === 'row') return printRows(operator, leftNode, rightNode, scope, translator);
  if (operator === 'IS' || operator === 'IS NOT') {
    // x IS TRUE asks for truth, not for the value 1 (unless a column has that name).
    const word = rightNode.type === 'column' && rightNode.quote === undefined && rightNode.table === undefined ? rightNode.name.toUpperCase() : '';
    if ((word === 'TRUE' || word === 'FALSE') && rightNode.type === 'column' && resolve(rightNode, scope) === undefined) {
      return bool(`(${truth(translator.expression(leftNode, scope))} ${operator} ${word})`);
    }
  }
  const left = translator.expression(leftNode, scope);
  const right = translator.expression(rightNode, scope);
  switch (operator) {
    case 'AND':
    case 'OR':
      return bool(`(${truth(left)} ${operator} ${truth(right)})`);
    case '+':
    case '-':
    case '*':
    case '/':
    case '%':
      return arithmetic(operator, left, right, translator);
    case '&':
    case '|':
    case '<<':
    case '>>':
      return bitwise(operator, left, right);
    case '||':
      return concatenate(left, right, translator);
    case '->':
    case '->>':
      return jsonArrow(operator, left, right, translator);
    default:
      return compare(comparisonOf(operator), left, right, translator.note);
  }
}

function comparisonOf(operator: string): Comparison {
  const known = (['=', '<>', '<', '<=', '>', '>=', 'IS', 'IS NOT'] as const).find((one) => one === operator);
  if (known === undefined) throw new Untranslatable(`the operator ${operator}`);
  return known;
}

function printRows(operator: string, left: Expression, right: Expression, scope: Scope, translator: Translator): Typed {
  const isPair = left.type === 'row' && right.type === 'row' && left.items.length === right.items.length;
  if (!isPair || !(operator === '=' || operator === '<>')) throw new Untranslatable('a comparison of row values');
  const others = translator.expressions(right.items, scope);
  const tests = translator
    .expressions(left.items, scope)
    .map((item, index) => compare('=', item, others[index] ?? nothing, translator.note).sql);
  const all = `(${tests.join(' AND ')})`;
  return bool(operator === '=' ? all : `(NOT ${all})`);
}

function printBetween(value: Typed, low: Typed, high: Typed, negated: boolean, translator: Translator): Typed {
  const hasNull = [value, low, high].some((one) => one.kind === 'null');
  const first = hasNull ? undefined : align(value, low, '>=', translator.note);
  const second = hasNull ? undefined : align(value, high, '<=', translator.note);
  if (first !== undefined && second !== undefined && 'left' in first && 'left' in second && first.left === second.left) {
    return bool(`(${first.left} ${negated ? 'NOT ' : ''}BETWEEN ${first.right} AND ${second.right})`);
  }
  const sql = `(${compare('>=', value, low, translator.note).sql} AND ${compare('<=', value, high, translator.note).sql})`;
  return bool(negated ? `(NOT ${sql})` : sql);
}

function printIn(node: InNode, scope: Scope, translator: Translator): Typed {
  const { source } = node;
  const not = node.negated ? 'NOT ' : '';
  if (node.operand.type === 'row') throw new Untranslatable('row values before IN');
  const value = translator.expression(node.operand, scope);
  if (source.kind === 'list') {
    // An empty list is allowed there and never holds anything, not even for NULL.
    if (source.items.length === 0) return bool(node.negated ? 'TRUE' : 'FALSE');
    // Only the operand's own affinity and collation count here, never those of the list's items (lang_expr.html, "IN").
    const items = translator.expressions(source.items, scope).map(handedOn);
    return printInList(value, items, not, translator);
  }
  const select = source.kind === 'select' ? source.select : selectAll(source.name);
  const result = translator.select(select, scope);
  const output = result.columns[0];
  if (output === undefined || result.columns.length !== 1) throw new Untranslatable('IN with a subquery of several columns');
  const [selected] = select.cores.map(({ core }) => (core.type === 'select' ? core.columns[0] : undefined));
  if (selected?.type === 'expression' && writtenCollation(selected.expression) !== undefined) throw new Untranslatable('IN with a subquery whose column has a COLLATE');
  const column: Typed = { ...output.type, sql: 'value' };
  if (value.kind === 'null' || column.kind === 'null') throw new Untranslatable('IN with NULL alone on one side');
  const aligned = align(value, column, '=', translator.note);
  if (!('left' in aligned)) throw new Untranslatable('IN compares texts with numbers');
  const inside = aligned.right === 'value' ? result.sql : `SELECT ${aligned.right} FROM (${result.sql}) AS "of"(value)`;
  return bool(`(${aligned.left} ${not}IN (${inside}))`);
}

function selectAll(name: string): Parameters<Translator['select']>[0] {
  const core = {
    type: 'select', distinct: false, columns: [{ type: 'star' }], groupBy: [], windows: [],
    from: [{ kind: 'first', natural: false, source: { type: 'table', name } }],
  } as const;
  return { recursive: false, with: [], cores: [{ core }], orderBy: [] };
}

function printInList(value: Typed, items: readonly Typed[], not: string, translator: Translator): Typed {
  const lefts = new Set<string>();
  const rights: string[] = [];
  for (const item of items) {
    const aligned = item.kind === 'null' ? { left: value.sql, right: 'NULL' } : value.kind === 'null' ? undefined : align(value, item, '=', translator.note);
    if (aligned === undefined || !('left' in aligned)) {
      const tests = items.map((one) => compare('=', value, one, translator.note).sql);
      return bool(not === '' ? `(${tests.join(' OR ')})` : `(NOT (${tests.join(' OR ')}))`);
    }
    if (item.kind !== 'null') lefts.add(aligned.left);
    rights.push(aligned.right);
  }
  const [left] = lefts;
  if (lefts.size === 1 && left !== undefined) return bool(`(${left} ${not}IN (${rights.join(', ')}))`);
  const tests = items.map((one) => compare('=', value, one, translator.note).sql);
  return bool(not === '' ? `(${tests.join(' OR ')})` : `(NOT (${tests.join(' OR ')}))`);
}

function printCase(node: CaseNode, scope: Scope, translator: Translator): Typed {
  const base = node.base === undefined ? undefined : translator.expression(node.base, scope);
  const conditions = node.branches.map(({ when }) => {
    const condition = translator.expression(when, scope);
    return base === undefined ? truth(condition) : compare('=', base, condition, translator.note).sql;
  });
  const results = [...node.branches.map((branch) => branch.then), ...(node.otherwise === undefined ? [] : [node.otherwise])];
  const values = unify(translator.expressions(results, scope).map(asShown), translator.note);
  const branches = conditions.map((condition, index) => `WHEN ${condition} THEN ${values[index]?.sql ?? 'NULL'}`);
  const otherwise = node.otherwise === undefined ? '' : ` ELSE ${values.at(-1)?.sql ?? 'NULL'}`;
  return { ...commonType(values), sql: `(CASE ${branches.join(' ')}${otherwise} END)` };
}

function printSubquery(select: Parameters<Translator['select']>[0], scope: Scope, translator: Translator): Typed {
  const first = select.cores[0]?.core;
  // SQLite takes the first row; PostgreSQL fails on a second one.
  const isOneRow =
    select.cores.length === 1 && first?.type === 'select' && (first.groupBy.length === 0 && first.columns.some((column) => isAggregateColumn(column)));
  const limited = select.limit === undefined && !isOneRow
    ? { ...select, limit: { type: 'literal', value: { kind: 'integer', text: '1' }, span: { start: 0, end: 0 } } as const }
    : select;
  const result = translator.select(limited, scope);
  const output = result.columns[0];
  if (output === undefined || result.columns.length !== 1) throw new Untranslatable('a subquery of several columns used as a value');
  return { ...handedOn(output.type), affinity: output.type.affinity, sql: `(${result.sql})` };
}

function isAggregateColumn(column: { readonly type: string; readonly expression?: Expression }): boolean {
  return column.expression?.type === 'function' && column.expression.over === undefined &&
    ['count', 'sum', 'avg', 'total'].includes(column.expression.name);
}
