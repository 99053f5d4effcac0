import { z } from 'zod';
import { detectionSchema, librarySchema, mappingSchema, sourceShapeSchema } from '../model/conversation-mapping.ts';
import { diagnosticSchema } from '../model/conversation-query.ts';
import { conversationSchema, countSchema, eventRowSchema, messageSchema, rawRowSchema, searchHitSchema, statisticsSchema, taskSchema } from '../model/conversation.ts';
import { exportFormats, keptSchema, replicaSchema } from '../model/conversation-work.ts';
import { approved, done, id, nothing, shown, started } from './common.ts';
import { call } from './define.ts';

const library = { library: z.string().min(1) };
const small = { after: z.string().optional(), limit: z.number().int().min(1).max(200).default(50) };
/** The search line as typed; what it cannot mean comes back as diagnostics and nothing is searched. */
const q = { query: z.string().max(20_000).default(''), /** IANA zone in which its dates are meant; UTC where absent. */ zone: z.string().max(64).optional() };
const diagnostics = z.array(diagnosticSchema);
const ofMessage = z.object({ ...library, key: z.string().min(1) });

/** Conversations: libraries, lists, threads, search, export, and what a DBA may do to them. All texts are masked as the profile asks. */
export const conversationCalls = {
  'libraries/list': call('read', 'Databases that are opened as conversations', nothing, z.array(librarySchema)),
  'libraries/detect': call('read', 'What a database looks like: known programs first, and its tables and columns', z.object({ source: z.string().min(1) }),
    z.object({ detections: z.array(detectionSchema), shape: sourceShapeSchema })),
  'libraries/preview': call('read', 'The first conversations and messages as a mapping reads them, and what does not fit', z.object({ source: z.string().min(1), mapping: mappingSchema }),
    z.object({ conversations: z.array(conversationSchema), messages: z.array(messageSchema), problems: z.array(z.object({ place: z.string(), code: z.string(), params: z.record(z.string(), z.string()) })) })),
  'libraries/add': call('write', 'Open a database as conversations and keep its mapping', z.object({ source: z.string().min(1), name: z.string().trim().min(1).max(80), mapping: mappingSchema }), librarySchema),
  'libraries/edit': call('write', 'Change the name or the mapping of a library', id.extend({ name: z.string().trim().min(1).max(80).optional(), mapping: mappingSchema.optional() }), librarySchema),
  'libraries/remove': call('write', 'Forget a library and its cache; the database stays as it is', id, done),
  'libraries/refresh': call('write', 'Make or bring up to date the local full-text copy of a library', id, started),
  'libraries/index-plan': call('read', 'The indexes that search and lists need, as SQL', id, shown),
  'libraries/index': call('danger', 'Create those indexes, without locking writers out', approved, started),
  'libraries/index-drop-plan': call('read', 'What taking the search index of a library away would run, as SQL', id, shown),
  'libraries/index-drop': call('danger', 'Take that search index away; the rows of the library stay', approved, started),

  'conversations/list': call('read', 'Conversations, newest first', z.object({ ...library, ...q, ...small }),
    z.object({ rows: z.array(conversationSchema), next: z.string().nullable(), diagnostics })),
  'conversations/names': call('read', 'Conversations whose name, owner or id begins or sounds like a text', z.object({ ...library, text: z.string().max(200), limit: z.number().int().min(1).max(50).default(10) }), z.object({ rows: z.array(conversationSchema) })),
  'conversations/get': call('read', 'One conversation', ofMessage, conversationSchema),
  'conversations/messages': call('read', 'A page of a thread: from an end, around a message or a moment, or on from a cursor',
    z.object({ ...library, conversation: z.string().min(1), from: z.union([z.literal('start'), z.literal('end'), z.object({ around: z.string() }), /** The first message at or after a moment, ISO 8601. */ z.object({ at: z.string() }), z.object({ after: z.string() }), z.object({ before: z.string() })]).default('start'), limit: z.number().int().min(1).max(200).default(50) }),
    z.object({ rows: z.array(messageSchema), /** Cursor of the page before; null at the beginning. */ before: z.string().nullable(), after: z.string().nullable() })),
  'conversations/message': call('read', 'One message, whole', ofMessage, messageSchema),
  'conversations/timeline': call('read', 'Tasks and events of a conversation between two moments', z.object({ ...library, conversation: z.string().min(1), from: z.string().nullable().default(null), to: z.string().nullable().default(null) }),
    z.object({ tasks: z.array(taskSchema), events: z.array(eventRowSchema), /** More than 500 of a kind: the rest is not here. */ cut: z.boolean() })),
  'conversations/raw': call('read', 'The row behind a message or a conversation, as its table holds it', ofMessage.extend({ kind: z.enum(['message', 'conversation']) }), z.object({ rows: z.array(rawRowSchema) })),
  'conversations/search': call('read', 'Messages that a query finds, newest or best first', z.object({ ...library, ...q, ...small }),
    z.object({ rows: z.array(searchHitSchema), /** Where it is not null there is more to look at, also where no row is here. */ next: z.string().nullable(), /** best: ranked; newest: too many to rank. */ order: z.enum(['best', 'newest']), diagnostics })),
  'conversations/count': call('read', 'How many messages a query finds, up to a thousand', z.object({ ...library, ...q }), countSchema),
  'conversations/step': call('read', 'The next or previous hit of a query after a message, for J and K', z.object({ ...library, ...q, key: z.string(), direction: z.enum(['next', 'previous']), /** Goes on where an answer without a hit gave this. */ after: z.string().optional() }),
    z.object({ message: z.string().nullable(), conversation: z.string().nullable(), /** Not everything was looked at: ask again with it. null at the end, and where there is a hit. */ next: z.string().nullable() })),
  'conversations/stats': call('read', 'Sums over what a query matches: by day, role, model, user and operation', z.object({ ...library, ...q }), statisticsSchema.extend({ diagnostics })),
  'conversations/pages': call('read', 'Pages and threads kept in memory since the console was started, and how often they served', nothing, z.object({ entries: z.number(), bytes: z.number(), hits: z.number(), misses: z.number() })),
  'conversations/reveal': call('write', 'Show a message or a conversation with its personal data; the reason goes to the audit',
    ofMessage.extend({ kind: z.enum(['message', 'conversation']), reason: z.string().trim().min(5).max(500) }), z.union([z.object({ message: messageSchema }), z.object({ conversation: conversationSchema })])),

  'conversations/export': call('write', 'Write what a query finds, or one conversation, into a file of the console; masked as the view is',
    z.object({ ...library, ...q, conversation: z.string().optional(),
      /** messages: those the query finds. conversations: the whole conversations it finds, with their tasks and events. One `conversation` is always whole. */
      of: z.enum(['messages', 'conversations']).default('messages'), format: z.enum(exportFormats), language: z.enum(['en', 'pt-BR']).default('en') }), started),
  'conversations/exported': call('read', 'A piece of an exported file', z.object({ jobId: z.string(), offset: z.number().int().min(0).default(0) }),
    z.object({ fileName: z.string(), /** Base64. */ data: z.string(), next: z.number().nullable(), bytes: z.number() })),

  'conversations/change-plan': call('read', 'What deleting a conversation, or changing its title or a message, would do: SQL and counts',
    z.object({ ...library, change: z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('delete'), conversation: z.string() }),
      z.object({ kind: z.literal('rename'), conversation: z.string(), title: z.string().max(1000) }),
      z.object({ kind: z.literal('rewrite'), message: z.string(), text: z.string().max(1_000_000) }),
      /** Soft-deleted longer ago than `days`. */
      z.object({ kind: z.literal('purge'), days: z.number().int().min(0).max(3650).default(30) }),
      z.object({ kind: z.literal('undo'), kept: z.string() }),
      /** The kept rows go for good: a purge is complete only then. */
      z.object({ kind: z.literal('forget'), kept: z.string() }),
    ]) }), shown.extend({ id: z.string(), /** Values in the statements are masked or sealed as everywhere; those that are executed are not. */ masked: z.boolean(), counts: z.array(z.object({ table: z.string(), rows: z.number() })) })),
  'conversations/change': call('danger', 'Carry out a change that was shown; the rows as they were are kept', approved, started),
  'conversations/kept': call('read', 'Changes that can be undone', z.object({ ...library }), z.array(keptSchema)),

  'replicas/list': call('read', 'Offline replicas', nothing, z.array(replicaSchema)),
  'replicas/create': call('write', 'Copy chosen conversations, masked, into an encrypted replica that can be read offline', z.object({ ...library, ...q, conversations: z.array(z.string()).max(5000).optional(), name: z.string().trim().min(1).max(80) }), started.extend({ id: z.string() })),
  'replicas/refresh': call('write', 'Bring a replica up to date with its server: what is new, changed and deleted', id, started),
  'replicas/rekey': call('write', 'Seal a replica anew with another key: the old one opens it no more', id, started),
  'replicas/revoke': call('write', 'Destroy a replica and its key', id, done),
} as const;
