import { SqliteSyntaxError } from './errors.ts';
import { parseExpressionText } from './parse-expression.ts';
import { foldName } from '../fold-name.ts';

/** Where names of tables stand that no schema qualifies; those of common tables are none. */
function namesIn(node: unknown, common: ReadonlySet<unknown>): number[] {
  if (Array.isArray(node)) return node.flatMap((each: unknown) => namesIn(each, common));
  if (typeof node !== 'object' || node === null) return [];
  const parts = new Map<string, unknown>(Object.entries(node));
  const at = parts.get('at');
  const own = typeof at === 'number' && !common.has(foldName(String(parts.get('name')))) ? [at] : [];
  const more: unknown = parts.get('with');
  const inner = Array.isArray(more) ? new Set([...common, ...more.map(({ name }: { readonly name: string }) => foldName(name))]) : common;
  return [...own, ...[...parts.values()].flatMap((each) => namesIn(each, inner))];
}

/**
 * Names a schema before each table and view that the subqueries of a condition read, so that they are found there and nowhere nearer.
 * @returns the condition as it is where it cannot be parsed
 */
export function qualifyTables(condition: string, schema: string): string {
  let places: number[];
  try {
    places = namesIn(parseExpressionText(condition), new Set());
  } catch (error) {
    if (error instanceof SqliteSyntaxError) return condition;
    throw error;
  }
  return places.toSorted((a, b) => b - a).reduce((text, at) => `${text.slice(0, at)}${schema}.${text.slice(at)}`, condition);
}
