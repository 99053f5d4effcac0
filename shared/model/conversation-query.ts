import { z } from 'zod';

export const hasValues = ['error', 'tool', 'image', 'file', 'json', 'deleted'] as const;

/** The search line, understood (shared/pure/conversation-query). Lists of one field: any of them; `not…`: none of them. */
export const querySchema = z.object({
  /** word: all its forms. phrase: these words in this order. prefix: words that begin so (`refund*`). */
  terms: z.array(z.object({ kind: z.enum(['word', 'phrase', 'prefix']), text: z.string(), not: z.boolean() })),
  roles: z.array(z.string()), notRoles: z.array(z.string()),
  models: z.array(z.string()), notModels: z.array(z.string()),
  users: z.array(z.string()), notUsers: z.array(z.string()),
  /** ISO 8601 in UTC; `after` inclusive, `before` exclusive. */
  after: z.string().nullable(), before: z.string().nullable(),
  has: z.array(z.enum(hasValues)), notHas: z.array(z.enum(hasValues)),
  /** Only in this conversation. */
  in: z.string().nullable(),
  /** Only messages near this one: 20 before and after it in its conversation. */
  near: z.string().nullable(),
  /** `meta.plan.tier:gold`: what stands at a path of the conversation's or the message's metadata equals a text. */
  meta: z.array(z.object({ path: z.array(z.string()), value: z.string(), not: z.boolean() })),
});
export type Query = z.infer<typeof querySchema>;

/** `from`, `to`: characters of the search line, for underlining. `suggestion` replaces them. */
export const diagnosticSchema = z.object({ code: z.string(), params: z.record(z.string(), z.string()), from: z.number(), to: z.number(), suggestion: z.string().nullable() });
export type Diagnostic = z.infer<typeof diagnosticSchema>;

export interface ParsedQuery {
  readonly query: Query;
  readonly diagnostics: readonly Diagnostic[];
}
