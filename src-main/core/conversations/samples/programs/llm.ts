import { createHash } from 'node:crypto';
import type { SampleMessage } from '../chats.ts';
import { iso, json, type SampleProgram, type SampleRow } from '../program.ts';

/** simonw/llm, docs/logging.md: the tables that both generations share. */
const shared = `
CREATE TABLE schemas (id TEXT PRIMARY KEY, content TEXT);
CREATE TABLE attachments (id TEXT PRIMARY KEY, type TEXT, path TEXT, url TEXT, content BLOB);
CREATE TABLE fragments (id INTEGER PRIMARY KEY, hash TEXT, content TEXT, datetime_utc TEXT, source TEXT);
CREATE TABLE tools (id INTEGER PRIMARY KEY, hash TEXT, name TEXT, description TEXT, input_schema TEXT, plugin TEXT);
CREATE TABLE conversations (id TEXT PRIMARY KEY, name TEXT, model TEXT);
CREATE TABLE responses (
  id TEXT PRIMARY KEY, model TEXT, prompt TEXT, system TEXT, prompt_json TEXT, options_json TEXT, response TEXT, response_json TEXT, conversation_id TEXT REFERENCES conversations (id), duration_ms INTEGER, datetime_utc TEXT,
  input_tokens INTEGER, output_tokens INTEGER, token_details TEXT, schema_id TEXT REFERENCES schemas (id), resolved_model TEXT, reasoning TEXT
);
CREATE VIRTUAL TABLE responses_fts USING FTS5 (prompt, response, content=responses);
CREATE TABLE prompt_attachments (response_id TEXT REFERENCES responses (id), attachment_id TEXT REFERENCES attachments (id), "order" INTEGER, PRIMARY KEY (response_id, attachment_id));
CREATE TABLE tool_calls (id INTEGER PRIMARY KEY, response_id TEXT REFERENCES responses (id), tool_id INTEGER REFERENCES tools (id), name TEXT, arguments TEXT, tool_call_id TEXT);
CREATE TABLE tool_results (id INTEGER PRIMARY KEY, response_id TEXT REFERENCES responses (id), tool_id INTEGER REFERENCES tools (id), name TEXT, output TEXT, tool_call_id TEXT, exception TEXT);`;

const chained = `
CREATE TABLE messages (hash TEXT PRIMARY KEY, parent_hash TEXT REFERENCES messages (hash), role TEXT, provider_metadata TEXT);
CREATE TABLE parts (id INTEGER PRIMARY KEY, message_hash TEXT REFERENCES messages (hash), position INTEGER, type TEXT, tool_name TEXT, text TEXT, payload TEXT);
CREATE TABLE part_attachments (part_id INTEGER REFERENCES parts (id), attachment_id TEXT REFERENCES attachments (id), "order" INTEGER, PRIMARY KEY (part_id, attachment_id, "order"));
CREATE TABLE part_fragments (part_id INTEGER REFERENCES parts (id), fragment_id INTEGER REFERENCES fragments (id), "order" INTEGER, PRIMARY KEY (part_id, fragment_id, "order"));
CREATE TABLE threads (id TEXT PRIMARY KEY, name TEXT, tip_message_hash TEXT REFERENCES messages (hash), forked_from TEXT REFERENCES threads (id), datetime_utc TEXT);
CREATE TABLE turns (
  id TEXT PRIMARY KEY, thread_id TEXT REFERENCES threads (id), parent_message_hash TEXT REFERENCES messages (hash), tip_message_hash TEXT REFERENCES messages (hash), model TEXT, resolved_model TEXT, options_json TEXT,
  schema_id TEXT REFERENCES schemas (id), input_tokens INTEGER, output_tokens INTEGER, token_details TEXT, duration_ms INTEGER, datetime_utc TEXT, response_json TEXT
);`;

const whole = (value: number | null): bigint | null => (value === null ? null : BigInt(value));

