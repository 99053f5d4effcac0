import { parseDecimal, trimDecimal } from './decimal.ts';

/** A token of JSON text known to be valid: a string, a number, or a single structural character. */
const token = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*|[{}[\]:,]/gs;

/** How deep arrays and objects are nested in valid JSON text. */
export function nesting(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (const [part] of text.matchAll(token)) {
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
  for (const [part] of text.matchAll(token)) {
    const first = part[0];
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
