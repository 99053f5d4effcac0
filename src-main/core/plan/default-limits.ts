import { codecFor, parseTypeName } from '../../../shared/pure/codec/index.ts';
import type { SourceValue } from '../../../shared/model/values.ts';

/** A default that is one number or one text; undefined for expressions, whose values only the server knows. */
function constantOf(text: string): Exclude<SourceValue, null> | undefined {
  const bare = text.trim().replace(/^\((.*)\)$/s, '$1').trim();
  const quoted = /^'((?:[^']|'')*)'$/s.exec(bare)?.[1]?.replaceAll("''", "'");
  if (quoted !== undefined) return quoted;
  const number = /^([+-]?)\s*(\d+|\d*\.\d+|\d+\.\d*)(e[+-]?\d+)?$/i.exec(bare);
  if (number === null) return undefined;
  const plain = `${number[1] === '-' ? '-' : ''}${number[2] ?? ''}${number[3] ?? ''}`;
  // An integer beyond 64 bits is a REAL in SQLite (lang_expr.html, literal values).
  const isWhole = /^-?\d+$/.test(plain) && BigInt(plain) >= -(2n ** 63n) && BigInt(plain) < 2n ** 63n;
  return isWhole ? BigInt(plain) : Number(plain);
}

/** False where a type's limit of digits or characters would change a constant default, or refuse it. Other types have their own rules (translateDefault). */
export function fitsLimit(text: string, type: string): boolean {
  let limited;
  try {
    limited = parseTypeName(type);
  } catch {
    return true;
  }
  if (limited.args.length === 0 || !['numeric', 'varchar', 'char'].includes(limited.base)) return true;
  const value = constantOf(text);
  if (value === undefined) return true;
  // SQLite makes a number of a text that reads as one (datatype3.html, section 3).
  const code = codecFor(type).misfit(limited.base === 'numeric' && typeof value === 'string' && Number.isFinite(Number(value)) && value.trim() !== '' ? Number(value) : value);
  return code === undefined || code === 'NOT_A_NUMBER';
}
