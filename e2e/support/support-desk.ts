import Database from 'better-sqlite3';

/** What the tests look for in the support desk. */
export interface SupportDesk {
  readonly conversations: number;
  /** Messages of the long thread. */
  readonly longThread: number;
  readonly longTitle: string;
  /** The one conversation about it, and personal data that stands in it. */
  readonly parcelTitle: string;
  readonly email: string;
  readonly cpf: string;
}

const subjects = ['Cobrança em duplicidade', 'Sign-in fails after the update', 'Alteração de endereço', 'Wrong tax on the invoice', 'Troca de produto', 'Coupon not applied'];
const questions = ['Fui cobrado duas vezes. Quais ações foram tomadas?', 'The page only says “try later” since this morning.', 'Preciso alterar o endereço antes do envio.', 'Why does the invoice show 12% tax?', 'O produto chegou com defeito.', 'The coupon is not accepted.'];
const answers = ['A ação de estorno foi registrada: **R$ 189,90**.\n\n- prazo: 5 dias úteis\n- sem custo', 'The sign-in service was restarted.\n\n```bash\ncurl https://status.example/health\n```', 'O endereço foi alterado. Não é preciso fazer mais nada.', 'The rate follows the delivery address; a corrected invoice was sent.', 'A coleta está marcada para amanhã.', 'The coupon is valid from Monday on.'];

/** A support desk in the four tables of this console, as SQLite: English and Portuguese, personal data, a tool, an error, one long thread. */
export function makeSupportDesk(path: string, longThread = 20_000, conversations = 60): SupportDesk {
  const desk: SupportDesk = { conversations, longThread, longTitle: 'The thread that never ends', parcelTitle: 'Lost parcel 48213', email: 'joana.prado@example.com', cpf: '529.982.247-25' };
  const db = new Database(path);
  try {
    db.exec(`
      CREATE TABLE conversations (id TEXT PRIMARY KEY, user_id TEXT, title TEXT, created_at TEXT, updated_at TEXT, deleted_at TEXT, metadata TEXT);
      CREATE TABLE messages (id TEXT PRIMARY KEY, conversation_id TEXT NOT NULL REFERENCES conversations (id), role TEXT NOT NULL, content TEXT, parts TEXT, created_at TEXT, deleted_at TEXT, metadata TEXT);
      CREATE INDEX messages_conversation ON messages (conversation_id);
      CREATE TABLE tasks (id TEXT PRIMARY KEY, conversation_id TEXT NOT NULL REFERENCES conversations (id), status TEXT, description TEXT, created_at TEXT, updated_at TEXT, metadata TEXT);
      CREATE TABLE events (id TEXT PRIMARY KEY, conversation_id TEXT NOT NULL REFERENCES conversations (id), event_type TEXT, actor TEXT, timestamp TEXT, content TEXT);
    `);
    db.transaction(() => fill(db, desk))();
  } finally {
    db.close();
  }
  return desk;
}

function fill(db: Database.Database, desk: SupportDesk): void {
  const conversation = db.prepare('INSERT INTO conversations VALUES (?, ?, ?, ?, ?, NULL, ?)');
  const message = db.prepare('INSERT INTO messages VALUES (?, ?, ?, ?, ?, ?, NULL, ?)');
  const day = Date.parse('2025-03-01T08:00:00Z');
  const iso = (time: number): string => new Date(time).toISOString();
  const model = JSON.stringify({ model: 'gpt-5-mini', latency_ms: 1840 });
  for (let index = 0; index < desk.conversations; index += 1) {
    const id = `c-${String(index).padStart(3, '0')}`;
    const start = day + index * 86_400_000;
    const isLong = index === 20;
    const isParcel = index === 40;
    const length = isLong ? desk.longThread : isParcel ? 8 : 6 + (index % 5) * 2;
    const title = isLong ? desk.longTitle : isParcel ? desk.parcelTitle : `${subjects[index % subjects.length]} ${index}`;
    conversation.run(id, isParcel ? 'joana' : `customer-${index % 7}`, title, iso(start), iso(start + length * 60_000), JSON.stringify({ channel: index % 2 ? 'web' : 'app' }));
    for (let place = 0; place < length; place += 1) {
      const role = place % 2 === 0 ? 'user' : 'assistant';
      let content = (role === 'user' ? questions : answers)[(index + place) % 6] ?? '';
      let parts: string | null = null;
      if (isLong) content = `${content} (${place})`;
      if (isParcel && place === 0) content = `The parcel never arrived. Write to ${desk.email} or ask for CPF ${desk.cpf}; the word of the day is zanzibar.`;
      if (isParcel && place === 3) parts = JSON.stringify([{ type: 'text', text: 'Looking it up.' }, { type: 'tool_use', id: 'call-1', name: 'find_order', input: { order: 48213 } }, { type: 'tool_result', tool_use_id: 'call-1', content: '{"status":"lost"}' }]);
      message.run(`${id}-m${String(place).padStart(6, '0')}`, id, role, content, parts, iso(start + place * 60_000), role === 'assistant' ? model : null);
    }
  }
  db.prepare('INSERT INTO tasks VALUES (?, ?, ?, ?, ?, ?, NULL)').run('t-1', 'c-040', 'done', 'Search opened with the carrier', iso(day + 40 * 86_400_000 + 90_000), iso(day + 40 * 86_400_000 + 200_000));
  db.prepare('INSERT INTO events VALUES (?, ?, ?, ?, ?, ?)').run('e-1', 'c-040', 'assigned', 'queue', iso(day + 40 * 86_400_000 + 30_000), 'first line');
}
