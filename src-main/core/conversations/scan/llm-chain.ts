import type { Conversation, Message, Part } from '../../../../shared/model/conversation.ts';
import { isRecord, isText, jsonText, mediaPart, numberOf, parseJson, readValue, type JsonRecord } from '../parts/index.ts';
import type { ScanRecord } from '../ports.ts';
import { cellText, rawRow, type Row } from './cells.ts';
import type { ScanContext } from './program.ts';
import { attachments } from './programs/llm.ts';
import { rowsBeside } from './programs/lookup.ts';
import type { Reading } from './row-reading.ts';
import { isErrorPart, noConversation } from './read-row.ts';
import type { RowReader, Select } from './row-source.ts';
import { columnSql, selectSql, tableFrom } from './sql.ts';
import { isoTime } from './times.ts';

const never = new AbortController().signal;
const text = (row: Row | undefined, column: string): string | null => cellText(row?.[column]);

/** Where each message stands: its place counted from the first of its chain, the threads that contain it, and the call that made it. */
interface Chains {
  readonly parents: ReadonlyMap<string, string | null>;
  readonly threads: ReadonlyMap<string, Row>;
  /** Turns by the last message they made; by the last message they were given. */
  readonly made: ReadonlyMap<string, readonly Row[]>;
  readonly given: ReadonlyMap<string, readonly Row[]>;
  readonly members: ReadonlyMap<string, readonly string[]>;
  depth(hash: string): number;
}

/**
 * llm since 2026 (simonw/llm, docs/logging.md): a message is named by a hash of what it says and of the message before it, so one row may
 * belong to many threads; it is shown in each. What no thread reaches any more is shown in a conversation of its own. The chain of
 * hashes is held in memory while it is read: one person's log.
 *
 * Keys of messages: the JSON array of thread, place in the chain and hash, so that they sort as the conversation went.
 */
