import { integer, type SampleStore } from './store.ts';
import { momentOf, sqlAlchemyText } from './moments.ts';
import { answer, question } from './phrases.ts';
import { createRandom } from './random.ts';

const models = ['qwen2.5-coder:14b', 'qwen2.5-coder:7b', 'llama3.1:8b', 'deepseek-coder-v2:16b'] as const;
const operations = ['chat_completion', 'file_create', 'file_edit', 'workspace_scan', 'model_load'] as const;
const settings = [['theme', 'dark'], ['theme', 'light'], ['language', 'pt-BR'], ['language', 'en'], ['model', 'qwen2.5-coder:14b'], ['editor', '{"fontSize": 14, "tabSize": 4}'], ['autosave', 'true']] as const;

/**
 * The chat history of the seed "duiliocode-sqlite", as SQLAlchemy makes it: DATETIME as text, JSON, FLOAT and BOOLEAN. As in the
 * seed, `user_id` is UNIQUE on the preferences, so each user has one.
 */
export function duiliocode(scale: number): SampleStore {
  const random = createRandom(20_250_127);
  const count = (rows: number): number => Math.max(20, Math.round(rows * scale));
  const messages = count(40_000);
  const metrics = count(24_000);
  const preferences = count(300);
  let session = '';
  let user = '';
  let left = 0;
  let language: 'en' | 'pt' = 'en';
  return {
    file: 'duiliocode.db',
    schema: `
CREATE TABLE user_preferences (
  id INTEGER NOT NULL,
  user_id VARCHAR,
  "key" VARCHAR,
  value TEXT,
  created_at DATETIME,
  updated_at DATETIME,
  PRIMARY KEY (id),
  UNIQUE (user_id)
);
CREATE TABLE conversation_history (
  id INTEGER NOT NULL,
  user_id VARCHAR NOT NULL,
  session_id VARCHAR NOT NULL,
  role VARCHAR(20) NOT NULL CHECK (role IN ('user', 'assistant', 'system')),
  content TEXT NOT NULL,
  model VARCHAR(60),
  workspace_path VARCHAR(255),
  extra_data JSON,
  created_at DATETIME DEFAULT CURRENT_TIMESTAMP,
  PRIMARY KEY (id)
);
CREATE TABLE system_metrics (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  operation VARCHAR(60) NOT NULL,
  duration_ms FLOAT,
  success BOOLEAN DEFAULT 1,
  error TEXT,
  extra_data JSON,
  created_at DATETIME
);`,
    tables: [
      {
        name: 'user_preferences', columns: ['user_id', 'key', 'value', 'created_at', 'updated_at'], rows: preferences,
        row: (index) => {
          const [key, value] = random.pick(settings);
          const at = momentOf(index, preferences, random.next());
          return [`user${integer(index + 1)}`, key, value, sqlAlchemyText(at), random.chance(0.4) ? sqlAlchemyText(at + random.int(1, 900_000)) : null];
        },
      },
      {
        name: 'conversation_history', columns: ['user_id', 'session_id', 'role', 'content', 'model', 'workspace_path', 'extra_data', 'created_at'], rows: messages,
        row: (index) => {
          if (left === 0) {
            session = random.uuid();
            user = `user${random.int(1, preferences)}`;
            language = random.chance(0.55) ? 'pt' : 'en';
            left = random.int(1, 12) * 2;
          }
          const asks = left % 2 === 0;
          left -= 1;
          const at = sqlAlchemyText(momentOf(index, messages, random.next()));
          if (asks) return [user, session, 'user', question(random, language), null, `/home/${user}/projects/app_${random.int(1, 40)}`, null, at];
          const content = answer(random, language);
          return [user, session, 'assistant', content, random.pick(models), null, JSON.stringify({ tokens: Math.ceil(content.length / 4), temperature: random.int(1, 10) / 10 }), at];
        },
      },
      {
        name: 'system_metrics', columns: ['operation', 'duration_ms', 'success', 'error', 'extra_data', 'created_at'], rows: metrics,
        row: (index) => {
          const failed = random.chance(0.03);
          return [
            random.pick(operations), random.around(1800, 2600, 3.25), failed ? 0n : 1n, failed ? random.pick(['timeout after 30 s', 'model not found', 'conexão recusada pelo servidor']) : null,
            random.chance(0.5) ? JSON.stringify({ tokens: random.int(20, 2400) }) : null, sqlAlchemyText(momentOf(index, metrics, random.next())),
          ];
        },
      },
    ],
    after: `
CREATE INDEX ix_conversation_history_user_id ON conversation_history (user_id);
CREATE INDEX ix_conversation_history_session_id ON conversation_history (session_id);
CREATE INDEX ix_conversation_history_created_at ON conversation_history (created_at);
CREATE INDEX ix_system_metrics_operation ON system_metrics (operation, created_at);
CREATE VIEW session_summary AS
  SELECT session_id, user_id, count(*) AS messages, min(created_at) AS first_message, max(created_at) AS last_message
  FROM conversation_history GROUP BY session_id, user_id;`,
  };
}
