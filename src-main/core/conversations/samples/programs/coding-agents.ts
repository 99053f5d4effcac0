import type { SampleMessage } from '../chats.ts';
import { base64Of, json, seconds, sqliteTime, total, type SampleProgram } from '../program.ts';

const stamps = 'time_created INTEGER NOT NULL, time_updated INTEGER NOT NULL';

/** anomalyco/opencode, packages/opencode/src/session/session.sql.ts: a message is JSON, its parts are rows of their own; milliseconds. */
export const opencode: SampleProgram = {
  adapter: 'opencode',
  schema: {
    sqlite: `
CREATE TABLE project (id TEXT PRIMARY KEY, worktree TEXT NOT NULL, vcs TEXT, name TEXT, ${stamps}, sandboxes TEXT NOT NULL);
CREATE TABLE session (
  id TEXT PRIMARY KEY, project_id TEXT NOT NULL REFERENCES project (id) ON DELETE CASCADE, parent_id TEXT, slug TEXT NOT NULL, directory TEXT NOT NULL, title TEXT NOT NULL, version TEXT NOT NULL, share_url TEXT, summary_additions INTEGER,
  summary_deletions INTEGER, summary_files INTEGER, summary_diffs TEXT, revert TEXT, permission TEXT, ${stamps}, time_compacting INTEGER, time_archived INTEGER
);
CREATE TABLE message (id TEXT PRIMARY KEY, session_id TEXT NOT NULL REFERENCES session (id) ON DELETE CASCADE, ${stamps}, data TEXT NOT NULL);
CREATE TABLE part (id TEXT PRIMARY KEY, message_id TEXT NOT NULL REFERENCES message (id) ON DELETE CASCADE, session_id TEXT NOT NULL, ${stamps}, data TEXT NOT NULL);
CREATE TABLE todo (session_id TEXT NOT NULL REFERENCES session (id) ON DELETE CASCADE, content TEXT NOT NULL, status TEXT NOT NULL, priority TEXT NOT NULL, position INTEGER NOT NULL, ${stamps}, PRIMARY KEY (session_id, position));
CREATE INDEX message_session_time_created_id_idx ON message (session_id, time_created, id);
CREATE INDEX part_message_id_id_idx ON part (message_id, id);`,
  },
  first: [['project', { id: 'global', worktree: '/', vcs: null, name: null, time_created: 0n, time_updated: 0n, sandboxes: '[]' }]],
  *rows({ id, title, workspace, createdAt, updatedAt, messages, tasks }) {
    yield ['session', { id, project_id: 'global', parent_id: null, slug: id.slice(0, 8), directory: workspace, title, version: '1.0.0', time_created: BigInt(createdAt), time_updated: BigInt(updatedAt) }];
    for (const message of messages) {
      const { role, at, parent, model, inputTokens, outputTokens, latencyMs, error } = message;
      const time = { time_created: BigInt(at), time_updated: BigInt(at) };
      const data = role === 'user'
        ? { role, time: { created: at }, agent: 'build', model: { providerID: 'openai', modelID: 'gpt-4o' } }
        : { role, time: { created: at - (latencyMs ?? 0), completed: at }, parentID: parent, modelID: model, providerID: 'openai', mode: 'build', path: { cwd: workspace, root: '/' }, cost: 0, tokens: { input: inputTokens, output: outputTokens, reasoning: 0, cache: { read: 0, write: 0 } }, ...(error === null ? {} : { error: { name: 'UnknownError', data: { message: error } } }) };
      yield ['message', { id: message.id, session_id: id, ...time, data: json(data) }];
      for (const [index, part] of opencodeParts(message).entries()) yield ['part', { id: `prt_${message.id}_${index}`, message_id: message.id, session_id: id, ...time, data: json(part) }];
    }
    for (const [position, { status, description, createdAt: at }] of tasks.entries()) yield ['todo', { session_id: id, content: description, status, priority: 'medium', position: BigInt(position), time_created: BigInt(at), time_updated: BigInt(at) }];
  },
};

