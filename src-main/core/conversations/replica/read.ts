import { TravessiaError } from '../../../../shared/contract/errors.ts';
import type { Message } from '../../../../shared/model/conversation.ts';
import type { ConversationReader } from '../ports.ts';
import { isTravessiaCode } from './is-code.ts';
import type { Records } from './records.ts';

const pageRows = 200;
/** Tasks, and events, of one conversation. */
const mostOfAKind = 100_000;

/**
 * One conversation with all that belongs to it; null where it is gone or soft-deleted. Soft-deleted messages stay behind.
 * @throws TravessiaError what the reader reports, CANCELLED
 */
export async function readConversation(reader: ConversationReader, key: string, signal: AbortSignal): Promise<Records | null> {
  try {
    const conversation = await reader.conversation(key);
    if (conversation.deletedAt !== null) return null;
    const messages = await readMessages(reader, key, signal);
    const { tasks, events, cut } = await reader.timeline(key, null, null, mostOfAKind);
    if (cut) throw new TravessiaError('INVALID_INPUT', { message: `A conversation has more than ${mostOfAKind} tasks or events: too many for a replica.`, hint: 'Leave it out: choose conversations by their keys or by a narrower query.' });
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

