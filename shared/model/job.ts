import { z } from 'zod';

export const jobStates = ['running', 'cancelling', 'done', 'failed', 'cancelled', 'interrupted'] as const;

export const jobSchema = z.object({
  id: z.string(),
  kind: z.enum(['assess', 'rehearse', 'migrate', 'resume', 'verify', 'rollback', 'complete', 'sample', 'evidence', 'cache', 'index', 'export', 'change', 'replica']),
  /** What it works on, for people. */
  title: z.string(),
  state: z.enum(jobStates),
  projectId: z.string().nullable(),
  runId: z.string().nullable(),
  /** Phase code, e.g. `snapshot`, `load`, `index`, `verify`. */
  phase: z.string(),
  /** 0..1; null while unknown. */
  progress: z.number().nullable(),
  rows: z.number(),
  rowsTotal: z.number(),
  bytes: z.number(),
  startedAt: z.string(),
  endedAt: z.string().nullable(),
  /** Over the last seconds; null while no rows are counted. Absent in jobs of earlier versions. */
  rowsPerSecond: z.number().nullable().default(null),
  /** Seconds left by the rate of the last seconds; null while unknown. */
  remaining: z.number().nullable(),
  error: z.object({ code: z.string(), message: z.string(), hint: z.string().optional() }).nullable(),
  /** Id of what it made: an assessment, a run, a verification. */
  resultId: z.string().nullable(),
});
export type Job = z.infer<typeof jobSchema>;

/** `text` is the English sentence of `code` with its `params` (shared/pure/texts); a line without a code is shown as it is. */
export const jobLogLineSchema = z.object({
  at: z.string(), level: z.enum(['info', 'warning', 'error']), text: z.string(), code: z.string().optional(), params: z.record(z.string(), z.string()).optional(),
});
export type JobLogLine = z.infer<typeof jobLogLineSchema>;
