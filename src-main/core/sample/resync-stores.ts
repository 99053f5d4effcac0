import { momentOf, naiveText, zonedText } from './moments.ts';
import { answer, passage, question } from './phrases.ts';
import { createRandom } from './random.ts';
import { integer, type SampleStore } from './store.ts';

const actions = ['login', 'query', 'job_rerun', 'job_cancel', 'config_change', 'export', 'approve', 'reject'] as const;

function counter(scale: number): (rows: number, least?: number) => number {
  return (rows, least = 20) => Math.max(least, Math.round(rows * scale));
}

/** `context_store.py`: conversations and the passages kept for retrieval, with an embedding as a blob of 64 floats. */
export function contextStore(scale: number): SampleStore {
  const random = createRandom(5_233_202);
  const count = counter(scale);
  const [conversations, contents] = [count(12_000), count(3000)];
  return {
    file: 'context_store.db',
    schema: `
CREATE TABLE conversations (
  id TEXT PRIMARY KEY NOT NULL,
  session_id TEXT NOT NULL,
  user_id TEXT,
  user_message TEXT NOT NULL,
  bot_response TEXT NOT NULL,
  intent TEXT COLLATE NOCASE,
  created_at TEXT NOT NULL
);
CREATE TABLE context_content (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  source TEXT NOT NULL,
  content TEXT NOT NULL,
  embedding BLOB,
  metadata JSON,
  is_active BOOLEAN NOT NULL DEFAULT 1,
  indexed_at INTEGER
);`,
    tables: [
      {
        name: 'conversations', columns: ['id', 'session_id', 'user_id', 'user_message', 'bot_response', 'intent', 'created_at'], rows: conversations,
        row: (index) => {
          const language = random.chance(0.7) ? 'pt' : 'en';
          return [random.uuid(), `s${random.int(1, Math.ceil(conversations / 6))}`, random.chance(0.95) ? `op${random.int(1, 90)}` : null, question(random, language), answer(random, language), random.pick(['status', 'Status', 'rerun', 'explain', 'history']), zonedText(momentOf(index, conversations, random.next()))];
        },
      },
      {
        name: 'context_content', columns: ['source', 'content', 'embedding', 'metadata', 'is_active', 'indexed_at'], rows: contents,
        row: (index) => [
          `manual/chapter-${random.int(1, 40)}.md`, passage(random, random.int(8, 20)), new Uint8Array(Float32Array.from({ length: 64 }, () => random.next() * 2 - 1).buffer), JSON.stringify({ page: random.int(1, 400), lang: random.pick(['pt', 'en']) }),
          random.chance(0.96) ? 1n : 0n, integer(momentOf(index, contents, random.next()) / 1000),
        ],
      },
    ],
    after: `
CREATE INDEX idx_conversations_session ON conversations (session_id, created_at);
CREATE INDEX idx_conversations_intent ON conversations (intent);
CREATE INDEX idx_content_source ON context_content (lower(source));`,
  };
}

/** `audit_db.py`. Spoiled on purpose: of the times, one in eight was written with its zone, the others without. */
export function auditLog(scale: number): SampleStore {
  const random = createRandom(5_233_203);
  const rows = counter(scale)(30_000);
  return {
    file: 'audit_log.db',
    schema: `
CREATE TABLE audit_entries (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  timestamp TEXT NOT NULL,
  user_id TEXT NOT NULL,
  action TEXT NOT NULL,
  entity TEXT,
  before_value TEXT,
  after_value TEXT,
  ip_address TEXT,
  success INTEGER NOT NULL DEFAULT 1
);`,
    tables: [{
      name: 'audit_entries', columns: ['timestamp', 'user_id', 'action', 'entity', 'before_value', 'after_value', 'ip_address', 'success'], rows,
      row: (index) => {
        const at = momentOf(index, rows, random.next());
        const changes = random.chance(0.4);
        return [
          index % 8 === 5 ? zonedText(at) : naiveText(at), `op${random.int(1, 90)}`, random.pick(actions), `job/${random.int(1, 9000)}`, changes ? JSON.stringify({ status: 'READY', priority: random.int(1, 99) }) : null,
          changes ? JSON.stringify({ status: 'EXEC', priority: random.int(1, 99), note: passage(random, 1) }) : null, `10.${random.int(0, 9)}.${random.int(0, 255)}.${random.int(1, 254)}`, random.chance(0.98) ? 1n : 0n,
        ];
      },
    }],
    after: `
CREATE INDEX idx_audit_time ON audit_entries (timestamp);
CREATE INDEX idx_audit_user ON audit_entries (user_id, action);`,
  };
}

