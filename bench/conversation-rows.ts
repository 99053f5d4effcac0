/**
 * Conversations made in code for measuring: English and Portuguese, words as frequent as words are (Zipf), lengths as messages have them, one
 * thread of a fifth of all messages (at most 200,000). Equal numbers give equal rows.
 */
import { createHash } from 'node:crypto';

const english = `the of and to in is that for it you on with as be at this have from or one by not but what all were when we there can an your which their if do will each about how up out them then
  order refund customer payment invoice account please report error server export import table index query file version update login password session address delivery product price contract support
  ticket answer question problem message system database connection network client record review release feature branch commit test failed success retry timeout memory disk cache token model prompt`.split(/\s+/);
const portuguese = `o a de que e do da em um para com não uma os no se na por mais as dos como mas ao ele das seu sua ou quando muito nos já eu também só pelo pela até isso
  pedido devolução cliente pagamento fatura conta favor relatório erro servidor exportação importação tabela índice consulta arquivo versão atualização acesso senha sessão endereço entrega produto preço
  contrato suporte chamado resposta pergunta problema mensagem sistema banco conexão rede ação ações registro revisão recurso ramo teste falhou sucesso tentativa memória disco modelo reembolso situação`.split(/\s+/);
const syllables = 'ba be bo ca ce co da de do fa fe fo ga go la le lo ma me mo na ne no pa pe po ra re ro sa se so ta te to va ve vo xi zu lin tor mar pen sol ver'.split(' ');

/** A fast generator with equal sequences for equal seeds (mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** Words beyond the frequent ones. */
const rareWords = 60_000;

export function rareWord(number: number): string {
  const random = randomOf(number * 7919 + 13);
  const length = 3 + Math.floor(random() * 2);
  return Array.from({ length }, () => syllables[Math.floor(random() * syllables.length)] ?? '').join('') + (number % 7 === 0 ? String(number % 1000) : '');
}

/** Rank by Zipf's law over all words: the first are in every sentence, the last in one of a million. */
function wordAt(random: () => number, words: readonly string[]): string {
  const rank = Math.floor(Math.exp(random() * Math.log(rareWords)));
  return words[rank - 1] ?? rareWord(rank);
}

function text(random: () => number, words: readonly string[]): string {
  // Log-normal: half of the messages are shorter than 30 words, one of a hundred is longer than 250.
  const gauss = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const length = Math.max(3, Math.min(2000, Math.round(30 * Math.exp(gauss * 0.9))));
  const parts: string[] = [];
  for (let index = 0; index < length; index += 1) parts.push(wordAt(random, words));
  if (random() < 0.02) parts.push(`cliente${Math.floor(random() * 1e6)}@example.com`);
  return `${parts.join(' ')}.`;
}

export interface MadeConversation { readonly id: string; readonly title: string; readonly user: string; readonly created: number; readonly updated: number; readonly metadata: string; readonly messages: number; readonly language: 'en' | 'pt'; readonly deleted: boolean }
export interface MadeMessage { readonly id: string; readonly conversation: string; readonly role: string; readonly content: string; readonly created: number; readonly model: string | null; readonly tokens: number; readonly latency: number | null; readonly isError: boolean; readonly metadata: string | null }

const uuid = (text_: string): string => createHash('md5').update(text_).digest('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
const models = ['model-large', 'model-small', 'model-fast', 'model-old'];
const start = Date.UTC(2024, 0, 1);
const span = 2 * 365 * 86_400_000;

/** All conversations, each followed by its messages. */
export function* makeRows(total: number): Generator<{ readonly conversation: MadeConversation; readonly messages: () => Generator<MadeMessage> }> {
  const long = Math.min(200_000, Math.floor(total / 5));
  let left = total;
  for (let number = 0; left > 0; number += 1) {
    const random = randomOf(number + 1);
    const language = random() < 0.5 ? 'en' : 'pt';
    const words = language === 'en' ? english : portuguese;
    const count = number === 3 ? Math.min(left, long) : Math.min(left, 5 + Math.floor(random() * random() * 150));
    const created = start + Math.floor(random() * span);
    const id = uuid(`conversation ${number}`);
    const step = number === 3 ? 60_000 : 90_000;
    const plan = random() < 0.1 ? 'gold' : random() < 0.5 ? 'free' : 'basic';
    yield {
      conversation: {
        id, title: Array.from({ length: 4 }, () => wordAt(random, words)).join(' '), user: `user-${Math.floor(random() * 5000)}`, created, updated: created + step * count,
        metadata: JSON.stringify({ plan: { tier: plan }, shard: number % 997, channel: random() < 0.5 ? 'web' : 'app' }), messages: count, language, deleted: random() < 0.01,
      },
      *messages() {
        for (let index = 0; index < count; index += 1) {
          const isUser = index % 2 === 0;
          yield {
            id: uuid(`message ${number} ${index}`), conversation: id, role: isUser ? 'user' : random() < 0.03 ? 'tool' : 'assistant', content: text(random, words), created: created + step * index + Math.floor(random() * step),
            model: isUser ? null : (models[Math.floor(random() * random() * models.length)] ?? null), tokens: Math.floor(random() * 500), latency: isUser ? null : Math.round(200 + random() * random() * 8000), isError: random() < 0.01,
            metadata: random() < 0.1 ? JSON.stringify({ trace: number * 1000 + index }) : null,
          };
        }
      },
    };
    left -= count;
  }
}
