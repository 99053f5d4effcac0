import { z } from 'zod';
import { jobSchema, jobLogLineSchema } from '../model/job.ts';
import { runTableProgressSchema } from '../model/run.ts';

/** Everything the core pushes to a host; hosts forward it unchanged. At most about ten a second per job. */
export const eventSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('job'), job: jobSchema }),
  z.object({ type: z.literal('job-log'), jobId: z.string(), line: jobLogLineSchema }),
  z.object({ type: z.literal('run-progress'), jobId: z.string(), runId: z.string(), tables: z.array(runTableProgressSchema), bytesPerSecond: z.number(), rowsPerSecond: z.number() }),
  /** Something stored changed: lists showing that noun are stale. */
  z.object({ type: z.literal('changed'), noun: z.enum(['connections', 'projects', 'plans', 'runs', 'assessments', 'settings', 'verifications', 'server', 'libraries', 'replicas', 'profile']), id: z.string().optional() }),
]);
export type TravessiaEvent = z.infer<typeof eventSchema>;
