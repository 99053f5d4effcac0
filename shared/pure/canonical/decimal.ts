/** An exact decimal: `digits` × 10^`exponent`, digits without leading or trailing zeros (`0` for zero). */
export interface Decimal {
  readonly negative: boolean;
  readonly digits: string;
  readonly exponent: number;
}

const number = /^([+-]?)(\d+)(?:\.(\d*))?(?:e([+-]?\d{1,6}))?$/i;

/** Reads decimal text, with or without exponent; null where it is no number. */
export function parseDecimal(text: string): Decimal | null {
  const match = number.exec(text);
  if (match === null) return null;
  const fraction = match[3] ?? '';
  const all = `${match[2] ?? ''}${fraction}`.replace(/^0+/, '');
  const digits = all.replace(/0+$/, '');
  const negative = match[1] === '-';
  if (digits === '') return { negative, digits: '0', exponent: 0 };
  return { negative, digits, exponent: Number(match[4] ?? 0) - fraction.length + (all.length - digits.length) };
}

/** The decimal a REAL's shortest text spells; null for infinities. */
export function decimalOfReal(value: number): Decimal | null {
  return Object.is(value, -0) ? { negative: true, digits: '0', exponent: 0 } : parseDecimal(String(value));
}

export function isZero(decimal: Decimal): boolean {
  return decimal.digits === '0';
}

/** Same value and same sign of zero. */
export function sameDecimal(a: Decimal, b: Decimal): boolean {
  return a.negative === b.negative && a.digits === b.digits && a.exponent === b.exponent;
}

/** Plain notation without trailing zeros: the text of PostgreSQL's `trim_scale(numeric)`. */
export function decimalText({ negative, digits, exponent }: Decimal): string {
  const sign = negative && digits !== '0' ? '-' : '';
  if (exponent >= 0) return sign + digits + '0'.repeat(exponent);
  const point = digits.length + exponent;
  return sign + (point > 0 ? `${digits.slice(0, point)}.${digits.slice(point)}` : `0.${'0'.repeat(-point)}${digits}`);
}

/** Digits before the point; 0 for values below one. */
export function integerDigits({ digits, exponent }: Decimal): number {
  return digits === '0' ? 0 : Math.max(0, digits.length + exponent);
}

/** Value × 10^`shift` as an integer; null where a fraction would be left. */
export function scaledInteger(decimal: Decimal, shift: number): bigint | null {
  const exponent = decimal.exponent + shift;
  if (exponent < 0) return decimal.digits === '0' ? 0n : null;
  const magnitude = BigInt(decimal.digits) * 10n ** BigInt(exponent);
  return decimal.negative ? -magnitude : magnitude;
}
