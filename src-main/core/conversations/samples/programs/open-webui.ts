import type { SampleConversation, SampleMessage } from '../chats.ts';
import { json, seconds, type SampleProgram } from '../program.ts';

/** open-webui, backend/open_webui/models/chats.py and chat_messages.py. */
const chatTable = (text: 'JSON' | 'json'): string => `
CREATE TABLE chat (
  id VARCHAR(255) NOT NULL PRIMARY KEY, user_id VARCHAR(255) NOT NULL, title TEXT NOT NULL, chat ${text}, created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL, share_id VARCHAR(255) UNIQUE, archived BOOLEAN NOT NULL DEFAULT false,
  pinned BOOLEAN, meta ${text} NOT NULL DEFAULT '{}', folder_id TEXT
);
CREATE TABLE folder (id TEXT NOT NULL, parent_id TEXT, user_id TEXT NOT NULL, name TEXT NOT NULL, created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL);
CREATE TABLE message (id TEXT NOT NULL PRIMARY KEY, user_id TEXT, channel_id TEXT, content TEXT, data ${text}, meta ${text}, created_at BIGINT, updated_at BIGINT, parent_id TEXT);`;
const messageTable = (text: 'JSON' | 'json'): string => `
CREATE TABLE chat_message (
  id TEXT PRIMARY KEY, chat_id TEXT NOT NULL REFERENCES chat (id) ON DELETE CASCADE, user_id TEXT, role TEXT NOT NULL, parent_id TEXT, content ${text}, output ${text}, model_id TEXT, files ${text}, sources ${text}, embeds ${text}, meta ${text},
  done BOOLEAN DEFAULT true, status_history ${text}, error ${text}, usage ${text}, context_summary TEXT, created_at BIGINT, updated_at BIGINT
);
CREATE INDEX chat_message_chat_parent_idx ON chat_message (chat_id, parent_id);`;

/** Open WebUI writes tool calls into the text of an answer, as a <details> element, and newer ones into `output`. */
function outputOf({ tool, reasoning, text }: SampleMessage): unknown[] | null {
  if (tool === null && reasoning === null) return null;
  return [
    ...(reasoning === null ? [] : [{ type: 'reasoning', status: 'completed', content: [{ type: 'output_text', text: reasoning }] }]),
    ...(tool === null ? [] : [
      { type: 'function_call', call_id: tool.callId, name: tool.name, arguments: json(tool.arguments), status: 'completed' },
      { type: 'function_call_output', call_id: tool.callId, output: [{ type: 'input_text', text: tool.result }], status: 'completed' },
    ]),
    { type: 'message', role: 'assistant', status: 'completed', content: [{ type: 'output_text', text }] },
  ];
}

function filesOf({ image, file }: SampleMessage): unknown[] | null {
  const files = [...(image === null ? [] : [{ type: 'image', url: image }]), ...(file === null ? [] : [{ type: 'file', name: file.name, content_type: file.mime, url: file.url }])];
  return files.length === 0 ? null : files;
}

const usageOf = ({ inputTokens, outputTokens }: SampleMessage): { prompt_tokens: number; completion_tokens: number | null } | null => (inputTokens === null ? null : { prompt_tokens: inputTokens, completion_tokens: outputTokens });

function historyOf({ title, messages }: SampleConversation): string {
  const entries = messages.map((message, index) => [message.id, {
    id: message.id, parentId: message.parent, childrenIds: messages.slice(index + 1, index + 2).map((next) => next.id), role: message.role, content: message.text, timestamp: Number(seconds(message.at)),
    ...(message.model === null ? {} : { model: message.model, done: true }), ...(filesOf(message) === null ? {} : { files: filesOf(message) }), ...(message.error === null ? {} : { error: { content: message.error } }),
    ...(usageOf(message) === null ? {} : { usage: usageOf(message) }),
  }]);
  return json({ title, models: [...new Set(messages.flatMap(({ model }) => (model === null ? [] : [model])))], history: { messages: Object.fromEntries(entries), currentId: messages.at(-1)?.id ?? null } });
}

function chatRow(conversation: SampleConversation, chat: string): Record<string, string | bigint | null> {
  const { id, owner, title, createdAt, updatedAt } = conversation;
  return { id, user_id: owner, title, chat, created_at: seconds(createdAt), updated_at: seconds(updatedAt), archived: 0n, pinned: null, meta: json({ tags: [conversation.metadata.channel] }), folder_id: null };
}

/** Every third conversation has its times in milliseconds, as some versions wrote them; the JSON of the chat is still there as well. */
export const openWebui: SampleProgram = {
  adapter: 'open-webui',
  schema: { sqlite: chatTable('JSON') + messageTable('JSON'), postgres: chatTable('json') + messageTable('json') },
  *rows(conversation) {
    yield ['chat', chatRow(conversation, historyOf(conversation))];
    const inMilliseconds = conversation.createdAt / 1000 % 3 === 0;
    for (const message of conversation.messages) {
      const at = inMilliseconds ? BigInt(message.at) : seconds(message.at);
      const files = filesOf(message);
      const output = outputOf(message);
      const usage = usageOf(message);
      yield ['chat_message', {
        id: `${conversation.id}-${message.id}`, chat_id: conversation.id, user_id: conversation.owner, role: message.role, parent_id: message.parent, content: json(message.text), output: output === null ? null : json(output), model_id: message.model,
        files: files === null ? null : json(files), done: 1n, error: message.error === null ? null : json({ content: message.error }), usage: usage === null ? null : json(usage), created_at: at, updated_at: at,
      }];
    }
  },
};

/** Before there was `chat_message`: every second chat has the even older list of messages, the others the tree. */
export const openWebuiLegacy: SampleProgram = {
  adapter: 'open-webui-legacy',
  schema: { sqlite: chatTable('JSON'), postgres: chatTable('json') },
  *rows(conversation) {
    const old = conversation.createdAt / 1000 % 2 === 0;
    const list = (): string => json({ title: conversation.title, messages: conversation.messages.map(({ id, role, text, at, model }) => ({ id, role, content: text, timestamp: Number(seconds(at)), ...(model === null ? {} : { model }) })) });
    yield ['chat', chatRow(conversation, old ? list() : historyOf(conversation))];
  },
};
