import { asNumber, asText, numberLiteral, plain, wholeNumber } from './coerce.ts';
import { quoteText } from './context.ts';
import { Untranslatable } from './errors.ts';
import { compareJson, compareTypeof, mirrored } from './compare-special.ts';
import { alignTemporal } from './compare-temporal.ts';
import { isNumber, isTemporal, bool, typed } from './typed.ts';
import type { Affinity, Collation, Typed } from './typed.ts';

export type Comparison = '=' | '<>' | '<' | '<=' | '>' | '>=' | 'IS' | 'IS NOT';

/** Both sides made comparable; `test` when a plain operator between two texts cannot say it. */
export type Aligned =
  | { readonly left: string; readonly right: string }
  | { readonly test: (operator: Comparison) => string };

/** What a comparison may say beside its result. */
export type Note = (text: string) => void;

/**
 * A comparison by SQLite's rules: affinity first, then storage classes, then collation (datatype3.html, section 4).
 * @throws Untranslatable where the two sides can never be of one class.
 */
export function compare(operator: Comparison, left: Typed, right: Typed, note: Note): Typed {
  if (right.kind === 'null' || left.kind === 'null') return compareNull(operator, left, right);
  const aligned = align(left, right, operator, note);
  if ('test' in aligned) return bool(aligned.test(operator));
  const isEquality = operator === '=' || operator === '<>';
  if (isEquality && (aligned.right === 'TRUE' || aligned.right === 'FALSE')) {
    return bool((operator === '=') === (aligned.right === 'TRUE') ? aligned.left : `(NOT ${aligned.left})`);
  }
  return bool(`(${aligned.left} ${inPostgres(operator)} ${aligned.right})`);
}

/** PostgreSQL's spelling: IS compares any two values there only in the long form. */
export function inPostgres(operator: Comparison): string {
  if (operator === 'IS') return 'IS NOT DISTINCT FROM';
  return operator === 'IS NOT' ? 'IS DISTINCT FROM' : operator;
}

function compareNull(operator: Comparison, left: Typed, right: Typed): Typed {
  const other = right.kind === 'null' ? left : right;
  if (operator === 'IS' || operator === 'IS NOT') {
    if (other.kind === 'null') return bool(operator === 'IS' ? 'TRUE' : 'FALSE', { literal: operator === 'IS' ? '1' : '0' });
    return bool(`(${other.sql} ${operator} NULL)`);
  }
  return bool('NULL::boolean');
}

/** Makes two expressions comparable. `operator` decides only whether order matters. */
export function align(left: Typed, right: Typed, operator: Comparison, note: Note): Aligned {
  const isOrdering = !['=', '<>', 'IS', 'IS NOT'].includes(operator);
  const special = isOrdering ? undefined : (compareTypeof(left, right) ?? compareTypeof(right, left));
  if (special !== undefined) return special;
  const json = compareJson(left, right, 1) ?? compareJson(right, left, -1);
  if (json !== undefined) return json;
  const native = alignNative(left, right, isOrdering, note) ?? flip(alignNative(right, left, isOrdering, note));
  if (native !== undefined) return native;
  return alignClasses(left, right, isOrdering);
}

function flip(aligned: Aligned | undefined): Aligned | undefined {
  if (aligned === undefined) return undefined;
  if (!('test' in aligned)) return { left: aligned.right, right: aligned.left };
  return { test: (operator) => aligned.test(mirrored(operator)) };
}

/** Comparisons that stay in the type the plan chose, so that the target's indexes serve them. */
function alignNative(left: Typed, right: Typed, isOrdering: boolean, note: Note): Aligned | undefined {
  if (left.pg === 'boolean' && !isOrdering) {
    if (right.pg === 'boolean') return { left: left.sql, right: right.sql };
    if (right.literal === '0' || right.literal === '1') {
      return right.kind === 'int' ? { left: left.sql, right: right.literal === '1' ? 'TRUE' : 'FALSE' } : undefined;
    }
  }
  if (left.pg === 'uuid' && !isOrdering) {
    if (right.pg === 'uuid') return { left: left.sql, right: right.sql };
    const isUuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(right.literal ?? '');
    if (isUuid && right.kind === 'text') return { left: left.sql, right: `${right.sql}::uuid` };
  }
  return isTemporal(left.pg) ? alignTemporal(left, right, note) : undefined;
}

