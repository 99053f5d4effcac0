import { defined } from '../../defined.ts';
import type { Adapter } from './adapter.ts';
import { fieldsOf, weigh } from './shape-view.ts';

/** simonw/llm, docs/logging.md: a row of `responses` is a prompt and its response. */
export const llm: Adapter = {
  name: 'llm',
  program: 'llm',
  detect(view) {
    const weighed = weigh(view, { conversations: ['id', 'name'], responses: ['id', 'prompt', 'response', 'conversation_id'] }, { conversations: ['model'], responses: ['model', 'system', 'prompt_json', 'options_json', 'response_json', 'datetime_utc', 'duration_ms'] });
    if (weighed === null || view.column('threads', 'tip_message_hash') !== null) return Promise.resolve(null);
    const conversation = fieldsOf(view, 'conversations');
    const { table, need, maybe, time, list } = fieldsOf(view, 'responses');
    return Promise.resolve({
      ...weighed,
      mapping: {
        adapter: 'llm' as const,
        conversations: defined({ table: conversation.table, id: conversation.need('id'), title: conversation.maybe('name'), model: conversation.maybe('model') }),
        messages: {
          ...defined({ table, id: need('id'), conversation: need('conversation_id'), contentAs: 'auto' as const, created: time('auto', 'datetime_utc'), model: maybe('model'), inputTokens: maybe('input_tokens'), outputTokens: maybe('output_tokens'), latencyMs: maybe('duration_ms'), metadata: list('options_json', 'schema_id', 'resolved_model') }),
          exchange: defined({ system: maybe('system'), prompt: need('prompt'), response: need('response') }),
        },
      },
    });
  },
};

/** The same program since 2026: messages are named by their content and shared by the threads that contain them (scan/llm-chain.ts). */
export const llm2026: Adapter = {
  name: 'llm-2026',
  program: 'llm',
  detect(view) {
    const weighed = weigh(view, { threads: ['id', 'tip_message_hash'], messages: ['hash', 'parent_hash', 'role'], parts: ['message_hash', 'position', 'type', 'text', 'payload'], turns: ['thread_id', 'tip_message_hash'] }, { threads: ['name', 'forked_from', 'datetime_utc'], turns: ['model', 'input_tokens', 'output_tokens', 'datetime_utc'], messages: ['provider_metadata'] });
    if (weighed === null) return Promise.resolve(null);
    const [thread, message, part] = [fieldsOf(view, 'threads'), fieldsOf(view, 'messages'), fieldsOf(view, 'parts')];
    return Promise.resolve({
      ...weighed,
      mapping: {
        adapter: 'llm-2026' as const,
        conversations: defined({ table: thread.table, id: thread.need('id'), title: thread.maybe('name'), created: thread.time('auto', 'datetime_utc'), metadata: thread.list('forked_from') }),
        messages: defined({ table: message.table, id: message.need('hash'), conversation: message.need('hash'), role: message.need('role'), parent: message.need('parent_hash'), metadata: message.list('provider_metadata') }),
        parts: { table: part.table, id: part.need('id'), message: part.need('message_hash'), position: part.need('position'), content: part.need('payload'), contentAs: 'blocks' as const },
      },
    });
  },
};
