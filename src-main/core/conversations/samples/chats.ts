import { sampleNow } from '../../sample/moments.ts';
import { createRandom, type Random } from '../../sample/random.ts';
import { personal } from './personal.ts';
import { answered, asked, thought, titled, type SampleLanguage } from './words.ts';

/** A made-up conversation before it is written as some program writes it: what a scan must give back. Times are milliseconds, whole seconds. */
export interface SampleConversation {
  readonly id: string;
  readonly title: string;
  readonly owner: string;
  readonly language: SampleLanguage;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly deletedAt: number | null;
  readonly workspace: string;
  readonly metadata: { readonly user_id: string; readonly channel: string; readonly plan: { readonly tier: string }; readonly language: string };
  readonly messages: readonly SampleMessage[];
  readonly tasks: readonly SampleTask[];
  readonly events: readonly SampleEvent[];
}

export interface SampleTool {
  readonly callId: string;
  readonly name: string;
  readonly arguments: Readonly<Record<string, string | number>>;
  readonly result: string;
  readonly isError: boolean;
}

/** Questions and answers alternate, beginning with a question. What an answer holds besides its text stands with it. */
export interface SampleMessage {
  readonly id: string;
  readonly role: 'user' | 'assistant';
  readonly text: string;
  readonly at: number;
  readonly parent: string | null;
  readonly model: string | null;
  readonly inputTokens: number | null;
  readonly outputTokens: number | null;
  readonly latencyMs: number | null;
  readonly reasoning: string | null;
  readonly tool: SampleTool | null;
  /** data: URL of a small PNG. */
  readonly image: string | null;
  readonly file: { readonly name: string; readonly mime: string; readonly url: string } | null;
  readonly error: string | null;
  readonly deletedAt: number | null;
}

export interface SampleTask {
  readonly id: string;
  readonly status: 'pending' | 'in_progress' | 'completed';
  readonly description: string;
  readonly createdAt: number;
  readonly updatedAt: number;
}

export interface SampleEvent {
  readonly id: string;
  readonly type: string;
  readonly actor: string;
  readonly at: number;
  readonly content: Readonly<Record<string, string | number>>;
}

export interface SampleMetric {
  readonly operation: string;
  readonly durationMs: number;
  readonly success: boolean;
  readonly error: string | null;
  readonly at: number;
}

export interface SampleChatOptions {
  readonly seed?: number;
  readonly conversations: number;
  /** Messages of a conversation on average; always an even number. Default 8. */
  readonly messages?: number;
  /** The first conversation has this many messages instead. */
  readonly longest?: number;
  /** Share of messages with personal data, 0 to 1. Default 0.2. */
  readonly personal?: number;
  /** Share of soft-deleted conversations, and of messages. Default 0.05. */
  readonly deleted?: number;
}

const models = ['gpt-4o', 'claude-sonnet-4', 'qwen2.5-coder:14b', 'llama3.1:8b'] as const;
const tools = ['lookup_order', 'search_docs', 'send_mail', 'run_query'] as const;
/** One red pixel. */
const pixel = 'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==';
const second = 1000;
const span = 90 * 86_400 * second;

/** Conversations one after the other, oldest first: equal for equal options. English and Portuguese, with tools, errors, pictures and personal data. */
export function* sampleChats(options: SampleChatOptions): Generator<SampleConversation, void, undefined> {
  const random = createRandom(options.seed ?? 4_200_401);
  for (let index = 0; index < options.conversations; index += 1) yield conversation(random, index, options);
}

