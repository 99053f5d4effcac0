import type { RejectCode } from '../../model/values.ts';
import type { FieldWriter, ValueCodec } from './codec.ts';
import { decimalOfReal, parseDecimal, plainInteger, plainNumber, sameDecimal } from './decimal.ts';

/**
 * The integer a REAL stands for, where nothing is lost: integral, not -0, and its shortest text names exactly this integer
 * (2^60 as a REAL is written 1152921504606847000, so it is not taken for 1152921504606846976).
 */
function integerOfReal(value: number): bigint | RejectCode {
  if (!Number.isFinite(value)) return 'INFINITE';
  if (!Number.isInteger(value) || Object.is(value, -0)) return 'NOT_AN_INTEGER';
  if (Math.abs(value) >= 2 ** 64) return 'OUT_OF_RANGE';
  const exact = BigInt(value);
  return exact.toString() === String(value) ? exact : 'TOO_PRECISE';
}

/** smallint, integer and bigint: INTEGER, REAL without fraction, and text that is the decimal text of an integer. */
export function integerCodec(bits: 16 | 32 | 64): ValueCodec {
  const high = 2n ** BigInt(bits - 1) - 1n;
  const low = -high - 1n;
  const [lowNumber, highNumber] = [Number(low), Number(high)];
  const put = bits === 16 ? (n: number, out: FieldWriter) => out.int16(n) : bits === 32 ? (n: number, out: FieldWriter) => out.int32(n) : undefined;
  const writeBig = (value: bigint, out: FieldWriter): RejectCode | undefined => {
    if (value < low || value > high) return 'OUT_OF_RANGE';
    if (put === undefined) out.int64(value);
    else put(Number(value), out);
    return undefined;
  };
  return {
    write: (value, out) => {
      if (typeof value === 'number') {
        if (Number.isSafeInteger(value) && !Object.is(value, -0)) {
          if (value < lowNumber || value > highNumber) return 'OUT_OF_RANGE';
          if (put === undefined) out.int64(value);
          else put(value, out);
          return undefined;
        }
        const integer = integerOfReal(value);
        return typeof integer === 'string' ? integer : writeBig(integer, out);
      }
      if (typeof value === 'bigint') return writeBig(value, out);
      if (typeof value === 'string' && plainInteger.test(value)) return value.length > 20 ? 'OUT_OF_RANGE' : writeBig(BigInt(value), out);
      return 'NOT_AN_INTEGER';
    },
  };
}

/** The double that stands for the value without loss, or why there is none. */
function doubleOf(value: bigint | string | Uint8Array): number | RejectCode {
  if (typeof value === 'bigint') {
    const double = Number(value);
    return String(double) === value.toString() ? double : 'TOO_PRECISE';
  }
  if (typeof value !== 'string' || !plainNumber.test(value)) return 'NOT_A_NUMBER';
  const double = Number(value);
  if (!Number.isFinite(double)) return 'OUT_OF_RANGE';
  const written = parseDecimal(value);
  if (written === undefined || !sameDecimal(written, decimalOfReal(double))) return 'TOO_PRECISE';
  // `-0` is how PostgreSQL writes negative zero; `-0.00` would come back as other text than any zero has.
  return double === 0 && written.negative && value !== '-0' ? 'TOO_PRECISE' : double;
}

/** double precision: every REAL bit for bit; integers and number texts only where the double's shortest text is the same number. */
export const doubleCodec: ValueCodec = {
  write: (value, out) => {
    if (typeof value === 'number') {
      out.float64(value);
      return undefined;
    }
    const double = doubleOf(value);
    if (typeof double === 'string') return double;
    out.float64(double);
    return undefined;
  },
};

/** real: what fits double precision and is unchanged by four bytes (pgloader changes four values of five here, without a word). */
export const realCodec: ValueCodec = {
  write: (value, out) => {
    const double = typeof value === 'number' ? value : doubleOf(value);
    if (typeof double === 'string') return double;
    if (Math.fround(double) !== double) return Math.abs(double) > 3.4028234663852886e38 ? 'OUT_OF_RANGE' : 'TOO_PRECISE';
    out.float32(double);
    return undefined;
  },
};
