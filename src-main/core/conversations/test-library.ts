/** A library held in memory, for tests of what stands on readers. Searches by substring; knows roles and soft deletion. */
import { TravessiaError } from '../../../shared/contract/errors.ts';
import type { Library } from '../../../shared/model/conversation-mapping.ts';
import type { Query } from '../../../shared/model/conversation-query.ts';
import type { Conversation, ConversationEvent, Message, RawRow, SearchHit, Task } from '../../../shared/model/conversation.ts';
import type { LibraryKeys } from './keys/index.ts';
import type { ConversationReader, Guard, Libraries, Masker } from './ports.ts';
import { messageText } from './export/records.ts';

export function conversationOf(key: string, change: Partial<Conversation> = {}): Conversation {
  return { key, title: `Title ${key}`, owner: 'ana', createdAt: '2024-01-01T00:00:00.000Z', updatedAt: '2024-01-02T00:00:00.000Z', messages: null, model: null, preview: null, deletedAt: null, metadata: null, masked: false, revealed: false, ...change };
}

export function messageOf(key: string, conversation: string, text: string, change: Partial<Message> = {}): Message {
  return {
    key, conversation, role: 'user', parts: [{ type: 'text', text, format: 'plain' }], truncated: false, at: '2024-01-01T00:00:00.000Z', model: null, inputTokens: null, outputTokens: null, latencyMs: null, parent: null,
    isError: false, deletedAt: null, metadata: null, masked: false, revealed: false, ...change,
  };
}

export interface TestData {
  readonly conversations: readonly Conversation[];
  readonly messages: readonly Message[];
  readonly tasks?: readonly Task[];
  readonly events?: readonly ConversationEvent[];
  readonly raw?: readonly RawRow[];
}

function page<T extends { readonly key: string }>(rows: readonly T[], after: string | undefined, limit: number): { rows: T[]; next: string | null } {
  const start = after === undefined ? 0 : rows.findIndex(({ key }) => key === after) + 1;
  const shown = rows.slice(start, start + limit);
  return { rows: shown, next: start + limit < rows.length ? (shown.at(-1)?.key ?? null) : null };
}

function required<T>(value: T | undefined): T {
  if (value === undefined) throw new TravessiaError('NOT_FOUND', { message: 'not there' });
  return value;
}

