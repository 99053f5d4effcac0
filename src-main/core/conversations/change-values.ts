import { z } from 'zod';
import type { CallInput } from '../../../shared/contract/contract.ts';
import type { Mapping } from '../../../shared/model/conversation-mapping.ts';
import type { KeptChange } from '../../../shared/model/conversation-work.ts';
import type { LibraryKeys } from './keys/index.ts';
import { createRowMask, maskNamed, type MaskText } from './row-mask.ts';

type Change = CallInput<'conversations/change-plan'>['change'];

const list = z.array(z.string().nullable());

function partsOf(key: string): readonly (string | null)[] {
  try {
    return list.parse(JSON.parse(key));
  } catch {
    return [];
  }
}

/** Fewer digits are no number that anybody is called by. */
const number = /\p{Nd}{6}/u;

/** What a kept change is called, for those who see masked data: a title, or where there was none the key of what was changed. */
export function shownTitle(kind: KeptChange['kind'], title: string, mapping: Mapping, keys: LibraryKeys, mask: MaskText): string {
  const masked = createRowMask([mapping], mask).value('title', title);
  if (kind === 'rewrite') return keys.seal(title, 'message');
  const mayBeKey = kind === 'delete' && (mapping.conversations?.title === undefined || number.test(title));
  return mayBeKey && masked === title ? keys.seal(title, 'conversation') : masked;
}

/**
 * How values stand in the SQL of a change that is shown under the mask: the key it is about is sealed, what was typed for it is shown as typed, the rest
 * is masked as it is in a row.
 *
 * @param change - with its key as the rows have it
 * @param title - of the row it is about, where it stands in the statements
 */
export function createShownValue(mapping: Mapping, change: Change, title: string | null, keys: LibraryKeys, mask: MaskText): (value: string) => string {
  const shown = new Map<string, string>();
  if (title !== null) shown.set(title, createRowMask([mapping], mask).value('title', title));
  if ('conversation' in change) {
    // Columns that name a conversation together stand in the statements one by one.
    const fields = mapping.messages === undefined ? [] : [mapping.messages.conversation, ...(mapping.messages.conversationWith ?? [])];
    if (fields.length > 1) for (const [index, value] of partsOf(change.conversation).entries()) if (value !== null) shown.set(value, mask(maskNamed(fields[index] ?? { column: '' }, value, mask)));
    shown.set(change.conversation, keys.seal(change.conversation, 'conversation'));
  }
  if ('message' in change) {
    // A question and its answer are one row: its key stands in the statements without the part.
    const row = change.message.replace(/#(?:s|\d{1,9})$/, '');
    for (const key of [row, change.message]) shown.set(key, keys.seal(key, 'message'));
  }
  if (change.kind === 'rename' && !shown.has(change.title)) shown.set(change.title, change.title);
  if (change.kind === 'rewrite' && !shown.has(change.text)) shown.set(change.text, change.text);
  return (value) => shown.get(value) ?? mask(value);
}
