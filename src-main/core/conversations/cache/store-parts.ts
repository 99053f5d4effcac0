/** Parts of a message as text: one text, as most messages are, without any JSON around it. */
import type { Message, Part } from '../../../../shared/model/conversation.ts';

export function storeParts(parts: readonly Part[]): string {
  const [only] = parts;
  if (parts.length === 1 && only?.type === 'text') return `${only.format === 'plain' ? 'p' : 'm'}${only.text}`;
  return JSON.stringify(parts);
}

export function readParts(stored: string): Part[] {
  if (stored.startsWith('p')) return [{ type: 'text', text: stored.slice(1), format: 'plain' }];
  if (stored.startsWith('m')) return [{ type: 'text', text: stored.slice(1), format: 'markdown' }];
  const parts: Part[] = JSON.parse(stored);
  return parts;
}

function textOf(part: Part): string {
  switch (part.type) {
    case 'tool-call': return `${part.name}\n${part.arguments}`;
    case 'tool-result': return `${part.name ?? ''}\n${part.text}`;
    case 'image': case 'file': return part.name ?? '';
    default: return part.text;
  }
}

/** Everything of a message that is searched, in its order. */
export function textsOf(parts: readonly Part[]): string {
  return parts.length === 1 && parts[0] !== undefined ? textOf(parts[0]) : parts.map(textOf).join('\n');
}

/** Characters of a message that a page shows; the whole comes with `conversations/message`. */
const pageChars = 64 * 1024;

const cutText = (text: string, room: number): string => (text.length <= room ? text : text.slice(0, room).replace(/[\uD800-\uDBFF]$/, ''));

/** The parts of a page's message: cut at 64 KB in total. */
export function cutParts(parts: readonly Part[]): Pick<Message, 'truncated'> & { parts: Part[] } {
  let room = pageChars;
  let truncated = false;
  const kept: Part[] = [];
  for (const part of parts) {
    const key = part.type === 'tool-call' ? 'arguments' : 'text';
    const text = part.type === 'image' || part.type === 'file' ? '' : part.type === 'tool-call' ? part.arguments : part.text;
    if (room <= 0) { truncated = true; break; }
    if (text.length > room) truncated = true;
    kept.push(text.length > room ? { ...part, [key]: cutText(text, room) } : part);
    room -= text.length;
  }
  return { parts: kept, truncated };
}