export function chainReading(context: ScanContext, legacy: Reading | null): Reading {
  const select = (name: string, columns: readonly string[]): Select | null => {
    const table = context.beside(name);
    return table === null ? null : selectSql(context.dialect, `${tableFrom(table).sql} x`, 'x', columns.filter((column) => table.columns.includes(column)));
  };

  async function all(reader: RowReader, name: string, columns: readonly string[]): Promise<readonly Row[]> {
    const statement = select(name, columns);
    return statement === null ? [] : await reader.all(statement);
  }

  let remembered: { readonly stamp: string; readonly chains: Chains } | null = null;

  /** Read again once a message, a call or a thread was added; nothing of them is ever changed but the threads' names. */
  async function chains(reader: RowReader): Promise<Chains> {
    const latest = async (name: string): Promise<string> => {
      const table = context.beside(name);
      const [row] = table === null ? [] : await reader.all({ sql: `SELECT max(x.rowid), count(*) FROM ${tableFrom(table).sql} x`, columns: ['last', 'count'] });
      return `${text(row, 'last')} ${text(row, 'count')}`;
    };
    const tips = (await all(reader, 'threads', ['tip_message_hash', 'name'])).map((row) => `${text(row, 'tip_message_hash')} ${text(row, 'name')}`);
    const stamp = JSON.stringify([await latest('messages'), await latest('turns'), tips]);
    if (remembered?.stamp !== stamp) remembered = { stamp, chains: await readChains(reader) };
    return remembered.chains;
  }

  async function readChains(reader: RowReader): Promise<Chains> {
    const parents = new Map((await all(reader, 'messages', ['hash', 'parent_hash'])).map((row) => [text(row, 'hash') ?? '', text(row, 'parent_hash')]));
    const threads = new Map((await all(reader, 'threads', ['id', 'name', 'tip_message_hash', 'forked_from', 'datetime_utc'])).map((row) => [text(row, 'id') ?? '', row]));
    const turns = await all(reader, 'turns', ['id', 'thread_id', 'parent_message_hash', 'tip_message_hash', 'model', 'input_tokens', 'output_tokens', 'duration_ms', 'datetime_utc']);
    const members = new Map<string, string[]>();
    const include = (thread: string, tip: string | null): void => {
      for (let hash = tip; hash !== null && parents.has(hash); hash = parents.get(hash) ?? null) {
        const list = members.get(hash) ?? [];
        // From here on down it was walked before.
        if (list.includes(thread)) return;
        members.set(hash, [...list, thread]);
      }
    };
    for (const [id, thread] of threads) include(id, text(thread, 'tip_message_hash'));
    // Answers that were asked for again: the thread went on from another one.
    for (const turn of turns) if (threads.has(text(turn, 'thread_id') ?? '')) include(text(turn, 'thread_id') ?? '', text(turn, 'tip_message_hash') ?? text(turn, 'parent_message_hash'));
    const depths = new Map<string, number>();
    const depth = (hash: string): number => {
      const path: string[] = [];
      let at: string | null = hash;
      while (at !== null && !depths.has(at) && parents.has(at) && path.length <= parents.size) {
        path.push(at);
        at = parents.get(at) ?? null;
      }
      let below = at === null ? -1 : (depths.get(at) ?? -1);
      for (const each of path.toReversed()) depths.set(each, (below += 1));
      return depths.get(hash) ?? 0;
    };
    return { parents, threads, members, depth, made: Map.groupBy(turns, (turn) => text(turn, 'tip_message_hash') ?? ''), given: Map.groupBy(turns, (turn) => text(turn, 'parent_message_hash') ?? '') };
  }

  const keyOf = (known: Chains, thread: string, hash: string): string => JSON.stringify([thread, String(known.depth(hash)).padStart(7, '0'), hash]);
  const threadsOf = (known: Chains, hash: string): readonly string[] => known.members.get(hash) ?? [noConversation];
  /** The thread's own call, else the first that is known: a fork shares what was said before it. */
  const turnOf = (turns: readonly Row[] | undefined, thread: string): Row | undefined => turns?.find((turn) => text(turn, 'thread_id') === thread) ?? turns?.[0];

  function messageOf(known: Chains, thread: string, row: Row, parts: readonly Part[]): Message {
    const hash = text(row, 'hash') ?? '';
    const [made, given] = [turnOf(known.made.get(hash), thread), turnOf(known.given.get(hash), thread)];
    const parent = text(row, 'parent_hash');
    return {
      key: keyOf(known, thread, hash), conversation: thread, role: text(row, 'role') ?? 'unknown', parts: [...parts], truncated: false, at: isoTime(text(made ?? given, 'datetime_utc'), 'auto') ?? timeBelow(known, thread, hash), model: text(made, 'model'),
      inputTokens: numberOf(text(made, 'input_tokens')), outputTokens: numberOf(text(made, 'output_tokens')), latencyMs: numberOf(text(made, 'duration_ms')), parent: parent === null ? null : keyOf(known, thread, parent), isError: parts.some(isErrorPart), deletedAt: null, metadata: text(row, 'provider_metadata'), masked: false, revealed: false,
    };
  }

  /** Of a message between the ends of a call, a system prompt or a tool's result: the time of what it follows. */
  function timeBelow(known: Chains, thread: string, hash: string): string | null {
    for (let at = known.parents.get(hash) ?? null, steps = 0; at !== null && steps < 10_000; at = known.parents.get(at) ?? null, steps += 1) {
      const found = isoTime(text(turnOf(known.made.get(at), thread) ?? turnOf(known.given.get(at), thread), 'datetime_utc'), 'auto');
      if (found !== null) return found;
    }
    return isoTime(text(known.threads.get(thread), 'datetime_utc'), 'auto');
  }

  function conversationsOf(known: Chains, only: ReadonlySet<string> | null): Conversation[] {
    const counts = new Map<string, number>();
    const times = new Map<string, string[]>();
    for (const hash of known.parents.keys()) {
      for (const thread of threadsOf(known, hash)) {
        counts.set(thread, (counts.get(thread) ?? 0) + 1);
        const at = isoTime(text(turnOf(known.made.get(hash), thread), 'datetime_utc'), 'auto');
        if (at !== null) times.set(thread, [...(times.get(thread) ?? []), at]);
      }
    }
    const keys = [...known.threads.keys(), ...(counts.has(noConversation) ? [noConversation] : [])];
    return keys.filter((key) => only === null || only.has(key)).map((key) => {
      const row = known.threads.get(key);
      const forked = text(row, 'forked_from');
      const own = (times.get(key) ?? []).toSorted();
      const createdAt = isoTime(text(row, 'datetime_utc'), 'auto') ?? own[0] ?? null;
      return { key, title: text(row, 'name'), owner: null, createdAt, updatedAt: own.at(-1) ?? createdAt, messages: counts.get(key) ?? 0, model: null, preview: null, deletedAt: null, metadata: forked === null ? null : jsonText({ forked_from: forked }), masked: false, revealed: false };
    });
  }

  /** Messages, each with the rows of its parts behind it: parts have no index by message, so they are joined once and not looked up. */
  function joined(hashes: readonly string[] | null): Select | null {
    const [messages, parts] = [context.beside('messages'), context.beside('parts')];
    if (messages === null || parts === null) return null;
    const ofParts = ['id', 'position', 'type', 'tool_name', 'text', 'payload'].filter((column) => parts.columns.includes(column)).map((column) => [`p:${column}`, columnSql('p', column)] as const);
    const { sql, columns } = selectSql(context.dialect, `${tableFrom(messages).sql} x LEFT JOIN ${tableFrom(parts).sql} p ON p."message_hash" = x."hash"`, 'x', ['hash', 'parent_hash', 'role', 'provider_metadata'].filter((column) => messages.columns.includes(column)), ofParts);
    const where = hashes === null ? '' : ' WHERE x."hash" IN (SELECT value FROM json_each(@keys))';
    return { sql: `${sql}${where} ORDER BY x."hash", p."position", p."id"`, columns, ...(hashes === null ? {} : { keys: hashes }) };
  }

  async function* read(reader: RowReader, known: Chains, hashes: readonly string[] | null, signal: AbortSignal): AsyncGenerator<Message[]> {
    const select = joined(hashes);
    if (select === null) return;
    let open: { readonly row: Row; readonly parts: Row[] } | null = null;
    for await (const rows of reader.stream(select, signal)) {
      const whole: { readonly row: Row; readonly parts: Row[] }[] = [];
      for (const row of rows) {
        if (open === null || text(open.row, 'hash') !== text(row, 'hash')) {
          if (open !== null) whole.push(open);
          open = { row, parts: [] };
        }
        if (text(row, 'p:type') !== null) open.parts.push(row);
      }
      yield await withParts(reader, known, whole);
    }
    if (open !== null) yield await withParts(reader, known, [open]);
  }

  async function withParts(reader: RowReader, known: Chains, messages: readonly { readonly row: Row; readonly parts: readonly Row[] }[]): Promise<Message[]> {
    const ids = messages.flatMap(({ parts }) => parts.map((row) => text(row, 'p:id') ?? ''));
    const links = await rowsBeside(context, reader, 'part_attachments', 'part_id', ['attachment_id', 'order'], ids, ['order']);
    const files = await attachments(context, reader, [...new Set([...links.values()].flat().flatMap((link) => text(link, 'attachment_id') ?? []))]);
    const borrowed = await rowsBeside(context, reader, 'part_fragments', 'part_id', ['fragment_id'], ids);
    const fragments = await rowsBeside(context, reader, 'fragments', 'id', ['content'], [...new Set([...borrowed.values()].flat().flatMap((link) => text(link, 'fragment_id') ?? []))]);
    const fragment = (id: string): string => text(fragments.get(id)?.[0], 'content') ?? '';
    return messages.flatMap(({ row, parts }) => {
      const shown = parts.flatMap((part) => [...partOf(part, fragment), ...(links.get(text(part, 'p:id') ?? '') ?? []).flatMap((link) => files.get(text(link, 'attachment_id') ?? '') ?? [])]);
      return threadsOf(known, text(row, 'hash') ?? '').map((thread) => messageOf(known, thread, row, shown));
    });
  }

  async function* records(reader: RowReader, signal: AbortSignal): AsyncGenerator<readonly ScanRecord[]> {
    const known = await chains(reader);
    yield conversationsOf(known, null).map((row) => ({ kind: 'conversation', row }));
    for await (const messages of read(reader, known, null, signal)) yield messages.map((row) => ({ kind: 'message', row }));
    // What was logged before the new tables; a conversation that went on since then has a thread of the same id.
    if (legacy !== null) for await (const batch of legacy.records(reader, signal)) yield batch.filter((record) => record.kind !== 'conversation' || !known.threads.has(record.row.key));
  }

  return {
    records,
    async messages(reader, keys) {
      const known = await chains(reader);
      const wanted = new Set(keys);
      const found: Message[] = [];
      for await (const messages of read(reader, known, [...new Set(keys.flatMap((key) => hashOf(key) ?? []))], never)) found.push(...messages.filter(({ key }) => wanted.has(key)));
      return legacy === null ? found : [...found, ...(await legacy.messages(reader, keys.filter((key) => hashOf(key) === null)))];
    },
    async conversations(reader, keys) {
      const known = await chains(reader);
      const found = conversationsOf(known, new Set(keys));
      return legacy === null ? found : [...found, ...(await legacy.conversations(reader, keys.filter((key) => !known.threads.has(key))))];
    },
    async raw(reader, kind, key) {
      const hash = kind === 'message' ? hashOf(key) : null;
      if (kind === 'message' && hash === null) return (await legacy?.raw(reader, kind, key)) ?? [];
      const [table, column, value] = kind === 'message' ? ['messages', 'hash', hash ?? ''] : ['threads', 'id', key];
      const own = await rowsBeside(context, reader, table, column, context.beside(table)?.columns ?? [], [value]);
      const parts = kind === 'message' ? await rowsBeside(context, reader, 'parts', 'message_hash', context.beside('parts')?.columns ?? [], [value], ['position']) : new Map<string, Row[]>();
      const rows = [...[...own.values()].flat().map((row) => rawRow(table, row)), ...[...parts.values()].flat().map((row) => rawRow('parts', row))];
      return rows.length === 0 ? ((await legacy?.raw(reader, kind, key)) ?? []) : rows;
    },
  };
}

