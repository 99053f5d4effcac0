/**
 * The one shape in which every chat program's data is shown (design: conversations.md, "One shape over many schemas").
 *
 * key: what names a row in its source, as text; a composite key is a JSON array. Opaque outside the adapter, stable, fit for a link.
 * Times are ISO 8601 in UTC with as many digits of the second as the source has; null where there is none or it cannot be read.
 */
import { z } from 'zod';
import { cellSchema } from './values.ts';

const time = z.string().nullable();

export const partSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('text'), text: z.string(), format: z.enum(['plain', 'markdown']) }),
  /** What a model thought before it answered. */
  z.object({ type: z.literal('reasoning'), text: z.string() }),
  /** `arguments` and `text` of JSON are JSON text, not parsed: nothing is changed by being shown. */
  z.object({ type: z.literal('tool-call'), name: z.string(), callId: z.string().nullable(), arguments: z.string() }),
  z.object({ type: z.literal('tool-result'), name: z.string().nullable(), callId: z.string().nullable(), text: z.string(), isError: z.boolean() }),
  z.object({ type: z.literal('json'), text: z.string() }),
  /** `data` is a data: URL only where the source holds the bytes and they are below 256 KB. An outside address is text, never fetched. */
  z.object({ type: z.literal('image'), mime: z.string().nullable(), name: z.string().nullable(), url: z.string().nullable(), data: z.string().nullable() }),
  z.object({ type: z.literal('file'), mime: z.string().nullable(), name: z.string().nullable(), url: z.string().nullable(), bytes: z.number().nullable() }),
  z.object({ type: z.literal('error'), text: z.string() }),
]);
export type Part = z.infer<typeof partSchema>;

export const messageSchema = z.object({
  key: z.string(),
  conversation: z.string(),
  /** As stored; `user`, `assistant`, `system`, `tool` are drawn their own way. */
  role: z.string(),
  parts: z.array(partSchema),
  /** Text was cut at 64 KB in total; the whole comes with `conversations/message`. */
  truncated: z.boolean(),
  at: time,
  model: z.string().nullable(),
  inputTokens: z.number().nullable(),
  outputTokens: z.number().nullable(),
  latencyMs: z.number().nullable(),
  parent: z.string().nullable(),
  isError: z.boolean(),
  deletedAt: time,
  /** JSON text. */
  metadata: z.string().nullable(),
  /** Personal data was replaced by ⟨kind⟩; `conversations/reveal` gives the original. */
  masked: z.boolean(),
  /** Shown in full because it was revealed in this session. */
  revealed: z.boolean(),
});
export type Message = z.infer<typeof messageSchema>;

export const conversationSchema = z.object({
  key: z.string(),
  title: z.string().nullable(),
  owner: z.string().nullable(),
  createdAt: time,
  updatedAt: time,
  /** Messages; null where counting would make the list wait. */
  messages: z.number().nullable(),
  model: z.string().nullable(),
  /** First words of the first message, for conversations without a title; null where it is not at hand. */
  preview: z.string().nullable(),
  deletedAt: time,
  metadata: z.string().nullable(),
  masked: z.boolean(),
  revealed: z.boolean(),
});
export type Conversation = z.infer<typeof conversationSchema>;

export const taskSchema = z.object({
  key: z.string(), conversation: z.string(), status: z.string(), description: z.string(), createdAt: time, updatedAt: time, metadata: z.string().nullable(), masked: z.boolean(),
});
export type Task = z.infer<typeof taskSchema>;

export const eventRowSchema = z.object({
  key: z.string(), conversation: z.string(), type: z.string(), actor: z.string().nullable(), at: time, content: z.string().nullable(), masked: z.boolean(),
});
export type ConversationEvent = z.infer<typeof eventRowSchema>;

/** A text in pieces; `hit` pieces are what the search found. */
export const segmentsSchema = z.array(z.object({ text: z.string(), hit: z.boolean() }));
export type Segments = z.infer<typeof segmentsSchema>;

export const searchHitSchema = z.object({
  message: z.string(), conversation: z.string(), title: z.string().nullable(), owner: z.string().nullable(),
  role: z.string(), model: z.string().nullable(), at: time, isError: z.boolean(), deletedAt: time, snippet: segmentsSchema,
});
export type SearchHit = z.infer<typeof searchHitSchema>;

/** `capped`: there are at least `count`, shown as "1000+". */
export const countSchema = z.object({ count: z.number(), capped: z.boolean() });
export type Count = z.infer<typeof countSchema>;

/** One row as its table holds it. */
export const rawRowSchema = z.object({ table: z.string(), columns: z.array(z.string()), cells: z.array(cellSchema), masked: z.boolean() });
export type RawRow = z.infer<typeof rawRowSchema>;

const counted = { conversations: z.number(), messages: z.number() };
/** Sums over what a query matches. `at`/`day`: dates in UTC. Numbers are exact unless `estimated`. */
export const statisticsSchema = z.object({
  ...counted,
  estimated: z.boolean(),
  /** From part of the rows the number of different conversations cannot be told, only that there are at least so many: in all, and by day and user. */
  atLeast: z.object({ conversations: z.boolean(), parts: z.boolean() }),
  inputTokens: z.number().nullable(),
  outputTokens: z.number().nullable(),
  days: z.array(z.object({ day: z.string(), ...counted, errors: z.number() })),
  roles: z.array(z.object({ role: z.string(), messages: z.number() })),
  models: z.array(z.object({ model: z.string(), messages: z.number(), inputTokens: z.number().nullable(), outputTokens: z.number().nullable() })),
  users: z.array(z.object({ user: z.string(), ...counted })),
  /** What `operations` are of: `found`, the messages of the search; a table of metrics knows of no messages: `period`, all in its dates, or `all`. */
  operationsOf: z.enum(['found', 'period', 'all']),
  /** By operation, from a table of metrics or from the messages' own latency; empty where the source has neither. */
  operations: z.array(z.object({ operation: z.string(), count: z.number(), averageMs: z.number().nullable(), p50Ms: z.number().nullable(), p95Ms: z.number().nullable(), errors: z.number() })),
});
export type Statistics = z.infer<typeof statisticsSchema>;
