/**
 * How a database's tables are read as conversations. Detected by shape (core/conversations/adapters), corrected by a person, saved.
 * Names of tables and columns are the source's own, unquoted.
 */
import { z } from 'zod';

export const adapterNames = [
  'four-table', 'flat-history', 'resync', 'open-webui', 'open-webui-legacy', 'llm', 'llm-2026', 'opencode', 'goose', 'crush', 'anythingllm', 'lobechat', 'generic',
] as const;
export type AdapterName = (typeof adapterNames)[number];

/**
 * A value of a row: a column, or what stands at `path` in the JSON of a column.
 *
 * `metadata` of a row: one field that holds a JSON object is that object; otherwise an object of all fields by their column's name, JSON as
 * JSON, those without a value left out.
 */
export const fieldSchema = z.object({ column: z.string().min(1), path: z.array(z.string()).optional() });
export type Field = z.infer<typeof fieldSchema>;

/** `auto` tells by the value: text is ISO, numbers by their size are seconds, milli-, micro- or nanoseconds. */
export const timeFieldSchema = fieldSchema.extend({ as: z.enum(['auto', 'iso', 'seconds', 'milliseconds', 'microseconds', 'nanoseconds']).default('auto') });
export type TimeField = z.infer<typeof timeFieldSchema>;

/**
 * text: words or markdown. blocks: JSON, an array of typed blocks (or a JSON string), read by core/conversations/parts.
 * auto: blocks where it parses as an array or object of known shape, else text.
 */
export const contentAs = ['auto', 'text', 'markdown', 'blocks'] as const;

export const tableSchema = z.object({ schema: z.string().nullable().default(null), name: z.string().min(1) });

export const conversationTableSchema = z.object({
  table: tableSchema, id: fieldSchema,
  title: fieldSchema.optional(), owner: fieldSchema.optional(), created: timeFieldSchema.optional(), updated: timeFieldSchema.optional(), deleted: timeFieldSchema.optional(),
  model: fieldSchema.optional(), metadata: z.array(fieldSchema).optional(),
  /** Column that holds the messages themselves, as Open WebUI's `chat.chat`: then there is no table of messages. */
  document: fieldSchema.optional(),
});

export const messageTableSchema = z.object({
  table: tableSchema, id: fieldSchema, conversation: fieldSchema,
  /** Columns that name a conversation only together with `conversation`: its key is then the JSON array of them all. */
  conversationWith: z.array(fieldSchema).optional(),
  role: fieldSchema.optional(),
  content: fieldSchema.optional(), contentAs: z.enum(contentAs).default('auto'),
  /** Besides content: typed parts as JSON (the seeds' `messages.parts`). */
  parts: fieldSchema.optional(),
  /** One row is a question and its answer (llm, AnythingLLM, Resync): it becomes two messages, keys KEY#0 and KEY#1. */
  exchange: z.object({ system: fieldSchema.optional(), prompt: fieldSchema, response: fieldSchema }).optional(),
  created: timeFieldSchema.optional(), deleted: timeFieldSchema.optional(), parent: fieldSchema.optional(), model: fieldSchema.optional(),
  owner: fieldSchema.optional(), inputTokens: fieldSchema.optional(), outputTokens: fieldSchema.optional(), latencyMs: fieldSchema.optional(), error: fieldSchema.optional(),
  metadata: z.array(fieldSchema).optional(),
});

export const partTableSchema = z.object({ table: tableSchema, id: fieldSchema, message: fieldSchema, position: fieldSchema.optional(), content: fieldSchema, contentAs: z.enum(contentAs).default('blocks') });

export const taskTableSchema = z.object({
  table: tableSchema, id: fieldSchema, conversation: fieldSchema, status: fieldSchema.optional(), description: fieldSchema, created: timeFieldSchema.optional(), updated: timeFieldSchema.optional(), metadata: z.array(fieldSchema).optional(),
});

export const eventTableSchema = z.object({
  table: tableSchema, id: fieldSchema, conversation: fieldSchema, type: fieldSchema, actor: fieldSchema.optional(), at: timeFieldSchema.optional(), content: fieldSchema.optional(),
});

/** Durations and outcomes by operation (seed duiliocode: `system_metrics`). */
export const metricTableSchema = z.object({
  table: tableSchema, operation: fieldSchema, durationMs: fieldSchema, success: fieldSchema.optional(), at: timeFieldSchema.optional(),
});

export const mappingSchema = z.object({
  adapter: z.enum(adapterNames),
  /** Absent: every distinct `messages.conversation` is a conversation. */
  conversations: conversationTableSchema.optional(),
  messages: messageTableSchema.optional(),
  parts: partTableSchema.optional(),
  tasks: taskTableSchema.optional(),
  events: eventTableSchema.optional(),
  metrics: metricTableSchema.optional(),
});
export type Mapping = z.infer<typeof mappingSchema>;

/** Why a database is taken for a program's: what was found, what is missing. */
export const detectionSchema = z.object({
  mapping: mappingSchema,
  /** 0..1. */
  confidence: z.number(),
  /** Name of the program, for people; null for the generic rule. */
  program: z.string().nullable(),
  found: z.array(z.string()),
  missing: z.array(z.string()),
});
export type Detection = z.infer<typeof detectionSchema>;

/** Tables and columns of a source, for the mapping editor. */
export const sourceShapeSchema = z.object({
  tables: z.array(z.object({ schema: z.string().nullable(), name: z.string(), rows: z.number().nullable(), columns: z.array(z.object({ name: z.string(), type: z.string() })) })),
});
export type SourceShape = z.infer<typeof sourceShapeSchema>;

/** A database opened as conversations, saved under a name. */
export const librarySchema = z.object({
  id: z.string(),
  name: z.string(),
  /** Connection id, path, URL without password, or `replica:ID`. */
  source: z.string(),
  kind: z.enum(['postgres', 'sqlite', 'pglite', 'replica']),
  mapping: mappingSchema,
  /** direct: read from its server. cached: read from a full-text copy in the console's own cache, masked. */
  way: z.enum(['direct', 'cached']),
  /** ready; missing (a cache or an index was never made); stale (the source moved on since). */
  search: z.enum(['ready', 'missing', 'stale']),
  refreshedAt: z.string().nullable(),
  createdAt: z.string(),
});
export type Library = z.infer<typeof librarySchema>;
