/** Rows of the mapped tables as records of the model. */
import type { Conversation, ConversationEvent, Message, Part, Task } from '../../../../shared/model/conversation.ts';
import type { Field } from '../../../../shared/model/conversation-mapping.ts';
import { quoteIdent } from '../../../../shared/pure/quote.ts';
import type { PgRow } from '../../../drivers/postgres/index.ts';
import { errorOf, joinedParts, partsOf, textsOf } from '../parts/index.ts';
import { isoTime } from '../scan/times.ts';
import { numberOf, Selection } from './fields.ts';
import { columnOf, type TableShape } from './shape.ts';
import type { Source } from './source.ts';
import { named } from '../scan/read-row.ts';

/** A message's text in a page is cut here, in characters (shared/model/conversation.ts, `truncated`). */
const pageText = 65_536;
/** What is fetched for a page of one column: JSON must be whole to be read, so it is cut later than text is shown. */
const pageFetch = 4 * pageText;

export interface RowReader<T> {
  readonly select: string;
  readonly read: (row: PgRow) => T;
}

/** JSON text of all metadata: one column as it is, several by their names. */
function metadataOf(selection: Selection, fields: readonly Field[] | undefined): (row: PgRow) => string | null {
  const readers = (fields ?? []).map((field) => ({ name: field.path?.at(-1) ?? field.column, read: selection.field(field) }));
  const [only] = readers;
  if (only === undefined) return () => null;
  if (readers.length === 1) return (row) => jsonText(only.read(row), only.name);
  return (row) => {
    const entries = readers.flatMap(({ name, read }) => {
      const value = read(row);
      return value === null ? [] : [[name, parsed(value)] satisfies [string, unknown]];
    });
    return entries.length === 0 ? null : JSON.stringify(Object.fromEntries(entries));
  };
}

