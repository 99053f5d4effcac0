import { z } from 'zod';

export const severities = ['info', 'warning', 'critical'] as const;

/**
 * Something the assessment, the plan or a run noticed. `code` and `params` are translated by `shared/pure/texts`, so one finding
 * reads the same on screen, on the command line and in the evidence, in either language.
 */
export const findingSchema = z.object({
  code: z.string(),
  severity: z.enum(severities),
  /** Of which source, where it speaks of one: two sources may hold tables of one name. */
  database: z.string().optional(),
  table: z.string().optional(),
  column: z.string().optional(),
  object: z.string().optional(),
  count: z.string().optional(),
  examples: z.array(z.object({ key: z.string(), value: z.string() })).optional(),
  params: z.record(z.string(), z.string()).optional(),
});
export type Finding = z.infer<typeof findingSchema>;
