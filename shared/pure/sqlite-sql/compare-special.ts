import { quoteText } from './context.ts';
import { inPostgres } from './compare.ts';
import type { Aligned, Comparison } from './compare.ts';
import { Untranslatable } from './errors.ts';
import { isNumber, typed } from './typed.ts';
import type { Kind, Typed } from './typed.ts';

const classNames: Partial<Record<Kind, string>> = { int: 'integer', real: 'real', text: 'text', blob: 'blob' };

/** The answer of typeof() for one operand. */
export function typeofCall(operand: Typed): Typed {
  const name = classNames[operand.kind];
  if (operand.kind === 'null') return typed("'null'", 'text', 'text', { literal: 'null' });
  if (name === undefined && operand.wholeIsInteger !== true) throw new Untranslatable('typeof() of a calculation that can be integer or real');
  const named =
    name === undefined
      ? `CASE WHEN ${operand.sql} = trunc(${operand.sql}) THEN 'integer' ELSE 'real' END`
      : quoteText(name);
  const sql = `(CASE WHEN ${operand.sql} IS NULL THEN 'null' ELSE ${named} END)`;
  return typed(sql, 'text', 'text', name === undefined ? {} : { typeOf: operand });
}

/** typeof(x) = '…' where the type of the column already decides it: only NULL is left to test. */
export function compareTypeof(left: Typed, right: Typed): Aligned | undefined {
  const operand = left.typeOf;
  if (operand === undefined || right.literal === undefined || right.kind !== 'text') return undefined;
  const wanted = right.literal;
  const isKnown = wanted === 'null' || wanted === classNames[operand.kind];
  return {
    test: (operator: Comparison) => {
      const isEqual = operator === '=' || operator === 'IS';
      if (!isKnown) return isEqual ? 'FALSE' : 'TRUE';
      return `(${operand.sql} IS ${(wanted === 'null') === isEqual ? '' : 'NOT '}NULL)`;
    },
  };
}

/**
 * A value out of JSON against a literal: compared as JSON, which knows numbers from texts as SQLite does.
 * `direction` is -1 when the literal stood on the left.
 */
export function compareJson(left: Typed, right: Typed, direction: 1 | -1): Aligned | undefined {
  const { json } = left;
  const isPlain = right.affinity === 'NONE' && right.literal !== undefined;
  if (json === undefined || !isPlain || !(right.kind === 'text' || isNumber(right.kind))) return undefined;
  const number = right.pg === 'boolean' ? (right.literal === '1' ? '1' : '0') : right.literal;
  return {
    test: (given: Comparison) => {
      const operator = direction === 1 ? given : mirrored(given);
      const isEquality = ['=', '<>', 'IS', 'IS NOT'].includes(operator);
      if (right.kind === 'text' && isEquality) return `(${json} ${inPostgres(operator)} to_jsonb(${right.sql}::text))`;
      if (isEquality) {
        // JSON's true and false are 1 and 0 to SQLite.
        const value = number === '0' || number === '1' ? `CASE ${json} WHEN 'true' THEN '1' WHEN 'false' THEN '0' ELSE ${json} END` : json;
        return `((${value}) ${inPostgres(operator)} '${number ?? ''}'::jsonb)`;
      }
      const text = `${json} #>> '{}'`;
      const isGreater = operator.startsWith('>');
      const asNumber = `CASE ${text} WHEN 'true' THEN 1 WHEN 'false' THEN 0 ELSE (${text})::numeric END ${operator} ${right.sql}`;
      const asText = `(${text}) COLLATE "C" ${operator} ${right.sql}`;
      return right.kind === 'text'
        ? `(CASE WHEN jsonb_typeof(${json}) IN ('number', 'boolean') THEN ${isGreater ? 'FALSE' : 'TRUE'} ELSE ${asText} END)`
        : `(CASE WHEN jsonb_typeof(${json}) IN ('number', 'boolean') THEN ${asNumber} WHEN ${json} IS NOT NULL THEN ${isGreater ? 'TRUE' : 'FALSE'} END)`;
    },
  };
}

/** The operator with its sides changed over. */
export function mirrored(operator: Comparison): Comparison {
  if (operator.startsWith('<') && operator !== '<>') return operator === '<' ? '>' : '>=';
  if (operator.startsWith('>')) return operator === '>' ? '<' : '<=';
  return operator;
}
