import type { Query } from '../../../../shared/model/conversation-query.ts';
import type { ConversationReader, Masker, ThreadFrom } from '../ports.ts';
import { createCursors, type Cursors } from './cursors.ts';
import { looksSealed, type LibraryKeys } from './library-keys.ts';
import { conversationKeys, hitKeys, messageKeys, rowKeys, type ChangeKey } from './sealed-rows.ts';

const lineOf = ({ line, query }: { readonly line?: string; readonly query: Query }): string => line ?? JSON.stringify(query);

/**
 * A reader whose keys are sealed where they hold personal data, whoever asks: a link is the same for all, and opens for all. Keys are taken in
 * clear too; who may give them so is the view's (view/lens.ts). All its cursors are sealed (cursors.ts): one that was made up would tell where a key
 * stands in an order, and one of another list would read what nobody asked for.
 *
 * @param inward - a key, sealed or not, as the reader beneath has it
 * @param library - id
 */
export function sealReader(reader: ConversationReader, keys: LibraryKeys, inward: ChangeKey, library: string): ConversationReader {
  const out: ChangeKey = keys.seal;
  const cursorsOf = (call: string, of: string): Cursors => createCursors(keys.cursor, [call, library, of]);
  const asked = (query: Query): Query => ({ ...query, in: query.in === null ? null : inward(query.in, 'conversation'), near: query.near === null ? null : inward(query.near, 'message') });
  const under = (masker: Masker): Masker => ({
    active: masker.active,
    mask: (text) => masker.mask(text),
    isRevealed: (library, key, kind = 'message') => masker.isRevealed(library, out(key, kind), kind),
    revealed: (library) => masker.revealed(library).map((key) => inward(key, 'message')),
  });
  const from = (start: ThreadFrom, cursors: Cursors): ThreadFrom => {
    if (typeof start === 'string' || 'at' in start) return start;
    if ('around' in start) return { around: inward(start.around, 'message') };
    return 'after' in start ? { after: cursors.open(start.after) } : { before: cursors.open(start.before) };
  };
  const { many, originals } = reader;
  return {
    async list(request) {
      const cursors = cursorsOf('list', lineOf(request));
      const { rows, next } = await reader.list({ ...request, query: asked(request.query), masker: under(request.masker), ...(request.after === undefined ? {} : { after: cursors.open(request.after) }) });
      return { rows: rows.map((row) => conversationKeys(row, out)), next: cursors.seal(next) };
    },
    names: async (text, limit, signal) => (await reader.names(looksSealed(text.trim()) ? inward(text.trim(), 'conversation') : text, limit, signal)).map((row) => conversationKeys(row, out)),
    conversation: async (key) => conversationKeys(await reader.conversation(inward(key, 'conversation')), out),
    async thread(conversation, start, limit, signal) {
      const key = inward(conversation, 'conversation');
      const cursors = cursorsOf('thread', key);
      const { rows, before, after } = await reader.thread(key, from(start, cursors), limit, signal);
      return { rows: rows.map((row) => messageKeys(row, out)), before: cursors.seal(before), after: cursors.seal(after) };
    },
    message: async (key) => messageKeys(await reader.message(inward(key, 'message')), out),
    ...(many === undefined ? {} : { many: async (list, signal) => (await many(list.map((key) => inward(key, 'message')), signal)).map((row) => messageKeys(row, out)) }),
    async timeline(conversation, ...rest) {
      const { tasks, events, cut } = await reader.timeline(inward(conversation, 'conversation'), ...rest);
      return { tasks: tasks.map((row) => rowKeys(row, out)), events: events.map((row) => rowKeys(row, out)), cut };
    },
    raw: (kind, key) => reader.raw(kind, inward(key, kind)),
    async search(request) {
      const cursors = cursorsOf('search', lineOf(request));
      const { rows, next, order } = await reader.search({ ...request, query: asked(request.query), masker: under(request.masker), ...(request.after === undefined ? {} : { after: cursors.open(request.after) }) });
      return { rows: rows.map((hit) => hitKeys(hit, out)), next: cursors.seal(next), order };
    },
    count: (query, masker, signal) => reader.count(asked(query), under(masker), signal),
    async step(query, key, direction, masker, signal, start) {
      const opened = inward(key, 'message');
      const cursors = cursorsOf('step', JSON.stringify([start?.line ?? query, opened, direction]));
      const found = await reader.step(asked(query), opened, direction, under(masker), signal, start?.after === undefined ? undefined : { line: start.line, after: cursors.open(start.after) });
      if (found?.next !== undefined) return { next: cursors.seal(found.next) ?? '' };
      return found === null ? null : { message: out(found.message, 'message'), conversation: out(found.conversation, 'conversation') };
    },
    stats: (query, masker, signal) => reader.stats(asked(query), under(masker), signal),
    ...(originals === undefined ? {} : {
      async originals(messages, conversations) {
        const found = await originals(messages.map((key) => inward(key, 'message')), conversations.map((key) => inward(key, 'conversation')));
        return { messages: found.messages.map((row) => messageKeys(row, out)), conversations: found.conversations.map((row) => conversationKeys(row, out)) };
      },
    }),
    close: () => reader.close(),
  };
}
