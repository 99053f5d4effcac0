/**
 * Rows of a source as rows of the model, by its mapping. Pure: `postgres/` and the scan read alike.
 *
 * A row is given by column names; PostgreSQL's values as the server's text (timestamps in UTC).
 */
import type { Conversation, ConversationEvent, Message, Part, Task } from '../../../../shared/model/conversation.ts';
import type { Field, Mapping, TimeField } from '../../../../shared/model/conversation-mapping.ts';
import { errorOf, isRecord, isText, joinedParts, jsonText, numberOf, parseJson, partsOf } from '../parts/index.ts';
import { cellText, type Row } from './cells.ts';
import { isoTime } from './times.ts';

/** Stands in for a conversation that a message does not name. */
export const noConversation = '∅';

export type ConversationTable = NonNullable<Mapping['conversations']>;
export type MessageTable = NonNullable<Mapping['messages']>;
export type DraftMessage = { -readonly [K in keyof Message]: Message[K] };

/** A row with the JSON of its columns parsed at most once. */
export interface OpenRow {
  readonly row: Row;
  /** What a field holds, as text; an object as JSON text. */
  text(field: Field | undefined): string | null;
  number(field: Field | undefined): number | null;
  time(field: TimeField | undefined): string | null;
  /** The parsed JSON of a column; undefined where it is none. */
  json(column: string): unknown;
}

export function openRow(row: Row): OpenRow {
  const parsed = new Map<string, unknown>();
  const json = (column: string): unknown => {
    if (!parsed.has(column)) parsed.set(column, parseJson(cellText(row[column]) ?? ''));
    return parsed.get(column);
  };
  const value = ({ column, path }: Field): unknown => (path === undefined || path.length === 0 ? cellText(row[column]) : at(json(column), path));
  const text = (field: Field | undefined): string | null => {
    const found = field === undefined ? undefined : value(field);
    return found === undefined || found === null ? null : isText(found) ? found : jsonText(found);
  };
  return {
    row, json, text,
    number: (field) => numberOf(text(field)),
    time: (field) => (field === undefined ? null : isoTime(text(field), field.as)),
  };
}

export function at(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((inner, key) => (isRecord(inner) ? (Object.hasOwn(inner, key) ? inner[key] : undefined) : Array.isArray(inner) ? inner[Number(key)] : undefined), value);
}

/** See `metadata` in shared/model/conversation-mapping.ts. */
export function metadataOf(row: OpenRow, fields: readonly Field[] | undefined): string | null {
  const [first, ...others] = fields ?? [];
  if (first === undefined) return null;
  if (others.length === 0) {
    const text = row.text(first);
    if (text === null || isRecord(first.path === undefined ? row.json(first.column) : parseJson(text))) return text === '{}' ? null : text;
  }
  const entries = [first, ...others].flatMap((field) => {
    const text = row.text(field);
    if (text === null || text === '') return [];
    return `${JSON.stringify(field.path?.at(-1) ?? field.column)}:${/^\s*[[{]/.test(text) && parseJson(text) !== undefined ? text : JSON.stringify(text)}`;
  });
  return entries.length === 0 ? null : `{${entries.join(',')}}`;
}

/** A moment of deletion, or a flag that stands for one. */
function deletedAt(row: OpenRow, field: TimeField | undefined): string | null {
  return /^(?:1|t|true|yes)$/i.test(row.text(field) ?? '') ? new Date(0).toISOString() : row.time(field);
}

/** A name of blanks is none. */
export const named = (text: string | null): string | null => (text === null || text.trim() === '' ? null : text);

/** @param counted - what only counting messages tells: their number, and the first and last moment */
export function conversationOf(mapping: ConversationTable, source: Row, counted: { readonly messages: number | null; readonly first: string | null; readonly last: string | null }): Conversation {
  const row = openRow(source);
  const createdAt = row.time(mapping.created) ?? counted.first;
  return {
    key: row.text(mapping.id) ?? noConversation, title: named(row.text(mapping.title)), owner: named(row.text(mapping.owner)), createdAt, updatedAt: row.time(mapping.updated) ?? counted.last ?? createdAt, messages: counted.messages, model: named(row.text(mapping.model)),
    preview: null, deletedAt: deletedAt(row, mapping.deleted), metadata: metadataOf(row, mapping.metadata), masked: false, revealed: false,
  };
}

