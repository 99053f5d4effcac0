import { z } from 'zod';

export const environments = ['development', 'test', 'staging', 'production'] as const;
export const connectionColours = ['slate', 'green', 'blue', 'violet', 'amber', 'orange', 'red'] as const;

/** Settings of a program's connection pool as its environment has them (seed resync): kept with the connection and the evidence, not used here. */
export const poolSettingsSchema = z.object({ size: z.number().int(), maxOverflow: z.number().int(), timeoutSeconds: z.number().int(), recycleSeconds: z.number().int() }).partial();
export type PoolSettings = z.infer<typeof poolSettingsSchema>;

export const connectionSchema = z.object({
  id: z.string(),
  name: z.string().min(1).max(80),
  kind: z.enum(['sqlite', 'postgres', 'embedded']),
  /** Path or URL without password. */
  location: z.string(),
  environment: z.enum(environments),
  colour: z.enum(connectionColours),
  readOnly: z.boolean(),
  folder: z.string().optional(),
  pool: poolSettingsSchema.optional(),
  hasPassword: z.boolean(),
  createdAt: z.string(),
  lastUsedAt: z.string().nullable(),
});
export type Connection = z.infer<typeof connectionSchema>;

/** What a person enters; `password` goes to the secret store only and is never returned. */
export const connectionInputSchema = connectionSchema
  .pick({ name: true, kind: true, location: true, environment: true, colour: true, readOnly: true, folder: true })
  .extend({ password: z.string().nullable().optional() });
export type ConnectionInput = z.infer<typeof connectionInputSchema>;

export const connectionTestSchema = z.object({
  ok: z.boolean(),
  kind: z.enum(['sqlite', 'postgres', 'embedded']),
  version: z.string(),
  details: z.array(z.object({ code: z.string(), value: z.string() })),
  latencyMs: z.number(),
});

/** States of a project up to issue 2 (sync-and-cutover.md has the whole machine). */
export const projectStates = [
  'draft', 'assessed', 'planned', 'rehearsed', 'loading', 'waiting', 'verified', 'switching', 'soaking', 'rolling-back', 'rolled-back', 'complete',
] as const;

/** What is wrong with a source of a project. `whole` is false for a table that can be read only up to the damage. */
export const sourceTroubleSchema = z.object({
  source: z.string(),
  code: z.string(),
  message: z.string(),
  hint: z.string().optional(),
  readable: z.array(z.object({ table: z.string(), rows: z.string(), whole: z.boolean() })),
});
export type SourceTrouble = z.infer<typeof sourceTroubleSchema>;

export const projectSchema = z.object({
  id: z.string(),
  name: z.string(),
  sources: z.array(z.string()),
  /** Sources that could not be read, or not to the end, with what can be read of them. */
  troubles: z.array(sourceTroubleSchema).default([]),
  /** Sources that a person left out: the others go on without them. */
  leftOut: z.array(z.string()).default([]),
  target: z.string(),
  environment: z.enum(environments),
  state: z.enum(projectStates),
  assessmentIds: z.array(z.string()),
  planId: z.string().nullable(),
  rehearsalRunId: z.string().nullable(),
  runId: z.string().nullable(),
  createdAt: z.string(),
  updatedAt: z.string(),
  /** Manual steps of the checklist that a person ticked. */
  ticks: z.array(z.object({ step: z.string(), by: z.string(), at: z.string() })).default([]),
  /** Every transition, oldest first. */
  history: z.array(z.object({ at: z.string(), from: z.string(), to: z.string(), by: z.string() })),
});
export type Project = z.infer<typeof projectSchema>;

/** `fact`: the console sees it; `manual`: a person ticks it, with name and time. */
const checklistStepSchema = z.object({
  id: z.string(),
  kind: z.enum(['fact', 'manual']),
  done: z.boolean(),
  at: z.string().nullable(),
  by: z.string().nullable(),
  params: z.record(z.string(), z.string()),
  /** Of manual steps, which their template words; facts have texts of their own. */
  text: z.object({ en: z.string(), 'pt-BR': z.string() }).optional(),
});
export type ChecklistStep = z.infer<typeof checklistStepSchema>;

/** `localFiles`: the SQLite files that lie in the sources' folders now. */
export const checklistSchema = z.object({ steps: z.array(checklistStepSchema), localFiles: z.array(z.string()) });
export type Checklist = z.infer<typeof checklistSchema>;
