import type { Library, Mapping } from '../../shared/model/conversation-mapping.ts';
import type { Conversation, ConversationEvent, Message, Part, Task } from '../../shared/model/conversation.ts';

/** Conversations made in code for the double: English and Portuguese, every kind of part, and one thread of 20,000 messages. */
export const longThread = 20_000;
export const conversationCount = 600;

const begin = Date.parse('2025-03-01T08:00:00Z');
const people = ['ana.souza', 'bruno.lima', '⟨email⟩', 'chen.wei', 'diego.ramos', 'elisa.prado', 'fatima.noor', 'greg.hall'];
const models = ['gpt-5-mini', 'claude-sonnet-4', 'gpt-5-mini', 'llama-4-maverick', null];
const subjects = [
  'Refund for a lost parcel', 'Reembolso de uma compra em duplicidade', 'Cannot sign in after the update', 'Alteração do endereço de entrega', 'Invoice shows the wrong tax', 'Cobrança indevida na fatura de março',
  'How to export last month’s orders', 'Ação necessária: confirme o pagamento', 'Delivery delayed twice', 'Troca de produto com defeito', 'Coupon not applied', 'Cancelar a assinatura anual',
];
const questions = [
  'The parcel was marked as delivered, but nothing arrived. My e-mail is ⟨email⟩ and the order number is 48213.',
  'Fui cobrado duas vezes pela mesma compra no cartão ⟨card⟩. Podem verificar as ações tomadas até agora?',
  'Since the update this morning the sign-in page only says “try later”. My phone is ⟨phone⟩ if you need to call.',
  'Preciso alterar o endereço de entrega antes que o pedido saia. Meu CPF é ⟨cpf⟩, não quero perder o prazo.',
  'Why does the invoice show a tax of 12% when it should be 8%?',
  'Não recebi o código de confirmação. Já tentei três vezes e nada.',
];
const answers = [
  'I have checked the shipment: the carrier scanned it at **the wrong depot** on Tuesday.\n\nWhat happens next:\n\n1. A search is opened with the carrier (two working days).\n2. If nothing is found, the amount is refunded.\n3. You get a message at each step.\n\nSee https://carrier.example/track/48213 for the scans.',
  'Verifiquei a cobrança: há **duas autorizações** de R$ 189,90, mas só uma foi capturada.\n\n| Data | Valor | Situação |\n|---|---:|---|\n| 03/03 | R$ 189,90 | capturada |\n| 03/03 | R$ 189,90 | será estornada |\n\nA ação de estorno foi registrada; o valor volta em até *5 dias úteis*.',
  'Thanks for waiting. The sign-in service restarted at 09:12 UTC and works again. If it still fails, this resets the session:\n\n```bash\ncurl -X POST https://api.shop.example/v1/session/reset \\\n  -H "Authorization: Bearer $TOKEN"\n```\n\nThe token in the log was ⟨token⟩ and has been revoked.',
  'O endereço foi alterado. Confirmação:\n\n> Rua das Laranjeiras, 210, apto 31\n> Rio de Janeiro, RJ\n\nO pedido sai amanhã às `07:30`. Posso ajudar em mais alguma coisa?',
  'The tax rate follows the delivery address, not the billing address. ~~12%~~ 8% is right for your region; a corrected invoice is on its way.',
  'Enviei um novo código agora. Ele vale por 10 minutos. Se não chegar, verifique a pasta de spam ou responda aqui que faço a validação de outra forma.',
];
/** A red dot of 8×8, as bytes that the database itself holds. */
const dot = 'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAYAAADED76LAAAAHElEQVR4nGP8z8Dwn4EIwESMolGFowoZGBgYAB6IAw3x2p2pAAAAAElFTkSuQmCC';

const pick = <T>(list: readonly T[], at: number, fallback: T): T => list[at % list.length] ?? fallback;
const iso = (milliseconds: number): string => new Date(milliseconds).toISOString();

export const conversationKey = (index: number): string => `conv-${String(index).padStart(4, '0')}`;
const indexOf = (key: string): number => Number(key.slice(5, 9));
export const lengthOf = (index: number): number => (index === 0 ? longThread : index === 7 ? 0 : 4 + ((index * 7) % 37));
const startOf = (index: number): number => begin + (conversationCount - index) * 5_400_000;
/** Two minutes from message to message, now and then some hours. */
const timeOf = (index: number, place: number): number => startOf(index) + place * 95_000 + Math.floor(place / 9) * 11_000_000;

