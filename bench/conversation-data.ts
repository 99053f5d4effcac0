/** Conversations made in code, the same for the same seed: English and Portuguese, lengths as in a support chat, one thread of any length. */
import type { CopyIn } from '../src-main/drivers/postgres/index.ts';

export interface DataShape {
  readonly messages: number;
  readonly conversations: number;
  /** Messages of the first conversation. */
  readonly long: number;
  readonly seed: number;
}

/** mulberry32: 32 bits of state, enough for made-up data. */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let value = Math.imul(state ^ (state >>> 15), state | 1);
    value ^= value + Math.imul(value ^ (value >>> 7), value | 61);
    return ((value ^ (value >>> 14)) >>> 0) / 4294967296;
  };
}

const english = {
  subjects: ['the customer', 'the invoice', 'our team', 'the payment', 'this order', 'the export', 'the delivery', 'the account', 'the report', 'the server', 'a colleague', 'the contract', 'the subscription', 'the warehouse', 'the manager'],
  verbs: ['was refunded', 'failed again', 'needs an update', 'is still pending', 'arrived yesterday', 'was cancelled', 'has been confirmed', 'shows an error', 'was charged twice', 'is ready now', 'must be checked', 'was delivered', 'cannot be opened', 'was approved', 'expired last week'],
  ends: ['and the totals look right.', 'because of the new address.', 'before the meeting of the board.', 'with the settings that you sent.', 'so please look at it again.', 'after the upgrade of the database.', 'for the second time this month.', 'and nobody has answered.', 'while the migration was running.', 'as it was agreed in the contract.'],
};
const portuguese = {
  subjects: ['o cliente', 'a fatura', 'a nossa equipe', 'o pagamento', 'este pedido', 'a exportação', 'a entrega', 'a conta', 'o relatório', 'o servidor', 'uma colega', 'o contrato', 'a assinatura', 'a configuração', 'a ação'],
  verbs: ['foi reembolsado', 'falhou de novo', 'precisa de uma atualização', 'ainda está pendente', 'chegou ontem', 'foi cancelado', 'foi confirmado', 'mostra um erro', 'foi cobrado duas vezes', 'está pronto agora', 'precisa ser verificado', 'foi entregue', 'não abre mais', 'foi aprovado', 'venceu na semana passada'],
  ends: ['e os totais estão certos.', 'por causa do endereço novo.', 'antes da reunião da diretoria.', 'com as configurações que você enviou.', 'então, por favor, veja isso outra vez.', 'depois da atualização do banco de dados.', 'pela segunda vez neste mês.', 'e ninguém respondeu.', 'enquanto a migração rodava.', 'como foi combinado no contrato.'],
};
const syllables = ['ba', 'ce', 'di', 'fo', 'gu', 'ha', 'je', 'ki', 'lo', 'mu', 'na', 'pe', 'qui', 'ro', 'su', 'ta', 've', 'xi', 'zo', 'bra', 'cle', 'dri', 'flo', 'gru', 'pla', 'tre', 'sti', 'nho', 'lha', 'rra'];

/** A made-up word, the same for the same number: the long tail of names, products and places. */
export function rareWord(number: number): string {
  let rest = number;
  let word = '';
  for (let at = 0; at < 4; at += 1) {
    word += syllables[rest % syllables.length] ?? '';
    rest = Math.floor(rest / syllables.length);
  }
  return `${word}${rest > 0 ? rest : ''}`;
}

/** Words that stand in a share of all messages, for searches of every frequency: in English and Portuguese messages alike. */
export const seasoning: readonly (readonly [word: string, share: number])[] = [
  ['urgent', 0.03], ['promo', 0.01], ['voucher', 0.003], ['gateway', 0.001], ['chargeback', 0.0005], ['escrow', 0.0002],
];
export const rareWords = 200_000;
export const models = ['model-small', 'model-large', 'model-code', 'model-vision'];
export const tiers = ['free', 'free', 'free', 'pro', 'pro', 'gold'];
export const regions = ['br-sp', 'br-rj', 'br-mg', 'us-east', 'us-west', 'uk'];
const firstMoment = Date.UTC(2024, 0, 1);
const span = 2 * 365 * 86_400_000;

const hex = Array.from({ length: 65_536 }, (_, at) => at.toString(16).padStart(4, '0'));

/** A uuid of random looks, the same for the same kind and number. */
export function uuidOf(kind: number, number: number): string {
  let a = Math.imul(number ^ 0x9e3779b9, 0x85ebca6b) ^ kind;
  const next = (): string => {
    a = Math.imul(a ^ (a >>> 16), 0x45d9f3b) + 0x27d4eb2f;
    return hex[(a >>> 8) & 0xffff] ?? '';
  };
  const low = number.toString(16).padStart(8, '0');
  return `${next()}${next()}-${next()}-4${next().slice(1)}-a${next().slice(1)}-${kind.toString(16).padStart(4, '0').slice(-4)}${low}`;
}

export const conversationId = (number: number): string => uuidOf(1, number);
export const messageId = (number: number): string => uuidOf(2, number);
export const userOf = (number: number): string => `user-${Math.floor((number * 7919) % 40_000)}`;

function sentences(random: () => number, from: typeof english, count: number): string[] {
  const pick = (list: readonly string[]): string => list[Math.floor(random() * list.length)] ?? '';
  return Array.from({ length: count }, () => {
    const text = `${pick(from.subjects)} ${pick(from.verbs)} ${pick(from.ends)}`;
    return text.charAt(0).toUpperCase() + text.slice(1);
  });
}

