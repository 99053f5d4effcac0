import type { Diagnostic, Query } from '../../../../shared/model/conversation-query.ts';
import type { Conversation } from '../../../../shared/model/conversation.ts';
import { splitMarks } from '../../../../shared/pure/masking/index.ts';
import { looksSealed } from '../keys/index.ts';

function fold(text: string): string {
  return text.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase();
}

const pieces = (text: string): string[] => fold(text).split(/[^\p{L}\p{N}]+/u).filter((each) => each !== '');

/**
 * Whether a conversation found by its name may be shown as a hit: where something in its names is masked, what is left in sight must carry all that
 * was typed. Otherwise typing an address letter by letter would tell it.
 */
export function mayBeNamed(typed: string, before: Conversation, shown: Conversation): boolean {
  if (typed.trim() === shown.key) return true;
  const isSealed = looksSealed(shown.key);
  if (before.title === shown.title && before.owner === shown.owner && !shown.masked && !isSealed) return true;
  // A sealed key may be what was found: its letters are not those that were typed.
  const inSight = fold(`${shown.title ?? ''}\n${shown.owner ?? ''}\n${isSealed ? '' : shown.key}`.replaceAll(/⟨[^⟩]*⟩/g, ' '));
  return pieces(typed).every((piece) => inSight.includes(piece));
}

/** A filter by what only stands for a name (⟨email⟩): many are shown so, and none is called so. */
export function maskedNames({ users, notUsers, roles, notRoles, models, notModels, meta }: Query, line: string): Diagnostic[] {
  const values = [...users, ...notUsers, ...roles, ...notRoles, ...models, ...notModels, ...meta.map(({ value }) => value)];
  return [...new Set(values)].filter((value) => splitMarks(value).some((piece) => 'kind' in piece)).map((value) => {
    const from = Math.max(0, line.indexOf(value));
    return { code: 'query.masked-name', params: { value }, from, to: Math.min(line.length, from + value.length), suggestion: null };
  });
}
