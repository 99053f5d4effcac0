import { asInteger, asNumber, asText, dbl, numberLiteral, plain, wide } from './coerce.ts';
import { quoteText } from './context.ts';
import { Untranslatable } from './errors.ts';
import { int, nothing, real, text, typed } from './typed.ts';
import type { Typed } from './typed.ts';
import type { Translator } from './translator.ts';

type Arithmetic = '+' | '-' | '*' | '/' | '%';

/** Arithmetic by SQLite's rules: integers stay integers, division by zero is NULL, texts count by their beginning. */
export function arithmetic(operator: Arithmetic, leftGiven: Typed, rightGiven: Typed, translator: Translator): Typed {
  const left = asNumber(leftGiven);
  const right = asNumber(rightGiven);
  if (left.kind === 'null' || right.kind === 'null') return nothing;
  if (operator === '%') return remainder(left, right, leftGiven, rightGiven);
  const divisor = operator === '/' ? nonZero(right) : undefined;
  if (divisor === null) return nothing;
  const pair = (a: string, b: string): string => `(${a} ${operator} ${b})`;
  const rightSql = divisor ?? right.sql;

  if (left.kind === 'int' && right.kind === 'int') {
    // One side in 64 bits is enough: SQLite's integers do not overflow at 32.
    const isWide = left.pg === 'bigint' || right.pg === 'bigint';
    return int(pair(isWide ? left.sql : wide(left), rightSql));
  }
  const isReal = left.kind === 'real' || right.kind === 'real';
  if ((left.kind === 'num' || right.kind === 'num') && !isReal) {
    const isBinary = left.pg === 'double precision' || right.pg === 'double precision';
    if (operator === '/') return divideNumeric(left, right, rightSql);
    if (!isBinary) translator.note('decimals are exact in PostgreSQL; SQLite calculated with binary fractions, so last digits can differ');
    return typed(pair(left.sql, rightSql), 'num', isBinary ? 'double precision' : 'numeric');
  }
  const divisorReal = divisor === undefined ? dbl(right) : `nullif(${dbl(right)}, 0)`;
  const sql = pair(left.pg === 'double precision' ? left.sql : dbl(left), right.literal === undefined ? divisorReal : dbl(right));
  return real(sql);
}

/** The divisor with zero turned to NULL; null if it is a literal zero. */
function nonZero(right: Typed): string | null {
  if (right.literal === undefined) return `nullif(${right.sql}, 0)`;
  return Number(right.literal) === 0 ? null : right.sql;
}

/** NUMERIC columns hold whole numbers as integers, so two whole values divide as integers, value by value. */
function divideNumeric(left: Typed, right: Typed, divisor: string): Typed {
  const isSimple = [left, right].every((side) => side.wholeIsInteger === true || side.kind === 'int');
  if (!isSimple) {
    throw new Untranslatable('a division of decimals: SQLite divides as integers where both values happen to be whole');
  }
  const isWhole = [left, right].filter((side) => side.kind === 'num').map((side) => `${side.sql} = trunc(${side.sql})`).join(' AND ');
  const quotient = `${left.sql} / ${divisor}`;
  const pg = left.pg === 'double precision' || right.pg === 'double precision' ? 'double precision' : 'numeric';
  return typed(`(CASE WHEN ${isWhole} THEN trunc(${quotient}) ELSE ${quotient} END)`, 'num', pg);
}

/** Texts count by the whole number they begin with here: '1e3' is 1, though it is 1000 to the other operators. */
function remainder(left: Typed, right: Typed, leftGiven: Typed, rightGiven: Typed): Typed {
  const divisor = right.literal === undefined ? asInteger(rightGiven) : asInteger(right);
  if (right.literal !== undefined && Math.trunc(Number(right.literal)) === 0) return nothing;
  const by = right.literal === undefined ? `nullif(${divisor.sql}, 0)` : divisor.sql;
  const sql = `(${wide(left.literal === undefined ? asInteger(leftGiven) : asInteger(left))} % ${by})`;
  if (left.kind === 'num' || right.kind === 'num') return typed(`${sql}::numeric`, 'num', 'numeric');
  return left.kind === 'real' || right.kind === 'real' ? real(`${sql}::double precision`) : int(sql);
}

/** Bit operators work on 64-bit integers on both sides. */
export function bitwise(operator: '&' | '|' | '<<' | '>>', leftGiven: Typed, rightGiven: Typed): Typed {
  if (leftGiven.kind === 'null' || rightGiven.kind === 'null') return nothing;
  const left = wide(asInteger(leftGiven));
  const right = asInteger(rightGiven);
  if (operator === '&' || operator === '|') return int(`(${left} ${operator} ${wide(right)})`);
  const distance = Number(right.literal);
  // PostgreSQL takes the distance modulo 64; a negative one shifts the other way in SQLite only.
  if (right.literal === undefined || distance < 0 || distance > 63) {
    throw new Untranslatable('a shift by a distance that is not a number between 0 and 63');
  }
  return int(`(${left} ${operator} ${right.literal})`);
}

/** Unary minus, plus and bit complement. */
export function unary(operator: '-' | '+' | '~', operand: Typed): Typed {
  if (operator === '+') {
    const { isColumn: _, ...rest } = operand.pg === 'boolean' ? plain(operand) : operand;
    return { ...rest, affinity: 'NONE' };
  }
  if (operand.kind === 'null') return nothing;
  if (operator === '~') return int(`(~ ${wide(asInteger(operand))})`);
  const number = asNumber(operand);
  if (number.literal !== undefined) {
    return numberLiteral(number.literal.startsWith('-') ? number.literal.slice(1) : `-${number.literal}`);
  }
  return typed(`(- ${wide(number)})`, number.kind, number.kind === 'int' ? 'bigint' : number.pg);
}

/** `||`: both sides as SQLite writes them in text. */
export function concatenate(left: Typed, right: Typed, translator: Translator): Typed {
  if (left.kind === 'null' || right.kind === 'null') return text('NULL::text');
  const [first, second] = [left, right].map((side) => asText(side, translator.note).sql);
  const literal = left.literal !== undefined && right.literal !== undefined && left.kind === 'text' && right.kind === 'text'
    ? { literal: left.literal + right.literal }
    : {};
  if ('literal' in literal) return text(quoteText(literal.literal ?? ''), literal);
  return text(`(${first ?? ''} || ${second ?? ''})`);
}
