import type { CallOutput, HandlerInput } from '../../../../shared/contract/contract.ts';
import { TravessiaError } from '../../../../shared/contract/errors.ts';
import type { TravessiaEvent } from '../../../../shared/contract/events.ts';
import type { Diagnostic, Query } from '../../../../shared/model/conversation-query.ts';
import type { Conversation, Message } from '../../../../shared/model/conversation.ts';
import { parseQuery } from '../../../../shared/pure/conversation-query/index.ts';
import { maskEvent, maskRaw, maskStatistics, maskTask } from '../mask-rows.ts';
import { noStatistics } from '../no-statistics.ts';
import type { Guard, Libraries, ThreadFrom, ThreadPage } from '../ports.ts';
import { cutConversation, cutMessage, cutRaw, fitting, messageTexts, wholeTexts } from './fit.ts';
import { createKeptPages, type PageStatistics } from './kept-pages.ts';
import { gone, openLens, type Lens } from './lens.ts';
import { maskedNames, mayBeNamed } from './names.ts';
import { cutTimeline } from './timeline.ts';

export interface ViewDeps {
  readonly libraries: Libraries;
  readonly guard: Guard;
  readonly now: () => number;
}

/** A statement that takes longer is given up: the page was asked for by a person who waits. */
const patience = 60_000;
const signal = (): AbortSignal => AbortSignal.timeout(patience);

type Asked = { readonly library: string; readonly query: string; readonly zone?: string | undefined };
type Read<N extends 'list' | 'search' | 'count' | 'step' | 'stats' | 'names' | 'get' | 'messages' | 'message' | 'timeline' | 'raw'> =
  (input: HandlerInput<`conversations/${N}`>) => Promise<CallOutput<`conversations/${N}`>>;

export interface View {
  readonly list: Read<'list'>;
  readonly names: Read<'names'>;
  readonly get: Read<'get'>;
  readonly messages: Read<'messages'>;
  readonly message: Read<'message'>;
  readonly timeline: Read<'timeline'>;
  readonly raw: Read<'raw'>;
  readonly search: Read<'search'>;
  readonly count: Read<'count'>;
  readonly step: Read<'step'>;
  readonly stats: Read<'stats'>;
  /** `line` writes the audit's line; nothing is revealed before. */
  reveal(input: HandlerInput<'conversations/reveal'>, line?: () => Promise<void>): Promise<CallOutput<'conversations/reveal'>>;
  /** The library with the rights of this moment, and what a search line asks of it; null where nothing may be found. */
  open(asked: Asked): Promise<{ readonly lens: Lens; readonly query: Query | null; readonly diagnostics: readonly Diagnostic[] }>;
  /** Told of every event of the core: what changed is forgotten. */
  onEvent(event: TravessiaEvent): void;
  statistics(): PageStatistics;
}


/** By which a cursor is known again, with the zone in which its dates are meant. */
const lineOf = ({ query, zone }: Asked): string => JSON.stringify([query, zone ?? null]);

/** A reveal that cannot show anything says so: what is masked in a copy is read from its source. */
function shown<T extends { readonly masked: boolean; readonly revealed: boolean }>(row: T): T {
  if (row.masked && !row.revealed) throw new TravessiaError('CONNECTION_LOST', { message: 'The source of this library cannot be read just now, and its copy holds only what is masked.', hint: 'Make the database reachable and try again.', retry: true });
  return row;
}

