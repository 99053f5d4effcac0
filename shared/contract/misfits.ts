import type { z } from 'zod';

/** More places than these are only counted: a person mends them one after the other anyway. */
const mostTold = 5;

/**
 * What does not fit a form, place by place, in sentences for people; they stand in both languages among the parts of errors. Values are never
 * told: one may be a password.
 * @param value - what was read by the form, where it is at hand: it tells what is missing from what is of another kind
 */
export function misfitsOf(error: z.ZodError, value: unknown = unseen): string {
  const told = error.issues.map((issue) => sentence(deepest(issue), value));
  const more = told.length - mostTold;
  return [...told.slice(0, mostTold), ...(more > 0 ? [`and more of this kind: ${more}`] : [])].join('; ');
}

const unseen = Symbol('unseen');
type Issue = z.core.$ZodIssue;

/** Of forms among which one must fit: the mistake of the one that fitted furthest, where one fitted at all. */
function deepest(issue: Issue): Issue {
  if (issue.code !== 'invalid_union') return issue;
  const inner = issue.errors.flat().map((each) => deepest({ ...each, path: [...issue.path, ...each.path] }));
  const best = inner.toSorted((a, b) => b.path.length - a.path.length)[0];
  return best !== undefined && best.path.length > issue.path.length ? best : issue;
}

const kinds: Readonly<Record<string, string>> = { string: 'a text', number: 'a number', int: 'a whole number', bigint: 'a whole number', boolean: 'true or false', array: 'a list', tuple: 'a list', object: 'an object', record: 'an object' };

function sentence(issue: Issue, value: unknown): string {
  const place = issue.path.length === 0 ? 'the whole' : issue.path.map(String).join('.');
  if (value !== unseen && issue.path.length > 0 && valueAt(value, issue.path) === undefined) return `${place} is missing`;
  switch (issue.code) {
    case 'invalid_type':
      return issue.expected in kinds ? `${place} must be ${kinds[issue.expected] ?? ''}` : `${place} does not have the form it must have`;
    case 'invalid_value':
      return `${place} must be one of: ${issue.values.map(String).join(', ')}`;
    case 'unrecognized_keys':
      return `${place} has what is not known here: ${issue.keys.join(', ')}`;
    case 'too_small':
      return bound(place, issue.origin, String(issue.minimum), 'least');
    case 'too_big':
      return bound(place, issue.origin, String(issue.maximum), 'most');
    case 'not_multiple_of':
      return `${place} must be a multiple of ${issue.divisor}`;
    default:
      return `${place} does not have the form it must have`;
  }
}

function bound(place: string, origin: string, limit: string, side: 'least' | 'most'): string {
  if (origin === 'string') return side === 'least' && limit === '1' ? `${place} must not be empty` : `${place} must have at ${side} ${limit} characters`;
  if (origin === 'array' || origin === 'set' || origin === 'map') return side === 'least' && limit === '1' ? `${place} must not be empty` : `${place} must have at ${side} ${limit} entries`;
  return `${place} must be at ${side} ${limit}`;
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((held, key) => (typeof held === 'object' && held !== null ? Object.getOwnPropertyDescriptor(held, key)?.value : undefined), value);
}
