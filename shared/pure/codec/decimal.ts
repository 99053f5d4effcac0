/** A decimal number exactly: digits × 10^-scale. `digits` has no leading zeros and is `0` for zero; `scale` may be negative. */
export interface Decimal {
  readonly negative: boolean;
  readonly digits: string;
  readonly scale: number;
}

const form = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/i;

/** The decimal that a text writes; undefined where it is no number (signs other than `-`, spaces, Infinity, hexadecimal). */
export function parseDecimal(text: string): Decimal | undefined {
  const match = form.exec(text);
  if (match === null) return undefined;
  const [, sign, whole = '', fraction = '', exponent = '0'] = match;
  const digits = `${whole}${fraction}`.replace(/^0+(?=\d)/, '');
  return { negative: sign === '-', digits, scale: fraction.length - Number(exponent) };
}

/** The decimal of the shortest text that reads back as this double, which is what every tool shows for it. Not for ±Infinity or NaN. */
export function decimalOfReal(value: number): Decimal {
  const decimal = parseDecimal(String(value));
  if (decimal === undefined) throw new RangeError(`Not a finite number: ${value}`);
  return Object.is(value, -0) ? { ...decimal, negative: true } : decimal;
}

/** Without zeros at the end of the digits, so that equal numbers have equal parts. Zero has scale 0. */
export function trimDecimal(value: Decimal): Decimal {
  const digits = value.digits.replace(/0+$/, '');
  if (digits === '') return { negative: value.negative, digits: '0', scale: 0 };
  return { negative: value.negative, digits, scale: value.scale - (value.digits.length - digits.length) };
}

/** True where both write the same number; -0 is not 0. */
export function sameDecimal(left: Decimal, right: Decimal): boolean {
  const a = trimDecimal(left);
  const b = trimDecimal(right);
  return a.negative === b.negative && a.digits === b.digits && a.scale === b.scale;
}

/** value × 10^power as an integer; undefined where a fraction would remain. `limit`: digits above which it is not even tried. */
export function scaledInteger(value: Decimal, power: number, limit = 60): bigint | undefined {
  const { negative, digits, scale } = trimDecimal(value);
  if (digits === '0') return 0n;
  const zeros = power - scale;
  if (zeros < 0) return undefined;
  if (digits.length + zeros > limit) return negative ? -(10n ** BigInt(limit)) : 10n ** BigInt(limit);
  const whole = BigInt(digits) * 10n ** BigInt(zeros);
  return negative ? -whole : whole;
}

/** How a number is written in plain text: no exponent, no leading zeros, no plus, no spaces. */
export const plainNumber = /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/;

/** How an integer is written in plain text; `-0` is not one. */
export const plainInteger = /^(?:0|-?[1-9]\d*)$/;
