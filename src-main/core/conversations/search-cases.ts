/**
 * What every search of conversations must find, whatever engine holds the words. One small set of messages, and queries with the
 * keys of the messages they find. Tests of each reader run them all.
 *
 * The rules: words are compared folded and by their stems, in the language of the message (English, Portuguese; both where a message is too
 * short to tell). All terms must hold. A stop word beside other words counts for nothing; where all words asked for are stop words, they are
 * asked for as written. Inside a phrase a stop word keeps its place. A prefix is compared folded, with the beginning of words.
 */
import type { Query } from '../../../shared/model/conversation-query.ts';

export interface SearchCaseMessage {
  readonly key: string;
  readonly conversation: string;
  readonly role: 'user' | 'assistant';
  /** ISO, a minute apart: the order of this list. */
  readonly at: string;
  readonly model: string | null;
  readonly text: string;
}

export interface SearchCase {
  readonly name: string;
  /** As a person types it. */
  readonly line: string;
  /** The same, understood; what is absent is as in `emptyQuery`. */
  readonly query: Partial<Query>;
  /** Keys, in any order. */
  readonly finds: readonly string[];
}

export const emptyQuery: Query = { terms: [], roles: [], notRoles: [], models: [], notModels: [], users: [], notUsers: [], after: null, before: null, has: [], notHas: [], in: null, near: null, meta: [] };

const conversations: Readonly<Record<string, readonly (readonly [key: string, role: 'user' | 'assistant', model: string | null, text: string])[]>> = {
  'conv-pt': [
    ['pt-1', 'user', null, 'As ações da empresa subiram muito ontem e eu quero entender por quê.'],
    ['pt-2', 'assistant', 'model-a', 'Preciso de uma ação rápida para o cliente, antes que ele desista da compra.'],
    ['pt-3', 'user', null, 'preciso de uma acao urgente no sistema de cobranca para os clientes'],
    ['pt-4', 'user', null, 'O pagamento não funciona e você sabe disso desde a semana passada.'],
    ['pt-5', 'user', null, 'o pagamento nao funciona, voce ja viu isso com a equipe de suporte?'],
    ['pt-6', 'assistant', 'model-b', 'O pagamento funciona bem agora, com a nova configuração do servidor.'],
    ['pt-7', 'assistant', 'model-b', 'As configurações foram restauradas e os relatórios estão prontos para a reunião.'],
  ],
  'conv-en': [
    ['en-1', 'user', null, 'The refunds were processed yesterday and the customer is happy with them.'],
    ['en-2', 'assistant', 'model-a', 'Please refund the order, because the customer was charged twice for it.'],
    ['en-3', 'assistant', 'model-b', 'We are refunding the orders now, and it will be done by the evening.'],
    ['en-4', 'user', null, 'The export of the quarterly report failed with an error on the second page.'],
    ['en-5', 'assistant', 'model-a', 'The quarterly report was exported again and this time it is complete.'],
    ['en-6', 'user', null, 'Is the report of the last quarter the same as the one that they exported?'],
  ],
  'conv-mixed': [
    ['mx-1', 'user', null, 'ORD-2024-0042 SKU 99817 café'],
    ['mx-2', 'assistant', 'model-b', 'refund ORD-2024-0043'],
    ['mx-3', 'user', null, 'reembolso urgente'],
    ['mx-4', 'user', null, '🚀🚀 שלום עולם'],
  ],
};

const first = Date.parse('2026-03-01T12:00:00Z');

export const searchCaseMessages: readonly SearchCaseMessage[] = Object.entries(conversations)
  .flatMap(([conversation, rows]) => rows.map((row) => ({ conversation, row })))
  .map(({ conversation, row: [key, role, model, text] }, index) => ({ key, conversation, role, at: new Date(first + index * 60_000).toISOString(), model, text }));

const word = (text: string, not = false): Query['terms'][number] => ({ kind: 'word', text, not });
const phrase = (text: string, not = false): Query['terms'][number] => ({ kind: 'phrase', text, not });
const prefix = (text: string, not = false): Query['terms'][number] => ({ kind: 'prefix', text, not });

