import type { FrameBound, FunctionNode, WindowFrame, WindowSpec } from './ast.ts';
import { asInteger, asNumber, asShown, truth, unify } from './coerce.ts';
import { quoteName } from './context.ts';
import { Untranslatable } from './errors.ts';
import { aggregateCall, groupingKeys, isAggregate, printOrderingTerm } from './functions-aggregate.ts';
import { refuseLoose } from './print-core.ts';
import type { Scope } from './scope.ts';
import type { Translator } from './translator.ts';
import { handedOn, int, isQuoted, real, text } from './typed.ts';
import type { Typed } from './typed.ts';

/** A call with OVER. */
export function windowCall(node: FunctionNode, scope: Scope, translator: Translator): Typed {
  const { over, ...rest } = node;
  if (over === undefined) throw new Untranslatable('a window function without a window');
  const window = typeof over === 'string' ? quoteName(over) : `(${printWindow(over, scope, translator)})`;
  const filter = node.filter === undefined ? '' : ` FILTER (WHERE ${truth(translator.expression(node.filter, scope))})`;
  const tail = `${filter} OVER ${window}`;
  const args = translator.expressions(node.args, scope);
  if (isMovingConcatenation(node)) throw new Untranslatable('group_concat() over a frame whose beginning moves, from which SQLite takes too many characters away where a text was empty');
  if (isAggregate(rest)) return aggregateCall(rest, args, tail, scope, translator);
  switch (node.name) {
    case 'row_number':
    case 'rank':
    case 'dense_rank':
      return int(`${node.name}()${tail}`);
    case 'percent_rank':
    case 'cume_dist':
      return real(`${node.name}()${tail}`);
    case 'ntile':
      return int(`(ntile(${asInteger(first(args)).sql}::integer)${tail})::bigint`);
    case 'lag':
    case 'lead':
      return shifted(node.name, args, tail, translator);
    case 'first_value':
    case 'last_value': {
      const value = asShown(first(args));
      return derived(value, `${node.name}(${value.sql})${tail}`);
    }
    case 'nth_value': {
      const value = asShown(first(args));
      const place = args[1] === undefined ? '1' : `${asInteger(args[1]).sql}::integer`;
      return derived(value, `nth_value(${value.sql}, ${place})${tail}`);
    }
    default:
      throw new Untranslatable(`the window function ${node.name}()`);
  }
}

/** The frame of a named window is not looked at. */
function isMovingConcatenation({ name, over }: FunctionNode): boolean {
  if (name !== 'group_concat' && name !== 'string_agg') return false;
  if (typeof over === 'string' || over?.base !== undefined) return true;
  return over?.frame !== undefined && (over.frame.from.kind !== 'UNBOUNDED PRECEDING' || over.frame.exclude !== undefined);
}

function first(args: readonly Typed[]): Typed {
  const [value] = args;
  if (value === undefined) throw new Untranslatable('a window function without its argument');
  return definite(value);
}

/** PostgreSQL's functions of any type want to know which one. */
function definite(value: Typed): Typed {
  if (value.kind === 'null') return text('NULL::text');
  return isQuoted(value) ? { ...value, sql: `${value.sql}::text` } : value;
}

function shifted(name: string, args: readonly Typed[], tail: string, translator: Translator): Typed {
  const [value, fallback] = args[2] === undefined ? [asShown(first(args))] : unify([asShown(first(args)), asShown(args[2])], translator.note).map(definite);
  if (value === undefined) throw new Untranslatable('a window function without its argument');
  const distance = args[1] === undefined ? '' : `, ${asInteger(args[1]).sql}::integer`;
  // Without a fallback it is NULL.
  const rest = fallback === undefined || args[2]?.kind === 'null' ? '' : `, ${fallback.sql}`;
  return derived(value, `${name}(${value.sql}${distance}${rest})${tail}`);
}

function derived(value: Typed, sql: string): Typed {
  const { literal: _, moment: __, asInteger: ___, typeOf: ____, json: _____, ...rest } = value;
  return { ...handedOn(rest), sql };
}

/** The inside of a window's parentheses. */
export function printWindow(spec: WindowSpec, scope: Scope, translator: Translator): string {
  const parts: string[] = [];
  if (spec.base !== undefined) parts.push(quoteName(spec.base));
  if (spec.partitionBy.length > 0) {
    const keys = translator.expressions(spec.partitionBy, scope);
    if (keys.some((key) => key.collation !== 'BINARY')) throw new Untranslatable('PARTITION BY under a collation');
    keys.filter((key) => key.json === undefined).forEach((key) => refuseLoose(key, 'PARTITION BY'));
    parts.push(`PARTITION BY ${keys.flatMap((key) => groupingKeys(key, translator.note)).join(', ')}`);
  }
  if (spec.orderBy.length > 0) {
    const isOffset = spec.frame?.unit === 'RANGE' && [spec.frame.from, spec.frame.to].some((bound) => bound !== undefined && 'offset' in bound);
    const terms = spec.orderBy.map((term) => printOrderingTerm(term, rangeKey(translator.expression(term.expression, scope), isOffset)));
    parts.push(`ORDER BY ${terms.join(', ')}`);
  }
  if (spec.frame !== undefined) parts.push(printFrame(spec.frame, scope, translator));
  return parts.join(' ');
}

const rangeKey = (value: Typed, isOffset: boolean): Typed => (isOffset ? asNumber(value) : value);

function printFrame(frame: WindowFrame, scope: Scope, translator: Translator): string {
  const bound = (one: FrameBound): string => ('offset' in one ? `${translator.expression(one.offset, scope).sql} ${one.kind}` : one.kind);
  const range = frame.to === undefined ? bound(frame.from) : `BETWEEN ${bound(frame.from)} AND ${bound(frame.to)}`;
  return `${frame.unit} ${range}${frame.exclude === undefined ? '' : ` EXCLUDE ${frame.exclude}`}`;
}
