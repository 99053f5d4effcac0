import { TravessiaError } from '../../../../shared/contract/errors.ts';
import type { ConversationEvent, Message, RawRow, Task } from '../../../../shared/model/conversation.ts';
import { quoteIdent } from '../../../../shared/pure/quote.ts';
import type { PgRow } from '../../../drivers/postgres/index.ts';
import type { ThreadFrom, ThreadPage } from '../ports.ts';
import { columnSql, fromIso } from './fields.ts';
import { decodeCursor, encodeCursor, keysetRows, placeOf, type Place } from './keyset.ts';
import { eventRow, messageRow, taskRow, type RowReader } from './rows.ts';
import { columnOf, type TableShape } from './shape.ts';
import { notFound, order, withKey, type Source } from './source.ts';
import { timeSample } from './time-sample.ts';
import { clean } from './values.ts';

export async function readThread(source: Source, conversation: string, from: ThreadFrom, limit: number, signal: AbortSignal): Promise<ThreadPage> {
  const { read, select } = messageRow(source, false);
  const piece = (after: Place | null, count: number, options: { readonly backward?: boolean; readonly inclusive?: boolean } = {}): Promise<readonly PgRow[]> =>
    withKey('conversation', () => keysetRows(source.port, {
      select, from: `${source.shape.messages.sql} m`, order: source.threadOrder, after, limit: count, signal, ...options,
      where: (values) => [`${columnSql('m', source.message.conversation)} = ${values.add(clean(conversation))}::${columnOf(source.shape.messages, source.message.conversation).type}`],
    }));
  const page = (rows: readonly PgRow[], hasBefore: boolean, hasAfter: boolean): ThreadPage => {
    const [first, last] = [rows[0], rows.at(-1)];
    return { rows: rows.map(read), before: hasBefore && first !== undefined ? encodeCursor(placeOf(first)) : null, after: hasAfter && last !== undefined ? encodeCursor(placeOf(last)) : null };
  };
  if (from === 'start') {
    const rows = await piece(null, limit + 1);
    if (rows.length === 0) await assertConversation(source, conversation);
    return page(rows.slice(0, limit), false, rows.length > limit);
  }
  if (from === 'end') {
    const rows = await piece(null, limit + 1, { backward: true });
    if (rows.length === 0) await assertConversation(source, conversation);
    return page(rows.slice(-limit), rows.length > limit, false);
  }
  if ('after' in from) {
    const rows = await piece(decodeCursor(from.after), limit + 1);
    return page(rows.slice(0, limit), true, rows.length > limit);
  }
  if ('before' in from) {
    const rows = await piece(decodeCursor(from.before), limit + 1, { backward: true });
    return page(rows.slice(-limit), rows.length > limit, true);
  }
  const place = 'at' in from ? await placeAt(source, conversation, from.at) : await placeOfMessage(source, from.around, conversation);
  if (place === null) return readThread(source, conversation, 'end', limit, signal);
  const half = Math.floor(limit / 2);
  const [before, onward] = await Promise.all([piece(place, limit + 1, { backward: true }), piece(place, limit + 1, { inclusive: true })]);
  // Near an end the other side gives more, so that the page is full.
  const wanted = Math.max(half, limit - onward.length);
  const above = wanted === 0 ? [] : before.slice(-wanted);
  const below = onward.slice(0, limit - above.length);
  return page([...above, ...below], before.length > above.length, onward.length > below.length);
}

async function assertConversation(source: Source, key: string): Promise<void> {
  const { conversation, shape } = source;
  const rows = await withKey('conversation', () => source.port.rows(
    `SELECT 1::text AS found FROM ${shape.conversations.sql} c WHERE ${columnSql('c', conversation.id)} = $1::${columnOf(shape.conversations, conversation.id).type} LIMIT 1`, [clean(key)]));
  if (rows.length === 0) throw notFound('conversation');
}

/** Where a message stands in its thread. @throws NOT_FOUND, also where it is of another conversation */
export async function placeOfMessage(source: Source, key: string, conversation: string | null = null): Promise<Place & { readonly conversation: string }> {
  const { message, shape, threadOrder } = source;
  const rows = await withKey('message', () => source.port.rows(
    `SELECT ${threadOrder.at?.sql ?? 'NULL'}::text AS at_, ${threadOrder.key.sql}::text AS key_, ${columnSql('m', message.conversation)}::text AS conversation FROM ${shape.messages.sql} m WHERE ${threadOrder.key.sql} = $1::${threadOrder.key.type} LIMIT 1`, [clean(key)]));
  const row = rows[0];
  if (row === undefined || (conversation !== null && row['conversation'] !== conversation)) throw notFound('message');
  return { ...placeOf(row), conversation: row['conversation'] ?? '' };
}

/** The first message at or after a moment; null where none is that late, or messages have no times. */
async function placeAt(source: Source, conversation: string, moment: string): Promise<Place | null> {
  const { message, shape, threadOrder } = source;
  if (threadOrder.at === null || message.created === undefined) return null;
  const sample = await timeSample(source, 'm', { after: moment, before: null });
  const bound = fromIso(moment, columnOf(shape.messages, message.created), message.created.as, sample);
  const rows = await withKey('conversation', () => source.port.rows(
    `SELECT ${threadOrder.at?.sql ?? 'NULL'}::text AS at_, ${threadOrder.key.sql}::text AS key_ FROM ${shape.messages.sql} m
     WHERE ${columnSql('m', message.conversation)} = $1::${columnOf(shape.messages, message.conversation).type} AND ${threadOrder.at?.sql ?? 'NULL'} >= $2::${threadOrder.at?.type ?? 'text'}
     ORDER BY ${threadOrder.at?.sql ?? '1'}, ${threadOrder.key.sql} LIMIT 1`, [clean(conversation), bound]));
  return rows[0] === undefined ? null : placeOf(rows[0]);
}

