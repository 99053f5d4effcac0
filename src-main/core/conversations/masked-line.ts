import { parseQuery } from '../../../shared/pure/conversation-query/index.ts';
import type { LibraryKeys } from './keys/index.ts';
import type { RowMask, ValueField } from './row-mask.ts';

/** Fewer digits are no number that anybody is called by. */
const telling = 6;
const digits = (text: string): number => text.match(/\p{Nd}/gu)?.length ?? 0;
const named: readonly ValueField[] = ['owner', 'title', 'role', 'model'];

/** A key as it may be written down: sealed where a column's name alone says that it is personal; what has a form is masked by it. */
export function maskKey(key: string, mask: RowMask, keys: LibraryKeys): string {
  if (mask.text(key) !== key) return key;
  const kind = (['conversation', 'message'] as const).find((each) => keys.isPersonal(key, each));
  return kind === undefined ? key : keys.seal(key, kind);
}

/** What was typed into the search for names, as it may be written down. */
export function maskNameTyped(text: string, mask: RowMask): string {
  return mask.isTold('owner') ? mask.value('owner', text) : mask.isTold('title') ? mask.value('title', text) : text;
}

/**
 * A search line as it may be written down (the audit, the head of an export): values of filters that are masked in the library, and numbers where a
 * column says that numbers are personal, are replaced. What has a form of its own is left to `mask.text`.
 */
export function maskLine(line: string, now: number, mask: RowMask, keys: LibraryKeys): string {
  const { query, diagnostics } = parseQuery(line, { now });
  const isTold = named.some(mask.isTold);
  // What it means is not known: nothing that could be a number or an address stays.
  if (diagnostics.length > 0) return isTold ? line.replaceAll(/\S*[\p{Nd}@]\S*/gu, '…') : line;
  const found: (readonly [string, string])[] = [
    ...[...query.users, ...query.notUsers].map((value) => [value, mask.value('owner', value)] as const),
    ...[...query.roles, ...query.notRoles].map((value) => [value, mask.value('role', value)] as const),
    ...[...query.models, ...query.notModels].map((value) => [value, mask.value('model', value)] as const),
    ...[query.in, query.near].filter((key) => key !== null).map((key) => [key, maskKey(key, mask, keys)] as const),
    ...(isTold ? query.terms.filter(({ text }) => digits(text) >= telling).map(({ text }) => [text, maskNameTyped(text, mask)] as const) : []),
  ].filter(([value, shown]) => value !== shown && mask.text(value) === value);
  let shown = line;
  for (const [value, instead] of found.toSorted(([a], [b]) => b.length - a.length)) {
    // Written otherwise than it is meant (escapes, folded case): nothing of the line is sure to be safe.
    if (!shown.includes(value) && !shown.includes(instead)) return '…';
    shown = shown.replaceAll(value, instead);
  }
  return shown;
}
