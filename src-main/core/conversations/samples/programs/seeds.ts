import { sqlAlchemyText, zonedText } from '../../../sample/moments.ts';
import type { SampleMessage, SampleMetric } from '../chats.ts';
import { iso, json, type SampleProgram, type SampleRow } from '../program.ts';

/** Parts as the AI SDK writes them (seed flowagents: `parts JSONB`). */
function partsOf(message: SampleMessage): unknown[] {
  const { tool, reasoning, image, file, error } = message;
  return [
    ...(reasoning === null ? [] : [{ type: 'reasoning', text: reasoning }]),
    ...(tool === null ? [] : [
      { type: 'tool-call', toolCallId: tool.callId, toolName: tool.name, input: tool.arguments },
      { type: 'tool-result', toolCallId: tool.callId, toolName: tool.name, output: tool.isError ? { type: 'error-text', value: tool.result } : { type: 'text', value: tool.result } },
    ]),
    { type: 'text', text: message.text },
    ...(image === null ? [] : [{ type: 'file', mediaType: 'image/png', url: image }]),
    ...(file === null ? [] : [{ type: 'file', mediaType: file.mime, filename: file.name, url: file.url }]),
    ...(error === null ? [] : [{ type: 'error', errorText: error }]),
  ];
}

const metricTable = {
  sqlite: `CREATE TABLE system_metrics (id INTEGER PRIMARY KEY AUTOINCREMENT, operation VARCHAR(60) NOT NULL, duration_ms FLOAT, success BOOLEAN DEFAULT 1, error TEXT, extra_data JSON, created_at DATETIME);`,
  postgres: `CREATE TABLE system_metrics (id serial PRIMARY KEY, operation varchar(60) NOT NULL, duration_ms double precision, success boolean DEFAULT true, error text, extra_data jsonb, created_at timestamp with time zone);`,
} as const;

function metric(at: (milliseconds: number) => string): (row: SampleMetric) => SampleRow {
  return (row) => ['system_metrics', { operation: row.operation, duration_ms: row.durationMs, success: row.success ? 1n : 0n, error: row.error, extra_data: null, created_at: at(row.at) }];
}

/** The four tables of the seed flowagents, with `deleted_at` for soft deletion and the metrics of the seed duiliocode. */
export const fourTable: SampleProgram = {
  adapter: 'four-table',
  schema: {
    postgres: `
CREATE TABLE conversations (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(), name varchar(255) NOT NULL DEFAULT '', is_active boolean DEFAULT true,
  created_at timestamp with time zone DEFAULT CURRENT_TIMESTAMP, updated_at timestamp with time zone DEFAULT CURRENT_TIMESTAMP, deleted_at timestamp with time zone, metadata jsonb
);
CREATE TABLE messages (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(), conversation_id uuid NOT NULL REFERENCES conversations (id) ON DELETE CASCADE, role varchar(50) NOT NULL, content text NOT NULL, parts jsonb,
  created_at timestamp with time zone DEFAULT CURRENT_TIMESTAMP, deleted_at timestamp with time zone, metadata jsonb
);
CREATE TABLE tasks (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(), conversation_id uuid NOT NULL REFERENCES conversations (id) ON DELETE CASCADE, status varchar(50) NOT NULL, description text NOT NULL,
  created_at timestamp with time zone DEFAULT CURRENT_TIMESTAMP, updated_at timestamp with time zone DEFAULT CURRENT_TIMESTAMP, metadata jsonb
);
CREATE TABLE events (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(), conversation_id uuid NOT NULL REFERENCES conversations (id) ON DELETE CASCADE, actor varchar(255) NOT NULL DEFAULT '', content jsonb NOT NULL,
  timestamp timestamp with time zone DEFAULT CURRENT_TIMESTAMP, event_type varchar(100) NOT NULL
);
CREATE INDEX idx_conversations_updated_at ON conversations (updated_at DESC);
CREATE INDEX idx_messages_conversation_id ON messages (conversation_id);
CREATE INDEX idx_messages_created_at ON messages (created_at DESC);
CREATE INDEX idx_tasks_conversation_id ON tasks (conversation_id);
CREATE INDEX idx_events_conversation_id ON events (conversation_id);
CREATE INDEX idx_events_timestamp ON events (timestamp DESC);
${metricTable.postgres}`,
    sqlite: `
CREATE TABLE conversations (id TEXT PRIMARY KEY NOT NULL, name TEXT NOT NULL DEFAULT '', is_active BOOLEAN DEFAULT 1, created_at TEXT, updated_at TEXT, deleted_at TEXT, metadata JSON);
CREATE TABLE messages (id TEXT PRIMARY KEY NOT NULL, conversation_id TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE, role TEXT NOT NULL, content TEXT NOT NULL, parts JSON, created_at TEXT, deleted_at TEXT, metadata JSON);
CREATE TABLE tasks (id TEXT PRIMARY KEY NOT NULL, conversation_id TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE, status TEXT NOT NULL, description TEXT NOT NULL, created_at TEXT, updated_at TEXT, metadata JSON);
CREATE TABLE events (id TEXT PRIMARY KEY NOT NULL, conversation_id TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE, actor TEXT NOT NULL DEFAULT '', content JSON NOT NULL, timestamp TEXT, event_type TEXT NOT NULL);
CREATE INDEX idx_messages_conversation_id ON messages (conversation_id);
${metricTable.sqlite}`,
  },
  *rows({ id, title, createdAt, updatedAt, deletedAt, metadata, messages, tasks, events }) {
    const when = (at: number | null): string | null => (at === null ? null : iso(at));
    yield ['conversations', { id, name: title, is_active: 1n, created_at: iso(createdAt), updated_at: iso(updatedAt), deleted_at: when(deletedAt), metadata: json(metadata) }];
    for (const message of messages) {
      const { model, inputTokens, outputTokens, latencyMs } = message;
      yield ['messages', {
        id: message.id, conversation_id: id, role: message.role, content: message.text, parts: json(partsOf(message)), created_at: iso(message.at), deleted_at: when(message.deletedAt),
        metadata: model === null ? null : json({ model, usage: { input_tokens: inputTokens, output_tokens: outputTokens }, latency_ms: latencyMs }),
      }];
    }
    for (const task of tasks) yield ['tasks', { id: task.id, conversation_id: id, status: task.status, description: task.description, created_at: iso(task.createdAt), updated_at: iso(task.updatedAt), metadata: null }];
    for (const event of events) yield ['events', { id: event.id, conversation_id: id, actor: event.actor, content: json(event.content), timestamp: iso(event.at), event_type: event.type }];
  },
  metric: metric(iso),
};