function opencodeParts({ role, text, at, reasoning, tool, image, file }: SampleMessage): unknown[] {
  const state = tool === null ? null : tool.isError
    ? { status: 'error', input: tool.arguments, error: tool.result, time: { start: at, end: at } }
    : { status: 'completed', input: tool.arguments, output: tool.result, title: tool.name, metadata: {}, time: { start: at, end: at } };
  return [
    ...(role === 'assistant' ? [{ type: 'step-start' }] : []),
    ...(reasoning === null ? [] : [{ type: 'reasoning', text: reasoning, time: { start: at, end: at } }]),
    ...(tool === null ? [] : [{ type: 'tool', callID: tool.callId, tool: tool.name, state }]),
    { type: 'text', text },
    ...(image === null ? [] : [{ type: 'file', mime: 'image/png', filename: 'image.png', url: image }]),
    ...(file === null ? [] : [{ type: 'file', mime: file.mime, filename: file.name, url: file.url }]),
    ...(role === 'assistant' ? [{ type: 'step-finish', reason: 'stop', cost: 0, tokens: { input: 1, output: 1, reasoning: 0, cache: { read: 0, write: 0 } } }] : []),
  ];
}

/** block/goose, crates/goose/src/session/session_manager.rs: sessions in CURRENT_TIMESTAMP's text, messages in seconds. */
export const goose: SampleProgram = {
  adapter: 'goose',
  schema: {
    sqlite: `
CREATE TABLE schema_version (version INTEGER PRIMARY KEY, applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP);
CREATE TABLE sessions (
  id TEXT PRIMARY KEY, name TEXT NOT NULL DEFAULT '', description TEXT NOT NULL DEFAULT '', user_set_name BOOLEAN DEFAULT FALSE, session_type TEXT NOT NULL DEFAULT 'user', working_dir TEXT NOT NULL, created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
  updated_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP, extension_data TEXT DEFAULT '{}', total_tokens INTEGER, input_tokens INTEGER, output_tokens INTEGER, accumulated_total_tokens INTEGER, accumulated_input_tokens INTEGER, accumulated_output_tokens INTEGER,
  schedule_id TEXT, recipe_json TEXT, user_recipe_values_json TEXT
);
CREATE TABLE messages (
  id INTEGER PRIMARY KEY AUTOINCREMENT, session_id TEXT NOT NULL REFERENCES sessions (id), role TEXT NOT NULL, content_json TEXT NOT NULL, created_timestamp INTEGER NOT NULL, timestamp TIMESTAMP DEFAULT CURRENT_TIMESTAMP, tokens INTEGER, metadata_json TEXT
);
CREATE INDEX idx_messages_session ON messages (session_id);`,
  },
  first: [['schema_version', { version: 5n }]],
  *rows(conversation) {
    const { id, title, workspace, createdAt, updatedAt, messages } = conversation;
    const [input, output] = [total(conversation, 'inputTokens'), total(conversation, 'outputTokens')];
    yield ['sessions', { id, name: title, description: '', session_type: 'user', working_dir: workspace, created_at: sqliteTime(createdAt), updated_at: sqliteTime(updatedAt), input_tokens: input, output_tokens: output, total_tokens: input + output }];
    for (const message of messages) {
      yield ['messages', { session_id: id, role: message.role, content_json: json(gooseContent(message)), created_timestamp: seconds(message.at), timestamp: sqliteTime(message.at), tokens: message.outputTokens === null ? null : BigInt(message.outputTokens), metadata_json: json({ userVisible: true, agentVisible: true }) }];
    }
  },
};

