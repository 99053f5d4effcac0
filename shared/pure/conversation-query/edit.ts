import { formatFilter } from './format-query.ts';
import type { OperatorName } from './operators.ts';
import { queryParts } from './parse-query.ts';
import type { ParseOptions, QueryPart } from './parts.ts';
import { isSeparator } from './tokens.ts';

/** Filters of which there is one at most: a new one takes the place of the old. */
const single: ReadonlySet<OperatorName> = new Set(['before', 'after', 'on', 'in', 'near']);

/** The line without one of its parts (or any stretch of it); the rest stays as it was typed. */
export function withoutPart(text: string, part: { readonly from: number; readonly to: number }): string {
  let [from, to] = [part.from, part.to];
  while (isSeparator(text[to])) to += 1;
  if (to >= text.length) while (from > 0 && isSeparator(text[from - 1])) from -= 1;
  const [before, after] = [text.slice(0, from), text.slice(to)];
  return before !== '' && after !== '' && !isSeparator(before.at(-1)) ? `${before} ${after}` : before + after;
}

/** Without the separators it ends with: more than white space, as NUL. */
function withoutEnd(text: string): string {
  let to = text.length;
  while (to > 0 && isSeparator(text[to - 1])) to -= 1;
  return text.slice(0, to);
}

function isFilter(part: QueryPart, operator: OperatorName, value: string | undefined, path: readonly string[] | undefined): boolean {
  return part.kind === 'filter' && part.operator === operator && (value === undefined || part.value === value) && (path === undefined || JSON.stringify(part.path) === JSON.stringify(path));
}

/** The line without the filters of an operator, or without the one of that value (and path, for meta). */
export function withoutFilter(text: string, operator: OperatorName, options: ParseOptions & { readonly value?: string; readonly path?: readonly string[] }): string {
  const gone = queryParts(text, options).filter((part) => isFilter(part, operator, options.value, options.path));
  return gone.toReversed().reduce(withoutPart, text);
}

/** The line with one filter more. It takes the place of the same filter negated, and of any other where only one can be; one that is there already stays. */
export function withFilter(text: string, filter: { readonly operator: OperatorName; readonly value: string; readonly not?: boolean; readonly path?: readonly string[] }, options: ParseOptions): string {
  const { operator, value, not = false, path = [] } = filter;
  const same = queryParts(text, options).filter((part) => isFilter(part, operator, single.has(operator) ? undefined : value, path));
  if (same.some((part) => part.kind === 'filter' && part.not === not && part.value === value)) return text;
  const rest = withoutEnd(same.toReversed().reduce(withoutPart, text));
  const added = formatFilter(operator, value, { not, path });
  // After a word “not” it would be left out.
  const last = queryParts(rest, options).at(-1);
  if (last !== undefined && /^not$/i.test(rest.slice(last.from))) return `${added} ${rest}`;
  return rest === '' ? added : `${rest} ${added}`;
}