export function conversationAt(index: number): Conversation {
  const messages = lengthOf(index);
  const title = index % 11 === 5 ? null : index === 0 ? 'The thread that never ends' : `${pick(subjects, index, '')}${index < subjects.length ? '' : ` (${index})`}`;
  return {
    key: conversationKey(index), title, owner: pick(people, index * 3, 'ana.souza'), createdAt: iso(startOf(index)), updatedAt: iso(timeOf(index, Math.max(0, messages - 1))), messages, model: pick(models, index, null),
    preview: pick(questions, index, ''), deletedAt: index % 47 === 13 ? '2025-04-02T09:00:00Z' : null, metadata: JSON.stringify({ channel: index % 2 ? 'web' : 'app', plan: { tier: index % 3 ? 'free' : 'gold', seats: 3 } }),
    masked: index % 8 === 2, revealed: false,
  };
}

export function messageAt(conversation: number, place: number): Message {
  const seed = conversation * 31 + place;
  const tool = place % 14;
  const role = place === 0 && conversation % 5 === 0 ? 'system' : tool === 9 ? 'tool' : place % 2 === 0 ? 'user' : 'assistant';
  const parts = partsOf(role, seed, tool);
  const isAnswer = role === 'assistant';
  return {
    key: `${conversationKey(conversation)}/${place}`, conversation: conversationKey(conversation), role, parts, truncated: seed % 97 === 41, at: iso(timeOf(conversation, place)), model: isAnswer ? pick(models, conversation, null) : null,
    inputTokens: isAnswer ? 180 + (seed % 900) : null, outputTokens: isAnswer ? 40 + (seed % 400) : null, latencyMs: isAnswer ? 640 + ((seed * 37) % 5200) : null, parent: place === 0 ? null : `${conversationKey(conversation)}/${place - 1}`,
    isError: parts.some((part) => part.type === 'error'), deletedAt: seed % 61 === 17 ? '2025-04-02T09:00:00Z' : null, metadata: seed % 3 === 0 ? JSON.stringify({ trace: `tr-${seed}`, retries: seed % 4 }) : null, masked: parts.some((part) => 'text' in part && part.text.includes('⟨')), revealed: false,
  };
}

function partsOf(role: Message['role'], seed: number, tool: number): Part[] {
  if (role === 'system') return [{ type: 'text', format: 'plain', text: 'You help customers of a shop. Answer in their language, briefly, and never promise a date.' }];
  if (role === 'tool') return [{ type: 'tool-result', name: null, callId: `call-${seed - 1}`, text: JSON.stringify({ order: 48213, id: 12345678901234567n.toString(), status: seed % 5 ? 'in transit' : 'lost', events: [{ at: '2025-03-03T09:00:00Z', place: 'Depot 7' }, { at: '2025-03-04T11:30:00Z', place: 'Depot 9' }] }), isError: seed % 5 === 0 }];
  if (role === 'user') return seed % 29 === 4 ? [{ type: 'text', format: 'plain', text: 'Here is a picture of it.' }, { type: 'image', mime: 'image/png', name: 'damage.png', url: null, data: dot }, { type: 'file', mime: 'application/pdf', name: 'invoice-48213.pdf', url: 'https://files.example/invoice-48213.pdf', bytes: 184_320 }] : [{ type: 'text', format: 'plain', text: pick(questions, seed, '') }];
  const text: Part = { type: 'text', format: 'markdown', text: seed % 53 === 3 ? `${pick(answers, seed, '')}\n\n`.repeat(30) : pick(answers, seed, '') };
  // The message before the tool's own calls it.
  if (tool === 8 || tool === 7) return [{ type: 'reasoning', text: 'The order number is in the first message; its state is what they want to know.' }, text, { type: 'tool-call', name: 'find_order', callId: `call-${seed + (tool === 8 ? 0 : 1)}`, arguments: JSON.stringify({ order: 48213, include: ['events', 'carrier'], customer: '⟨email⟩' }) }];
  if (seed % 23 === 11) return [text, { type: 'json', text: '{"refund":{"amount":189.90,"currency":"BRL","id":90071992547409931},"approved":true,"notes":null}' }];
  if (seed % 37 === 5) return [{ type: 'error', text: 'The model answered 529: overloaded. Tried three times.' }];
  if (seed % 19 === 6) return [text, { type: 'tool-call', name: 'issue_refund', callId: `same-${seed}`, arguments: '{"amount":"189.90","reason":"duplicate"}' }, { type: 'tool-result', name: 'issue_refund', callId: `same-${seed}`, text: 'refund 7781 accepted', isError: false }];
  return [text];
}

