import { z } from 'zod';
import { mappingSchema } from './conversation-mapping.ts';

export const exportFormats = ['json', 'ndjson', 'csv', 'markdown', 'html'] as const;
export type ExportFormat = (typeof exportFormats)[number];

/** Rows as they were before a change, kept in the schema `travessia` of their own database. */
export const keptSchema = z.object({ id: z.string(), at: z.string(), who: z.string(), kind: z.enum(['delete', 'rename', 'rewrite', 'purge']), title: z.string(), counts: z.array(z.object({ table: z.string(), rows: z.number() })), undone: z.boolean() });
export type KeptChange = z.infer<typeof keptSchema>;

export const replicaSchema = z.object({
  id: z.string(),
  name: z.string(),
  /** Library it was copied from, and the library it is read as. */
  library: z.string(),
  readAs: z.string(),
  conversations: z.number(),
  messages: z.number(),
  bytes: z.number(),
  createdAt: z.string(),
  /** When it last agreed with its server. */
  refreshedAt: z.string().nullable(),
  /** ready; refreshing; unreachable: the server did not answer at the last try. */
  state: z.enum(['ready', 'refreshing', 'unreachable']),
  error: z.string().nullable(),
});
export type Replica = z.infer<typeof replicaSchema>;

/** As the console keeps it. */
export const keptReplicaSchema = replicaSchema.extend({
  /** Mappings by which its rows were read from its library: the names of columns say what is personal, also when that library is gone. Empty of one that was made before this was kept. */
  readBy: z.array(mappingSchema).default([]),
});
export type KeptReplica = z.infer<typeof keptReplicaSchema>;
