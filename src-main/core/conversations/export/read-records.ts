import type { Query } from '../../../../shared/model/conversation-query.ts';
import type { Conversation, Message } from '../../../../shared/model/conversation.ts';
import { maskEvent, maskTask } from '../mask-rows.ts';
import type { Lens } from '../view/index.ts';
import type { ExportRecord } from './records.ts';

/** Rows asked for at a time. Small, so that masking them keeps nobody waiting. */
const step = 100;

async function* thread(lens: Lens, conversation: Conversation, signal: AbortSignal): AsyncGenerator<readonly ExportRecord[]> {
  const { reader } = lens;
  let after: string | null = null;
  do {
    const page: Awaited<ReturnType<typeof reader.thread>> = await reader.thread(conversation.key, after === null ? 'start' : { after }, step, signal);
    const rows = await whole(lens, page.rows, signal);
    yield (await lens.messages(rows)).map((row) => ({ kind: 'message', row, title: conversation.title, owner: conversation.owner }));
    ({ after } = page);
  } while (after !== null);
}

/** A page may hold messages cut; an export holds them whole. */
async function whole(lens: Lens, rows: readonly Message[], signal: AbortSignal): Promise<Message[]> {
  const cut = rows.filter((row) => row.truncated).map(({ key }) => key);
  if (cut.length === 0) return [...rows];
  const full = new Map((await many(lens, cut, signal)).map((row) => [row.key, row]));
  return rows.map((row) => full.get(row.key) ?? row);
}

async function many(lens: Lens, keys: readonly string[], signal: AbortSignal): Promise<readonly Message[]> {
  if (lens.reader.many !== undefined) return lens.reader.many(keys, signal);
  // What is gone since it was found is left out.
  const found = await Promise.all(keys.map((key) => lens.reader.message(key).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'NOT_FOUND') return null;
    throw error;
  })));
  return found.filter((row) => row !== null);
}

async function* oneConversation(lens: Lens, given: Conversation, signal: AbortSignal): AsyncGenerator<readonly ExportRecord[]> {
  const [row] = await lens.conversations([given]);
  if (row === undefined) return;
  yield [{ kind: 'conversation', row }];
  yield* thread(lens, row, signal);
  const { tasks, events } = await lens.reader.timeline(row.key, null, null);
  const isOpen = !lens.masker.active || lens.masker.isRevealed(lens.library.id, row.key, 'conversation');
  yield [...tasks.map((each): ExportRecord => ({ kind: 'task', row: isOpen ? each : maskTask(each, lens.mask) })), ...events.map((each): ExportRecord => ({ kind: 'event', row: isOpen ? each : maskEvent(each, lens.mask) }))];
}

async function* conversations(lens: Lens, query: Query, signal: AbortSignal): AsyncGenerator<readonly ExportRecord[]> {
  let after: string | null = null;
  do {
    const page: Awaited<ReturnType<typeof lens.reader.list>> = await lens.reader.list({ query, limit: step, masker: lens.masker, signal, ...(after === null ? {} : { after }) });
    for (const row of page.rows) yield* oneConversation(lens, row, signal);
    after = page.next;
  } while (after !== null);
}

async function* hits(lens: Lens, query: Query, signal: AbortSignal): AsyncGenerator<readonly ExportRecord[]> {
  let after: string | null = null;
  do {
    const page: Awaited<ReturnType<typeof lens.reader.search>> = await lens.reader.search({ query, limit: step, masker: lens.masker, signal, ...(after === null ? {} : { after }) });
    const found = new Map((await lens.messages(await many(lens, page.rows.map(({ message }) => message), signal))).map((row) => [row.key, row]));
    // In the order of the search.
    yield lens.hits(page.rows).flatMap((hit): ExportRecord[] => {
      const row = found.get(hit.message);
      return row === undefined ? [] : [{ kind: 'message', row, title: hit.title, owner: hit.owner }];
    });
    after = page.next;
  } while (after !== null);
}

/**
 * Everything an export holds, a page at a time, masked as the lens sees it; pages through all hits, however many.
 * @throws NOT_FOUND where the one conversation is not there, or must not be seen
 */
export async function* readRecords(lens: Lens, asked: { readonly query: Query | null; readonly conversation: string | null; readonly of: 'messages' | 'conversations' }, signal: AbortSignal): AsyncGenerator<readonly ExportRecord[]> {
  if (asked.conversation !== null) yield* oneConversation(lens, await lens.reader.conversation(lens.key('conversation', asked.conversation)), signal);
  else if (asked.query !== null) yield* asked.of === 'conversations' ? conversations(lens, asked.query, signal) : hits(lens, asked.query, signal);
}
