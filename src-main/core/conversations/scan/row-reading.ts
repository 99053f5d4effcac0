import type { Conversation, Message, RawRow } from '../../../../shared/model/conversation.ts';
import type { ScanRecord } from '../ports.ts';
import { parseJson, partsOf } from '../parts/index.ts';
import { cellText, rawRow, type Row } from './cells.ts';
import { documentMessages, documentRow, spanOf, splitKey } from './documents.ts';
import type { Program, ReadRow, ScanContext } from './program.ts';
import { baseKey } from './programs/lookup.ts';
import { conversationOf, eventOf, isErrorPart, messagesOf, metricOf, noConversation, openRow, taskOf } from './read-row.ts';
import type { RowReader, Select } from './row-source.ts';
import { statementsOf } from './statements.ts';
import { isoTime } from './times.ts';

/** How one kind of database gives its rows as records; the same readings serve a scan and single keys. */
export interface Reading {
  records(reader: RowReader, signal: AbortSignal): AsyncIterable<readonly ScanRecord[]>;
  messages(reader: RowReader, keys: readonly string[]): Promise<Message[]>;
  conversations(reader: RowReader, keys: readonly string[]): Promise<Conversation[]>;
  raw(reader: RowReader, kind: 'message' | 'conversation', key: string): Promise<RawRow[]>;
}

const never = new AbortController().signal;

async function collect<T>(stream: AsyncIterable<readonly T[]>): Promise<T[]> {
  const all: T[] = [];
  for await (const batch of stream) for (const each of batch) all.push(each);
  return all;
}

