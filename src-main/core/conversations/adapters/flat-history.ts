import { defined } from '../../defined.ts';
import type { Adapter } from './adapter.ts';
import { fieldsOf, metricsOf, weigh } from './shape-view.ts';

/** Seed duiliocode: one table, a row for each message; a conversation is a session of a user, as for the template duiliocode-conversations. */
export const flatHistory: Adapter = {
  name: 'flat-history',
  program: 'DuilioCode',
  async detect(view) {
    const weighed = weigh(view, { conversation_history: ['id', 'session_id', 'role', 'content'] }, { conversation_history: ['user_id', 'model', 'workspace_path', 'extra_data', 'created_at'], system_metrics: ['operation', 'duration_ms'] });
    if (weighed === null) return null;
    const { table, need, maybe, time, list, inJson } = fieldsOf(view, 'conversation_history');
    const user = maybe('user_id');
    return {
      ...weighed,
      mapping: defined({
        adapter: 'flat-history' as const,
        messages: defined({
          table, id: need('id'), conversation: need('session_id'), conversationWith: user === undefined ? undefined : [user], role: need('role'), content: need('content'), contentAs: 'text' as const, created: time('auto', 'created_at'), deleted: time('auto', 'deleted_at'),
          model: maybe('model'), owner: user, metadata: list('workspace_path', 'extra_data'), inputTokens: await inJson('extra_data', 'input_tokens', 'prompt_tokens', 'usage.input_tokens'), outputTokens: await inJson('extra_data', 'output_tokens', 'completion_tokens', 'tokens', 'usage.output_tokens'),
          latencyMs: await inJson('extra_data', 'latency_ms', 'duration_ms'), error: await inJson('extra_data', 'error'),
        }),
        metrics: metricsOf(view),
      }),
    };
  },
};