export const searchCases: readonly SearchCase[] = [
  { name: 'a Portuguese word in all its forms', line: 'ação', query: { terms: [word('ação')] }, finds: ['pt-1', 'pt-2', 'pt-3'] },
  { name: 'without its accents', line: 'acao', query: { terms: [word('acao')] }, finds: ['pt-1', 'pt-2', 'pt-3'] },
  { name: 'in the plural', line: 'ações', query: { terms: [word('ações')] }, finds: ['pt-1', 'pt-2', 'pt-3'] },
  { name: 'in capitals', line: 'AÇÕES', query: { terms: [word('AÇÕES')] }, finds: ['pt-1', 'pt-2', 'pt-3'] },
  { name: 'a longer one', line: 'configuração', query: { terms: [word('configuração')] }, finds: ['pt-6', 'pt-7'] },
  { name: 'and its plural without accents', line: 'configuracoes', query: { terms: [word('configuracoes')] }, finds: ['pt-6', 'pt-7'] },
  { name: 'another accent inside', line: 'relatorio', query: { terms: [word('relatorio')] }, finds: ['pt-7'] },
  { name: 'an accented stop word beside another word', line: 'não funciona', query: { terms: [word('não'), word('funciona')] }, finds: ['pt-4', 'pt-5', 'pt-6'] },
  { name: 'the same without its accent', line: 'nao funciona', query: { terms: [word('nao'), word('funciona')] }, finds: ['pt-4', 'pt-5', 'pt-6'] },
  { name: 'an accented stop word alone', line: 'não', query: { terms: [word('não')] }, finds: ['pt-4', 'pt-5'] },
  { name: 'the same alone without its accent', line: 'nao', query: { terms: [word('nao')] }, finds: ['pt-4', 'pt-5'] },
  { name: 'an unwanted stop word beside another word', line: 'pagamento -não', query: { terms: [word('pagamento'), word('não', true)] }, finds: ['pt-4', 'pt-5', 'pt-6'] },
  { name: 'a phrase with a stop word inside', line: '"pagamento não funciona"', query: { terms: [phrase('pagamento não funciona')] }, finds: ['pt-4', 'pt-5'] },
  { name: 'the same phrase without accents', line: '"pagamento nao funciona"', query: { terms: [phrase('pagamento nao funciona')] }, finds: ['pt-4', 'pt-5'] },
  { name: 'an English word in all its forms', line: 'refund', query: { terms: [word('refund')] }, finds: ['en-1', 'en-2', 'en-3', 'mx-2'] },
  { name: 'asked for in another form', line: 'refunding', query: { terms: [word('refunding')] }, finds: ['en-1', 'en-2', 'en-3', 'mx-2'] },
  { name: 'two words', line: 'refund customer', query: { terms: [word('refund'), word('customer')] }, finds: ['en-1', 'en-2'] },
  { name: 'a word without another', line: 'refund -customer', query: { terms: [word('refund'), word('customer', true)] }, finds: ['en-3', 'mx-2'] },
  { name: 'a word without a phrase', line: 'report -"quarterly report"', query: { terms: [word('report'), phrase('quarterly report', true)] }, finds: ['en-6'] },
  { name: 'a phrase', line: '"quarterly report"', query: { terms: [phrase('quarterly report')] }, finds: ['en-4', 'en-5'] },
  { name: 'its words in another order', line: '"report quarterly"', query: { terms: [phrase('report quarterly')] }, finds: [] },
  { name: 'a prefix', line: 'refund*', query: { terms: [prefix('refund')] }, finds: ['en-1', 'en-2', 'en-3', 'mx-2'] },
  { name: 'a prefix of another language', line: 'restaur*', query: { terms: [prefix('restaur')] }, finds: ['pt-7'] },
  { name: 'a prefix that only shares its stem with a word', line: 'restaurante*', query: { terms: [prefix('restaurante')] }, finds: [] },
  { name: 'a prefix with an accent', line: 'caf*', query: { terms: [prefix('caf')] }, finds: ['mx-1'] },
  { name: 'a number', line: '99817', query: { terms: [word('99817')] }, finds: ['mx-1'] },
  { name: 'a code with hyphens', line: '"ORD-2024-0042"', query: { terms: [phrase('ORD-2024-0042')] }, finds: ['mx-1'] },
  { name: 'a short message', line: 'reembolsos', query: { terms: [word('reembolsos')] }, finds: ['mx-3'] },
  { name: 'another script', line: 'שלום', query: { terms: [word('שלום')] }, finds: ['mx-4'] },
  { name: 'nothing', line: 'zebra', query: { terms: [word('zebra')] }, finds: [] },
  { name: 'no word at all', line: '"..."', query: { terms: [phrase('...')] }, finds: [] },
  { name: 'a role', line: 'report role:assistant', query: { terms: [word('report')], roles: ['assistant'] }, finds: ['en-5'] },
  { name: 'not a role', line: 'report -role:assistant', query: { terms: [word('report')], notRoles: ['assistant'] }, finds: ['en-4', 'en-6'] },
  { name: 'a model', line: 'refund model:model-a', query: { terms: [word('refund')], models: ['model-a'] }, finds: ['en-2'] },
  { name: 'either of two models', line: 'refund model:model-a model:model-b', query: { terms: [word('refund')], models: ['model-a', 'model-b'] }, finds: ['en-2', 'en-3', 'mx-2'] },
  { name: 'in one conversation', line: 'refund in:conv-mixed', query: { terms: [word('refund')], in: 'conv-mixed' }, finds: ['mx-2'] },
  { name: 'a conversation that is not there', line: 'refund in:nowhere', query: { terms: [word('refund')], in: 'nowhere' }, finds: [] },
  { name: 'from a moment on', line: 'report after:2026-03-01T12:11', query: { terms: [word('report')], after: '2026-03-01T12:11:00.000Z' }, finds: ['en-5', 'en-6'] },
  { name: 'up to a moment', line: 'report before:2026-03-01T12:11', query: { terms: [word('report')], before: '2026-03-01T12:11:00.000Z' }, finds: ['en-4'] },
  { name: 'a filter alone', line: 'role:assistant in:conv-pt', query: { roles: ['assistant'], in: 'conv-pt' }, finds: ['pt-2', 'pt-6', 'pt-7'] },
  { name: 'only what is not wanted', line: '-refund in:conv-mixed', query: { terms: [word('refund', true)], in: 'conv-mixed' }, finds: ['mx-1', 'mx-3', 'mx-4'] },
];

