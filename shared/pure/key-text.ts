import type { SourceValue } from '../model/values.ts';

const hexDigits = '0123456789abcdef';

/** Lower-case hex of bytes, without Node's Buffer. */
export function hexOf(bytes: Uint8Array): string {
  let hex = '';
  for (const byte of bytes) hex += (hexDigits[byte >> 4] ?? '') + (hexDigits[byte & 15] ?? '');
  return hex;
}

/** One value as a SQL literal, for keys shown to people and for matching rejects with source rows. */
export function literalText(value: SourceValue): string {
  if (value === null) return 'NULL';
  // A NUL cannot stand in PostgreSQL's text, and keys of rejects are kept there.
  if (typeof value === 'string') return `'${value.replaceAll("'", "''").replaceAll('\0', '\\u0000')}'`;
  if (typeof value === 'object') return `x'${hexOf(value)}'`;
  return String(value);
}

/** `id=5`, or `a=1, b='x'`: the key of a row as text, the same on the loader's and the verification's side. */
export function keyText(names: readonly string[], values: readonly SourceValue[]): string {
  return names.map((name, index) => `${name}=${literalText(values[index] ?? null)}`).join(', ');
}
