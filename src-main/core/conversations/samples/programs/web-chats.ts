import { iso, json, type SampleProgram } from '../program.ts';

/** Mintplex-Labs/anything-llm, server/prisma: Prisma's DATETIME is milliseconds since 1970. Every fourth conversation belongs to no thread but to the workspace's own. */
export const anythingllm: SampleProgram = {
  adapter: 'anythingllm',
  schema: {
    sqlite: `
CREATE TABLE users (id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, username TEXT, password TEXT NOT NULL, role TEXT NOT NULL DEFAULT 'default', createdAt DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP);
CREATE TABLE workspaces (id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, slug TEXT NOT NULL, createdAt DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP, lastUpdatedAt DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP, chatModel TEXT);
CREATE TABLE workspace_threads (
  id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, slug TEXT NOT NULL, workspace_id INTEGER NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE, user_id INTEGER, createdAt DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
  lastUpdatedAt DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP
);
CREATE TABLE workspace_chats (
  id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, workspaceId INTEGER NOT NULL, prompt TEXT NOT NULL, response TEXT NOT NULL, include BOOLEAN NOT NULL DEFAULT true, user_id INTEGER, createdAt DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
  lastUpdatedAt DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP, thread_id INTEGER, feedbackScore BOOLEAN, api_session_id TEXT
);
CREATE TABLE embed_chats (
  id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, prompt TEXT NOT NULL, response TEXT NOT NULL, session_id TEXT NOT NULL, include BOOLEAN NOT NULL DEFAULT true, connection_information TEXT, embed_id INTEGER NOT NULL, usersId INTEGER, createdAt DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP
);`,
  },
  first: [['users', { id: 1n, username: 'ana', password: 'x' }], ['users', { id: 2n, username: 'joão', password: 'x' }]],
  *rows(conversation) {
    const { id, title, createdAt, updatedAt, messages, owner } = conversation;
    // The numbers of rows follow from the conversation, so that the writer needs no counter.
    const number = BigInt(Number.parseInt(id.slice(0, 8), 16));
    const user = BigInt(1 + (owner.length % 2));
    const threadless = isThreadless(createdAt);
    yield ['workspaces', { id: number, name: title, slug: id, createdAt: BigInt(createdAt), lastUpdatedAt: BigInt(updatedAt), chatModel: 'gpt-4o' }];
    if (!threadless) yield ['workspace_threads', { id: number, name: title, slug: id, workspace_id: number, user_id: user, createdAt: BigInt(createdAt), lastUpdatedAt: BigInt(updatedAt) }];
    for (const [index, question] of messages.entries()) {
      const reply = messages[index + 1];
      if (question.role !== 'user' || reply === undefined) continue;
      const { text, error, inputTokens, outputTokens, latencyMs } = reply;
      const response = {
        text, sources: [], type: error === null ? 'chat' : 'abort', attachments: question.image === null ? [] : [{ name: 'image.png', mime: 'image/png', contentString: question.image }], ...(error === null ? {} : { error }),
        metrics: { completion_tokens: outputTokens, prompt_tokens: inputTokens, total_tokens: (inputTokens ?? 0) + (outputTokens ?? 0), outputTps: 40, duration: (latencyMs ?? 0) / 1000, model: reply.model },
      };
      yield ['workspace_chats', { workspaceId: number, prompt: question.text, response: json(response), include: 1n, user_id: user, createdAt: BigInt(question.at), lastUpdatedAt: BigInt(question.at), thread_id: threadless ? null : number, feedbackScore: null, api_session_id: null }];
    }
  },
};

export const isThreadless = (createdAt: number): boolean => createdAt / 1000 % 4 === 0;

