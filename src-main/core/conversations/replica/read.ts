import type { ConversationEvent, Message, Task } from '../../../../shared/model/conversation.ts';
import type { ConversationReader } from '../ports.ts';
import { isTravessiaCode } from './is-code.ts';
import type { Records } from './records.ts';

const pageRows = 200;
const pieceRows = 500;

/**
 * One conversation with all that belongs to it; null where it is gone or soft-deleted. Soft-deleted messages stay behind.
 * @throws TravessiaError what the reader reports, CANCELLED
 */
export async function readConversation(reader: ConversationReader, key: string, signal: AbortSignal): Promise<Records | null> {
  try {
    const conversation = await reader.conversation(key);
    if (conversation.deletedAt !== null) return null;
    const messages = await readMessages(reader, key, signal);
    const { tasks, events } = await readTimeline(reader, key, signal);
    return { conversations: [conversation], messages, tasks, events };
  } catch (error) {
    if (isTravessiaCode(error, 'NOT_FOUND')) return null;
    throw error;
  }
}

async function readMessages(reader: ConversationReader, key: string, signal: AbortSignal): Promise<Message[]> {
  const messages: Message[] = [];
  let from: 'start' | { readonly after: string } = 'start';
  for (;;) {
    signal.throwIfAborted();
    const page = await reader.thread(key, from, pageRows, signal);
    for (const row of page.rows) {
      if (row.deletedAt !== null) continue;
      // A page cuts long texts; a replica has them whole.
      const whole = row.truncated ? await reader.message(row.key).catch((error: unknown) => { if (isTravessiaCode(error, 'NOT_FOUND')) return null; throw error; }) : row;
      if (whole !== null) messages.push(whole);
    }
    if (page.after === null) return messages;
    from = { after: page.after };
  }
}

/** A timeline comes in pieces of at most 500 of a kind: the next piece begins where the last one ended. */
async function readTimeline(reader: ConversationReader, key: string, signal: AbortSignal): Promise<{ tasks: Task[]; events: ConversationEvent[] }> {
  const tasks = new Map<string, Task>();
  const events = new Map<string, ConversationEvent>();
  let from: string | null = null;
  for (;;) {
    signal.throwIfAborted();
    const before = tasks.size + events.size;
    const piece: Awaited<ReturnType<ConversationReader['timeline']>> = await reader.timeline(key, from, null);
    for (const task of piece.tasks) tasks.set(task.key, task);
    for (const event of piece.events) events.set(event.key, event);
    // Of the kinds that were cut, the one that ended first decides: of the other, some come twice.
    const ends = [piece.tasks.length < pieceRows ? null : piece.tasks.at(-1)?.createdAt, piece.events.length < pieceRows ? null : piece.events.at(-1)?.at].filter((end) => typeof end === 'string').toSorted();
    if (!piece.cut || tasks.size + events.size === before || ends[0] === undefined) return { tasks: [...tasks.values()], events: [...events.values()] };
    from = ends[0];
  }
}