function conversation(random: Random, index: number, { conversations, messages = 8, longest, personal: share = 0.2, deleted = 0.05 }: SampleChatOptions): SampleConversation {
  const language: SampleLanguage = random.chance(0.5) ? 'pt' : 'en';
  const pairs = index === 0 && longest !== undefined ? Math.ceil(longest / 2) : Math.max(1, Math.round(random.around(messages / 2, messages / 2, 1)));
  const createdAt = Math.floor((sampleNow - span + (span / conversations) * (index + random.next() * 0.5)) / second) * second;
  const user = random.chance(0.5) ? personal(random, 'email') : `user${random.int(1, Math.max(2, Math.ceil(conversations / 3)))}`;
  const list: SampleMessage[] = [];
  let at = createdAt;
  for (let pair = 0; pair < pairs; pair += 1) {
    const parent = list.at(-1)?.id ?? null;
    const question = plain(random.uuid(), 'user', asked(random, language, share), at, parent);
    const withImage = random.chance(0.04);
    list.push({ ...question, image: withImage ? pixel : null, file: random.chance(0.04) ? { name: `relatório ${random.int(1, 99)}.pdf`, mime: 'application/pdf', url: `https://files.example/${random.hex(12)}.pdf` } : null, deletedAt: random.chance(deleted) ? at + 3600 * second : null });
    const latency = random.int(1, 40);
    list.push(reply(random, language, share, at + latency * second, question.id, latency * second));
    at += (latency + random.int(5, 900)) * second;
  }
  const updatedAt = list.at(-1)?.at ?? createdAt;
  return {
    id: random.uuid(), title: titled(random, language), owner: user, language, createdAt, updatedAt, deletedAt: random.chance(deleted) ? updatedAt + 7200 * second : null,
    workspace: `/home/${user.split('@')[0] ?? 'user'}/projects/app_${random.int(1, 40)}`,
    metadata: { user_id: user, channel: random.pick(['web', 'whatsapp', 'api']), plan: { tier: random.pick(['free', 'silver', 'gold']) }, language },
    messages: list, tasks: random.chance(0.4) ? [task(random, language, createdAt)] : [], events: events(random, user, createdAt, updatedAt),
  };
}

function plain(id: string, role: SampleMessage['role'], text: string, at: number, parent: string | null): SampleMessage {
  return { id, role, text, at, parent, model: null, inputTokens: null, outputTokens: null, latencyMs: null, reasoning: null, tool: null, image: null, file: null, error: null, deletedAt: null };
}

function reply(random: Random, language: SampleLanguage, share: number, at: number, parent: string, latencyMs: number): SampleMessage {
  const text = answered(random, language, share);
  const failed = random.chance(0.05);
  return {
    ...plain(random.uuid(), 'assistant', text, at, parent), model: random.pick(models), inputTokens: random.int(80, 4000), outputTokens: Math.ceil(text.length / 4), latencyMs,
    reasoning: random.chance(0.15) ? thought(random, language) : null, tool: random.chance(0.2) ? tool(random, language) : null,
    error: failed ? random.pick(['429 rate limit exceeded', 'tempo esgotado depois de 30 s', 'model not found']) : null,
  };
}

function tool(random: Random, language: SampleLanguage): SampleTool {
  const isError = random.chance(0.15);
  const order = random.int(1000, 9999);
  return {
    callId: `call_${random.hex(16)}`, name: random.pick(tools), arguments: { order, customer: personal(random, 'email') }, isError,
    result: isError ? (language === 'pt' ? `pedido ${order} não encontrado` : `order ${order} not found`) : JSON.stringify({ order, state: language === 'pt' ? 'devolução aprovada' : 'refund approved', phone: personal(random, 'phone') }),
  };
}

function task(random: Random, language: SampleLanguage, at: number): SampleTask {
  return {
    id: random.uuid(), status: random.pick(['pending', 'in_progress', 'completed']), createdAt: at + 60 * second, updatedAt: at + 600 * second,
    description: language === 'pt' ? `Verificar a devolução do pedido ${random.int(1000, 9999)}` : `Check the refund of order ${random.int(1000, 9999)}`,
  };
}

function events(random: Random, actor: string, createdAt: number, updatedAt: number): SampleEvent[] {
  const opened: SampleEvent = { id: random.uuid(), type: 'conversation.opened', actor, at: createdAt, content: { ip: personal(random, 'ip') } };
  return random.chance(0.5) ? [opened, { id: random.uuid(), type: 'conversation.rated', actor, at: updatedAt, content: { stars: random.int(1, 5) } }] : [opened];
}

/** Measured operations, oldest first, for tables like `system_metrics`. */
export function* sampleMetrics(rows: number, seed = 4_200_402): Generator<SampleMetric, void, undefined> {
  const random = createRandom(seed);
  for (let index = 0; index < rows; index += 1) {
    const failed = random.chance(0.05);
    yield {
      operation: random.pick(['chat_completion', 'file_create', 'workspace_scan']), durationMs: Math.round(random.around(1800, 2600, 3) * 10) / 10, success: !failed, error: failed ? 'timeout after 30 s' : null,
      at: Math.floor((sampleNow - span + (span / rows) * index) / second) * second,
    };
  }
}
