/**
 * Rows of the model with their personal data replaced: the one place that says which fields hold texts. The view, exports, caches and replicas use it.
 * Times and numbers of a message stay. Keys that hold personal data are sealed where rows leave their source (keys/).
 */
import type { Conversation, ConversationEvent, Message, Part, RawRow, SearchHit, Statistics, Task } from '../../../shared/model/conversation.ts';
import { maskNamed, type MaskText, type RowMask, type ValueField } from './row-mask.ts';

const orNull = (text: string | null, mask: MaskText): string | null => (text === null ? null : mask(text));
const valueOrNull = (field: ValueField, value: string | null, mask: RowMask): string | null => (value === null ? null : mask.value(field, value));

/** An image's bytes are shown as they are: what is drawn in a picture is not read. */
export function maskPart(part: Part, mask: MaskText): Part {
  switch (part.type) {
    case 'text':
    case 'reasoning':
    case 'error':
    case 'json':
      return { ...part, text: mask(part.text) };
    case 'tool-call':
      return { ...part, name: mask(part.name), callId: orNull(part.callId, mask), arguments: mask(part.arguments) };
    case 'tool-result':
      return { ...part, name: orNull(part.name, mask), callId: orNull(part.callId, mask), text: mask(part.text) };
    case 'image':
    case 'file':
      return { ...part, name: orNull(part.name, mask), url: orNull(part.url, mask) };
  }
}

/** `masked` says whether anything was replaced, here or before. */
function marked<T extends { readonly masked: boolean }>(before: T, after: T): T {
  return after.masked || JSON.stringify(before) === JSON.stringify(after) ? after : { ...after, masked: true };
}

export function maskConversation(row: Conversation, mask: RowMask): Conversation {
  const [title, owner, model] = [valueOrNull('title', row.title, mask), valueOrNull('owner', row.owner, mask), valueOrNull('model', row.model, mask)];
  return marked(row, { ...row, title, owner, model, preview: orNull(row.preview, mask.text), metadata: orNull(row.metadata, mask.text) });
}

/** Characters of a text cut by its reader that are left out before it is masked: a number of which only the half is there would not be known. */
const edge = 128;

/** A text whose end was cut off, without what cannot be judged. JSON that is cut is no longer JSON: what its keys say of their values is lost, so nothing of it stays. */
function withoutEdge(text: string): string {
  if (!/^\s*[[{]/.test(text)) return text.slice(0, -edge);
  try {
    JSON.parse(text);
    return text;
  } catch {
    return '';
  }
}

const textOf = (part: Part): string => ('text' in part ? part.text : part.type === 'tool-call' ? part.arguments : '');

/** A message cut by its reader ends in its last part that has a text. */
function withoutCutEnd(row: Message): Message {
  const last = row.parts.findLastIndex((part) => textOf(part) !== '');
  const parts = row.parts.map((part, index): Part => {
    if (index !== last) return part;
    return part.type === 'tool-call' ? { ...part, arguments: withoutEdge(part.arguments) } : 'text' in part ? { ...part, text: withoutEdge(part.text) } : part;
  });
  return { ...row, parts, metadata: row.metadata === null ? null : withoutEdge(row.metadata) };
}

export function maskMessage(given: Message, mask: RowMask): Message {
  const row = given.truncated ? withoutCutEnd(given) : given;
  return marked(row, { ...row, role: mask.value('role', row.role), model: valueOrNull('model', row.model, mask), parts: row.parts.map((part) => maskPart(part, mask.text)), metadata: orNull(row.metadata, mask.text) });
}

export function maskTask(row: Task, mask: RowMask): Task {
  return marked(row, { ...row, status: mask.value('status', row.status), description: mask.value('description', row.description), metadata: orNull(row.metadata, mask.text) });
}

export function maskEvent(row: ConversationEvent, mask: RowMask): ConversationEvent {
  return marked(row, { ...row, type: mask.value('type', row.type), actor: valueOrNull('actor', row.actor, mask), content: valueOrNull('content', row.content, mask) });
}

/** Bytes are not shown: they may hold any text. */
export function maskRaw(row: RawRow, mask: MaskText): RawRow {
  const cells = row.cells.map((cell, index) => {
    if (cell.text === null || cell.text === '') return cell;
    if (cell.class === 'blob') return { ...cell, text: '', cut: true };
    return { ...cell, text: maskNamed({ column: row.columns[index] ?? '' }, cell.cut === true ? withoutEdge(cell.text) : cell.text, mask) };
  });
  return marked(row, { ...row, cells });
}

/** A snippet is made of the masked text already; should a piece have slipped through, it is shown without its marks. */
export function maskHit(hit: SearchHit, mask: RowMask, snippet: boolean): SearchHit {
  const text = hit.snippet.map((segment) => segment.text).join('');
  const masked = snippet ? mask.text(text) : text;
  const [title, owner, model] = [valueOrNull('title', hit.title, mask), valueOrNull('owner', hit.owner, mask), valueOrNull('model', hit.model, mask)];
  return { ...hit, title, owner, model, role: mask.value('role', hit.role), snippet: masked === text ? hit.snippet : [{ text: masked, hit: false }] };
}

/** Rows under one name: those of the same name are one, its sums theirs together. Largest first. */
function together<Row extends { readonly messages: number }>(rows: readonly Row[], nameOf: (row: Row) => string, add: (sum: Row, row: Row) => Row): Row[] {
  const named = new Map<string, Row>();
  for (const row of rows) {
    const before = named.get(nameOf(row));
    named.set(nameOf(row), before === undefined ? row : add(before, row));
  }
  return named.size === rows.length ? [...rows] : [...named.values()].toSorted((a, b) => b.messages - a.messages);
}

const plus = (a: number | null, b: number | null): number | null => (a === null ? b : b === null ? a : a + b);

/** Names that are masked alike are one row: what each of them did stays untold. */
export function maskStatistics(statistics: Statistics, mask: RowMask): Statistics {
  const { users, roles, models, operations } = statistics;
  const known = new Set<string>();
  return {
    ...statistics,
    users: together(users.map((each) => ({ ...each, user: mask.value('owner', each.user) })), ({ user }) => user, (sum, each) => ({ ...sum, conversations: sum.conversations + each.conversations, messages: sum.messages + each.messages })),
    roles: together(roles.map((each) => ({ ...each, role: mask.value('role', each.role) })), ({ role }) => role, (sum, each) => ({ ...sum, messages: sum.messages + each.messages })),
    models: together(models.map((each) => ({ ...each, model: mask.value('model', each.model) })), ({ model }) => model,
      (sum, each) => ({ ...sum, messages: sum.messages + each.messages, inputTokens: plus(sum.inputTokens, each.inputTokens), outputTokens: plus(sum.outputTokens, each.outputTokens) })),
    // Averages and percentiles do not add up: of operations masked alike the most frequent stands for them.
    operations: operations.map((each) => ({ ...each, operation: mask.value('operation', each.operation) })).filter(({ operation }) => !known.has(operation) && known.add(operation)),
  };
}