/** The flat history of the seed duiliocode, as SQLAlchemy writes it. */
export const flatHistory: SampleProgram = {
  adapter: 'flat-history',
  schema: {
    sqlite: `
CREATE TABLE user_preferences (id INTEGER NOT NULL, user_id VARCHAR, "key" VARCHAR, value TEXT, created_at DATETIME, PRIMARY KEY (id), UNIQUE (user_id));
CREATE TABLE conversation_history (
  id INTEGER NOT NULL, user_id VARCHAR NOT NULL, session_id VARCHAR NOT NULL, role VARCHAR(20) NOT NULL, content TEXT NOT NULL, model VARCHAR(60), workspace_path VARCHAR(255), extra_data JSON,
  created_at DATETIME DEFAULT CURRENT_TIMESTAMP, PRIMARY KEY (id)
);
CREATE INDEX ix_conversation_history_session_id ON conversation_history (session_id);
${metricTable.sqlite}`,
    postgres: `
CREATE TABLE conversation_history (
  id serial PRIMARY KEY, user_id varchar NOT NULL, session_id varchar NOT NULL, role varchar(20) NOT NULL, content text NOT NULL, model varchar(60), workspace_path varchar(255), extra_data jsonb, created_at timestamp with time zone DEFAULT CURRENT_TIMESTAMP
);
CREATE INDEX ix_conversation_history_session_id ON conversation_history (session_id);
${metricTable.postgres}`,
  },
  *rows({ id, owner, workspace, messages }) {
    for (const { role, text, model, outputTokens, at } of messages) {
      yield ['conversation_history', { user_id: owner, session_id: id, role, content: text, model, workspace_path: role === 'user' ? workspace : null, extra_data: outputTokens === null ? null : json({ tokens: outputTokens }), created_at: sqlAlchemyText(at) }];
    }
  },
  metric: metric(sqlAlchemyText),
};

/** Resync's `context_store.py`: a question and its answer in one row. In PostgreSQL the schema is `context`. */
export const resync: SampleProgram = {
  adapter: 'resync',
  schema: {
    sqlite: `
CREATE TABLE conversations (id TEXT PRIMARY KEY NOT NULL, session_id TEXT NOT NULL, user_id TEXT, user_message TEXT NOT NULL, bot_response TEXT NOT NULL, intent TEXT COLLATE NOCASE, created_at TEXT NOT NULL);
CREATE TABLE context_content (id INTEGER PRIMARY KEY AUTOINCREMENT, source TEXT NOT NULL, content TEXT NOT NULL, embedding BLOB, metadata JSON, is_active BOOLEAN NOT NULL DEFAULT 1, indexed_at INTEGER);`,
    postgres: `
CREATE SCHEMA context;
CREATE TABLE context.conversations (id text PRIMARY KEY, session_id text NOT NULL, user_id text, user_message text NOT NULL, bot_response text NOT NULL, intent text, created_at timestamp with time zone NOT NULL);
CREATE TABLE context.context_content (id serial PRIMARY KEY, source text NOT NULL, content text NOT NULL, embedding bytea, metadata jsonb, is_active boolean NOT NULL DEFAULT true, indexed_at integer);
SET search_path = context, public;`,
  },
  *rows({ id, owner, messages }) {
    for (let index = 0; index + 1 < messages.length; index += 2) {
      const [question, reply] = [messages[index], messages[index + 1]];
      if (question === undefined || reply === undefined) continue;
      yield ['conversations', { id: question.id, session_id: id, user_id: owner, user_message: question.text, bot_response: reply.text, intent: 'status', created_at: zonedText(question.at) }];
    }
  },
};
