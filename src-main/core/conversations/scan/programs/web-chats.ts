import type { Part } from '../../../../../shared/model/conversation.ts';
import { errorOf, isRecord, isSaying, jsonText, parseJson, readValue, toolCall } from '../../parts/index.ts';
import { cellText } from '../cells.ts';
import type { Program, ScanContext } from '../program.ts';
import { openRow } from '../read-row.ts';
import { tableFrom, type From, type TableName } from '../sql.ts';
import { rowsBeside } from './lookup.ts';

const from = (table: TableName): string => tableFrom(table).sql;

/** The user's name where the table of users is there, else the number. */
function userSql(context: ScanContext, column: string): string {
  const users = context.beside('users');
  const has = users?.columns.includes('username') === true;
  return users === null || !has ? `CAST(${column} AS TEXT)` : `coalesce((SELECT u.username FROM ${from(users)} u WHERE u.id = ${column}), CAST(${column} AS TEXT))`;
}

/** Chats without a thread belong to the workspace itself, those of an embedded widget to its session. */
export const anythingllm: Program = {
  columns: ['response'],
  conversations(context): From | null {
    const [threads, chats, workspaces, embedded] = ['workspace_threads', 'workspace_chats', 'workspaces', 'embed_chats'].map((name) => context.beside(name));
    if (threads == null || chats == null || workspaces == null) return null;
    const embeds = embedded == null ? '' : ` UNION ALL SELECT 'embed:' || e.session_id, NULL, NULL, min(e."createdAt"), max(e."createdAt"), NULL, NULL FROM ${from(embedded)} e GROUP BY e.session_id`;
    return { isDerived: true, sql: `(SELECT CAST(t.id AS TEXT) AS id, t.name AS name, ${userSql(context, 't.user_id')} AS user_id, t."createdAt" AS "createdAt", t."lastUpdatedAt" AS "lastUpdatedAt", t.workspace_id AS workspace_id, t.slug AS slug FROM ${from(threads)} t
      UNION ALL SELECT 'workspace:' || w.id, w.name, NULL, w."createdAt", w."lastUpdatedAt", w.id, w.slug FROM ${from(workspaces)} w WHERE EXISTS (SELECT 1 FROM ${from(chats)} c WHERE c."workspaceId" = w.id AND c.thread_id IS NULL)${embeds})` };
  },
  messages(context): From | null {
    const [chats, embedded] = [context.beside('workspace_chats'), context.beside('embed_chats')];
    if (chats === null) return null;
    const optional = (column: string): string => (chats.columns.includes(column) ? `c."${column}"` : 'NULL');
    const embeds = embedded === null ? '' : ` UNION ALL SELECT 'embed:' || e.id, NULL, e.prompt, e.response, e.include, NULL, e."createdAt", 'embed:' || e.session_id, NULL FROM ${from(embedded)} e`;
    return { isDerived: true, sql: `(SELECT CAST(c.id AS TEXT) AS id, c."workspaceId" AS "workspaceId", c.prompt AS prompt, c.response AS response, c.include AS include, ${userSql(context, 'c.user_id')} AS user_id, c."createdAt" AS "createdAt",
      coalesce(CAST(c.thread_id AS TEXT), 'workspace:' || c."workspaceId") AS thread_id, ${optional('feedbackScore')} AS "feedbackScore" FROM ${from(chats)} c${embeds})` };
  },
  complete(rows) {
    for (const { row, messages } of rows) {
      const response = openRow(row).json('response');
      if (!isRecord(response)) {
        // Not JSON, or no object: the column itself is the answer.
        const text = cellText(row['response']);
        for (const message of messages) if (message.role === 'assistant' && message.parts.length === 0 && text !== null) message.parts = readValue(text, 'markdown');
        continue;
      }
      const { text: _, type: __, metrics: ___, error: ____, attachments, ...rest } = response;
      const more = Object.entries(rest).filter(([key, value]) => isSaying(value) && key !== 'close' && key !== 'chatId');
      for (const message of messages) {
        if (message.role === 'user' && Array.isArray(attachments)) message.parts = [...message.parts, ...attachments.flatMap((each: unknown) => readValue(isRecord(each) ? { ...each, type: 'file' } : each, 'plain'))];
        if (message.role === 'assistant' && more.length > 0) message.parts = [...message.parts, { type: 'json', text: jsonText(Object.fromEntries(more)) }];
      }
    }
    return Promise.resolve();
  },
  place(kind, key, context) {
    const [, source, value] = /^(workspace|embed):(.*)$/s.exec(key.replace(/#[01s]$/, '')) ?? [];
    const table = context.beside(source === 'workspace' ? 'workspaces' : 'embed_chats');
    return value === undefined || table === null ? null : { table, column: source === 'embed' && kind === 'conversation' ? 'session_id' : 'id', value };
  },
};

/** Messages without a topic belong to their session: LobeChat shows them as its "default topic". */
export const lobechat: Program = {
  columns: ['id', 'tools', 'reasoning', 'search', 'error'],
  conversations(context): From | null {
    const [topics, sessions, messages] = ['topics', 'sessions', 'messages'].map((name) => context.beside(name));
    if (topics == null || sessions == null || messages == null) return null;
    const columns = context.mapping.conversations === undefined ? [] : topics.columns;
    const ofSession = (column: string): string => (column === 'id' ? `'session:' || s.id` : column === 'session_id' ? 's.id' : ['title', 'user_id', 'created_at', 'updated_at'].includes(column) && sessions.columns.includes(column) ? `s."${column}"` : 'NULL');
    return { isDerived: true, sql: `(SELECT ${columns.map((column) => `t."${column}" AS "${column}"`).join(', ')} FROM ${from(topics)} t UNION ALL SELECT ${columns.map(ofSession).join(', ')} FROM ${from(sessions)} s WHERE EXISTS (SELECT 1 FROM ${from(messages)} m WHERE m.session_id = s.id AND m.topic_id IS NULL))` };
  },
  messages(context): From | null {
    const messages = context.beside('messages');
    if (messages === null) return null;
    return { isDerived: true, sql: `(SELECT ${messages.columns.map((column) => (column === 'topic_id' ? `coalesce(m.topic_id, 'session:' || m.session_id) AS topic_id` : `m."${column}" AS "${column}"`)).join(', ')} FROM ${from(messages)} m)` };
  },
  async complete(rows, context, reader) {
    const keys = rows.map(({ row }) => cellText(row['id']) ?? '');
    const plugins = await rowsBeside(context, reader, 'message_plugins', 'id', ['tool_call_id', 'api_name', 'error', 'state'], keys);
    const links = await rowsBeside(context, reader, 'messages_files', 'message_id', ['file_id'], keys);
    const files = await rowsBeside(context, reader, 'files', 'id', ['name', 'file_type', 'size', 'url'], [...new Set([...links.values()].flat().flatMap((link) => cellText(link['file_id']) ?? []))]);
    for (const { row, messages: [message] } of rows) {
      if (message === undefined) continue;
      const open = openRow(row);
      const [tools, thought, search] = [open.json('tools'), open.json('reasoning'), open.json('search')];
      const reasoning = isRecord(thought) ? readValue({ type: 'reasoning', ...thought }, 'plain') : [];
      const calls = Array.isArray(tools) ? tools.map((tool: unknown) => (isRecord(tool) ? toolCall(String(tool['apiName'] ?? tool['identifier'] ?? ''), typeof tool['id'] === 'string' ? tool['id'] : null, tool['arguments']) : toolCall(null, null, tool))) : [];
      const shown = (links.get(message.key) ?? []).flatMap((link) => files.get(cellText(link['file_id']) ?? '') ?? []).flatMap((file) => readValue({ type: 'file', name: cellText(file['name']), mimeType: cellText(file['file_type']), size: cellText(file['size']), url: cellText(file['url']) }, 'plain'));
      const plugin = plugins.get(message.key)?.[0];
      if (plugin !== undefined && message.role === 'tool') {
        const failure = parseJson(cellText(plugin['error']) ?? '');
        const failed = isSaying(failure) || message.isError;
        const text = message.parts.map((part) => (part.type === 'text' || part.type === 'json' ? part.text : '')).join('\n');
        const state = cellText(plugin['state']);
        message.parts = [{ type: 'tool-result', name: cellText(plugin['api_name']), callId: cellText(plugin['tool_call_id']), text, isError: failed }, ...errorOf(cellText(plugin['error'])).filter((part) => part.type !== 'error' || part.text !== text), ...message.parts.filter((part): part is Extract<Part, { type: 'error' }> => part.type === 'error'), ...(state === null || state === '{}' ? [] : [{ type: 'json' as const, text: state }])];
        message.isError ||= failed;
      }
      message.parts = [...reasoning, ...message.parts, ...calls, ...shown, ...(isSaying(search) ? [{ type: 'json' as const, text: jsonText({ search }) }] : [])];
    }
  },
  place(kind, key, context) {
    const table = context.beside('sessions');
    return kind === 'conversation' && table !== null && key.startsWith('session:') ? { table, column: 'id', value: key.slice('session:'.length) } : null;
  },
};
