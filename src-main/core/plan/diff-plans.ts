import type { Plan } from '../../../shared/model/plan.ts';

export interface PlanChange {
  readonly path: string;
  readonly before: string | null;
  readonly after: string | null;
}

type Flat = Map<string, string>;

/** Names list entries by what identifies them, so that a moved entry is no change. */
function keyOf(value: unknown, index: number): string {
  if (typeof value !== 'object' || value === null) return String(index);
  const entry: Record<string, unknown> = { ...value };
  const { id, source, name, table, column, kind, code } = entry;
  if (typeof id === 'string') return id;
  if (typeof source === 'string') return source;
  if (typeof source === 'object' && source !== null) return Object.values(source).join('.');
  return [kind, code, name, table, column].filter((part) => typeof part === 'string').join(' ') || String(index);
}

function flatten(value: unknown, path: string, into: Flat): Flat {
  if (Array.isArray(value)) {
    if (value.length === 0) return into;
    value.forEach((entry, index) => flatten(entry, `${path}[${keyOf(entry, index)}]`, into));
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, entry] of Object.entries(value)) flatten(entry, path === '' ? key : `${path}.${key}`, into);
  } else if (value !== undefined) into.set(path, String(value));
  return into;
}

const ignored = new Set(['version', 'createdAt', 'id', 'assessmentId', 'format']);

/** What changed between two versions of a plan, by path, in the order of the newer one. */
export function diffPlans(before: Plan, after: Plan): PlanChange[] {
  const old = flatten(before, '', new Map());
  const now = flatten(after, '', new Map());
  const changes: PlanChange[] = [];
  for (const [path, value] of now) {
    if (!ignored.has(path) && old.get(path) !== value) changes.push({ path, before: old.get(path) ?? null, after: value });
  }
  for (const [path, value] of old) {
    if (!ignored.has(path) && !now.has(path)) changes.push({ path, before: value, after: null });
  }
  return changes;
}