function parsed(text: string): unknown {
  try {
    return /^\s*[[{"\-\dtfn]/.test(text) ? JSON.parse(text) : text;
  } catch {
    return text;
  }
}

function jsonText(text: string | null, name: string): string | null {
  if (text === null) return null;
  return typeof parsed(text) === 'object' ? text : JSON.stringify({ [name]: parsed(text) });
}

/** A moment of deletion: a time, or a flag that stands for one. */
function deletedOf(selection: Selection, table: TableShape, field: Source['conversation']['deleted']): (row: PgRow) => string | null {
  if (field === undefined) return () => null;
  const read = selection.field(field);
  if (columnOf(table, field).family === 'boolean') return (row) => (read(row) === 't' ? new Date(0).toISOString() : null);
  return (row) => isoTime(read(row), field.as);
}

export function conversationRow(source: Source): RowReader<Conversation> {
  const { conversation: map, shape: { conversations: table } } = source;
  const selection = new Selection('c');
  const [id, title, owner, created, updated, model] = [map.id, map.title, map.owner, map.created, map.updated, map.model].map((field) => selection.field(field));
  const metadata = metadataOf(selection, map.metadata);
  const deleted = deletedOf(selection, table, map.deleted);
  return {
    select: selection.sql,
    read: (row) => ({
      key: id?.(row) ?? '', title: named(title?.(row) ?? null), owner: named(owner?.(row) ?? null),
      createdAt: isoTime(created?.(row) ?? null, map.created?.as ?? 'auto'), updatedAt: isoTime(updated?.(row) ?? null, map.updated?.as ?? 'auto'),
      messages: null, model: model?.(row) ?? null, preview: null, deletedAt: deleted(row), metadata: metadata(row), masked: false, revealed: false,
    }),
  };
}

/** @param whole - without the cut of a page */
export function messageRow(source: Source, whole: boolean): RowReader<Message> {
  const { message: map, shape: { messages: table } } = source;
  const selection = new Selection('m');
  const [id, conversation, role, parent, model, input, output, latency, error, created] = [map.id, map.conversation, map.role, map.parent, map.model, map.inputTokens, map.outputTokens, map.latencyMs, map.error, map.created].map((field) => selection.field(field));
  const metadata = metadataOf(selection, map.metadata);
  const deleted = deletedOf(selection, table, map.deleted);
  const content = textField(selection, map.content, whole);
  const parts = textField(selection, map.parts, whole);
  return {
    select: selection.sql,
    read: (row) => {
      const said = role?.(row) ?? '';
      const text = content(row);
      const typed = parts(row);
      const errors = errorOf(error?.(row) ?? null);
      const all = [...joinedParts(partsOf(text.value, text.cut ? 'text' : map.contentAs, said), partsOf(typed.value, typed.cut ? 'text' : 'blocks', said)), ...errors];
      const shown = whole ? { parts: all, cut: false } : cutParts(all);
      return {
        key: id?.(row) ?? '', conversation: conversation?.(row) ?? '', role: said, parts: shown.parts, truncated: shown.cut || text.cut || typed.cut, at: isoTime(created?.(row) ?? null, map.created?.as ?? 'auto'),
        model: model?.(row) ?? null, inputTokens: numberOf(input?.(row) ?? null), outputTokens: numberOf(output?.(row) ?? null), latencyMs: numberOf(latency?.(row) ?? null), parent: parent?.(row) ?? null,
        isError: all.some((part) => part.type === 'error'), deletedAt: deleted(row), metadata: metadata(row), masked: false, revealed: false,
      };
    },
  };
}

interface Fetched {
  readonly value: string | null;
  readonly cut: boolean;
}

/** A long text is cut by the server, so that a page stays a page. A path is taken in the program: it needs the whole. */
function textField(selection: Selection, field: Field | undefined, whole: boolean): (row: PgRow) => Fetched {
  if (field === undefined) return () => ({ value: null, cut: false });
  if (whole || (field.path !== undefined && field.path.length > 0)) {
    const read = selection.field(field);
    return (row) => ({ value: read(row), cut: false });
  }
  const as = selection.column(field.column, `left(m.${quoteIdent(field.column)}::text, ${pageFetch + 1})`);
  return (row) => {
    const value = row[as] ?? null;
    return { value: value !== null && value.length > pageFetch ? value.slice(0, pageText).toWellFormed() : value, cut: value !== null && value.length > pageFetch };
  };
}

function cutParts(parts: readonly Part[]): { readonly parts: Part[]; readonly cut: boolean } {
  let left = pageText;
  let cut = false;
  const shown: Part[] = [];
  for (const part of parts) {
    if (left <= 0) return { parts: shown, cut: true };
    const shorten = (text: string): string => {
      const piece = text.length <= left ? text : text.slice(0, Math.max(0, left)).toWellFormed();
      cut ||= piece.length < text.length;
      left -= piece.length;
      return piece;
    };
    if (part.type === 'tool-call') shown.push({ ...part, arguments: shorten(part.arguments) });
    else if ('text' in part) shown.push({ ...part, text: shorten(part.text) });
    else shown.push(part);
  }
  return { parts: shown, cut };
}

/** All words of a message, for search, snippets and previews. */
export function textOf(message: Pick<Message, 'parts'>): string {
  return message.parts.flatMap(textsOf).filter((text) => text !== '').join('\n');
}

export function taskRow(source: Source): RowReader<Task> | null {
  const map = source.mapping.tasks;
  if (map === undefined) return null;
  const selection = new Selection('t');
  const [id, conversation, status, description, created, updated] = [map.id, map.conversation, map.status, map.description, map.created, map.updated].map((field) => selection.field(field));
  const metadata = metadataOf(selection, map.metadata);
  return {
    select: selection.sql,
    read: (row) => ({
      key: id?.(row) ?? '', conversation: conversation?.(row) ?? '', status: status?.(row) ?? '', description: description?.(row) ?? '',
      createdAt: isoTime(created?.(row) ?? null, map.created?.as ?? 'auto'), updatedAt: isoTime(updated?.(row) ?? null, map.updated?.as ?? 'auto'), metadata: metadata(row), masked: false,
    }),
  };
}

export function eventRow(source: Source): RowReader<ConversationEvent> | null {
  const map = source.mapping.events;
  if (map === undefined) return null;
  const selection = new Selection('e');
  const [id, conversation, type, actor, at, content] = [map.id, map.conversation, map.type, map.actor, map.at, map.content].map((field) => selection.field(field));
  return {
    select: selection.sql,
    read: (row) => ({ key: id?.(row) ?? '', conversation: conversation?.(row) ?? '', type: type?.(row) ?? '', actor: actor?.(row) ?? null, at: isoTime(at?.(row) ?? null, map.at?.as ?? 'auto'), content: content?.(row) ?? null, masked: false }),
  };
}