/** Texts that must find nothing or something, but never break anything. */
export const hostileTexts: readonly string[] = [
  "'", "''", '"', '\\', "\\'", '%', '_', ';', '--', '/*', '*/', "'; DROP TABLE messages; --", "x' OR '1'='1", '$1', '$$', ':*', '&', '|', '!', '!!', '<->', '<2>', '(', ')', '((((', 'a & b | !c', "'a':*", 'NEAR(a b)', 'a AND', 'OR', 'NOT', 'content:x', '^a', '{a b}', '+', '-', '*', '***',
  '\0', 'a\0b', '\u202Eאבג\u202C', 'مرحبا بالعالم', '👩‍👩‍👧‍👦', '🚀', '\uD800', '\uFFFF', 'e\u0301', '\u200B', '\t\n\r', '⟨email⟩', '<b>x</b>', '<script>alert(1)</script>', 'a'.repeat(10_000), 'ação '.repeat(2000), "'\"\\".repeat(3000), '(('.repeat(5000), '🚀'.repeat(5000), 'x*'.repeat(5000),
];

/** Personal data for the tests of masking: a search for `value` finds the message only while it is not masked. */
export const maskedCases: readonly { readonly text: string; readonly value: string; readonly beside: string }[] = [
  { text: 'Please write to ana.silva@example.com about the refund of last week.', value: 'ana.silva@example.com', beside: 'refund' },
  { text: 'O CPF do cliente é 529.982.247-25 e ele quer o reembolso hoje.', value: '529.982.247-25', beside: 'reembolso' },
  { text: 'The card 4111 1111 1111 1111 was charged twice by the shop.', value: '4111 1111 1111 1111', beside: 'charged' },
];
