import type { Message } from '../../../../shared/model/conversation.ts';
import { shownAtFirst } from '../message/long-text.ts';

const line = 23;
const head = 52;

/** About how high a message will be drawn, in pixels, so that the scroll bar moves little when it is measured. `columns`: characters of a line. */
export function estimateHeight(message: Message, columns: number): number {
  let height = head;
  for (const part of message.parts) {
    if (part.type === 'text' || part.type === 'error') {
      const text = part.text.slice(0, shownAtFirst);
      let lines = 0;
      for (const each of text.split('\n')) lines += Math.max(1, Math.ceil(each.length / columns));
      height += lines * line + (part.text.length > shownAtFirst * 1.25 ? 34 : 8);
    } else if (part.type === 'image') height += part.data === null ? 40 : 240;
    else if (part.type === 'json') height += Math.min(12, 1 + part.text.length / 40) * 20 + 16;
    else if (part.type === 'tool-result') height += part.text.length < 1500 ? 120 : 40;
    else height += 40;
  }
  return Math.round(height);
}
