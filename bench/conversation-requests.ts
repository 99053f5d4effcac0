/** Requests as support staff make them, varied, each with the limit it has to keep (issue: conversations, "What it must show", 1). */
import type { Query } from '../shared/model/conversation-query.ts';
import { emptyQuery } from '../src-main/core/conversations/search-cases.ts';
import type { ConversationReader, Masker } from '../src-main/core/conversations/ports.ts';
import { conversationId, models, randomOf, rareWord, rareWords, regions, seasoning, tiers, userOf, type DataShape } from './conversation-data.ts';

export interface Group {
  readonly name: string;
  /** Milliseconds, for p95; null for what is only told. */
  readonly limit: number | null;
  /** One request; returns a word on what came back. */
  readonly ask: () => Promise<string>;
}

const term = (text: string, kind: Query['terms'][number]['kind'] = 'word', not = false): Query['terms'][number] => ({ kind, text, not });
const ask = (query: Partial<Query>): Query => ({ ...emptyQuery, ...query });

export interface Facts {
  readonly messageAt: (number: number) => { readonly id: string; readonly conversation: string };
}

export function requestGroups(reader: ConversationReader, shape: DataShape, facts: Facts, masker: Masker, seed: number): Group[] {
  const random = randomOf(seed);
  const below = (number: number): number => Math.floor(random() * number);
  const pick = <T>(list: readonly T[]): T => list[below(list.length)] ?? (list[0] as T);
  const { signal } = new AbortController();
  const limit = 50;
  const day = (): string => new Date(Date.UTC(2024, 0, 1) + below(700) * 86_400_000).toISOString();
  const search = async (query: Query, after?: string): Promise<string> => {
    const page = await reader.search({ query, limit, masker, signal, ...(after === undefined ? {} : { after }) });
    return `${page.order} ${page.rows.length}`;
  };
  const list = async (query: Query): Promise<string> => String((await reader.list({ query, limit, masker, signal })).rows.length);

  const listQuery = (): Query => pick([() => ask({}), () => ask({}), () => ask({}), () => ask({ users: [userOf(below(shape.conversations))] }), () => ask({ before: day() }), () => ask({ after: day(), before: day() })])();
  let cursor: string | undefined;
  let query = ask({});
  const common = (): Query => pick<() => Query>([
    () => ask({ terms: [term(pick(['customer', 'refund', 'payment', 'invoice', 'migration', 'meeting']))] }),
    () => ask({ terms: [term(pick(['pagamento', 'reembolso', 'configurações', 'ação', 'relatorio', 'cobrado']))] }),
    () => ask({ terms: [term(pick(seasoning)[0])] }),
    () => ask({ terms: [term(pick(seasoning)[0])], roles: [pick(['user', 'assistant'])] }),
    () => ask({ terms: [term('refund'), term('meeting')] }),
    () => ask({ terms: [term('pagamento'), term('não'), term(pick(['urgent', 'promo']))] }),
    () => ask({ terms: [term(pick(['charged twice', 'totals look right', 'foi cobrado']), 'phrase')] }),
    () => ask({ terms: [term(pick(['migra', 'confirm', 'atualiz']), 'prefix')] }),
    () => ask({ terms: [term('refund'), term('customer', 'word', true)] }),
    () => ask({ terms: [term(pick(['error', 'promo']))], models: [pick(models)] }),
    () => ask({ terms: [term('urgent')], after: day() }),
    () => ask({ terms: [term('urgent')], before: day() }),
    () => ask({ terms: [term('refund')], in: conversationId(0) }),
    () => ask({ terms: [term('promo')], users: [userOf(below(shape.conversations))] }),
    () => ask({ terms: [term('voucher')], has: ['error'] }),
  ])();
  const rare = (): Query => pick<() => Query>([
    () => ask({ terms: [term(rareWord(below(rareWords)))] }),
    () => ask({ terms: [term(rareWord(below(rareWords)))] }),
    () => ask({ terms: [term(`ORD-${below(shape.messages)}`)] }),
    () => ask({ terms: [term(`ORD-${below(shape.messages)}`, 'phrase')] }),
    () => ask({ terms: [term(rareWord(below(rareWords))), term('refund')] }),
    () => ask({ terms: [term(rareWord(below(rareWords)))], roles: ['assistant'] }),
    () => ask({ terms: [term(rareWord(below(rareWords)).slice(0, 8), 'prefix')] }),
  ])();
  const none = (): Query => pick<() => Query>([
    () => ask({ terms: [term(`qzx${below(1e6)}`)] }),
    () => ask({ terms: [term(`qzx${below(1e6)}`), term('refund')] }),
    () => ask({ terms: [term('refund')], roles: ['robot'] }),
    () => ask({ terms: [term(rareWord(below(rareWords))), term(rareWord(below(rareWords))), term(rareWord(below(rareWords)))] }),
    () => ask({ terms: [term('refund')], meta: [{ path: ['plan', 'tier'], value: 'platinum', not: false }] }),
    () => ask({ terms: [term('totals wrong', 'phrase')] }),
    () => ask({ terms: [term('qzxy', 'prefix')] }),
    () => ask({ terms: [term('urgent')], after: '2030-01-01T00:00:00.000Z' }),
    () => ask({ terms: [term('pagamento')], users: ['nobody'] }),
    () => ask({ models: ['model-of-nobody'] }),
  ])();
  const meta = (): Query['meta'] => pick<() => Query['meta']>([
    () => [{ path: ['plan', 'tier'], value: pick(tiers), not: false }], () => [{ path: ['ticket'], value: `T-${below(shape.conversations)}`, not: false }], () => [{ path: ['region'], value: pick(regions), not: false }],
    () => [{ path: ['plan', 'seats'], value: String(below(50)), not: false }, { path: ['region'], value: pick(regions), not: false }], () => [{ path: ['plan', 'tier'], value: 'platinum', not: false }], () => [{ path: ['plan', 'tier'], value: 'free', not: true }],
  ])();
  const anyMessage = (): { id: string; conversation: string } => facts.messageAt(below(shape.messages));
  const threadOf = (): { conversation: string; around: string | null } => {
    if (random() < 0.3) return { conversation: conversationId(0), around: null };
    const message = anyMessage();
    return { conversation: message.conversation, around: message.id };
  };

  return [
    { name: 'open the list', limit: 50, ask: () => list(listQuery()) },
    {
      name: 'next page of the list', limit: 50,
      ask: async () => {
        if (cursor === undefined) {
          query = pick([ask({}), ask({ before: day() }), ask({ before: day() })]);
          cursor = (await reader.list({ query, limit: 1, masker, signal })).next ?? undefined;
        }
        const page = await reader.list({ query, limit, masker, signal, ...(cursor === undefined ? {} : { after: cursor }) });
        cursor = random() < 0.1 ? undefined : (page.next ?? undefined);
        return String(page.rows.length);
      },
    },
    {
      name: 'open a thread anywhere', limit: 50,
      ask: async () => {
        const { conversation, around } = threadOf();
        const from = around === null ? pick(['start', 'end', 'at'] as const) : pick(['start', 'end', 'around', 'around', 'around'] as const);
        const page = await reader.thread(conversation, from === 'around' ? { around: around ?? '' } : from === 'at' ? { at: day() } : from, limit, signal);
        return String(page.rows.length);
      },
    },
    {
      name: 'scroll a thread', limit: 50,
      ask: async () => {
        const { conversation } = threadOf();
        const page = await reader.thread(conversation, { at: day() }, 2, signal);
        const from = page.after === null ? (page.before === null ? 'start' as const : { before: page.before }) : { after: page.after };
        return String((await reader.thread(conversation, from, limit, signal)).rows.length);
      },
    },
    { name: 'search a rare term', limit: 100, ask: () => search(rare()) },
    { name: 'search a common term', limit: 500, ask: () => search(common()) },
    { name: 'search without a hit', limit: 200, ask: () => search(none()) },
    { name: 'filter the list by metadata', limit: 300, ask: () => list(ask({ meta: meta() })) },
    { name: 'search by metadata', limit: 300, ask: () => search(ask({ meta: meta(), ...(random() < 0.5 ? { terms: [term(pick(['refund', 'pagamento', 'urgent', rareWord(below(rareWords))]))] } : {}) })) },
    { name: 'messages by metadata', limit: 300, ask: () => search(ask({ meta: [pick([{ path: ['channel'], value: 'phone', not: false }, { path: ['model'], value: pick(models), not: false }, { path: ['latency_ms'], value: String(200 + below(5000)), not: false }, { path: ['channel'], value: 'fax', not: false }])] })) },
    { name: 'count', limit: 500, ask: async () => { const found = await reader.count(pick([common, rare, none])(), masker, signal); return `${found.count}${found.capped ? '+' : ''}`; } },
    { name: 'filter alone', limit: 500, ask: () => search(pick<() => Query>([() => ask({ roles: ['user'] }), () => ask({ models: [pick(models)] }), () => ask({ has: ['error'] }), () => ask({ has: ['tool'], roles: ['assistant'] }), () => ask({ near: anyMessage().id }), () => ask({ users: [userOf(below(shape.conversations))] })])()) },
    {
      name: 'next and previous hit', limit: 500,
      ask: async () => {
        const wanted = common();
        const page = await reader.search({ query: wanted, limit: 3, masker, signal });
        const hit = page.rows.at(-1);
        return hit === undefined ? 'none' : String((await reader.step(wanted, hit.message, pick(['next', 'previous']), masker, signal)) !== null);
      },
    },
    { name: 'list by words', limit: 500, ask: () => list(pick([rare, common])()) },
    { name: 'names', limit: 300, ask: async () => String((await reader.names(pick([() => rareWord(below(shape.conversations)), () => userOf(below(shape.conversations)), () => 'the customer', () => conversationId(below(shape.conversations)), () => 'nobody at all'])(), 10, signal)).length) },
  ];
}
