import { cannot, isRawText, type Canonical, type Canonicaliser, type SourceCell } from './cell.ts';
import { decimalOfReal, decimalText, integerDigits, isZero, parseDecimal, sameDecimal, type Decimal } from './decimal.ts';
import type { Cast } from '../../model/values.ts';
import { hexOfInt32 } from './hex.ts';

const ranges = {
  smallint: [-(2n ** 15n), 2n ** 15n - 1n],
  integer: [-(2n ** 31n), 2n ** 31n - 1n],
  bigint: [-(2n ** 63n), 2n ** 63n - 1n],
} as const;

/** Text that spells a number in plain notation and nothing else: no sign `+`, no spaces, no leading zeros, no exponent. */
export const plainNumber = /^-?(0|[1-9]\d*)(\.\d+)?$/;
const plainInteger = /^(0|-?[1-9]\d*)$/;

/** Whole numbers: integers in range, integral REALs whose shortest text is that very integer, text in plain notation. */
export function canonicalInteger(base: keyof typeof ranges): Canonicaliser {
  const [lowest, highest] = ranges[base];
  const checked = (value: bigint): Canonical => (value < lowest || value > highest ? cannot('OUT_OF_RANGE') : value.toString());
  return (value) => {
    if (typeof value === 'bigint') return checked(value);
    if (typeof value === 'string' && !plainInteger.test(value)) return cannot('NOT_AN_INTEGER');
    const decimal = exactDecimal(value, 'NOT_AN_INTEGER');
    if ('code' in decimal) return decimal;
    if (decimal.exponent < 0 || (isZero(decimal) && decimal.negative)) return cannot('NOT_AN_INTEGER');
    if (integerDigits(decimal) > 19) return cannot('OUT_OF_RANGE');
    const text = decimalText(decimal);
    // Beyond 2^53 a REAL's shortest text is not its exact value: two readings, so neither is taken.
    if (typeof value === 'number' && BigInt(value).toString() !== text) return cannot('NOT_AN_INTEGER');
    return checked(BigInt(text));
  };
}

/** Exact decimals; with precision and scale only what needs no rounding, without them infinities too (manual 8.1.2). */
export function canonicalNumeric(limits: readonly number[]): Canonicaliser {
  const [precision, scale = 0] = limits;
  const beforePoint = precision === undefined ? 131_072 : precision - scale;
  const afterPoint = precision === undefined ? 16_383 : scale;
  return (value) => {
    if (precision === undefined && (value === Infinity || value === -Infinity)) return String(value);
    const decimal = exactDecimal(value, 'NOT_A_NUMBER');
    if ('code' in decimal) return decimal;
    if (isZero(decimal)) return decimal.negative ? cannot('TOO_PRECISE') : '0';
    if (decimal.digits.length + decimal.exponent > beforePoint) return cannot('OUT_OF_RANGE');
    return -decimal.exponent > afterPoint ? cannot('TOO_PRECISE') : decimalText(decimal);
  };
}

/** `trim_scale`, which servers before 13 lack; ±Infinity has no scale. */
export function numericSql(column: string): string {
  return `CASE WHEN scale(${column}) > 0 THEN rtrim(rtrim(${column}::text, '0'), '.') ELSE ${column}::text END`;
}

function exactDecimal(value: Exclude<SourceCell, null>, code: 'NOT_AN_INTEGER' | 'NOT_A_NUMBER'): Decimal | ReturnType<typeof cannot> {
  if (typeof value === 'number') return decimalOfReal(value) ?? cannot('INFINITE');
  if (typeof value === 'bigint') return parseDecimal(value.toString()) ?? cannot(code);
  if (isRawText(value)) return cannot('INVALID_UTF8');
  if (typeof value !== 'string') return cannot(code);
  return (plainNumber.test(value) ? parseDecimal(value) : null) ?? cannot(code);
}

/**
 * Doubles to the last bit, as `float8send` gives them. An integer or a text crosses only where the double's shortest text is the
 * same decimal; anything else would come back changed. `real` holds what is exactly a 4-byte float.
 */
export function canonicalFloat(base: 'real' | 'double precision', cast?: Cast): Canonicaliser {
  const single = base === 'real';
  const view = new DataView(new ArrayBuffer(8));
  return (value) => {
    // The one NaN that PostgreSQL gives.
    if (cast === 'nan read' && value === 'NaN') return single ? '7fc00000' : '7ff8000000000000';
    const number = doubleOf(value);
    if (typeof number !== 'number') return number;
    if (single) {
      if (Math.fround(number) !== number) return cannot(Number.isFinite(Math.fround(number)) ? 'TOO_PRECISE' : 'OUT_OF_RANGE');
      view.setFloat32(0, number);
      return hexOfInt32(view.getInt32(0));
    }
    view.setFloat64(0, number);
    return hexOfInt32(view.getInt32(0)) + hexOfInt32(view.getInt32(4));
  };
}

const safe = 2n ** 53n;

function doubleOf(value: Exclude<SourceCell, null>): number | ReturnType<typeof cannot> {
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint' && value <= safe && value >= -safe) return Number(value);
  if (isRawText(value)) return cannot('INVALID_UTF8');
  if (typeof value === 'object') return cannot('NOT_A_NUMBER');
  const decimal = typeof value === 'bigint' || plainNumber.test(value) ? parseDecimal(value.toString()) : null;
  if (decimal === null) return cannot('NOT_A_NUMBER');
  const number = Number(value);
  if (!Number.isFinite(number)) return cannot('OUT_OF_RANGE');
  // `-0` is how PostgreSQL writes negative zero; `-0.00` would come back spelled otherwise.
  if (Object.is(number, -0) && value !== '-0') return cannot('TOO_PRECISE');
  const shortest = decimalOfReal(number);
  return shortest !== null && sameDecimal(decimal, shortest) ? number : cannot('TOO_PRECISE');
}