/** `audit_queue.py`: a queue with a trigger, which is listed and has to be written anew for PostgreSQL. */
export function auditQueue(scale: number): SampleStore {
  const random = createRandom(5_233_204);
  const rows = counter(scale)(5000);
  return {
    file: 'audit_queue.db',
    schema: `
CREATE TABLE audit_queue (
  id TEXT NOT NULL,
  memory_id TEXT NOT NULL,
  payload JSON NOT NULL,
  status TEXT NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'processing', 'approved', 'rejected')),
  attempts INTEGER NOT NULL DEFAULT 0,
  queued_at INTEGER NOT NULL,
  updated_at INTEGER,
  PRIMARY KEY (id)
) WITHOUT ROWID;`,
    tables: [{
      name: 'audit_queue', columns: ['id', 'memory_id', 'payload', 'status', 'attempts', 'queued_at', 'updated_at'], rows,
      row: (index) => {
        const at = momentOf(index, rows, random.next());
        return [random.uuid(), `mem_${random.hex(12)}`, JSON.stringify({ question: question(random, 'pt'), score: random.int(0, 100) / 100 }), random.pick(['pending', 'approved', 'approved', 'rejected', 'processing']), integer(random.int(0, 4)), integer(at), random.chance(0.7) ? integer(at + random.int(1000, 9_000_000)) : null];
      },
    }],
    after: `
CREATE INDEX idx_queue_status ON audit_queue (status, queued_at);
CREATE TRIGGER audit_queue_touch AFTER UPDATE OF status ON audit_queue
BEGIN
  UPDATE audit_queue SET updated_at = CAST(strftime('%s', 'now') AS INTEGER) * 1000 WHERE id = NEW.id;
END;`,
  };
}

/** `user_behavior.py`. Spoiled on purpose: one session in twelve has a fraction in its INTEGER duration. */
export function userBehavior(scale: number): SampleStore {
  const random = createRandom(5_233_205);
  const count = counter(scale);
  const [profiles, sessions] = [count(400), count(8000)];
  return {
    file: 'user_behavior.db',
    schema: `
CREATE TABLE user_profiles (
  user_id TEXT PRIMARY KEY NOT NULL,
  display_name VARCHAR(80) NOT NULL,
  email TEXT COLLATE NOCASE UNIQUE,
  preferences JSON,
  is_active INTEGER NOT NULL DEFAULT 1,
  total_queries INTEGER NOT NULL DEFAULT 0,
  first_seen DATE NOT NULL
);
CREATE TABLE session_history (
  session_id TEXT PRIMARY KEY NOT NULL,
  user_id TEXT NOT NULL REFERENCES user_profiles (user_id) ON UPDATE CASCADE,
  started_at TEXT NOT NULL,
  duration_seconds INTEGER,
  queries INTEGER NOT NULL DEFAULT 0
);`,
    tables: [
      {
        name: 'user_profiles', columns: ['user_id', 'display_name', 'email', 'preferences', 'is_active', 'total_queries', 'first_seen'], rows: profiles,
        row: (index) => [`op${index + 1}`, `${random.pick(['Ana', 'João', 'Conceição', 'Luís', 'Marta', 'Zoë', 'Peter', 'Inês'])} ${random.pick(['Silva', 'Souza', 'Araújo', 'Lima', 'Müller', 'Smith', 'Conceição'])}`, `op${index + 1}@example.com`, JSON.stringify({ theme: random.pick(['dark', 'light']) }), random.chance(0.9) ? 1n : 0n, integer(random.int(0, 4000)), naiveText(momentOf(index, profiles, 0)).slice(0, 10)],
      },
      {
        name: 'session_history', columns: ['session_id', 'user_id', 'started_at', 'duration_seconds', 'queries'], rows: sessions,
        row: (index) => [random.uuid(), `op${random.int(1, profiles)}`, zonedText(momentOf(index, sessions, random.next())), index % 12 === 4 ? random.int(10, 9000) + 0.5 : integer(random.int(10, 9000)), integer(random.int(0, 60))],
      },
    ],
    after: 'CREATE INDEX idx_session_user ON session_history (user_id);',
  };
}