/** The key of the conversation that a message's row names. */
export function conversationKey(mapping: MessageTable, row: OpenRow): string {
  const first = row.text(mapping.conversation);
  if (mapping.conversationWith === undefined || mapping.conversationWith.length === 0) return first ?? noConversation;
  return JSON.stringify([first, ...mapping.conversationWith.map((field) => row.text(field))]);
}

/** One message, or the two or three of an exchange. Parts beyond 64 KB are not cut here. */
export function messagesOf(mapping: MessageTable, source: Row): DraftMessage[] {
  const row = openRow(source);
  const key = row.text(mapping.id) ?? '';
  const error = errorOf(row.text(mapping.error));
  const common = {
    conversation: conversationKey(mapping, row), truncated: false, at: row.time(mapping.created), parent: named(row.text(mapping.parent)), deletedAt: deletedAt(row, mapping.deleted), metadata: metadataOf(row, mapping.metadata), masked: false, revealed: false,
  };
  const answer = { model: named(row.text(mapping.model)), inputTokens: row.number(mapping.inputTokens), outputTokens: row.number(mapping.outputTokens), latencyMs: row.number(mapping.latencyMs), isError: error.length > 0 };
  const nothing = { model: null, inputTokens: null, outputTokens: null, latencyMs: null, isError: false };
  if (mapping.exchange === undefined) {
    const role = roleOf(row.text(mapping.role));
    const parts = [...contentOf(row.text(mapping.content), mapping.contentAs, row.text(mapping.parts), role), ...error];
    return [{ ...common, ...answer, key, role, parts, isError: answer.isError || parts.some(isErrorPart) }];
  }
  const { system, prompt, response } = mapping.exchange;
  const said = (field: Field | undefined, role: string): Part[] => partsOf(row.text(field), mapping.contentAs, role);
  const [instructions, question, reply] = [said(system, 'system'), said(prompt, 'user'), [...said(response, 'assistant'), ...error]];
  const asked = `${key}#0`;
  return [
    ...(instructions.length === 0 ? [] : [{ ...common, ...nothing, key: `${key}#s`, role: 'system', parts: instructions, metadata: null }]),
    { ...common, ...nothing, key: asked, role: 'user', parts: question, metadata: null },
    { ...common, ...answer, key: `${key}#1`, role: 'assistant', parts: reply, parent: asked, isError: answer.isError || reply.some(isErrorPart) },
  ];
}

export const isErrorPart = (part: Part): boolean => part.type === 'error';

/** As stored. */
function roleOf(text: string | null): string {
  return text === null || text === '' ? 'unknown' : text;
}

/** Text and typed parts of one message. */
export function contentOf(content: string | null, as: MessageTable['contentAs'], parts: string | null, role: string): Part[] {
  return joinedParts(partsOf(content, as, role), parts === null || parts === 'null' ? [] : partsOf(parts, 'blocks', role));
}

export function taskOf(mapping: NonNullable<Mapping['tasks']>, source: Row): Task {
  const row = openRow(source);
  return {
    key: row.text(mapping.id) ?? '', conversation: row.text(mapping.conversation) ?? noConversation, status: row.text(mapping.status) ?? '', description: row.text(mapping.description) ?? '', createdAt: row.time(mapping.created), updatedAt: row.time(mapping.updated),
    metadata: metadataOf(row, mapping.metadata), masked: false,
  };
}

export function eventOf(mapping: NonNullable<Mapping['events']>, source: Row): ConversationEvent {
  const row = openRow(source);
  return { key: row.text(mapping.id) ?? '', conversation: row.text(mapping.conversation) ?? noConversation, type: row.text(mapping.type) ?? '', actor: named(row.text(mapping.actor)), at: row.time(mapping.at), content: row.text(mapping.content), masked: false };
}

export function metricOf(mapping: NonNullable<Mapping['metrics']>, source: Row): { operation: string; durationMs: number | null; success: boolean | null; at: string | null } {
  const row = openRow(source);
  const success = row.text(mapping.success)?.toLowerCase() ?? null;
  return { operation: row.text(mapping.operation) ?? '', durationMs: row.number(mapping.durationMs), success: success === null ? null : ['1', 't', 'true', 'yes', 'ok', 'success'].includes(success), at: row.time(mapping.at) };
}
