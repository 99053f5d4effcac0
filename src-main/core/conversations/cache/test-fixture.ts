import type { Conversation, ConversationEvent, Message, Task } from '../../../../shared/model/conversation.ts';
import type { Scan, ScanRecord } from '../ports.ts';
import { createRowMask } from '../row-mask.ts';
import { searchCaseMessages } from '../search-cases.ts';
import type { RefreshOptions } from './build/refresh.ts';

export const conversationRow = (key: string, change: Partial<Conversation> = {}): Conversation => ({
  key, title: `Conversation ${key}`, owner: null, createdAt: null, updatedAt: null, messages: null, model: null, preview: null, deletedAt: null, metadata: null, masked: false, revealed: false, ...change,
});

export const messageRow = (key: string, conversation: string, text: string, change: Partial<Message> = {}): Message => ({
  key, conversation, role: 'user', parts: [{ type: 'text', text, format: 'plain' }], truncated: false, at: null, model: null, inputTokens: null, outputTokens: null, latencyMs: null, parent: null,
  isError: false, deletedAt: null, metadata: null, masked: false, revealed: false, ...change,
});

export interface MemorySource {
  conversations: Conversation[];
  messages: Message[];
  tasks?: Task[];
  events?: ConversationEvent[];
  metrics?: Extract<ScanRecord, { kind: 'metric' }>['row'][];
}

/** A scan over rows in memory; what `source` holds when it is read. */
export function memoryScan(source: MemorySource): Scan {
  return {
    total: source.conversations.length + source.messages.length,
    fingerprint: JSON.stringify(source),
    async *records() {
      yield source.conversations.map((row) => ({ kind: 'conversation', row }) as const);
      for (let at = 0; at < source.messages.length; at += 1000) yield source.messages.slice(at, at + 1000).map((row) => ({ kind: 'message', row }) as const);
      yield (source.tasks ?? []).map((row) => ({ kind: 'task', row }) as const);
      yield (source.events ?? []).map((row) => ({ kind: 'event', row }) as const);
      yield (source.metrics ?? []).map((row) => ({ kind: 'metric', row }) as const);
    },
    raw: () => Promise.resolve([]),
    fetch: (messages, conversations) => Promise.resolve({ messages: source.messages.filter(({ key }) => messages.includes(key)), conversations: source.conversations.filter(({ key }) => conversations.includes(key)) }),
    close: () => Promise.resolve(),
  };
}

export const asIs: Pick<RefreshOptions, 'mask' | 'masking' | 'mapping' | 'signal' | 'onProgress' | 'now'> = {
  mask: createRowMask([{ adapter: 'generic' }], (text) => text), masking: 'none', mapping: 'test', signal: new AbortController().signal, onProgress: () => undefined, now: () => Date.parse('2026-03-02T00:00:00Z'),
};

export function searchCaseSource(): MemorySource {
  const keys = [...new Set(searchCaseMessages.map(({ conversation }) => conversation))];
  return {
    conversations: keys.map((key) => conversationRow(key)),
    messages: searchCaseMessages.map(({ key, conversation, role, at, model, text }) => messageRow(key, conversation, text, { role, at, model })),
  };
}