const numeric = (affinity: Affinity): boolean => affinity === 'INTEGER' || affinity === 'REAL' || affinity === 'NUMERIC';

function alignClasses(leftGiven: Typed, rightGiven: Typed, isOrdering: boolean): Aligned {
  let left = plain(leftGiven);
  let right = plain(rightGiven);
  if (left.kind === 'mixed' || right.kind === 'mixed') {
    if (!isOrdering && (isWord(left) || isWord(right))) return alignTexts(left, right, false);
    throw new Untranslatable('a value that is a number in some rows and a text in others is compared');
  }
  if (numeric(left.affinity) || numeric(right.affinity)) {
    if (isNumber(left.kind) && right.kind === 'text') return compareNumberWithText(left, rightGiven, right, false);
    if (isNumber(right.kind) && left.kind === 'text') return compareNumberWithText(right, leftGiven, left, true);
    if (left.kind === 'text' && right.kind === 'text') {
      refuseNumericLiteral(left, right);
      if (!numeric(right.affinity) && right.literal === undefined && rightGiven.moment === undefined) {
        return guardNumbers(alignTexts(left, right, isOrdering), left.sql, right.sql, '>');
      }
      if (!numeric(left.affinity) && left.literal === undefined && leftGiven.moment === undefined) {
        return guardNumbers(alignTexts(left, right, isOrdering), right.sql, left.sql, '<');
      }
    }
  } else if (left.affinity === 'TEXT' && right.affinity === 'NONE' && right.kind !== 'blob') right = asText(right);
  else if (right.affinity === 'TEXT' && left.affinity === 'NONE' && left.kind !== 'blob') left = asText(left);

  if (isNumber(left.kind) && isNumber(right.kind)) return { left: left.sql, right: right.sql };
  if (left.kind === 'text' && right.kind === 'text') return alignTexts(left, right, isOrdering);
  if (left.kind === 'blob' && right.kind === 'blob') return { left: left.sql, right: right.sql };
  throw new Untranslatable(`a ${className(left)} is compared with a ${className(right)}; to SQLite they are never equal`);
}

/** A text that no number is written as: a number among texts is never equal to it, as a number or as its text. */
const isWord = ({ kind, literal }: Typed): boolean => kind === 'text' && literal !== undefined && !new RegExp(wholeNumber).test(literal) && !/inf/i.test(literal);

const className = (value: Typed): string => (isNumber(value.kind) ? 'number' : value.kind === 'blob' ? 'blob' : 'text');

function refuseNumericLiteral(left: Typed, right: Typed): void {
  for (const side of [left, right]) {
    if (side.literal !== undefined && new RegExp(wholeNumber).test(side.literal)) {
      throw new Untranslatable(`'${side.literal}' is compared as a number with a column that holds texts`);
    }
  }
}

/** A date column has NUMERIC affinity: another side that happens to be a number in a text is one, and sorts before every text. */
function guardNumbers(texts: { readonly left: string; readonly right: string }, column: string, other: string, greater: '<' | '>'): Aligned {
  return {
    test: (operator) => {
      const same = `${texts.left} ${inPostgres(operator)} ${texts.right}`;
      const isTrue = operator === '<>' || operator === 'IS NOT' || operator.startsWith(greater);
      const isNull = operator === 'IS' || operator === 'IS NOT' ? '' : `${column} IS NOT NULL AND `;
      return `(CASE WHEN ${isNull}${other} ~ ${quoteText(wholeNumber)} THEN ${isTrue && operator !== '=' ? 'TRUE' : 'FALSE'} ELSE ${same} END)`;
    },
  };
}