/** Databases whose messages are rows, or stand in the JSON of their conversation. */
export function rowReading(context: ScanContext, program: Program): Reading {
  const { conversations: conv, messages: msg, parts, tasks, events, metrics } = context.mapping;
  const statements = statementsOf(context, program);
  const { document } = statements;

  const counted = (row: Row, prefix: string) => {
    const time = (name: string): string | null => isoTime(cellText(row[prefix + name]), msg?.created?.as ?? 'auto');
    // An exchange is two messages or three: only reading it tells.
    return { messages: msg === undefined || msg.exchange !== undefined ? null : Number(cellText(row[`${prefix}n`]) ?? 0), first: time('first'), last: time('last') };
  };
  const fromRow = (row: Row): Conversation[] => {
    if (conv === undefined) return [];
    const own = conversationOf(conv, row, counted(row, 'a:'));
    return [conv.owner === undefined ? { ...own, owner: cellText(row['a:owner']) } : own];
  };
  const fromCounts = (row: Row): Conversation => {
    const keys = [0, ...(msg?.conversationWith ?? []).map((_, index) => index + 1)].map((index) => cellText(row[`k${index}`]));
    const { messages, first, last } = counted(row, '');
    return { key: keys.length === 1 ? (keys[0] ?? noConversation) : JSON.stringify(keys), title: null, owner: cellText(row['owner']), createdAt: first, updatedAt: last, messages, model: null, preview: null, deletedAt: null, metadata: null, masked: false, revealed: false };
  };

  async function completed(batch: readonly ReadRow[], reader: RowReader): Promise<Message[]> {
    await program.complete?.(batch, context, reader);
    return batch.flatMap(({ messages }) => messages.map((message) => ({ ...message, isError: message.isError || message.parts.some(isErrorPart) })));
  }

  /** @param contents - of the rows of its parts */
  function readRow(row: Row, contents: readonly string[]): ReadRow {
    const messages = msg === undefined ? [] : messagesOf(msg, row);
    const [message] = messages;
    if (message !== undefined && parts !== undefined && contents.length > 0) {
      const typed = contents.flatMap((content) => partsOf(content, parts.contentAs, message.role));
      message.parts = [...message.parts.filter((part) => !isErrorPart(part)), ...typed, ...message.parts.filter(isErrorPart)];
    }
    return { row, messages };
  }

  async function* readMessages(reader: RowReader, select: Select, signal: AbortSignal): AsyncGenerator<Message[]> {
    if (msg === undefined) return;
    let open: { readonly row: Row; readonly key: string | null; readonly contents: string[] } | null = null;
    for await (const rows of reader.stream(select, signal)) {
      const batch: ReadRow[] = [];
      for (const row of rows) {
        if (parts === undefined) {
          batch.push(readRow(row, []));
          continue;
        }
        const key = openRow(row).text(msg.id);
        if (open === null || open.key !== key) {
          if (open !== null) batch.push(readRow(open.row, open.contents));
          open = { row, key, contents: [] };
        }
        const content = cellText(row['p:content']);
        if (content !== null) open.contents.push(content);
      }
      yield await completed(batch, reader);
    }
    if (open !== null) yield await completed([readRow(open.row, open.contents)], reader);
  }

  async function* readDocuments(reader: RowReader, keys: readonly string[] | null, signal: AbortSignal): AsyncGenerator<{ readonly conversation: Conversation; readonly messages: Message[]; readonly text: string | null }[]> {
    const select = statements.documents(keys !== null);
    if (select === null || document === undefined || conv === undefined) return;
    for await (const rows of reader.stream({ ...select, ...(keys === null ? {} : { keys }) }, signal)) {
      yield rows.map((row) => {
        const text = openRow(row).text(document);
        const messages = documentMessages(openRow(row).text(conv.id) ?? noConversation, text);
        return { conversation: conversationOf(conv, row, spanOf(messages)), messages, text };
      });
    }
  }

  async function* records(reader: RowReader, signal: AbortSignal): AsyncGenerator<readonly ScanRecord[]> {
    const [listed, unlisted, messages] = [statements.listed(false), statements.unlisted(null), statements.messages(false)];
    if (listed !== null) for await (const rows of reader.stream(listed, signal)) yield rows.flatMap(fromRow).map((row): ScanRecord => ({ kind: 'conversation', row }));
    if (unlisted !== null) for await (const rows of reader.stream(unlisted, signal)) yield rows.map((row): ScanRecord => ({ kind: 'conversation', row: fromCounts(row) }));
    for await (const rows of readDocuments(reader, null, signal)) yield rows.flatMap(({ conversation, messages: inside }): ScanRecord[] => [{ kind: 'conversation', row: conversation }, ...inside.map((row): ScanRecord => ({ kind: 'message', row }))]);
    if (messages !== null) for await (const batch of readMessages(reader, messages, signal)) yield batch.map((row): ScanRecord => ({ kind: 'message', row }));
    if (tasks !== undefined) for await (const rows of reader.stream(statements.plain(tasks), signal)) yield rows.map((row): ScanRecord => ({ kind: 'task', row: taskOf(tasks, row) }));
    if (events !== undefined) for await (const rows of reader.stream(statements.plain(events), signal)) yield rows.map((row): ScanRecord => ({ kind: 'event', row: eventOf(events, row) }));
    if (metrics !== undefined) for await (const rows of reader.stream(statements.plain(metrics), signal)) yield rows.map((row): ScanRecord => ({ kind: 'metric', row: metricOf(metrics, row) }));
  }

  return {
    records,
    async messages(reader, keys) {
      const wanted = new Set(keys);
      const inside = document === undefined ? [] : keys.flatMap((key) => splitKey(key)?.slice(0, 1) ?? []);
      const select = statements.messages(true);
      const found = select === null || keys.length === 0 ? [] : await collect(readMessages(reader, { ...select, keys: [...new Set(msg?.exchange === undefined ? keys : keys.map(baseKey))] }, never));
      const documents = inside.length === 0 ? [] : await collect(readDocuments(reader, [...new Set(inside)], never));
      return [...found, ...documents.flatMap(({ messages }) => messages)].filter(({ key }) => wanted.has(key));
    },
    async conversations(reader, keys) {
      if (keys.length === 0) return [];
      const listed = statements.listed(true);
      const found = listed === null ? [] : (await reader.all({ ...listed, keys })).flatMap(fromRow);
      for (const { conversation } of await collect(readDocuments(reader, keys, never))) found.push(conversation);
      const known = new Set(found.map(({ key }) => key));
      const missing = new Set(keys.filter((key) => !known.has(key)));
      const unlisted = missing.size === 0 ? null : statements.unlisted([...missing].map((key) => firstOf(key, msg?.conversationWith !== undefined)));
      return unlisted === null ? found : [...found, ...(await reader.all(unlisted)).map(fromCounts).filter(({ key }) => missing.has(key))];
    },
    async raw(reader, kind, key) {
      const split = kind === 'message' && document !== undefined ? splitKey(key) : null;
      if (split !== null && conv !== undefined) {
        const [found] = await collect(readDocuments(reader, [split[0]], never));
        const row = documentRow(found?.text ?? null, split[1]);
        if (row !== null) return [rawRow(`${conv.table.name}.${document?.column ?? ''}`, row)];
      }
      const of = kind === 'message' ? msg : conv;
      const place = program.place?.(kind, key, context) ?? null;
      if (of === undefined && place === null) return [];
      const own = of === undefined ? [] : await whole(place?.table ?? of.table, place === null ? of.id : { column: place.column }, place?.value ?? (kind === 'message' && msg?.exchange !== undefined ? baseKey(key) : key));
      return kind === 'message' && parts !== undefined ? [...own, ...(await whole(parts.table, parts.message, key))] : own;

      async function whole(table: Parameters<typeof statements.whole>[0], field: Parameters<typeof statements.whole>[1], value: string): Promise<RawRow[]> {
        const select = statements.whole(table, field);
        const rows = select === null ? [] : await reader.all({ ...select, keys: [value] });
        return rows.map((row) => rawRow(table.schema === null ? table.name : `${table.schema}.${table.name}`, row));
      }
    },
  };
}

/** The first of the values that a key names together. */
function firstOf(key: string, isComposite: boolean): string {
  const value = isComposite ? parseJson(key) : undefined;
  return Array.isArray(value) && typeof value[0] === 'string' ? value[0] : key;
}
