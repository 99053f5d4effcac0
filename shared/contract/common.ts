import { z } from 'zod';

/** Shapes that several groups of calls share. */
export const id = z.object({ id: z.string().min(1) });
export const nothing = z.object({});
export const done = z.object({ done: z.literal(true) });
export const started = z.object({ jobId: z.string() });
export const page = { after: z.string().optional(), limit: z.number().int().min(1).max(500).default(100) };
/** A change shown before it runs: exact SQL and the hash that approves it. */
export const shown = z.object({ statements: z.array(z.object({ sql: z.string(), why: z.string() })), hash: z.string(), blockers: z.array(z.string()), rowsChanged: z.boolean().optional() });
export const approved = id.extend({ hash: z.string() });