export function messageOf(key: string): Message | null {
  const index = indexOf(key);
  const place = Number(key.split('/')[1] ?? -1);
  return Number.isInteger(place) && place >= 0 && place < lengthOf(index) ? messageAt(index, place) : null;
}

export function conversationOf(key: string): Conversation | null {
  const index = indexOf(key);
  return Number.isInteger(index) && index >= 0 && index < conversationCount ? conversationAt(index) : null;
}

export function happenedIn(key: string): { tasks: Task[]; events: ConversationEvent[] } {
  const index = indexOf(key);
  const at = (place: number): string => iso(timeOf(index, place) + 20_000);
  return {
    tasks: [{ key: `${key}-t1`, conversation: key, status: 'done', description: 'Search opened with the carrier', createdAt: at(2), updatedAt: at(5), metadata: null, masked: false }, { key: `${key}-t2`, conversation: key, status: 'open', description: 'Call back on ⟨phone⟩', createdAt: at(3), updatedAt: null, metadata: null, masked: true }],
    events: [{ key: `${key}-e1`, conversation: key, type: 'assigned', actor: 'queue', at: at(0), content: 'to the first line', masked: false }, { key: `${key}-e2`, conversation: key, type: 'refund', actor: 'billing', at: at(4), content: 'R$ 189,90', masked: false }],
  };
}

const mapping: Mapping = {
  adapter: 'four-table',
  conversations: { table: { schema: 'public', name: 'conversations' }, id: { column: 'id' }, title: { column: 'title' }, owner: { column: 'user_id' }, created: { column: 'created_at', as: 'auto' }, updated: { column: 'updated_at', as: 'auto' } },
  messages: { table: { schema: 'public', name: 'messages' }, id: { column: 'id' }, conversation: { column: 'conversation_id' }, role: { column: 'role' }, content: { column: 'content' }, contentAs: 'auto', parts: { column: 'parts' }, created: { column: 'created_at', as: 'auto' }, model: { column: 'metadata', path: ['model'] } },
  tasks: { table: { schema: 'public', name: 'tasks' }, id: { column: 'id' }, conversation: { column: 'conversation_id' }, status: { column: 'status' }, description: { column: 'description' } },
  events: { table: { schema: 'public', name: 'events' }, id: { column: 'id' }, conversation: { column: 'conversation_id' }, type: { column: 'event_type' } },
};

export const sampleMapping = mapping;
export const sampleLibraries: Library[] = [
  { id: 'lib-support', name: 'Support', source: 'connection-1', kind: 'postgres', mapping, way: 'direct', search: 'ready', refreshedAt: null, createdAt: '2025-05-01T08:00:00Z' },
  { id: 'lib-webui', name: 'Team chat', source: '/srv/open-webui/webui.db', kind: 'sqlite', mapping: { ...mapping, adapter: 'open-webui' }, way: 'cached', search: 'stale', refreshedAt: '2025-06-01T06:00:00Z', createdAt: '2025-05-20T08:00:00Z' },
  { id: 'lib-new', name: 'Agents', source: '/srv/goose/sessions.db', kind: 'sqlite', mapping: { ...mapping, adapter: 'goose' }, way: 'cached', search: 'missing', refreshedAt: null, createdAt: '2025-06-02T08:00:00Z' },
  { id: 'lib-offline', name: 'Support, gold customers', source: 'replica:replica-1', kind: 'replica', mapping, way: 'direct', search: 'ready', refreshedAt: '2025-06-02T05:00:00Z', createdAt: '2025-06-01T08:00:00Z' },
];
