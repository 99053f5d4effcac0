import type { SourceValue } from '../../../shared/model/values.ts';
import { entriesOf, kindAt, sourceOf, stringOf, whole, type Slice } from '../../drivers/json/index.ts';

/** A scalar of an object as a column holds it exactly: a string. Everything else stays with what is left. */
function exact(value: Slice): string | null {
  if (kindAt(value) !== 'string') return null;
  const text = stringOf(value);
  return text.includes('\0') || !text.isWellFormed() ? null : text;
}

function single(element: Slice, key: string): Slice | null {
  const found = [...entriesOf(element)].filter((entry) => entry.key === key);
  return found.length === 1 ? (found[0]?.value ?? null) : null;
}

/** The string under a key of an element of a list; the empty key stands for an element that is a string itself. */
export function valueAt(element: string, key: string): SourceValue {
  const value = whole(element);
  if (key === '') return exact(value);
  const under = kindAt(value) === 'object' ? single(value, key) : null;
  return under === null ? null : exact(under);
}

/**
 * What the columns `keys` do not hold of an element: an object without those entries, or what is no object itself. NULL only where
 * the column of the empty key holds it.
 */
export function leftOf(element: string, keys: readonly string[]): string | null {
  const value = whole(element);
  if (kindAt(value) !== 'object') return keys.includes('') && exact(value) !== null ? null : sourceOf(value);
  const left = [...entriesOf(value)].filter(({ key }) => !keys.includes(key) || valueAt(element, key) === null);
  return `{${left.map(({ key, value: inner }) => `${JSON.stringify(key)}:${sourceOf(inner)}`).join(',')}}`;
}