/** lobehub/lobe-chat, packages/database/src/schemas: on PostgreSQL and, in a browser, PGlite. */
export const lobechat: SampleProgram = {
  adapter: 'lobechat',
  schema: {
    postgres: `
CREATE TABLE users (id text PRIMARY KEY, username text UNIQUE, email text, created_at timestamp with time zone DEFAULT now() NOT NULL);
CREATE TABLE sessions (id text PRIMARY KEY, slug varchar(100) NOT NULL, title text, description text, avatar text, type text DEFAULT 'agent', user_id text NOT NULL, group_id text, pinned boolean DEFAULT false, created_at timestamp with time zone DEFAULT now() NOT NULL, updated_at timestamp with time zone DEFAULT now() NOT NULL);
CREATE TABLE topics (
  id text PRIMARY KEY, title text, favorite boolean DEFAULT false, session_id text REFERENCES sessions (id) ON DELETE CASCADE, group_id text, user_id text NOT NULL, client_id text, history_summary text, metadata jsonb, accessed_at timestamp with time zone DEFAULT now() NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL, updated_at timestamp with time zone DEFAULT now() NOT NULL
);
CREATE TABLE threads (
  id text PRIMARY KEY, title text, type text NOT NULL, status text DEFAULT 'active', topic_id text NOT NULL REFERENCES topics (id) ON DELETE CASCADE, source_message_id text NOT NULL, parent_thread_id text, client_id text, user_id text NOT NULL,
  last_active_at timestamp with time zone DEFAULT now(), created_at timestamp with time zone DEFAULT now() NOT NULL, updated_at timestamp with time zone DEFAULT now() NOT NULL
);
CREATE TABLE messages (
  id text PRIMARY KEY, role text NOT NULL, content text, reasoning jsonb, search jsonb, metadata jsonb, model text, provider text, favorite boolean DEFAULT false, error jsonb, tools jsonb, trace_id text, observation_id text, client_id text, user_id text NOT NULL,
  session_id text REFERENCES sessions (id) ON DELETE CASCADE, topic_id text REFERENCES topics (id) ON DELETE CASCADE, thread_id text REFERENCES threads (id) ON DELETE CASCADE, parent_id text, quota_id text, agent_id text,
  created_at timestamp with time zone DEFAULT now() NOT NULL, updated_at timestamp with time zone DEFAULT now() NOT NULL
);
CREATE INDEX messages_topic_id_idx ON messages (topic_id);
CREATE TABLE message_plugins (id text PRIMARY KEY REFERENCES messages (id) ON DELETE CASCADE, tool_call_id text, type text DEFAULT 'default', api_name text, arguments text, identifier text, state jsonb, error jsonb, client_id text, user_id text NOT NULL);
CREATE TABLE files (id text PRIMARY KEY, user_id text NOT NULL, file_type varchar(255) NOT NULL, name text NOT NULL, size integer NOT NULL, url text NOT NULL, created_at timestamp with time zone DEFAULT now() NOT NULL);
CREATE TABLE messages_files (file_id text NOT NULL REFERENCES files (id) ON DELETE CASCADE, message_id text NOT NULL REFERENCES messages (id) ON DELETE CASCADE, user_id text NOT NULL, PRIMARY KEY (file_id, message_id));`,
  },
  first: [['sessions', { id: 'inbox', slug: 'inbox', title: 'Inbox', user_id: 'DEFAULT' }]],
  *rows({ id, title, owner, createdAt, updatedAt, messages, metadata }) {
    yield ['topics', { id, title, session_id: 'inbox', user_id: owner, metadata: json({ model: 'gpt-4o', channel: metadata.channel }), created_at: iso(createdAt), updated_at: iso(updatedAt) }];
    for (const message of messages) {
      const { role, text, at, parent, model, reasoning, tool, error, file, inputTokens, outputTokens, latencyMs } = message;
      const common = { user_id: owner, session_id: 'inbox', topic_id: id, created_at: iso(at), updated_at: iso(at) };
      yield ['messages', {
        id: message.id, role, content: text, parent_id: parent, model, provider: model === null ? null : 'openai', reasoning: reasoning === null ? null : json({ content: reasoning, duration: 1200 }), error: error === null ? null : json({ type: 'ProviderBizError', message: error, body: { message: error } }),
        tools: tool === null ? null : json([{ id: tool.callId, identifier: 'support', apiName: tool.name, arguments: json(tool.arguments), type: 'default' }]),
        metadata: model === null ? null : json({ totalInputTokens: inputTokens, totalOutputTokens: outputTokens, latency: latencyMs }), ...common,
      }];
      if (tool !== null) {
        // The result is a message of its own in the middle of the thread.
        yield ['messages', { id: `${message.id}-tool`, role: 'tool', content: tool.result, parent_id: message.id, ...common }];
        yield ['message_plugins', { id: `${message.id}-tool`, tool_call_id: tool.callId, api_name: tool.name, arguments: json(tool.arguments), identifier: 'support', error: tool.isError ? json({ type: 'PluginServerError', message: tool.result }) : null, user_id: owner }];
      }
      if (file === null) continue;
      yield ['files', { id: `file-${message.id}`, user_id: owner, file_type: file.mime, name: file.name, size: 4096n, url: file.url }];
      yield ['messages_files', { file_id: `file-${message.id}`, message_id: message.id, user_id: owner }];
    }
  },
};

/** No known program: names that only the general rule recognises. */
export const generic: SampleProgram = {
  adapter: 'generic',
  schema: {
    sqlite: `
CREATE TABLE support_threads (thread_no INTEGER PRIMARY KEY, subject TEXT, customer TEXT, opened_at TEXT, closed_at TEXT);
CREATE TABLE support_messages (message_no INTEGER PRIMARY KEY AUTOINCREMENT, thread_id INTEGER NOT NULL REFERENCES support_threads (thread_no), author TEXT NOT NULL, body TEXT, sent_at TEXT);
CREATE TABLE products (id INTEGER PRIMARY KEY, title TEXT, price REAL);`,
    postgres: `
CREATE TABLE support_threads (thread_no bigint PRIMARY KEY, subject text, customer text, opened_at timestamp with time zone, closed_at timestamp with time zone);
CREATE TABLE support_messages (message_no bigserial PRIMARY KEY, thread_id bigint NOT NULL REFERENCES support_threads (thread_no), author text NOT NULL, body text, sent_at timestamp with time zone);
CREATE TABLE products (id integer PRIMARY KEY, title text, price double precision);`,
  },
  *rows({ id, title, owner, createdAt, updatedAt, messages }) {
    const number = BigInt(Number.parseInt(id.slice(0, 8), 16));
    yield ['support_threads', { thread_no: number, subject: title, customer: owner, opened_at: iso(createdAt), closed_at: iso(updatedAt) }];
    for (const { role, text, at } of messages) yield ['support_messages', { thread_id: number, author: role, body: text, sent_at: iso(at) }];
  },
};