function gooseContent({ text, reasoning, tool, image }: SampleMessage): unknown[] {
  return [
    ...(reasoning === null ? [] : [{ type: 'thinking', thinking: reasoning, signature: 'c2ln' }]),
    ...(tool === null ? [] : [
      { type: 'toolRequest', id: tool.callId, toolCall: { status: 'success', value: { name: tool.name, arguments: tool.arguments } } },
      { type: 'toolResponse', id: tool.callId, toolResult: tool.isError ? { status: 'error', error: tool.result } : { status: 'success', value: { content: [{ type: 'text', text: tool.result }], isError: false } } },
    ]),
    { type: 'text', text },
    ...(image === null ? [] : [{ type: 'image', data: base64Of(image), mimeType: 'image/png' }]),
  ];
}

/** charmbracelet/crush, internal/db/migrations: its comments say milliseconds, its statements write seconds; here every second session is in milliseconds. */
export const crush: SampleProgram = {
  adapter: 'crush',
  schema: {
    sqlite: `
CREATE TABLE sessions (
  id TEXT PRIMARY KEY, parent_session_id TEXT, title TEXT NOT NULL, message_count INTEGER NOT NULL DEFAULT 0 CHECK (message_count >= 0), prompt_tokens INTEGER NOT NULL DEFAULT 0, completion_tokens INTEGER NOT NULL DEFAULT 0, cost REAL NOT NULL DEFAULT 0.0,
  updated_at INTEGER NOT NULL, created_at INTEGER NOT NULL, summary_message_id TEXT, todos TEXT
);
CREATE TABLE files (id TEXT PRIMARY KEY, session_id TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE, path TEXT NOT NULL, content TEXT NOT NULL, version INTEGER NOT NULL DEFAULT 0, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL);
CREATE TABLE messages (
  id TEXT PRIMARY KEY, session_id TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE, role TEXT NOT NULL, parts TEXT NOT NULL DEFAULT '[]', model TEXT, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, finished_at INTEGER, provider TEXT,
  is_summary_message INTEGER DEFAULT 0 NOT NULL
);
CREATE INDEX idx_messages_session_id ON messages (session_id);
CREATE TABLE read_files (session_id TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE, path TEXT NOT NULL, read_at INTEGER NOT NULL, PRIMARY KEY (path, session_id));`,
  },
  *rows(conversation) {
    const { id, title, createdAt, updatedAt, messages } = conversation;
    const inMilliseconds = createdAt / 1000 % 2 === 0;
    const when = (at: number): bigint => (inMilliseconds ? BigInt(at) : seconds(at));
    yield ['sessions', { id, parent_session_id: null, title, message_count: BigInt(messages.length), prompt_tokens: total(conversation, 'inputTokens'), completion_tokens: total(conversation, 'outputTokens'), cost: 0.1, updated_at: when(updatedAt), created_at: when(createdAt) }];
    for (const message of messages) {
      const { role, at, model } = message;
      yield ['messages', { id: message.id, session_id: id, role, parts: json(crushParts(message)), model, created_at: when(at), updated_at: when(at), finished_at: role === 'assistant' ? when(at) : null, provider: model === null ? null : 'openai', is_summary_message: 0n }];
    }
  },
};

function crushParts({ role, text, at, reasoning, tool, image, error }: SampleMessage): unknown[] {
  return [
    ...(reasoning === null ? [] : [{ type: 'reasoning', data: { thinking: reasoning, signature: '', started_at: at / 1000, finished_at: at / 1000 } }]),
    { type: 'text', data: { text } },
    ...(tool === null ? [] : [
      { type: 'tool_call', data: { id: tool.callId, name: tool.name, input: json(tool.arguments), provider_executed: false, finished: true } },
      { type: 'tool_result', data: { tool_call_id: tool.callId, name: tool.name, content: tool.result, metadata: '', is_error: tool.isError } },
    ]),
    ...(image === null ? [] : [{ type: 'binary', data: { Path: 'image.png', MIMEType: 'image/png', Data: base64Of(image) } }]),
    ...(role === 'assistant' ? [{ type: 'finish', data: error === null ? { reason: 'end_turn', time: at / 1000 } : { reason: 'error', time: at / 1000, message: error, details: '' } }] : []),
  ];
}
