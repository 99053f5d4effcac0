import { defined } from '../../defined.ts';
import type { Adapter } from './adapter.ts';
import { fieldsOf, weigh } from './shape-view.ts';

/** Seed resync: `context_store.db`, in PostgreSQL the schema `context`. A row is a question and its answer, a session the conversation. */
export const resync: Adapter = {
  name: 'resync',
  program: 'Resync',
  detect(view) {
    const name = ['conversations', 'conversation'].find((each) => view.column(each, 'user_message') !== null) ?? 'conversations';
    const weighed = weigh(view, { [name]: ['id', 'session_id', 'user_message', 'bot_response'] }, { [name]: ['user_id', 'intent', 'created_at'], context_content: ['source', 'content'] });
    if (weighed === null) return Promise.resolve(null);
    const { table, need, maybe, time, list } = fieldsOf(view, name);
    return Promise.resolve({
      ...weighed,
      mapping: {
        adapter: 'resync' as const,
        messages: defined({
          table, id: need('id'), conversation: need('session_id'), exchange: { prompt: need('user_message'), response: need('bot_response') }, contentAs: 'auto' as const, created: time('auto', 'created_at', 'timestamp'), owner: maybe('user_id'), metadata: list('intent', 'metadata', 'confidence'),
          model: maybe('model'), latencyMs: maybe('response_time_ms', 'latency_ms'),
        }),
      },
    });
  },
};
