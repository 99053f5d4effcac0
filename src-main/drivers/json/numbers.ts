import { decimalOfReal, parseDecimal, sameDecimal, trimDecimal } from '../../../shared/pure/codec/decimal.ts';

/**
 * What a number of the source can be kept as without losing a digit. `integer`: 64 bits hold it. `real`: the double's shortest text is
 * the same number. `exact`: PostgreSQL's numeric holds it (manual 8.1.2). `beyond`: only its text does.
 */
export type NumberKind = 'integer' | 'real' | 'exact' | 'beyond';

const low = -(2n ** 63n);
const high = 2n ** 63n - 1n;
const plain = /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/;

/** True where a double's shortest text is the same number; -0 is one. */
export function isDouble(source: string): boolean {
  const value = Number(source);
  const written = parseDecimal(source);
  return Number.isFinite(value) && written !== undefined && sameDecimal(written, decimalOfReal(value));
}

export function numberKind(source: string): NumberKind {
  if (/^-?\d+$/.test(source) && source !== '-0' && source.length <= 20) {
    const value = BigInt(source);
    if (value >= low && value <= high) return 'integer';
  }
  if (isDouble(source)) return 'real';
  const written = parseDecimal(source);
  if (written === undefined) return 'beyond';
  const { digits, scale } = trimDecimal(written);
  return digits.length - scale > 131_072 || scale > 16_383 || (digits === '0' && written.negative) ? 'beyond' : 'exact';
}

/** The number without an exponent; one that has none stays as it is written, its zeros included. */
export function plainText(source: string): string {
  if (plain.test(source)) return source;
  const written = parseDecimal(source);
  if (written === undefined) return source;
  const { negative, digits, scale } = trimDecimal(written);
  const padded = scale > 0 ? digits.padStart(scale + 1, '0') : digits + '0'.repeat(-scale);
  const text = scale > 0 ? `${padded.slice(0, -scale)}.${padded.slice(-scale)}` : padded;
  return negative ? `-${text}` : text;
}
