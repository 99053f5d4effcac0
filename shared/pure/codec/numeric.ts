import type { RejectCode, SourceValue } from '../../model/values.ts';
import type { ValueCodec } from './codec.ts';
import { decimalOfReal, parseDecimal, plainNumber, trimDecimal, type Decimal } from './decimal.ts';

const infinities = { positive: 0xd000, negative: 0xf000 } as const;
/** Limits of numeric without precision (manual 8.1.2). */
const maxWhole = 131_072;
const maxScale = 16_383;

function decimalOf(value: Exclude<SourceValue, null | number>): Decimal | undefined {
  if (typeof value === 'bigint') {
    return { negative: value < 0n, digits: (value < 0n ? -value : value).toString(), scale: 0 };
  }
  return typeof value === 'string' && plainNumber.test(value) ? parseDecimal(value) : undefined;
}

/** Big-endian numeric as numeric_recv reads it: count, weight, sign, display scale, base-10000 digits. Returns the bytes' number. */
function encode(value: Decimal, displayScale: number, scratch: Uint8Array): number {
  const { digits, scale } = value;
  const whole = scale < 0 ? digits + '0'.repeat(-scale) : digits.slice(0, Math.max(0, digits.length - scale));
  const fraction = scale <= 0 ? '' : digits.slice(Math.max(0, digits.length - scale)).padStart(scale, '0');
  const padded = '0'.repeat((4 - (whole.length % 4)) % 4) + whole;
  const all = padded + fraction + '0'.repeat((4 - (fraction.length % 4)) % 4);
  let first = 0;
  let last = all.length / 4;
  const group = (index: number): number => Number(all.slice(index * 4, index * 4 + 4));
  while (first < last && group(first) === 0) first += 1;
  while (last > first && group(last - 1) === 0) last -= 1;
  const view = new DataView(scratch.buffer);
  view.setInt16(0, last - first);
  view.setInt16(2, last > first ? padded.length / 4 - 1 - first : 0);
  view.setUint16(4, value.negative && last > first ? 0x4000 : 0);
  view.setUint16(6, displayScale);
  for (let index = first; index < last; index += 1) view.setInt16(8 + (index - first) * 2, group(index));
  return 8 + (last - first) * 2;
}

/**
 * numeric, numeric(p), numeric(p,s): the exact decimal of an integer, of plain number text, or of a REAL's shortest text.
 * Nothing is rounded: more decimals than the scale are TOO_PRECISE, more digits than the precision OUT_OF_RANGE; -0 has no numeric.
 * Without precision ±Infinity crosses (PostgreSQL 14 and later).
 */
export function numericCodec(precision: number | undefined, scale = 0): ValueCodec {
  let scratch = new Uint8Array(64);
  const check = (value: Decimal): RejectCode | undefined => {
    const trimmed = trimDecimal(value);
    const whole = trimmed.digits === '0' ? 0 : trimmed.digits.length - trimmed.scale;
    if (trimmed.digits === '0' && value.negative) return 'TOO_PRECISE';
    if (trimmed.scale > (precision === undefined ? maxScale : scale)) return 'TOO_PRECISE';
    return whole > (precision === undefined ? maxWhole : precision - scale) ? 'OUT_OF_RANGE' : undefined;
  };
  return {
    write: (value, out) => {
      if (typeof value === 'number' && !Number.isFinite(value)) {
        if (precision !== undefined || Number.isNaN(value)) return 'INFINITE';
        const special = value > 0 ? infinities.positive : infinities.negative;
        scratch.fill(0, 0, 8);
        new DataView(scratch.buffer).setUint16(4, special);
        out.bytes(scratch, 8);
        return undefined;
      }
      const decimal = typeof value === 'number' ? decimalOfReal(value) : decimalOf(value);
      if (decimal === undefined) return 'NOT_A_NUMBER';
      const code = check(decimal);
      if (code !== undefined) return code;
      const needed = 16 + decimal.digits.length + Math.abs(decimal.scale);
      if (scratch.length < needed) scratch = new Uint8Array(needed * 2);
      const displayScale = precision === undefined ? Math.min(Math.max(decimal.scale, 0), maxScale) : Math.max(scale, 0);
      out.bytes(scratch, encode(decimal, displayScale, scratch));
      return undefined;
    },
  };
}
