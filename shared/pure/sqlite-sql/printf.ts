import { asInteger, asNumber, asText, dbl, wide } from './coerce.ts';
import { quoteText } from './context.ts';
import { Untranslatable } from './errors.ts';
import { fixedInteger, fixedReal } from './exact-real.ts';
import { argument } from './functions-value.ts';
import type { ScalarFunction } from './functions.ts';
import { int, text } from './typed.ts';
import type { Typed } from './typed.ts';
import type { Translator } from './translator.ts';

const placeholder = /%([-+ 0,!#]*)(\d+)?(?:\.(\d+))?([a-zA-Z%])/g;

/** printf() and format() with a literal pattern: %d %i %u %s %f %x %X %c and %%, widths, zero padding, precision. */
export const printf: ScalarFunction = (args, translator) => {
  const pattern = argument(args, 0);
  if (pattern.literal === undefined || pattern.kind !== 'text') throw new Untranslatable('printf() with a pattern that is not a literal');
  const parts: string[] = [];
  let literal = '';
  let last = 0;
  let next = 1;
  const flush = (): void => {
    if (literal !== '') parts.push(quoteText(literal));
    literal = '';
  };
  for (const match of pattern.literal.matchAll(placeholder)) {
    literal += plainText(pattern.literal, last, match.index);
    last = match.index + match[0].length;
    if (match[4] === '%') {
      literal += '%';
      continue;
    }
    flush();
    const spec = { flags: match[1] ?? '', width: Number(match[2] ?? 0), precision: match[3] === undefined ? undefined : Number(match[3]) };
    // SQLite reads missing arguments as NULL.
    parts.push(printOne(match[4] ?? '', spec, args[next] ?? int('NULL::bigint'), translator));
    next += 1;
  }
  literal += plainText(pattern.literal, last);
  flush();
  const [only] = parts;
  if (only === undefined) return text("''", { literal: '' });
  return text(parts.length === 1 ? only : `(${parts.join(' || ')})`);
};

function plainText(pattern: string, from: number, to?: number): string {
  const part = pattern.slice(from, to);
  if (part.includes('%')) throw new Untranslatable(`printf() with the pattern '${pattern}'`);
  return part;
}

interface Spec {
  readonly flags: string;
  readonly width: number;
  readonly precision: number | undefined;
}

function printOne(letter: string, spec: Spec, value: Typed, translator: Translator): string {
  if (/[+ !#,]/.test(spec.flags)) throw new Untranslatable(`printf() with the flags '${spec.flags}'`);
  const isZero = value.kind === 'null';
  switch (letter) {
    case 'd':
    case 'i':
    case 'u': {
      if (spec.precision !== undefined) throw new Untranslatable('printf() of whole numbers with a precision');
      const whole = isZero ? '0' : `coalesce(${wide(asInteger(value))}, 0)`;
      // %u reads the 64 bits without a sign.
      const number = letter === 'u' ? `(CASE WHEN ${whole} < 0 THEN ${whole} + 18446744073709551616 ELSE ${whole} END)` : whole;
      if (!spec.flags.includes('0')) return padded(`(${number})::text`, spec);
      return zeroPadded(`(${number})`, `abs(${number})::text`, spec.width);
    }
    case 's': {
      // Precision and width count bytes.
      if (spec.precision !== undefined) throw new Untranslatable('printf() of texts with a precision');
      const whole = isZero ? "''" : `coalesce(${asText(value, translator.note).sql}, '')`;
      return padded(whole, spec, `${spec.width} - octet_length(${whole}) + length(${whole})`);
    }
    case 'c':
      // Of NULL and of '' it is a NUL character, which PostgreSQL cannot hold.
      if (value.literal === undefined || value.literal === '') throw new Untranslatable('printf() with %c of something that is not a literal');
      return padded(quoteText([...value.literal][0] ?? ''), spec);
    case 'f': {
      const decimals = spec.precision ?? 6;
      if (decimals > 15) throw new Untranslatable('printf() with %f of more than 15 decimals');
      const it = asNumber(value);
      const isWhole = it.kind === 'int' || it.kind === 'null';
      const number = it.kind === 'null' ? '0' : `coalesce(${isWhole ? it.sql : dbl(it)}, 0)`;
      const digits = isWhole ? fixedInteger(number, decimals) : fixedReal(number, decimals);
      // A small negative number keeps its sign: -0.00.
      return spec.flags.includes('0') ? zeroPadded(number, digits, spec.width) : padded(`(CASE WHEN ${number} < 0 THEN '-' ELSE '' END || ${digits})`, spec);
    }
    case 'x':
    case 'X': {
      const hex = `to_hex(${isZero ? '0' : `coalesce(${wide(asInteger(value))}, 0)`})`;
      const digits = letter === 'X' ? `upper(${hex})` : hex;
      return spec.flags.includes('0') ? `lpad(${digits}, greatest(${spec.width}, length(${digits})), '0')` : padded(digits, spec);
    }
    default:
      throw new Untranslatable(`printf() with %${letter}`);
  }
}

/** lpad() and rpad() cut what is too long; printf never does. */
function padded(sql: string, spec: Spec, width = String(spec.width)): string {
  if (spec.width === 0) return sql;
  return `${spec.flags.includes('-') ? 'rpad' : 'lpad'}(${sql}, greatest(${width}, length(${sql})))`;
}

function zeroPadded(number: string, digits: string, width: number): string {
  const sign = `CASE WHEN ${number} < 0 THEN '-' ELSE '' END`;
  const room = `${width} - CASE WHEN ${number} < 0 THEN 1 ELSE 0 END`;
  return `(${sign} || lpad(${digits}, greatest(${room}, length(${digits})), '0'))`;
}