/** @param asked is told the name of every method that is called */
export function memoryReader(data: TestData, asked: (name: string) => void = () => undefined): ConversationReader {
  const found = (query: Query, masker: Masker, library = 'lib'): Message[] => data.messages.filter((row) => {
    const whole = messageText(row).toLowerCase();
    const text = masker.active && !masker.isRevealed(library, row.key) ? masker.mask(messageText(row)).toLowerCase() : whole;
    return query.terms.every((term) => text.includes(term.text.toLowerCase()) !== term.not) && (query.roles.length === 0 || query.roles.includes(row.role)) && !(query.notHas.includes('deleted') && row.deletedAt !== null) && (!query.has.includes('deleted') || row.deletedAt !== null);
  });
  const hit = (row: Message): SearchHit & { key: string } => {
    const conversation = data.conversations.find(({ key }) => key === row.conversation);
    return { key: row.key, message: row.key, conversation: row.conversation, title: conversation?.title ?? null, owner: conversation?.owner ?? null, role: row.role, model: row.model, at: row.at, isError: row.isError, deletedAt: row.deletedAt, snippet: [{ text: messageText(row).slice(0, 60), hit: true }] };
  };
  return {
    async list({ query, after, limit }) {
      asked('list');
      return page(data.conversations.filter((row) => !(query.notHas.includes('deleted') && row.deletedAt !== null)), after, limit);
    },
    async names(text, limit) {
      asked('names');
      return data.conversations.filter((row) => `${row.title} ${row.owner}`.toLowerCase().includes(text.toLowerCase())).slice(0, limit);
    },
    async conversation(key) {
      asked('conversation');
      return required(data.conversations.find((row) => row.key === key));
    },
    async thread(conversation, from, limit) {
      asked('thread');
      const rows = data.messages.filter((row) => row.conversation === conversation);
      const index = (key: string): number => rows.findIndex((row) => row.key === key);
      let start = 0;
      if (from === 'end') start = rows.length - limit;
      else if (typeof from === 'object' && 'after' in from) start = index(from.after) + 1;
      else if (typeof from === 'object' && 'before' in from) start = index(from.before) - limit;
      else if (typeof from === 'object' && 'around' in from) start = index(from.around) - Math.floor(limit / 2);
      const end = typeof from === 'object' && 'before' in from ? index(from.before) : Math.max(0, start) + limit;
      const shown = rows.slice(Math.max(0, start), end);
      const [first, last] = [shown[0], shown.at(-1)];
      return { rows: shown, before: first !== undefined && index(first.key) > 0 ? first.key : null, after: last !== undefined && index(last.key) < rows.length - 1 ? last.key : null };
    },
    async message(key) {
      asked('message');
      return required(data.messages.find((row) => row.key === key));
    },
    timeline: async () => ({ tasks: data.tasks ?? [], events: data.events ?? [], cut: false }),
    raw: async () => data.raw ?? [],
    async search({ query, after, limit, masker }) {
      asked('search');
      return { ...page(found(query, masker).map(hit), after, limit), order: 'newest' };
    },
    async count(query, masker) {
      asked('count');
      return { count: found(query, masker).length, capped: false };
    },
    async step(query, key, direction, masker) {
      const rows = found(query, masker);
      const next = rows[rows.findIndex((row) => row.key === key) + (direction === 'next' ? 1 : -1)];
      return next === undefined ? null : { message: next.key, conversation: next.conversation };
    },
    async stats(query, masker) {
      const messages = found(query, masker).length;
      return { conversations: data.conversations.length, messages, estimated: false, atLeast: { conversations: false, parts: false }, operationsOf: 'found', inputTokens: null, outputTokens: null, days: [], roles: [], models: [], users: data.conversations.map((row) => ({ user: row.owner ?? '', conversations: 1, messages: 1 })), operations: [] };
    },
    close: async () => undefined,
  };
}

export const testLibrary: Library = {
  id: 'lib', name: 'Support', source: 'support.db', kind: 'sqlite', mapping: { adapter: 'generic' }, way: 'direct', search: 'ready', refreshedAt: null, createdAt: '2024-01-01T00:00:00.000Z',
};

/** Keys that hold nothing personal. */
const plainKeys: LibraryKeys = { seal: (key) => key, open: (key) => key, isPersonal: () => false, stored: (key) => key, cursor: { seal: (text) => text, open: (text) => text } };

export function memoryLibraries(reader: ConversationReader, library: Library = testLibrary): Libraries {
  return {
    get: async (id) => (id === library.id ? library : required<Library>(undefined)), keys: async () => plainKeys, mappings: async () => [library.mapping], reader: async () => reader, port: async () => null, noteIndex: async () => undefined, bringUpToDate: async () => undefined,
    writer: () => Promise.reject(new TravessiaError('UNSUPPORTED_SOURCE', { message: 'in memory' })), close: async () => undefined,
  };
}

/** Masks what `secret` finds; what is revealed is remembered. */
export function memoryGuard(options: { readonly active: boolean; readonly seesDeleted: boolean; readonly secret?: RegExp }): Guard & { active: boolean } {
  const revealed = new Set<string>();
  const secret = options.secret ?? /secret-\d+/gi;
  const guard = {
    active: options.active,
    masker: async (): Promise<Masker> => ({
      active: guard.active,
      mask: (text) => (guard.active ? text.replaceAll(secret, '⟨token⟩') : text),
      isRevealed: (library, key, kind = 'message') => revealed.has(JSON.stringify([library, kind, key])),
      revealed: () => [...revealed].map((each) => String((JSON.parse(each) as string[])[2])),
    }),
    seesDeleted: async () => options.seesDeleted,
    reveal: (library: string, kind: 'message' | 'conversation', key: string) => void revealed.add(JSON.stringify([library, kind, key])),
  };
  return guard;
}