export async function readMessage(source: Source, key: string): Promise<Message> {
  const { read, select } = messageRow(source, true);
  const { message, shape } = source;
  const rows = await withKey('message', () => source.port.rows(
    `SELECT ${select} FROM ${shape.messages.sql} m WHERE ${columnSql('m', message.id)} = $1::${columnOf(shape.messages, message.id).type} LIMIT 1`, [clean(key)]));
  const row = rows[0];
  if (row === undefined) throw notFound('message');
  return read(row);
}

/** Rows of a kind in a timeline at most; what is beyond is said to be cut. */
const timelineLimit = 500;

export async function readTimeline(source: Source, conversation: string, from: string | null, to: string | null, most = timelineLimit): Promise<{ tasks: readonly Task[]; events: readonly ConversationEvent[]; cut: boolean }> {
  const { tasks, events } = source.mapping;
  const query = { conversation, from, to, most };
  const [taskRows, eventRows] = await Promise.all([
    tasks === undefined ? [] : within(source, 't', source.shape.tasks, tasks, tasks.created, taskRow(source), query),
    events === undefined ? [] : within(source, 'e', source.shape.events, events, events.at, eventRow(source), query),
  ]);
  return { tasks: taskRows.slice(0, most), events: eventRows.slice(0, most), cut: taskRows.length > most || eventRows.length > most };
}

type Timed = NonNullable<Source['message']['created']>;

async function within<T>(source: Source, alias: string, table: TableShape | null, part: { readonly id: { readonly column: string }; readonly conversation: { readonly column: string } }, time: Timed | undefined, reader: RowReader<T> | null, query: { readonly conversation: string; readonly from: string | null; readonly to: string | null; readonly most: number }): Promise<T[]> {
  if (table === null || reader === null) return [];
  const sorted = order(alias, table, part.id, time, false);
  const column = time === undefined || sorted.at === null ? null : columnOf(table, time);
  const needsSample = column !== null && (column.family === 'text' || column.family === 'integer' || column.family === 'number') && (query.from !== null || query.to !== null);
  const sample = needsSample ? ((await source.port.rows(`SELECT ${quoteIdent(column.name)}::text AS value FROM ${table.sql} WHERE ${quoteIdent(column.name)} IS NOT NULL LIMIT 1`))[0]?.['value'] ?? null) : null;
  const rows = await withKey('conversation', () => keysetRows(source.port, {
    select: reader.select, from: `${table.sql} ${alias}`, order: sorted, after: null, limit: query.most + 1,
    where: (values) => [
      `${columnSql(alias, part.conversation)} = ${values.add(clean(query.conversation))}::${columnOf(table, part.conversation).type}`,
      ...(column === null || time === undefined || query.from === null ? [] : [`${columnSql(alias, time)} >= ${values.add(fromIso(query.from, column, time.as, sample))}::${column.type}`]),
      ...(column === null || time === undefined || query.to === null ? [] : [`${columnSql(alias, time)} <= ${values.add(fromIso(query.to, column, time.as, sample))}::${column.type}`]),
    ],
  }));
  return rows.map(reader.read);
}

/** A cell of a raw row is cut at 2 KB, as everywhere (shared/model/values.ts). */
const cellLength = 2048;

/** The row as its table holds it, every column as the server's own text. */
export async function readRaw(source: Source, kind: 'message' | 'conversation', key: string): Promise<readonly RawRow[]> {
  const [table, id] = kind === 'message' ? [source.shape.messages, source.message.id] : [source.shape.conversations, source.conversation.id];
  const columns = [...table.columns.values()];
  const select = columns.map((column, at) => {
    const sql = `r.${quoteIdent(column.name)}`;
    return `left(${sql}::text, ${cellLength}) AS v${at}, octet_length(${sql}::text)::text AS b${at}, (length(${sql}::text) > ${cellLength})::text AS x${at}`;
  }).join(', ');
  const rows = await withKey(kind, () => source.port.rows(`SELECT ${select} FROM ${table.sql} r WHERE ${columnSql('r', id)} = $1::${columnOf(table, id).type} LIMIT 10`, [clean(key)]));
  if (rows.length === 0) throw notFound(kind);
  return rows.map((row) => ({
    table: table.sql, columns: columns.map((column) => column.name), masked: false,
    cells: columns.map((column, at) => {
      const text = row[`v${at}`] ?? null;
      if (text === null) return { class: 'null' as const, text: null };
      const cut = row[`x${at}`] === 'true';
      return { class: column.family === 'integer' ? 'integer' as const : column.family === 'number' ? 'real' as const : 'text' as const, text, ...(cut ? { cut, bytes: Number(row[`b${at}`]) } : {}) };
    }),
  }));
}

export function missingIndex(): TravessiaError {
  return new TravessiaError('CACHE_MISSING', { message: 'This library has no search index in its database.', hint: 'A DBA can review and create it with libraries/index-plan and libraries/index; lists and threads work without it.' });
}