function hashOf(key: string): string | null {
  const value = key.startsWith('[') ? parseJson(key) : undefined;
  return Array.isArray(value) && value.length === 3 && isText(value[2]) ? value[2] : null;
}

/** Text stands in its column, or borrows from fragments; all else in the payload, whose type is a column of its own. */
function partOf(row: Row, fragment: (id: string) => string): Part[] {
  const [type, own, payloadText, tool] = [text(row, 'p:type') ?? 'text', text(row, 'p:text'), text(row, 'p:payload'), text(row, 'p:tool_name')];
  const parsed = payloadText === null ? undefined : parseJson(payloadText);
  const payload: JsonRecord = isRecord(parsed) ? parsed : {};
  const { text_ref: pieces, ...rest } = payload;
  const borrowed = Array.isArray(pieces) ? pieces.map((piece: unknown) => (isRecord(piece) ? (isText(piece['literal']) ? piece['literal'] : fragment(String(piece['fragment']))) : '')).join('') : null;
  const words = own ?? borrowed;
  if (type === 'attachment') return Object.keys(rest).length === 0 || 'attachment_id' in rest || 'id' in rest ? [] : [mediaPart({ mime: isText(rest['type']) ? rest['type'] : null, name: null, url: isText(rest['url']) ? rest['url'] : null })];
  if (parsed !== undefined && !isRecord(parsed)) return [...(words === null ? [] : readValue({ type, text: words }, 'markdown')), { type: 'json', text: payloadText ?? '' }];
  return readValue({ ...rest, ...(words === null ? {} : { text: words }), ...(tool !== null && rest['name'] === undefined && type.startsWith('tool') ? { name: tool } : {}), type }, 'markdown');
}
