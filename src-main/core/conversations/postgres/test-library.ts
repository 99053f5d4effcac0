/** For tests: the four tables of the seed flowagents in a database of their own, and rows for them. */
import { mappingSchema, type Mapping } from '../../../../shared/model/conversation-mapping.ts';
import type { PgSession } from '../../../drivers/postgres/index.ts';
import { searchCaseMessages } from '../search-cases.ts';

export const fourTables = `
CREATE TABLE conversations (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(), name varchar(255) NOT NULL DEFAULT '', is_active boolean DEFAULT true,
  created_at timestamptz DEFAULT CURRENT_TIMESTAMP, updated_at timestamptz DEFAULT CURRENT_TIMESTAMP, deleted_at timestamptz, metadata jsonb
);
CREATE TABLE messages (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(), conversation_id uuid NOT NULL REFERENCES conversations (id) ON DELETE CASCADE, role varchar(50) NOT NULL, content text NOT NULL, parts jsonb,
  created_at timestamptz DEFAULT CURRENT_TIMESTAMP, deleted_at timestamptz, metadata jsonb
);
CREATE TABLE tasks (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(), conversation_id uuid NOT NULL REFERENCES conversations (id) ON DELETE CASCADE, status varchar(50) NOT NULL, description text NOT NULL,
  created_at timestamptz DEFAULT CURRENT_TIMESTAMP, updated_at timestamptz DEFAULT CURRENT_TIMESTAMP, metadata jsonb
);
CREATE TABLE events (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(), conversation_id uuid NOT NULL REFERENCES conversations (id) ON DELETE CASCADE, actor varchar(255) NOT NULL DEFAULT '', content jsonb NOT NULL,
  timestamp timestamptz DEFAULT CURRENT_TIMESTAMP, event_type varchar(100) NOT NULL
);
CREATE TABLE system_metrics (id serial PRIMARY KEY, operation varchar(60) NOT NULL, duration_ms double precision, success boolean DEFAULT true, error text, created_at timestamptz);
CREATE INDEX idx_conversations_updated_at ON conversations (updated_at DESC);
CREATE INDEX idx_messages_conversation_id ON messages (conversation_id);
CREATE INDEX idx_messages_created_at ON messages (created_at DESC);`;

const metadata = (...path: string[]) => ({ column: 'metadata', path });

export const fourTableMapping: Mapping = mappingSchema.parse({
  adapter: 'four-table',
  conversations: { table: { schema: 'public', name: 'conversations' }, id: { column: 'id' }, title: { column: 'name' }, owner: metadata('user_id'), created: { column: 'created_at' }, updated: { column: 'updated_at' }, deleted: { column: 'deleted_at' }, metadata: [{ column: 'metadata' }] },
  messages: {
    table: { schema: 'public', name: 'messages' }, id: { column: 'id' }, conversation: { column: 'conversation_id' }, role: { column: 'role' }, content: { column: 'content' }, parts: { column: 'parts' }, created: { column: 'created_at' }, deleted: { column: 'deleted_at' },
    model: metadata('model'), inputTokens: metadata('usage', 'input_tokens'), outputTokens: metadata('usage', 'output_tokens'), latencyMs: metadata('latency_ms'), metadata: [{ column: 'metadata' }],
  },
  tasks: { table: { schema: 'public', name: 'tasks' }, id: { column: 'id' }, conversation: { column: 'conversation_id' }, status: { column: 'status' }, description: { column: 'description' }, created: { column: 'created_at' }, updated: { column: 'updated_at' }, metadata: [{ column: 'metadata' }] },
  events: { table: { schema: 'public', name: 'events' }, id: { column: 'id' }, conversation: { column: 'conversation_id' }, type: { column: 'event_type' }, actor: { column: 'actor' }, at: { column: 'timestamp' }, content: { column: 'content' } },
  metrics: { table: { schema: 'public', name: 'system_metrics' }, operation: { column: 'operation' }, durationMs: { column: 'duration_ms' }, success: { column: 'success' }, at: { column: 'created_at' } },
});

/** The same with keys as text, for the common cases of search. */
export async function insertSearchCases(session: PgSession): Promise<void> {
  await session.exec('CREATE TABLE conversations (id text PRIMARY KEY, name text, updated_at timestamptz, metadata jsonb); CREATE TABLE messages (id text PRIMARY KEY, conversation_id text NOT NULL, role text NOT NULL, content text NOT NULL, created_at timestamptz, model text)');
  await session.query('INSERT INTO conversations SELECT DISTINCT c, c, timestamptz \'2026-03-01\', NULL::jsonb FROM unnest($1::text[]) c', [searchCaseMessages.map((message) => message.conversation)]);
  for (const message of searchCaseMessages) {
    await session.query('INSERT INTO messages VALUES ($1, $2, $3, $4, $5, $6)', [message.key, message.conversation, message.role, message.text, message.at, message.model]);
  }
}

export const searchCaseMapping: Mapping = mappingSchema.parse({
  adapter: 'generic',
  conversations: { table: { schema: 'public', name: 'conversations' }, id: { column: 'id' }, title: { column: 'name' }, updated: { column: 'updated_at' }, metadata: [{ column: 'metadata' }] },
  messages: { table: { schema: 'public', name: 'messages' }, id: { column: 'id' }, conversation: { column: 'conversation_id' }, role: { column: 'role' }, content: { column: 'content' }, created: { column: 'created_at' }, model: { column: 'model' } },
});
