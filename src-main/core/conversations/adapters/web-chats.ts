import { defined } from '../../defined.ts';
import type { Adapter } from './adapter.ts';
import { fieldsOf, weigh } from './shape-view.ts';

/** Mintplex-Labs/anything-llm, server/prisma: DATETIME is milliseconds since 1970; chats without a thread belong to the workspace itself (scan/anythingllm.ts). */
export const anythingllm: Adapter = {
  name: 'anythingllm',
  program: 'AnythingLLM',
  detect(view) {
    const weighed = weigh(view, { workspaces: ['id', 'name'], workspace_threads: ['id', 'name', 'workspace_id'], workspace_chats: ['id', 'prompt', 'response', 'thread_id', 'workspaceId'] }, { workspaces: ['slug'], workspace_threads: ['createdAt', 'lastUpdatedAt'], workspace_chats: ['createdAt', 'include', 'user_id'], embed_chats: ['session_id'] });
    if (weighed === null) return Promise.resolve(null);
    const thread = fieldsOf(view, 'workspace_threads');
    const { table, need, maybe, time, list } = fieldsOf(view, 'workspace_chats');
    const response = (...path: string[]) => need('response', ...path);
    return Promise.resolve({
      ...weighed,
      mapping: {
        adapter: 'anythingllm' as const,
        conversations: defined({ table: thread.table, id: thread.need('id'), title: thread.need('name'), owner: thread.maybe('user_id'), created: thread.time('auto', 'createdAt'), updated: thread.time('auto', 'lastUpdatedAt'), metadata: thread.list('workspace_id', 'slug') }),
        messages: {
          ...defined({ table, id: need('id'), conversation: need('thread_id'), contentAs: 'auto' as const, created: time('auto', 'createdAt'), owner: maybe('user_id'), metadata: list('workspaceId', 'include', 'feedbackScore') }),
          model: response('metrics', 'model'), inputTokens: response('metrics', 'prompt_tokens'), outputTokens: response('metrics', 'completion_tokens'), error: response('error'), exchange: { prompt: need('prompt'), response: response('text') },
        },
      },
    });
  },
};

/** lobehub/lobe-chat, packages/database/src/schemas. Messages without a topic belong to their session (scan/lobechat.ts). */
export const lobechat: Adapter = {
  name: 'lobechat',
  program: 'LobeChat',
  detect(view) {
    const weighed = weigh(view, { topics: ['id', 'title', 'session_id'], messages: ['id', 'topic_id', 'session_id', 'role', 'content'] }, { topics: ['user_id', 'created_at', 'updated_at'], messages: ['tools', 'reasoning', 'parent_id', 'provider', 'model', 'error', 'thread_id'], sessions: ['slug'], message_plugins: ['tool_call_id'] });
    if (weighed === null) return Promise.resolve(null);
    const topic = fieldsOf(view, 'topics');
    const { table, need, maybe, time, list } = fieldsOf(view, 'messages');
    const ofMetadata = (...path: string[]) => (view.column('messages', 'metadata') === null ? undefined : need('metadata', ...path));
    return Promise.resolve({
      ...weighed,
      mapping: {
        adapter: 'lobechat' as const,
        conversations: defined({ table: topic.table, id: topic.need('id'), title: topic.need('title'), owner: topic.maybe('user_id'), created: topic.time('auto', 'created_at'), updated: topic.time('auto', 'updated_at'), metadata: topic.list('metadata', 'session_id', 'favorite', 'history_summary') }),
        messages: defined({
          table, id: need('id'), conversation: need('topic_id'), role: need('role'), content: need('content'), contentAs: 'auto' as const, created: time('auto', 'created_at'), parent: maybe('parent_id'), model: maybe('model'), owner: maybe('user_id'), error: maybe('error'),
          inputTokens: ofMetadata('totalInputTokens'), outputTokens: ofMetadata('totalOutputTokens'), latencyMs: ofMetadata('latency'), metadata: list('metadata', 'provider', 'thread_id'),
        }),
      },
    });
  },
};
