/** Two hex digits for each byte value. */
const pairs = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** Eight hex digits of a 32-bit integer, as in PostgreSQL's binary output (network byte order). */
export function hexOfInt32(value: number): string {
  return (pairs[value >>> 24] ?? '') + (pairs[(value >>> 16) & 255] ?? '') + (pairs[(value >>> 8) & 255] ?? '') + (pairs[value & 255] ?? '');
}

/** Sixteen hex digits of a 64-bit integer given as a number of at most 53 bits. */
export function hexOfInt64(value: number): string {
  const high = Math.floor(value / 4_294_967_296);
  return hexOfInt32(high | 0) + hexOfInt32((value - high * 4_294_967_296) | 0);
}
