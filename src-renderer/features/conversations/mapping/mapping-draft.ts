import type { Field, Mapping, SourceShape, TimeField } from '../../../../shared/model/conversation-mapping.ts';

/** The parts of a mapping, in the order they are asked for. */
export const entityNames = ['conversations', 'messages', 'parts', 'tasks', 'events', 'metrics'] as const;
export type EntityName = (typeof entityNames)[number];

export type FieldName =
  | 'id' | 'title' | 'owner' | 'created' | 'updated' | 'deleted' | 'model' | 'document' | 'conversation' | 'role' | 'content' | 'parts' | 'parent' | 'inputTokens' | 'outputTokens' | 'latencyMs' | 'error'
  | 'message' | 'position' | 'status' | 'description' | 'type' | 'actor' | 'at' | 'operation' | 'durationMs' | 'success' | 'system' | 'prompt' | 'response';

export interface FieldKind {
  readonly name: FieldName;
  readonly needed?: true;
  readonly time?: true;
}

const needed = (name: FieldName): FieldKind => ({ name, needed: true });
const free = (name: FieldName): FieldKind => ({ name });
const time = (name: FieldName): FieldKind => ({ name, time: true });

export const fieldsOf: Record<EntityName, readonly FieldKind[]> = {
  conversations: [needed('id'), free('title'), free('owner'), time('created'), time('updated'), time('deleted'), free('model'), free('document')],
  messages: [needed('id'), needed('conversation'), free('role'), free('content'), free('parts'), time('created'), time('deleted'), free('parent'), free('model'), free('owner'), free('inputTokens'), free('outputTokens'), free('latencyMs'), free('error')],
  parts: [needed('id'), needed('message'), free('position'), needed('content')],
  tasks: [needed('id'), needed('conversation'), free('status'), needed('description'), time('created'), time('updated')],
  events: [needed('id'), needed('conversation'), needed('type'), free('actor'), time('at'), free('content')],
  metrics: [needed('operation'), needed('durationMs'), free('success'), time('at')],
};

export const exchangeFields: readonly FieldKind[] = [free('system'), needed('prompt'), needed('response')];

export type Table = SourceShape['tables'][number];

/** A mapping while it is edited: fields that are needed may still be missing. */
export interface EntityDraft {
  readonly table: { readonly schema: string | null; readonly name: string };
  readonly fields: Readonly<Partial<Record<FieldName, Field | TimeField>>>;
  readonly exchange: Readonly<Partial<Record<FieldName, Field>>> | null;
  readonly contentAs: 'auto' | 'text' | 'markdown' | 'blocks';
  readonly metadata: readonly Field[];
}

export type MappingDraft = { readonly adapter: Mapping['adapter'] } & { readonly [E in EntityName]?: EntityDraft };

export function draftOf(mapping: Mapping): MappingDraft {
  const entity = (name: EntityName): EntityDraft | undefined => {
    const part: Record<string, unknown> | undefined = mapping[name];
    if (!part) return undefined;
    const own = mapping[name];
    const fields = Object.fromEntries(fieldsOf[name].flatMap((field) => (part[field.name] === undefined ? [] : [[field.name, part[field.name]]])));
    return {
      table: own?.table ?? { schema: null, name: '' },
      fields,
      exchange: name === 'messages' && mapping.messages?.exchange ? exchangeOf(mapping.messages.exchange) : null,
      contentAs: name === 'messages' ? (mapping.messages?.contentAs ?? 'auto') : name === 'parts' ? (mapping.parts?.contentAs ?? 'blocks') : 'auto',
      metadata: name === 'conversations' ? (mapping.conversations?.metadata ?? []) : name === 'messages' ? (mapping.messages?.metadata ?? []) : name === 'tasks' ? (mapping.tasks?.metadata ?? []) : [],
    };
  };
  return { adapter: mapping.adapter, ...Object.fromEntries(entityNames.flatMap((name) => { const part = entity(name); return part ? [[name, part]] : []; })) };
}

type Exchange = NonNullable<NonNullable<Mapping['messages']>['exchange']>;

function exchangeOf({ system, prompt, response }: Exchange): NonNullable<EntityDraft['exchange']> {
  return { ...(system === undefined ? {} : { system }), prompt, response };
}

const keepsMetadata: ReadonlySet<EntityName> = new Set(['conversations', 'messages', 'tasks']);

/** What the core is given: the draft in its own form. Not yet checked: what is needed may be missing. */
export function inputOf(draft: MappingDraft): unknown {
  const entity = (name: EntityName, part: EntityDraft): unknown => ({
    table: part.table,
    ...part.fields,
    ...(name === 'messages' || name === 'parts' ? { contentAs: part.contentAs } : {}),
    ...(part.exchange === null ? {} : { exchange: part.exchange }),
    ...(keepsMetadata.has(name) && part.metadata.length > 0 ? { metadata: part.metadata } : {}),
  });
  return { adapter: draft.adapter, ...Object.fromEntries(entityNames.flatMap((name) => (draft[name] ? [[name, entity(name, draft[name])]] : []))) };
}

/** What is needed and not chosen, as places: `messages.id`. */
export function lackingIn(draft: MappingDraft): ReadonlySet<string> {
  const places = new Set<string>();
  for (const name of entityNames) {
    const part = draft[name];
    if (!part) continue;
    if (part.table.name === '') places.add(`${name}.table`);
    for (const field of fieldsOf[name]) if (field.needed && part.fields[field.name] === undefined) places.add(`${name}.${field.name}`);
    if (part.exchange) for (const field of exchangeFields) if (field.needed && part.exchange[field.name] === undefined) places.add(`${name}.exchange.${field.name}`);
  }
  return places;
}

export function tableOf(shape: SourceShape, table: EntityDraft['table']): Table | undefined {
  return shape.tables.find((each) => each.name === table.name && (each.schema ?? null) === table.schema);
}

/** An entity read from a table of which nothing is known yet: columns that are named like a field are taken. */
export function entityFrom(name: EntityName, table: Table): EntityDraft {
  const guess: Partial<Record<FieldName, readonly string[]>> = {
    created: ['created_at', 'created', 'timestamp', 'time'], updated: ['updated_at', 'updated'], deleted: ['deleted_at', 'deleted'], conversation: ['conversation_id', 'chat_id', 'thread_id', 'session_id'], owner: ['user_id', 'owner', 'user'], message: ['message_id'],
    title: ['title', 'name', 'subject'], content: ['content', 'text', 'body', 'message'], type: ['type', 'event_type', 'kind'], at: ['timestamp', 'created_at', 'at'], operation: ['operation', 'operation_type', 'name'], durationMs: ['duration_ms', 'duration'], success: ['success', 'ok'], role: ['role', 'sender', 'author'],
  };
  const columns = new Set(table.columns.map((column) => column.name));
  const fields: Partial<Record<FieldName, Field | TimeField>> = {};
  for (const field of fieldsOf[name]) {
    const column = (guess[field.name] ?? [field.name]).find((each) => columns.has(each));
    if (column !== undefined && field.name !== 'document') fields[field.name] = field.time ? { column, as: 'auto' } : { column };
  }
  return { table: { schema: table.schema, name: table.name }, fields, exchange: null, contentAs: name === 'parts' ? 'blocks' : 'auto', metadata: [] };
}