/**
 * Writes both tables as `COPY … FROM STDIN` texts. Messages come in the order of time, as a program writes them, some thousand conversations at
 * once. @returns for each conversation its first message and how many it has
 */
export async function writeConversations(shape: DataShape, conversations: CopyIn, messages: CopyIn, note: (done: number) => void): Promise<{ counts: Int32Array; firsts: Int32Array; ofMessage: (number: number) => number }> {
  const random = randomOf(shape.seed);
  const pools = [sentences(random, english, 3000), sentences(random, portuguese, 3000)] as const;
  const counts = new Int32Array(shape.conversations);
  const firsts = new Int32Array(shape.conversations);
  const lasts = new Float64Array(shape.conversations);
  const begins = new Float64Array(shape.conversations);
  const ofMessage = new Int32Array(shape.messages);
  // The first conversation is the long one; the others share the rest, most of them short.
  const long = Math.min(shape.long, shape.messages);
  const others = Math.max(1, shape.conversations - 1);
  const mean = (shape.messages - long) / others;
  const wanted = (): number => Math.max(1, Math.round(-Math.log(1 - random()) * (mean - 1)) + 1);
  const active: { number: number; left: number }[] = [];
  let started = 1;
  const start = (): void => {
    if (started >= shape.conversations) return;
    active.push({ number: started, left: wanted() });
    started += 1;
  };
  while (active.length < Math.min(2000, others)) start();
  let longLeft = long;
  let lines: string[] = [];
  const flush = async (copy: CopyIn): Promise<void> => {
    await copy.write(Buffer.from(lines.join('')));
    lines = [];
  };
  for (let number = 0; number < shape.messages; number += 1) {
    const at = firstMoment + Math.floor((span * number) / shape.messages);
    let conversation: number;
    if (longLeft > 0 && (random() < longLeft / (shape.messages - number) || active.length === 0)) {
      conversation = 0;
      longLeft -= 1;
    } else {
      const slot = Math.floor(random() * active.length);
      const entry = active[slot] ?? { number: shape.conversations - 1, left: 1 };
      conversation = entry.number;
      entry.left -= 1;
      // New ones start as time goes by; the last ones take what is left.
      const behind = started - 1 < (others * number) / shape.messages;
      if (entry.left <= 0 && started < shape.conversations) {
        active[slot] = active.at(-1) ?? entry;
        active.pop();
        start();
      }
      if (behind) start();
    }
    if (counts[conversation] === 0) {
      firsts[conversation] = number;
      begins[conversation] = at;
    }
    const turn = counts[conversation] ?? 0;
    counts[conversation] = turn + 1;
    lasts[conversation] = at;
    ofMessage[number] = conversation;
    const isUser = turn % 2 === 0;
    const pool = pools[conversation % 5 < 2 ? 1 : 0];
    let text = '';
    const count = isUser ? 1 + Math.floor(random() * 3) : 2 + Math.floor(-Math.log(1 - random()) * 4);
    for (let each = 0; each < count; each += 1) text += `${each === 0 ? '' : ' '}${pool[Math.floor(random() * 3000)] ?? ''}`;
    text += ` ${rareWord(Math.floor(random() * rareWords))}`;
    if (isUser && random() < 0.2) text += ` ORD-${number}`;
    for (const [word, share] of seasoning) if (random() < share) text += ` ${word}`;
    const model = models[Math.floor(random() * models.length)] ?? '';
    const metadata = isUser ? `{"channel": "${random() < 0.7 ? 'web' : 'phone'}"}` : `{"model": "${model}", "usage": {"input_tokens": ${50 + Math.floor(random() * 900)}, "output_tokens": ${20 + Math.floor(text.length / 4)}}, "latency_ms": ${200 + Math.floor(random() * 5000)}}`;
    const kind = random();
    const parts = kind < 0.01 ? '[{"type": "error", "errorText": "The tool did not answer."}]' : kind < 0.03 && !isUser ? '[{"type": "tool-call", "toolCallId": "c1", "toolName": "look_up", "input": {"order": 12}}]' : '\\N';
    lines.push(`${messageId(number)}\t${conversationId(conversation)}\t${isUser ? 'user' : 'assistant'}\t${text}\t${parts}\t${new Date(at).toISOString()}\t${metadata}\n`);
    if (lines.length === 5000) {
      await flush(messages);
      if (number % 500_000 < 5000) note(number);
    }
  }
  await flush(messages);
  for (let number = 0; number < shape.conversations; number += 1) {
    if (counts[number] === 0) lasts[number] = begins[number] = firstMoment + Math.floor(random() * span);
    const title = random() < 0.1 ? '' : `${(pools[number % 5 < 2 ? 1 : 0][Math.floor(random() * 3000)] ?? '').slice(0, 60)} ${rareWord(number)}`;
    const metadata = `{"user_id": "${userOf(number)}", "plan": {"tier": "${tiers[number % tiers.length]}", "seats": ${number % 50}}, "region": "${regions[Math.floor(random() * regions.length)]}", "ticket": "T-${number}"}`;
    lines.push(`${conversationId(number)}\t${title}\t${new Date(begins[number] ?? 0).toISOString()}\t${new Date(lasts[number] ?? 0).toISOString()}\t${metadata}\n`);
    if (lines.length === 5000) await flush(conversations);
  }
  await flush(conversations);
  return { counts, firsts, ofMessage: (number) => ofMessage[number] ?? 0 };
}
