/**
 * Rows of the model with their personal data replaced: the one place that says which fields hold texts. The view, exports, caches and replicas use it.
 * Keys, times, roles, models and numbers of a message stay: they name and count, and links are made of them.
 */
import type { Conversation, ConversationEvent, Message, Part, RawRow, SearchHit, Statistics, Task } from '../../../shared/model/conversation.ts';

export type MaskText = (text: string) => string;

/** Strings and numbers of a JSON text. */
const literals = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

function maskLiteral(literal: string, mask: MaskText): string {
  if (!literal.startsWith('"')) {
    const masked = mask(literal);
    return masked === literal ? literal : JSON.stringify(masked);
  }
  try {
    const text: unknown = JSON.parse(literal);
    const masked = typeof text === 'string' ? mask(text) : text;
    return masked === text ? literal : JSON.stringify(masked);
  } catch {
    return literal;
  }
}

function isJson(text: string): boolean {
  if (!/^\s*[[{"]/.test(text)) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** JSON text, each string and number by itself, so that it stays JSON; then as a whole, for what only shows in its surroundings. */
export function maskJson(text: string, mask: MaskText): string {
  return mask(isJson(text) ? text.replaceAll(literals, (literal) => maskLiteral(literal, mask)) : text);
}

const orNull = (text: string | null, mask: MaskText): string | null => (text === null ? null : mask(text));
const jsonOrNull = (text: string | null, mask: MaskText): string | null => (text === null ? null : maskJson(text, mask));

/** An image's bytes are shown as they are: what is drawn in a picture is not read. */
export function maskPart(part: Part, mask: MaskText): Part {
  switch (part.type) {
    case 'text':
    case 'reasoning':
    case 'error':
      return { ...part, text: mask(part.text) };
    case 'json':
      return { ...part, text: maskJson(part.text, mask) };
    case 'tool-call':
      return { ...part, name: mask(part.name), arguments: maskJson(part.arguments, mask) };
    case 'tool-result':
      return { ...part, name: orNull(part.name, mask), text: maskJson(part.text, mask) };
    case 'image':
    case 'file':
      return { ...part, name: orNull(part.name, mask), url: orNull(part.url, mask) };
  }
}

/** `masked` says whether anything was replaced, here or before. */
function marked<T extends { readonly masked: boolean }>(before: T, after: T): T {
  return after.masked || JSON.stringify(before) === JSON.stringify(after) ? after : { ...after, masked: true };
}

export function maskConversation(row: Conversation, mask: MaskText): Conversation {
  return marked(row, { ...row, title: orNull(row.title, mask), owner: orNull(row.owner, mask), preview: orNull(row.preview, mask), metadata: jsonOrNull(row.metadata, mask) });
}

export function maskMessage(row: Message, mask: MaskText): Message {
  return marked(row, { ...row, parts: row.parts.map((part) => maskPart(part, mask)), metadata: jsonOrNull(row.metadata, mask) });
}

export function maskTask(row: Task, mask: MaskText): Task {
  return marked(row, { ...row, description: mask(row.description), metadata: jsonOrNull(row.metadata, mask) });
}

export function maskEvent(row: ConversationEvent, mask: MaskText): ConversationEvent {
  return marked(row, { ...row, actor: orNull(row.actor, mask), content: jsonOrNull(row.content, mask) });
}

/** Characters of a cut cell that are left out before it is masked: a number of which only the half is there would not be known. */
const edge = 64;

/** Bytes are not shown: they may hold any text. */
export function maskRaw(row: RawRow, mask: MaskText): RawRow {
  const cells = row.cells.map((cell) => {
    if (cell.text === null || cell.text === '') return cell;
    if (cell.class === 'blob') return { ...cell, text: '', cut: true };
    return { ...cell, text: maskJson(cell.cut === true ? cell.text.slice(0, -edge) : cell.text, mask) };
  });
  return marked(row, { ...row, cells });
}

/** A snippet is made of the masked text already; should a piece have slipped through, it is shown without its marks. */
export function maskHit(hit: SearchHit, mask: MaskText, snippet: boolean): SearchHit {
  const text = hit.snippet.map((segment) => segment.text).join('');
  const masked = snippet ? mask(text) : text;
  return { ...hit, title: orNull(hit.title, mask), owner: orNull(hit.owner, mask), snippet: masked === text ? hit.snippet : [{ text: masked, hit: false }] };
}

/** Users of one mask stay apart: what is told of each is a count. */
export function maskStatistics(statistics: Statistics, mask: MaskText): Statistics {
  return { ...statistics, users: statistics.users.map((each) => ({ ...each, user: mask(each.user) })), operations: statistics.operations.map((each) => ({ ...each, operation: mask(each.operation) })) };
}