export function createView({ libraries, guard, now }: ViewDeps): View {
  const kept = createKeptPages();
  const lensOf = (library: string): Promise<Lens> => openLens(libraries, guard, library);

  async function open(asked: Asked) {
    const { query, diagnostics } = parseQuery(asked.query, { now: now(), zone: asked.zone });
    const lens = await lensOf(asked.library);
    const all = [...diagnostics, ...(lens.masker.active ? maskedNames(query, asked.query) : [])];
    return { lens, query: all.length > 0 ? null : lens.narrow(query), diagnostics: all };
  }

  /** What an answer to a search depends on besides the question: who is masked. */
  const seenAs = ({ masker, library }: Lens): unknown => [masker.active, masker.active ? masker.revealed(library.id) : []];

  /** The conversation as its reader has it. @throws NOT_FOUND, also where it is deleted and must not be seen */
  async function conversationOf(lens: Lens, key: string): Promise<Conversation> {
    const row = await kept.get(lens.library.id, ['conversation', key], lens.freshMs, () => lens.reader.conversation(key));
    if (row.deletedAt !== null && !lens.seesDeleted) throw gone('conversation', key);
    return row;
  }

  async function messageOf(lens: Lens, key: string): Promise<Message> {
    const row = await lens.reader.message(key);
    if (!lens.seesDeleted && row.deletedAt !== null) throw gone('message', key);
    if (!lens.seesDeleted) await conversationOf(lens, row.conversation);
    return row;
  }

  async function wholeMessage(lens: Lens, row: Message): Promise<Message> {
    const [shown] = await lens.messages([row]);
    if (shown === undefined) throw gone('message', row.key);
    return cutMessage(shown, wholeTexts);
  }

  async function wholeConversation(lens: Lens, row: Conversation): Promise<Conversation> {
    const [shown] = await lens.conversations([row]);
    if (shown === undefined) throw gone('conversation', row.key);
    return cutConversation(shown, true);
  }

  /** A page of a thread; of one whose rows must all not be seen, the next in its direction. */
  async function threadPage(lens: Lens, conversation: string, from: ThreadFrom, limit: number): Promise<ThreadPage> {
    const page = await kept.get(lens.library.id, ['thread', conversation, from, limit], lens.freshMs, () => lens.reader.thread(conversation, from, limit, signal()));
    if (lens.seesDeleted || page.rows.length === 0 || page.rows.some((row) => row.deletedAt === null)) return page;
    const isBackward = from === 'end' || (typeof from === 'object' && 'before' in from);
    const cursor = isBackward ? page.before : page.after;
    if (cursor === null) return page;
    return threadPage(lens, conversation, isBackward ? { before: cursor } : { after: cursor }, limit);
  }

  return {
    open,
    async list({ limit, after, ...asked }) {
      const { lens, query, diagnostics } = await open(asked);
      if (query === null) return { rows: [], next: null, diagnostics };
      const { masker } = lens;
      const { page, rows } = await fitting(limit, (most) => {
        const request = { query, line: lineOf(asked), limit: most, ...(after === undefined ? {} : { after }) };
        return kept.get(lens.library.id, ['list', request, seenAs(lens)], lens.freshMs, () => lens.reader.list({ ...request, masker, signal: signal() }));
      }, async (some) => (await lens.conversations(some)).map((row) => cutConversation(row, false)));
      return { rows, next: page.next, diagnostics };
    },
    async names({ library, text, limit }) {
      const lens = await lensOf(library);
      // A number or an address typed in full names nobody, wherever it is written.
      if (text.trim() === '' || (lens.masker.active && lens.masker.mask(text) !== text)) return { rows: [] };
      const found = await lens.reader.names(text, limit, signal());
      const before = new Map(found.map((row) => [row.key, row]));
      const rows = (await lens.conversations(found)).filter((row) => !lens.masker.active || row.revealed || mayBeNamed(text, before.get(row.key) ?? row, row));
      return { rows: rows.map((row) => cutConversation(row, false)) };
    },
    async get({ library, key }) {
      const lens = await lensOf(library);
      return wholeConversation(lens, await conversationOf(lens, lens.key('conversation', key)));
    },
    async messages({ library, from: start, limit, ...asked }) {
      const lens = await lensOf(library);
      const conversation = lens.key('conversation', asked.conversation);
      const from = typeof start === 'object' && 'around' in start ? { around: lens.key('message', start.around) } : start;
      if (!lens.seesDeleted) await conversationOf(lens, conversation);
      const { page, rows } = await fitting(limit, (most) => threadPage(lens, conversation, from, most), async (some) => (await lens.messages(some)).map((row) => cutMessage(row, messageTexts)));
      return { rows, before: page.before, after: page.after };
    },
    async message({ library, key }) {
      const lens = await lensOf(library);
      return wholeMessage(lens, await messageOf(lens, lens.key('message', key)));
    },
    async timeline({ library, from, to, ...asked }) {
      const lens = await lensOf(library);
      const conversation = lens.key('conversation', asked.conversation);
      if (!lens.seesDeleted) await conversationOf(lens, conversation);
      const { tasks, events, cut } = await lens.reader.timeline(conversation, from, to);
      const isOpen = !lens.masker.active || lens.masker.isRevealed(library, conversation, 'conversation');
      return cutTimeline(isOpen ? [...tasks] : tasks.map((row) => maskTask(row, lens.mask)), isOpen ? [...events] : events.map((row) => maskEvent(row, lens.mask)), cut);
    },
    async raw({ library, kind, ...asked }) {
      const lens = await lensOf(library);
      const key = lens.key(kind, asked.key);
      if (!lens.seesDeleted) await (kind === 'message' ? messageOf(lens, key) : conversationOf(lens, key));
      const rows = await lens.reader.raw(kind, key);
      const isOpen = !lens.masker.active || lens.masker.isRevealed(library, key, kind);
      return { rows: cutRaw(isOpen ? rows : rows.map((row) => maskRaw(row, lens.mask.text))) };
    },
    async search({ limit, after, ...asked }) {
      const { lens, query, diagnostics } = await open(asked);
      if (query === null) return { rows: [], next: null, order: 'best', diagnostics };
      const { page, rows } = await fitting(limit, (most) => {
        const request = { query, line: lineOf(asked), limit: most, ...(after === undefined ? {} : { after }) };
        return kept.get(lens.library.id, ['search', request, seenAs(lens)], lens.freshMs, () => lens.reader.search({ ...request, masker: lens.masker, signal: signal() }));
      }, async (some) => lens.hits(some));
      return { rows, next: page.next, order: page.order, diagnostics };
    },
    async count(asked) {
      const { lens, query } = await open(asked);
      return query === null ? { count: 0, capped: false } : kept.get(lens.library.id, ['count', query, seenAs(lens)], lens.freshMs, () => lens.reader.count(query, lens.masker, signal()));
    },
    async step({ key, direction, after, ...asked }) {
      const { lens, query } = await open(asked);
      const found = query === null ? null : await lens.reader.step(query, lens.key('message', key), direction, lens.masker, signal(), { line: lineOf(asked), ...(after === undefined ? {} : { after }) });
      return { message: found?.message ?? null, conversation: found?.conversation ?? null, next: found?.next ?? null };
    },
    async stats(asked) {
      const { lens, query, diagnostics } = await open(asked);
      if (query === null) return { ...noStatistics, diagnostics };
      const found = await kept.get(lens.library.id, ['stats', query, seenAs(lens)], lens.freshMs, () => lens.reader.stats(query, lens.masker, signal()));
      return { ...(lens.masker.active ? maskStatistics(found, lens.mask) : found), diagnostics };
    },
    async reveal({ library, kind, ...asked }, line) {
      const lens = await lensOf(library);
      const key = lens.key(kind, asked.key);
      if (kind === 'message') {
        const row = await messageOf(lens, key);
        await line?.();
        guard.reveal(library, kind, key);
        return { message: shown(await wholeMessage(await lensOf(library), row)) };
      }
      const row = await conversationOf(lens, key);
      await line?.();
      guard.reveal(library, kind, key);
      return { conversation: shown(await wholeConversation(await lensOf(library), row)) };
    },
    onEvent: (event) => kept.forget(event),
    statistics: () => kept.statistics(),
  };
}
