import { defined } from '../../defined.ts';
import type { Adapter } from './adapter.ts';
import { fieldsOf, weigh, type ShapeView } from './shape-view.ts';

function chats(view: ShapeView) {
  const { table, need, maybe, time, list } = fieldsOf(view, 'chat');
  return defined({ table, id: need('id'), title: maybe('title'), owner: maybe('user_id'), created: time('auto', 'created_at', 'timestamp'), updated: time('auto', 'updated_at'), metadata: list('meta', 'archived', 'pinned', 'folder_id', 'share_id') });
}

/** open-webui/open-webui, backend/open_webui/models/chat_messages.py. Chats that have no rows there are read from their JSON (scan/open-webui.ts). */
export const openWebui: Adapter = {
  name: 'open-webui',
  program: 'Open WebUI',
  detect(view) {
    const weighed = weigh(view, { chat: ['id', 'chat'], chat_message: ['id', 'chat_id', 'role', 'content'] }, { chat: ['title', 'user_id', 'created_at', 'updated_at', 'share_id', 'archived'], chat_message: ['model_id', 'usage', 'output', 'parent_id', 'created_at', 'error'] });
    if (weighed === null) return Promise.resolve(null);
    const { table, need, maybe, time, list } = fieldsOf(view, 'chat_message');
    return Promise.resolve({
      ...weighed,
      mapping: {
        adapter: 'open-webui' as const,
        conversations: chats(view),
        messages: defined({
          table, id: need('id'), conversation: need('chat_id'), role: need('role'), content: need('content'), contentAs: 'blocks' as const, parts: maybe('output'), created: time('auto', 'created_at'), parent: maybe('parent_id'), model: maybe('model_id'), owner: maybe('user_id'), error: maybe('error'), metadata: list('meta', 'usage'),
        }),
      },
    });
  },
};

/** The same program before it had `chat_message`: the messages stand in the JSON of the chat, as a tree or, older, as a list. */
export const openWebuiLegacy: Adapter = {
  name: 'open-webui-legacy',
  program: 'Open WebUI',
  detect(view) {
    if (view.table('chat_message') !== null) return Promise.resolve(null);
    const weighed = weigh(view, { chat: ['id', 'chat', 'user_id'] }, { chat: ['title', 'created_at', 'updated_at', 'share_id', 'archived'] });
    return Promise.resolve(weighed === null ? null : { ...weighed, mapping: { adapter: 'open-webui-legacy' as const, conversations: { ...chats(view), document: fieldsOf(view, 'chat').need('chat') } } });
  },
};