function pairs(messages: readonly SampleMessage[]): (readonly [SampleMessage, SampleMessage])[] {
  return messages.flatMap((question, index) => {
    const reply = messages[index + 1];
    return question.role === 'user' && reply !== undefined ? [[question, reply] as const] : [];
  });
}

/** One row for a prompt and its response; a tool's call stands with the response that made it, its result with the next in truth, with the same one here. */
export const llm: SampleProgram = {
  adapter: 'llm',
  schema: { sqlite: shared },
  *rows({ id, title, messages }) {
    yield ['conversations', { id, name: title, model: messages.find(({ model }) => model !== null)?.model ?? null }];
    for (const [question, { id: key, text, at, model, inputTokens, outputTokens, latencyMs, reasoning, tool }] of pairs(messages)) {
      yield ['responses', {
        id: key, model, prompt: question.text, system: question.parent === null ? 'You help people. Você ajuda as pessoas.' : null, prompt_json: null, options_json: '{}', response: text, response_json: null, conversation_id: id, duration_ms: whole(latencyMs),
        datetime_utc: iso(at).replace('Z', '000+00:00'), input_tokens: whole(inputTokens), output_tokens: whole(outputTokens), reasoning,
      }];
      if (tool === null) continue;
      yield ['tool_calls', { response_id: key, name: tool.name, arguments: json(tool.arguments), tool_call_id: tool.callId }];
      yield ['tool_results', { response_id: key, name: tool.name, output: tool.isError ? null : tool.result, tool_call_id: tool.callId, exception: tool.isError ? tool.result : null }];
    }
  },
};

const hashOf = (parent: string | null, message: unknown): string => `b2:${createHash('sha256').update(json({ parent, message })).digest('hex').slice(0, 32)}`;

/** Messages by what they say and what came before. Each conversation of more than one exchange is forked once: a second thread shares its first exchange. */
export const llm2026: SampleProgram = {
  adapter: 'llm-2026',
  schema: { sqlite: shared + chained },
  *rows({ id, title, messages }) {
    let parent: string | null = null;
    let fork: { readonly tip: string; readonly at: number } | null = null;
    const rows: SampleRow[] = [];
    for (const [question, reply] of pairs(messages)) {
      const asked: string = hashOf(parent, question);
      const answered: string = hashOf(asked, reply);
      const { reasoning, tool } = reply;
      rows.push(['messages', { hash: asked, parent_hash: parent, role: 'user' }], ['parts', { message_hash: asked, position: 0n, type: 'text', text: question.text, payload: null }], ['messages', { hash: answered, parent_hash: asked, role: 'assistant' }]);
      let position = 0n;
      const part = (type: string, text: string | null, payload: unknown, toolName: string | null = null): SampleRow => ['parts', { message_hash: answered, position: position++, type, tool_name: toolName, text, payload: payload === null ? null : json(payload) }];
      if (reasoning !== null) rows.push(part('reasoning', reasoning, null));
      rows.push(part('text', reply.text, null));
      if (tool !== null) rows.push(part('tool_call', null, { name: tool.name, arguments: tool.arguments, tool_call_id: tool.callId }, tool.name), part('tool_result', null, { name: tool.name, output: tool.result, tool_call_id: tool.callId, ...(tool.isError ? { exception: tool.result } : {}) }, tool.name));
      rows.push(['turns', { id: reply.id, thread_id: id, parent_message_hash: asked, tip_message_hash: answered, model: reply.model, input_tokens: whole(reply.inputTokens), output_tokens: whole(reply.outputTokens), duration_ms: whole(reply.latencyMs), datetime_utc: iso(reply.at).replace('Z', '000+00:00') }]);
      fork ??= { tip: answered, at: reply.at };
      parent = answered;
    }
    yield* rows;
    yield ['threads', { id, name: title, tip_message_hash: parent, forked_from: null, datetime_utc: iso(messages[0]?.at ?? 0) }];
    if (fork !== null && fork.tip !== parent) yield ['threads', { id: `${id}-fork`, name: `${title} (2)`, tip_message_hash: fork.tip, forked_from: id, datetime_utc: iso(fork.at) }];
  },
};
