import type { Conversation } from '../../../../shared/model/conversation.ts';

function fold(text: string): string {
  return text.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase();
}

const pieces = (text: string): string[] => fold(text).split(/[^\p{L}\p{N}]+/u).filter((each) => each !== '');

/**
 * Whether a conversation found by its name may be shown as a hit: where something in its names is masked, what is left in sight must carry all that
 * was typed. Otherwise typing an address letter by letter would tell it.
 */
export function mayBeNamed(typed: string, before: Conversation, shown: Conversation): boolean {
  if (before.title === shown.title && before.owner === shown.owner && !shown.masked) return true;
  const inSight = fold(`${shown.title ?? ''}\n${shown.owner ?? ''}\n${shown.key}`.replaceAll(/⟨[^⟩]*⟩/g, ' '));
  return pieces(typed).every((piece) => inSight.includes(piece));
}
