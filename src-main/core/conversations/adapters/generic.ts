import { defined } from '../../defined.ts';
import type { Adapter } from './adapter.ts';
import { fieldsOf, metricsOf, type MappingInput, type ShapeView } from './shape-view.ts';

const parents = /(?:^|_|[a-z])(conversation|conversa|chat|session|sessao|thread|topic|dialog|ticket)(?:s|es|_list)?$/i;
const children = /(?:^|_|[a-z])(message|mensagem|mensagen|chat|turn|part|bubble|history|historico|post)(?:s|es)?$/i;
const titles = ['title', 'name', 'subject', 'topic', 'titulo', 'nome', 'assunto', 'summary'];
const roles = ['role', 'sender', 'author', 'sender_type', 'speaker', 'actor', 'direction', 'is_from_me', 'papel', 'autor', 'remetente'];
const contents = ['content', 'text', 'body', 'message', 'parts', 'content_json', 'message_text', 'conteudo', 'texto', 'mensagem'];
const links = ['conversation_id', 'chat_id', 'session_id', 'thread_id', 'topic_id', 'dialog_id', 'ticket_id', 'conversa_id', 'sessao_id', 'conversationId', 'chatId', 'sessionId', 'threadId'];
const createds = ['created_at', 'createdAt', 'created', 'timestamp', 'sent_at', 'date', 'time', 'opened_at', 'started_at', 'ts', 'datetime', 'criado_em', 'data'];
const updateds = ['updated_at', 'updatedAt', 'updated', 'modified_at', 'last_message_at', 'closed_at', 'atualizado_em'];
const deleteds = ['deleted_at', 'deletedAt', 'removed_at', 'excluido_em'];
const owners = ['user_id', 'userId', 'owner', 'owner_id', 'customer', 'customer_id', 'user', 'username', 'usuario', 'usuario_id', 'cliente'];
const documents = ['messages_json', 'messages', 'history', 'transcript', 'conversation_json'];

/** `support_threads` → `thread`, `thread_id` … */
function linkTo(view: ShapeView, child: string, parent: string): string | null {
  const word = (parents.exec(parent)?.[1] ?? parent).toLowerCase();
  const single = parent.replace(/s$/i, '');
  return view.column(child, `${single}_id`, `${parent}_id`, `${word}_id`, `${word}Id`, `${single}Id`, `${word}_no`, `${word}_uuid`);
}

function keyOf(view: ShapeView, table: string, ...preferred: readonly (string | null)[]): string | null {
  const single = table.replace(/s$/i, '');
  const word = (parents.exec(table)?.[1] ?? children.exec(table)?.[1] ?? single).toLowerCase();
  const first = view.table(table)?.columns[0]?.name;
  return view.column(table, 'id', `${single}_id`, `${word}_id`, `${word}_no`, 'uuid', 'guid', 'key', ...preferred.filter((each) => each !== null)) ?? (first !== undefined && /(?:id|no|key|nr)$/i.test(first) ? first : view.dialect === 'sqlite' ? 'rowid' : null);
}

function messages(view: ShapeView, name: string, link: string): NonNullable<MappingInput['messages']> | null {
  const { table, maybe, time } = fieldsOf(view, name);
  const [id, content] = [keyOf(view, name), maybe(...contents)];
  if (id === null || content === undefined) return null;
  return defined({
    table, id: { column: id }, conversation: { column: link }, role: maybe(...roles), content, contentAs: 'auto' as const, created: time('auto', ...createds), deleted: time('auto', ...deleteds), model: maybe('model', 'model_id', 'modelo'), owner: maybe(...owners.slice(0, 4)),
    parent: maybe('parent_id', 'parent_message_id', 'reply_to'), inputTokens: maybe('input_tokens', 'prompt_tokens'), outputTokens: maybe('output_tokens', 'completion_tokens'), latencyMs: maybe('latency_ms', 'duration_ms'), error: maybe('error', 'error_message'),
  });
}

interface Candidate {
  readonly confidence: number;
  readonly found: string[];
  readonly mapping: MappingInput;
}

/** A table of conversations and a table of their messages. */
function pairs(view: ShapeView): Candidate[] {
  return view.tables.filter(({ name }) => parents.test(name)).flatMap((parent) => view.tables.flatMap((child): Candidate[] => {
    const link = child === parent || !children.test(child.name) ? null : linkTo(view, child.name, parent.name);
    const [id, role] = [keyOf(view, parent.name), view.column(child.name, ...roles)];
    if (link === null || id === null) return [];
    const found = messages(view, child.name, link);
    if (found === null) return [];
    const { table, maybe, time, list } = fieldsOf(view, parent.name);
    const title = maybe(...titles);
    return [{
      confidence: 0.3 + (title === undefined ? 0 : 0.1) + (role === null ? 0 : 0.1), found: [`${parent.name}.${id}`, `${child.name}.${link}`, `${child.name}.${found.content?.column ?? ''}`],
      mapping: { adapter: 'generic', conversations: defined({ table, id: { column: id }, title, owner: maybe(...owners), created: time('auto', ...createds), updated: time('auto', ...updateds), deleted: time('auto', ...deleteds), metadata: list('metadata', 'meta', 'extra_data') }), messages: found },
    }];
  }));
}

/** Messages alone, with what tells them apart into conversations. */
function alone(view: ShapeView): Candidate[] {
  return view.tables.flatMap(({ name }): Candidate[] => {
    const [link, role] = [view.column(name, ...links), view.column(name, ...roles)];
    const found = link === null || role === null || !(children.test(name) || parents.test(name)) ? null : messages(view, name, link);
    return link === null || found === null ? [] : [{ confidence: 0.35, found: [`${name}.${link}`, `${name}.${role ?? ''}`, `${name}.${found.content?.column ?? ''}`], mapping: { adapter: 'generic', messages: found } }];
  });
}

/** Conversations that hold their messages as JSON. */
function holders(view: ShapeView): Candidate[] {
  return view.tables.flatMap(({ name }): Candidate[] => {
    const [document, id] = [view.column(name, ...documents), keyOf(view, name)];
    if (document === null || id === null || !(parents.test(name) || children.test(name))) return [];
    const { table, maybe, time } = fieldsOf(view, name);
    return [{ confidence: 0.3, found: [`${name}.${document}`], mapping: { adapter: 'generic', conversations: defined({ table, id: { column: id }, title: maybe(...titles), owner: maybe(...owners), created: time('auto', ...createds), updated: time('auto', ...updateds), deleted: time('auto', ...deleteds), document: { column: document } }) } }];
  });
}

/** The general rule of reference/conversation-signatures.json, for databases of no known program. */
export const generic: Adapter = {
  name: 'generic',
  program: null,
  detect(view) {
    const [best] = [...pairs(view), ...alone(view), ...holders(view)].toSorted((a, b) => b.confidence - a.confidence);
    return Promise.resolve(best === undefined ? null : { ...best, missing: [], mapping: defined({ ...best.mapping, metrics: metricsOf(view) }) });
  },
};
