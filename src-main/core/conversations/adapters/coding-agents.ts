import { defined } from '../../defined.ts';
import type { Adapter } from './adapter.ts';
import { fieldsOf, weigh } from './shape-view.ts';

/** anomalyco/opencode, packages/opencode/src/session/session.sql.ts: a message is JSON, its parts are rows; milliseconds. */
export const opencode: Adapter = {
  name: 'opencode',
  program: 'opencode',
  detect(view) {
    const weighed = weigh(view, { session: ['id', 'title'], message: ['id', 'session_id', 'data'], part: ['id', 'message_id', 'data'] }, { session: ['project_id', 'parent_id', 'slug', 'directory', 'time_created', 'time_updated'], message: ['time_created'], project: ['worktree'] });
    if (weighed === null) return Promise.resolve(null);
    const [session, message, part, todo] = [fieldsOf(view, 'session'), fieldsOf(view, 'message'), fieldsOf(view, 'part'), fieldsOf(view, 'todo')];
    const data = (...path: string[]) => message.need('data', ...path);
    const hasTodo = view.column('todo', 'session_id') !== null && view.column('todo', 'content') !== null && view.dialect === 'sqlite';
    return Promise.resolve({
      ...weighed,
      mapping: defined({
        adapter: 'opencode' as const,
        conversations: defined({ table: session.table, id: session.need('id'), title: session.maybe('title'), created: session.time('milliseconds', 'time_created'), updated: session.time('milliseconds', 'time_updated'), metadata: session.list('parent_id', 'project_id', 'directory', 'version', 'share_url', 'time_archived') }),
        messages: defined({
          table: message.table, id: message.need('id'), conversation: message.need('session_id'), role: data('role'), created: message.time('milliseconds', 'time_created'), model: data('modelID'), parent: data('parentID'),
          inputTokens: data('tokens', 'input'), outputTokens: data('tokens', 'output'), error: data('error'), metadata: [data()],
        }),
        parts: { table: part.table, id: part.need('id'), message: part.need('message_id'), content: part.need('data'), contentAs: 'blocks' as const },
        // A row of `todo` has no name of its own but its place in the table.
        tasks: hasTodo ? defined({ table: todo.table, id: { column: 'rowid' }, conversation: todo.need('session_id'), status: todo.maybe('status'), description: todo.need('content'), created: todo.time('milliseconds', 'time_created'), updated: todo.time('milliseconds', 'time_updated'), metadata: todo.list('priority') }) : undefined,
      }),
    });
  },
};

/** block/goose, crates/goose/src/session/session_manager.rs: sessions in text, messages in seconds. */
export const goose: Adapter = {
  name: 'goose',
  program: 'goose',
  detect(view) {
    const weighed = weigh(view, { sessions: ['id', 'working_dir'], messages: ['id', 'session_id', 'role', 'content_json'] }, { sessions: ['description', 'created_at', 'updated_at', 'extension_data'], messages: ['created_timestamp'], schema_version: ['version'] });
    if (weighed === null) return Promise.resolve(null);
    const [session, message] = [fieldsOf(view, 'sessions'), fieldsOf(view, 'messages')];
    return Promise.resolve({
      ...weighed,
      mapping: {
        adapter: 'goose' as const,
        conversations: defined({ table: session.table, id: session.need('id'), title: session.maybe('name', 'description'), created: session.time('auto', 'created_at'), updated: session.time('auto', 'updated_at'), metadata: session.list('working_dir', 'session_type', 'description', 'schedule_id', 'input_tokens', 'output_tokens') }),
        messages: defined({ table: message.table, id: message.need('id'), conversation: message.need('session_id'), role: message.need('role'), content: message.need('content_json'), contentAs: 'blocks' as const, created: message.time('seconds', 'created_timestamp') ?? message.time('auto', 'timestamp'), outputTokens: message.maybe('tokens'), metadata: message.list('metadata_json') }),
      },
    });
  },
};

/** charmbracelet/crush, internal/db/migrations: comments say milliseconds, statements write seconds; each value tells. */
export const crush: Adapter = {
  name: 'crush',
  program: 'crush',
  detect(view) {
    const weighed = weigh(view, { sessions: ['id', 'title'], messages: ['id', 'session_id', 'role', 'parts'] }, { sessions: ['parent_session_id', 'message_count', 'prompt_tokens', 'completion_tokens', 'cost'], messages: ['model', 'finished_at'], files: ['session_id', 'path', 'version'] });
    if (weighed === null || view.column('messages', 'content_json') !== null) return Promise.resolve(null);
    const [session, message] = [fieldsOf(view, 'sessions'), fieldsOf(view, 'messages')];
    return Promise.resolve({
      ...weighed,
      mapping: {
        adapter: 'crush' as const,
        conversations: defined({ table: session.table, id: session.need('id'), title: session.need('title'), created: session.time('auto', 'created_at'), updated: session.time('auto', 'updated_at'), metadata: session.list('parent_session_id', 'prompt_tokens', 'completion_tokens', 'cost', 'summary_message_id', 'todos') }),
        messages: defined({ table: message.table, id: message.need('id'), conversation: message.need('session_id'), role: message.need('role'), content: message.need('parts'), contentAs: 'blocks' as const, created: message.time('auto', 'created_at'), model: message.maybe('model'), metadata: message.list('provider', 'is_summary_message') }),
      },
    });
  },
};
