import type { CallOutput } from '../../../shared/contract/contract.ts';
import type { Reason } from '../../../shared/model/plan.ts';

type Change = CallOutput<'plans/diff'>[number];

/** One step of a path: `columns[body]` is the part `columns` with the key `body`. */
interface Step {
  readonly part: string;
  readonly key?: string;
}

/** One line of what changed, as a person reads it: where, which property, before and after. */
export interface PlanChange {
  /** Table, column, object …, the widest first. */
  readonly where: readonly Step[];
  /** The property's path; empty where a whole entry came or went. */
  readonly what: string;
  readonly before: ChangeValue;
  readonly after: ChangeValue;
}

export type ChangeValue = { readonly text: string } | { readonly reasons: readonly Reason[] } | { readonly entry: readonly (readonly [string, string])[] } | null;

/** Entries that come and go whole: their leaves are one line, not one each. */
const wholes = new Set(['why', 'overrides', 'findings', 'objects', 'excluded', 'reason', 'primaryKey', 'uniques', 'checks', 'foreignKeys', 'indexes', 'views']);

export function stepsOf(path: string): readonly Step[] {
  return [...path.matchAll(/([^.[\]]+)(?:\[((?:[^[\]]|\[[^[\]]*\])*)\])?/g)].map((match) => ({ part: match[1] ?? '', ...(match[2] === undefined ? {} : { key: match[2] }) }));
}

interface Leaf {
  readonly name: string;
  readonly before: string | null;
  readonly after: string | null;
}

interface Group {
  readonly where: readonly Step[];
  readonly whole: Step | null;
  readonly leaves: Leaf[];
}

/**
 * Gathers the leaves of a difference into lines: the leaves of one reason, rule, index … make one line, and what stands in the same
 * table and column stays together, in the order of its first change, the reasons last.
 */
export function readChanges(changes: readonly Change[]): readonly PlanChange[] {
  const groups = new Map<string, Group>();
  for (const { path, before, after } of changes) {
    const steps = stepsOf(path);
    const at = steps.findIndex(({ part }, index) => wholes.has(part) && steps.length > 1 && (index > 0 || steps[0]?.key !== undefined));
    const whole = at < 0 ? null : (steps[at] ?? null);
    const end = at < 0 ? steps.length - 1 : at;
    const where = steps.slice(0, end);
    const name = steps.slice(at < 0 ? end : at + 1).map(({ part, key }) => (key === undefined ? part : `${part} ${key}`)).join('.');
    const id = JSON.stringify([where, whole ?? name]);
    const group = groups.get(id) ?? { where, whole, leaves: [] };
    group.leaves.push({ name, before, after });
    groups.set(id, group);
  }
  const lines = together([...groups.values()].flatMap(linesOf));
  const first = new Map<string, number>();
  for (const [index, { where }] of lines.entries()) if (!first.has(placeOf(where))) first.set(placeOf(where), index);
  const rank = ({ where }: PlanChange): number => (first.get(placeOf(where)) ?? 0) * 2 + Number(isReason(where));
  return lines.map((line, index) => ({ line, index })).toSorted((a, b) => rank(a.line) - rank(b.line) || a.index - b.index).map(({ line }) => line);
}

const isReason = (where: readonly Step[]): boolean => where.at(-1)?.part === 'why';

function linesOf({ where, whole, leaves }: Group): PlanChange[] {
  if (!whole) return leaves.map((leaf) => ({ where, what: leaf.name, before: textOf(leaf.before), after: textOf(leaf.after) }));
  const [old, now] = [sideOf(leaves, 'before'), sideOf(leaves, 'after')];
  // An entry that stays and changes within is told leaf by leaf.
  if (old && now) return leaves.map((leaf) => ({ where: [...where, whole], what: leaf.name, before: textOf(leaf.before), after: textOf(leaf.after) }));
  // Which reasons there are is told by themselves: all of a column's on one line.
  return [{ where: [...where, whole.part === 'why' ? { part: 'why' } : whole], what: '', before: old, after: now }];
}

/** The reasons of one column as one line: those that were, and those that are. */
function together(lines: readonly PlanChange[]): readonly PlanChange[] {
  const told = new Map<string, PlanChange>();
  for (const [index, line] of lines.entries()) {
    const id = isReason(line.where) && line.what === '' ? JSON.stringify(line.where) : String(index);
    const known = told.get(id);
    told.set(id, known ? { ...known, before: joined(known.before, line.before), after: joined(known.after, line.after) } : line);
  }
  return [...told.values()];
}

function joined(a: ChangeValue, b: ChangeValue): ChangeValue {
  return a && b && 'reasons' in a && 'reasons' in b ? { reasons: [...a.reasons, ...b.reasons] } : (a ?? b);
}

/** The table and column a line belongs to. */
function placeOf(where: readonly Step[]): string {
  return JSON.stringify(where.filter(({ part }) => part === 'tables' || part === 'columns'));
}

function textOf(text: string | null): ChangeValue {
  return text === null ? null : { text };
}

function sideOf(leaves: readonly { name: string; before: string | null; after: string | null }[], side: 'before' | 'after'): ChangeValue {
  const entry = leaves.flatMap((leaf): [string, string][] => (leaf[side] === null ? [] : [[leaf.name, leaf[side]]]));
  if (entry.length === 0) return null;
  const code = entry.find(([name]) => name === 'code')?.[1];
  if (code === undefined) return { entry };
  const params = Object.fromEntries(entry.map(([name, text]) => [name.replace(/^params\./, ''), text]));
  return { reasons: [{ code, params }] };
}
