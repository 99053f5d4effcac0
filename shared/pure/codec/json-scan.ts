import { parseDecimal, trimDecimal } from './decimal.ts';

/** Where the string that opens at `at` ends: behind its closing quote. Jumps from quote to quote, since strings can be megabytes. */
function stringEnd(text: string, at: number): number {
  for (let quote = text.indexOf('"', at + 1); quote !== -1; quote = text.indexOf('"', quote + 1)) {
    let escapes = 0;
    while (text.charCodeAt(quote - 1 - escapes) === 92) escapes += 1;
    if (escapes % 2 === 0) return quote + 1;
  }
  return text.length;
}

/** The tokens of JSON text known to be valid: strings, numbers and structural characters; true, false and null are left out. */
function* tokens(text: string): Generator<string> {
  for (let at = 0; at < text.length; ) {
    const character = text.charAt(at);
    let end = at + 1;
    if (character === '"') end = stringEnd(text, at);
    else if (character === '-' || (character >= '0' && character <= '9')) {
      while (end < text.length && /[\d.eE+-]/.test(text.charAt(end))) end += 1;
    } else if (!'{}[]:,'.includes(character)) {
      at = end;
      continue;
    }
    yield text.slice(at, end);
    at = end;
  }
}

/** How deep arrays and objects are nested in valid JSON text. */
export function nesting(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (const part of tokens(text)) {
    if (part === '{' || part === '[') deepest = Math.max(deepest, (depth += 1));
    else if (part === '}' || part === ']') depth -= 1;
  }
  return deepest;
}

function keepsString(part: string): boolean {
  if (!part.includes('\\')) return true;
  const text: unknown = JSON.parse(part);
  return typeof text === 'string' && text.isWellFormed() && !text.includes('\0');
}

/** jsonb holds numbers as numeric (manual 8.14): no -0, at most 131072 digits before and 16383 after the point. */
function keepsNumber(part: string): boolean {
  const decimal = parseDecimal(part);
  if (decimal === undefined) return false;
  const { digits, scale } = trimDecimal(decimal);
  if (digits === '0') return !decimal.negative && Math.abs(decimal.scale) <= 16_383;
  return digits.length - scale <= 131_072 && decimal.scale <= 16_383;
}

/** True where jsonb takes this valid JSON text and keeps every key and value of it. */
export function jsonbKeeps(text: string): boolean {
  // One entry per open array (null) or object (its keys so far).
  const open: (Set<string> | null)[] = [];
  let previous = '';
  for (const part of tokens(text)) {
    const first = part.charAt(0);
    if (first === '{') open.push(new Set());
    else if (first === '[') open.push(null);
    else if (first === '}' || first === ']') open.pop();
    else if (first === '"') {
      if (!keepsString(part)) return false;
      const keys = open.at(-1);
      if (keys && (previous === '{' || previous === ',')) {
        const key = String(JSON.parse(part));
        if (keys.has(key)) return false;
        keys.add(key);
      }
    } else if (first !== ':' && first !== ',' && !keepsNumber(part)) return false;
    previous = part;
  }
  return true;
}
