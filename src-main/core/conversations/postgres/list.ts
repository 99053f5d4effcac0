import type { Conversation } from '../../../../shared/model/conversation.ts';
import type { Query } from '../../../../shared/model/conversation-query.ts';
import type { Page } from '../ports.ts';
import { columnSql } from './fields.ts';
import { asksMessages, assertAnswerable, conversationConditions, messageConditions, metaCondition, negated } from './filters.ts';
import { decodeCursor, encodeCursor, keysetRows, placeOf } from './keyset.ts';
import { conversationRow, messageRow, textOf } from './rows.ts';
import { columnOf, hasIndex } from './shape.ts';
import { notFound, withKey, type Source } from './source.ts';
import { timeSample } from './time-sample.ts';
import { all, clean, type Values } from './values.ts';

/** Up to so many messages are counted for a row of the list; beyond, it says null rather than wait. */
const counted = 500;
const previewLength = 160;

export interface ListRequest {
  readonly query: Query;
  readonly after?: string;
  readonly limit: number;
  readonly signal: AbortSignal;
}

/** Conversations that satisfy a query without words; what is asked of messages must hold for one of them. `also`: further conditions. */
export async function listConversations(source: Source, { query, after, limit, signal }: ListRequest, also?: (values: Values) => readonly string[]): Promise<Page<Conversation>> {
  assertAnswerable(source, query);
  const { read, select } = conversationRow(source);
  const { conversations, messages } = source.shape;
  const sample = await timeSample(source, 'c', query);
  const messageSample = asksMessages(source, query) ? await timeSample(source, 'm', query) : null;
  const rows = await withKey('conversation', () => keysetRows(source.port, {
    select, from: `${conversations.sql} c`, order: source.listOrder, after: after === undefined ? null : decodeCursor(after), limit: limit + 1, signal,
    where: (values) => [
      ...conversationConditions(source, query, sample, values),
      ...(asksMessages(source, query) ? [`EXISTS (SELECT FROM ${messages.sql} m WHERE ${all([`${columnSql('m', source.message.conversation)} = ${columnSql('c', source.conversation.id)}`, ...ofOneMessage(source, query, messageSample, values)])})`] : []),
      ...(also?.(values) ?? []),
    ],
  })).catch((error: unknown) => {
    // A key that cannot be one names no conversation: nothing is found, as with any other value.
    if (query.in !== null && error instanceof Error && 'code' in error && error.code === 'NOT_FOUND') return [];
    throw error;
  });
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return { rows: await withExtras(source, page.map(read), signal), next: rows.length > limit && last !== undefined ? encodeCursor(placeOf(last)) : null };
}

/** What one message of the conversation must satisfy; the period is the conversation's. */
function ofOneMessage(source: Source, query: Query, sample: string | null, values: Values): string[] {
  const { message, shape } = source;
  return [
    ...messageConditions(source, { ...query, in: null, after: null, before: null }, sample, values),
    ...((source.conversation.metadata ?? []).length > 0 ? [] : query.meta.map((meta) => negated(metaCondition('m', shape.messages, message.metadata, meta, values) ?? 'FALSE', meta.not))),
  ];
}

/** Adds the number of messages, and first words for those without a title, where an index gives them at once. */
export async function withExtras(source: Source, rows: readonly Conversation[], signal?: AbortSignal): Promise<Conversation[]> {
  const { message, port, shape } = source;
  const untitled = rows.filter((row) => row.title === null || row.title.trim() === '').map((row) => row.key);
  const type = columnOf(shape.messages, message.conversation).type;
  const conversation = columnSql('m', message.conversation);
  const options = signal === undefined ? {} : { signal };
  const countsOf = async (): Promise<ReadonlyMap<string, number>> => {
    if (rows.length === 0 || !hasIndex(shape.messages, [message.conversation.column])) return new Map();
    const found = await port.rows(
      `SELECT k.id, (SELECT count(*) FROM (SELECT FROM ${shape.messages.sql} m WHERE ${conversation} = k.id::${type} LIMIT ${counted + 1}) x)::text AS n FROM unnest($1::text[]) k(id)`,
      [rows.map((row) => row.key)], options);
    return new Map(found.map((row) => [row['id'] ?? '', Number(row['n'])]));
  };
  const previewsOf = async (): Promise<ReadonlyMap<string, string>> => {
    const ordered = source.threadOrder.at === null || message.created === undefined ? [message.conversation.column, message.id.column] : [message.conversation.column, message.created.column, message.id.column];
    if (untitled.length === 0 || !hasIndex(shape.messages, ordered)) return new Map();
    const { select, read } = messageRow(source, false);
    const order = [...(source.threadOrder.at === null ? [] : [source.threadOrder.at.sql]), source.threadOrder.key.sql].join(', ');
    const found = await port.rows(
      `SELECT x.*, k.id AS of_ FROM unnest($1::text[]) k(id) CROSS JOIN LATERAL (SELECT ${select} FROM ${shape.messages.sql} m WHERE ${conversation} = k.id::${type} ORDER BY ${order} LIMIT 1) x`, [untitled], options);
    return new Map(found.map((row) => [row['of_'] ?? '', shortened(textOf(read(row)))]));
  };
  const [counts, previews] = await Promise.all([countsOf(), previewsOf()]);
  return rows.map((row) => {
    const count = counts.get(row.key);
    return { ...row, messages: count === undefined || count > counted ? null : count, preview: previews.get(row.key) ?? null };
  });
}

function shortened(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length <= previewLength ? line : `${line.slice(0, previewLength - 1).toWellFormed()}…`;
}

export async function getConversation(source: Source, key: string): Promise<Conversation> {
  const { read, select } = conversationRow(source);
  const { conversation, shape } = source;
  const rows = await withKey('conversation', () => source.port.rows(
    `SELECT ${select} FROM ${shape.conversations.sql} c WHERE ${columnSql('c', conversation.id)} = $1::${columnOf(shape.conversations, conversation.id).type} LIMIT 1`, [clean(key)]));
  const row = rows[0];
  if (row === undefined) throw notFound('conversation');
  const [found] = await withExtras(source, [read(row)]);
  if (found === undefined) throw notFound('conversation');
  return found;
}
