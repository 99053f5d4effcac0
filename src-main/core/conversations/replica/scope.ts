import { z } from 'zod';
import { querySchema } from '../../../../shared/model/conversation-query.ts';
import type { Conversation } from '../../../../shared/model/conversation.ts';
import { TravessiaError } from '../../../../shared/contract/errors.ts';
import { noMasking, type ConversationReader } from '../ports.ts';
import { replicaMasking } from './masking.ts';

/** What a replica was asked to hold; kept sealed in its file, because a query may name a person. */
export const scopeSchema = z.object({
  /** All that this finds, whenever it is asked; null where conversations were named. */
  query: querySchema.nullable(),
  keys: z.array(z.string()),
  /** Words counted only where they show under the mask, when it was made; so they do at every refresh. */
  masked: z.boolean(),
});
export type Scope = z.infer<typeof scopeSchema>;

const mostConversations = 20_000;
const pageRows = 200;

/** For a scope that was made under the mask: a refresh finds no more than its maker did. */
const masker = { active: true, mask: replicaMasking.mask, isRevealed: () => false, revealed: () => [] };

/** Keys of the conversations that belong to a replica now, soft-deleted ones left out where that can be seen. @throws TravessiaError INVALID_INPUT */
export async function keysInScope(reader: ConversationReader, scope: Scope, signal: AbortSignal): Promise<string[]> {
  const { query } = scope;
  if (query === null) return [...new Set(scope.keys)];
  const keys = new Set<string>();
  let after: string | undefined;
  do {
    signal.throwIfAborted();
    const page: { readonly rows: readonly Conversation[]; readonly next: string | null } = await reader.list({ query, limit: pageRows, masker: scope.masked ? masker : noMasking, signal, ...(after === undefined ? {} : { after }) });
    for (const row of page.rows) if (row.deletedAt === null) keys.add(row.key);
    if (keys.size > mostConversations) throw new TravessiaError('INVALID_INPUT', { message: `These are more than ${mostConversations} conversations: too many for one replica.`, hint: 'Choose fewer conversations, or make several replicas.' });
    after = page.next ?? undefined;
  } while (after !== undefined);
  return [...keys];
}