/** NUMERIC affinity: a text that is a number counts as one; any other text sorts after every number. */
function compareNumberWithText(number: Typed, given: Typed, text: Typed, isFlipped: boolean): Aligned {
  const pair = (sql: string): Aligned => (isFlipped ? { left: sql, right: number.sql } : { left: number.sql, right: sql });
  if (given.asInteger !== undefined) return pair(given.asInteger);
  if (text.literal !== undefined) {
    if (new RegExp(wholeNumber).test(text.literal)) return pair(numberLiteral(text.literal.trim().replace(/^\+/, '')).sql);
    throw new Untranslatable(`a number is compared with the text '${text.literal}'; to SQLite they are never equal`);
  }
  const parsed = asNumber(typed(`${text.sql}`, 'text', 'text')).sql;
  return {
    test: (operator) => {
      const isNumeric = `${text.sql} ~ ${quoteText(wholeNumber)}`;
      const same = isFlipped ? `${parsed} ${inPostgres(operator)} ${number.sql}` : `${number.sql} ${inPostgres(operator)} ${parsed}`;
      if (operator === 'IS' || operator === 'IS NOT') {
        return `(CASE WHEN ${text.sql} IS NULL OR ${isNumeric} THEN ${same} ELSE ${operator === 'IS' ? 'FALSE' : 'TRUE'} END)`;
      }
      // Not a number: the text is the greater one.
      const isTrue = operator === '<>' || (isFlipped ? operator.startsWith('>') : operator.startsWith('<'));
      const otherwise = `(CASE WHEN ${number.sql} IS NOT NULL THEN ${isTrue ? 'TRUE' : 'FALSE'} END)`;
      return `(CASE WHEN ${text.sql} IS NULL THEN NULL WHEN ${isNumeric} THEN ${same} ELSE ${otherwise} END)`;
    },
  };
}

function alignTexts(left: Typed, right: Typed, isOrdering: boolean): { readonly left: string; readonly right: string } {
  const collation = comparisonCollation(left, right);
  const isForced = isOrdering || (left.isColumn === true && right.isColumn === true && left.pgCollation !== right.pgCollation);
  const side = (value: Typed): string => collated(value, collation);
  const first = side(left);
  return { left: isForced && collation !== 'NOCASE' ? `${first} COLLATE "C"` : first, right: side(right) };
}

/** The collation of a comparison: explicit left, explicit right, then the left column's, then the right column's (datatype3.html, section 7.1). */
export function comparisonCollation(left: Typed, right: Typed): Collation {
  if (left.hasExplicitCollation === true) return left.collation;
  if (right.hasExplicitCollation === true) return right.collation;
  return left.collates === true ? left.collation : right.collation;
}

/** A text in the form under which equal texts of the collation are the same bytes. */
export function collated(value: Typed, collation: Collation): string {
  if (collation === 'NOCASE') return value.literal === undefined ? `lower(${value.sql} COLLATE "C")` : quoteText(lowerAscii(value.literal));
  return collation === 'RTRIM' ? `rtrim(${value.sql}, ' ')` : value.sql;
}

const lowerAscii = (value: string): string => value.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());

/** SQL by which texts sort as in SQLite, or the value itself when it is no text. */
export function orderingKey(value: Typed): string {
  if (value.kind === 'mixed') throw new Untranslatable('values that are numbers in some rows and texts in others are sorted');
  if (isTemporal(value.pg) || value.pg === 'boolean' || value.pg === 'uuid') return value.sql;
  const it = value.kind === 'null' ? value : plain(value);
  if (it.kind !== 'text') return it.sql;
  const key = collated(typed(it.sql, 'text', 'text'), value.collation);
  return value.collation === 'NOCASE' ? key : `${key} COLLATE "C"`;
}
