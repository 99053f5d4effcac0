import { mappingSchema, type Mapping } from '../../../../shared/model/conversation-mapping.ts';

/** The four tables of a replica. Keys are text: they are the source's own. */
export const replicaTables = `
CREATE TABLE conversations (
  id text PRIMARY KEY, name text, user_id text, model text, created_at timestamptz, updated_at timestamptz, metadata jsonb);
CREATE TABLE messages (
  id text PRIMARY KEY, conversation_id text NOT NULL REFERENCES conversations ON DELETE CASCADE, role text NOT NULL, content text NOT NULL, parts jsonb, error text,
  created_at timestamptz, parent_id text, model text, input_tokens double precision, output_tokens double precision, latency_ms double precision, metadata jsonb);
CREATE TABLE tasks (
  id text PRIMARY KEY, conversation_id text NOT NULL REFERENCES conversations ON DELETE CASCADE, status text NOT NULL, description text NOT NULL, created_at timestamptz, updated_at timestamptz, metadata jsonb);
CREATE TABLE events (
  id text PRIMARY KEY, conversation_id text NOT NULL REFERENCES conversations ON DELETE CASCADE, event_type text NOT NULL, actor text, "timestamp" timestamptz, content text);
CREATE INDEX ON conversations (updated_at DESC, id DESC);
CREATE INDEX ON messages (conversation_id, created_at, id);
CREATE INDEX ON messages (created_at DESC);
CREATE INDEX ON tasks (conversation_id, created_at);
CREATE INDEX ON events (conversation_id, "timestamp");
CREATE SCHEMA travessia_replica;
/* What was copied of each conversation, sealed with the replica's key: equal, nothing changed. */
CREATE TABLE travessia_replica.copied (conversation text PRIMARY KEY, fingerprint text NOT NULL);
`;

const metadata = [{ column: 'metadata' }];

/** How a replica is read, whatever its source was read by. */
export const replicaMapping: Mapping = mappingSchema.parse({
  adapter: 'four-table',
  conversations: {
    table: { schema: 'public', name: 'conversations' }, id: { column: 'id' }, title: { column: 'name' }, owner: { column: 'user_id' }, model: { column: 'model' }, created: { column: 'created_at', as: 'iso' }, updated: { column: 'updated_at', as: 'iso' }, metadata,
  },
  messages: {
    table: { schema: 'public', name: 'messages' }, id: { column: 'id' }, conversation: { column: 'conversation_id' }, role: { column: 'role' }, content: { column: 'content' }, contentAs: 'text', parts: { column: 'parts' }, error: { column: 'error' },
    created: { column: 'created_at', as: 'iso' }, parent: { column: 'parent_id' }, model: { column: 'model' }, inputTokens: { column: 'input_tokens' }, outputTokens: { column: 'output_tokens' }, latencyMs: { column: 'latency_ms' }, metadata,
  },
  tasks: {
    table: { schema: 'public', name: 'tasks' }, id: { column: 'id' }, conversation: { column: 'conversation_id' }, status: { column: 'status' }, description: { column: 'description' }, created: { column: 'created_at', as: 'iso' }, updated: { column: 'updated_at', as: 'iso' }, metadata,
  },
  events: {
    table: { schema: 'public', name: 'events' }, id: { column: 'id' }, conversation: { column: 'conversation_id' }, type: { column: 'event_type' }, actor: { column: 'actor' }, at: { column: 'timestamp', as: 'iso' }, content: { column: 'content' },
  },
});
