import { z } from 'zod';

/** Space that a run takes in its target: an estimate from the assessment, and what is free there, null where that cannot be known. */
export const headroomSchema = z.object({
  /** Tables and indexes. */
  targetBytes: z.number(),
  /** Write-ahead log written in all, and as much of it as stands on the disk at once. */
  walBytes: z.number(),
  walKeptBytes: z.number(),
  /** The server's `max_wal_size`; null where it was not asked. */
  maxWalBytes: z.number().nullable(),
  needBytes: z.number(),
  freeBytes: z.number().nullable(),
  enough: z.boolean().nullable(),
});
export type Headroom = z.infer<typeof headroomSchema>;
