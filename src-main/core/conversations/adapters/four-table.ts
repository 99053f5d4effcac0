import { defined } from '../../defined.ts';
import type { Adapter } from './adapter.ts';
import { fieldsOf, metricsOf, weigh } from './shape-view.ts';

/** Seed flowagents: conversations, messages with parts, tasks, events; metadata as JSON. What the template duiliocode-conversations makes. */
export const fourTable: Adapter = {
  name: 'four-table',
  program: 'FlowAgents',
  async detect(view) {
    const weighed = weigh(view, { conversations: ['id', 'metadata'], messages: ['id', 'conversation_id', 'role', 'content'] }, { conversations: ['name', 'is_active', 'created_at', 'updated_at'], messages: ['parts', 'metadata', 'created_at'], tasks: ['conversation_id', 'status', 'description'], events: ['conversation_id', 'event_type', 'actor', 'content', 'timestamp'] });
    if (weighed === null) return null;
    const [conversation, message, task, event] = ['conversations', 'messages', 'tasks', 'events'].map((name) => fieldsOf(view, name));
    if (conversation === undefined || message === undefined || task === undefined || event === undefined) return null;
    const hasTasks = view.column('tasks', 'conversation_id') !== null && view.column('tasks', 'description') !== null;
    const hasEvents = view.column('events', 'conversation_id') !== null && view.column('events', 'event_type') !== null;
    return {
      ...weighed,
      mapping: defined({
        adapter: 'four-table' as const,
        conversations: defined({
          table: conversation.table, id: conversation.need('id'), title: conversation.maybe('name', 'title'), owner: conversation.maybe('user_id', 'owner_id', 'owner') ?? (await conversation.inJson('metadata', 'user_id', 'user', 'owner')),
          created: conversation.time('auto', 'created_at'), updated: conversation.time('auto', 'updated_at'), deleted: conversation.time('auto', 'deleted_at'), model: conversation.maybe('model') ?? (await conversation.inJson('metadata', 'model')), metadata: conversation.list('metadata'),
        }),
        messages: defined({
          table: message.table, id: message.need('id'), conversation: message.need('conversation_id'), role: message.need('role'), content: message.need('content'), contentAs: 'text' as const, parts: message.maybe('parts'),
          created: message.time('auto', 'created_at'), deleted: message.time('auto', 'deleted_at'), parent: message.maybe('parent_id'), metadata: message.list('metadata'),
          model: message.maybe('model') ?? (await message.inJson('metadata', 'model')), owner: message.maybe('user_id'),
          inputTokens: message.maybe('input_tokens') ?? (await message.inJson('metadata', 'usage.input_tokens', 'usage.prompt_tokens', 'input_tokens', 'prompt_tokens')),
          outputTokens: message.maybe('output_tokens') ?? (await message.inJson('metadata', 'usage.output_tokens', 'usage.completion_tokens', 'output_tokens', 'completion_tokens', 'extra_data.tokens', 'tokens')),
          latencyMs: message.maybe('latency_ms') ?? (await message.inJson('metadata', 'latency_ms', 'duration_ms')), error: message.maybe('error') ?? (await message.inJson('metadata', 'error')),
        }),
        tasks: hasTasks ? defined({ table: task.table, id: task.need('id'), conversation: task.need('conversation_id'), status: task.maybe('status'), description: task.need('description'), created: task.time('auto', 'created_at'), updated: task.time('auto', 'updated_at'), metadata: task.list('metadata') }) : undefined,
        events: hasEvents ? defined({ table: event.table, id: event.need('id'), conversation: event.need('conversation_id'), type: event.need('event_type'), actor: event.maybe('actor'), at: event.time('auto', 'timestamp', 'created_at'), content: event.maybe('content') }) : undefined,
        metrics: metricsOf(view),
      }),
    };
  },
};
