import { z } from 'zod';
import { castSchema, cellSchema, rejectCodeSchema, typedValueSchema } from './values.ts';
import { fingerprintSchema } from './assessment.ts';
import { findingSchema } from './finding.ts';
import { objectKinds } from './plan.ts';
import { doneRepairSchema, repairOutcomeSchema } from './repair.ts';

/** States of a run; the project's state machine of sync-and-cutover.md walks over these. */
export const runStates = [
  'planned', 'loading', 'indexing', 'verifying', 'waiting', 'swapping', 'swapped', 'rolling-back', 'rolled-back', 'complete', 'failed', 'stopped',
] as const;
export const runStateSchema = z.enum(runStates);
export type RunState = z.infer<typeof runStateSchema>;

/** How a table's rows were read: from the pages of the run's own copy, as SQLite answers them, or some in each way. */
export const readWaySchema = z.enum(['pages', 'rows', 'both']);
export type ReadWay = z.infer<typeof readWaySchema>;

/** What `migrate --format json` prints (command-line.md). */
export const runResultSchema = z.object({
  runId: z.string(),
  status: z.enum(['verified', 'rejects', 'differences', 'failed', 'stopped']),
  tables: z.array(
    z.object({
      source: z.object({ database: z.string(), table: z.string() }),
      target: z.object({ schema: z.string(), table: z.string() }),
      columns: z.array(z.object({ source: z.string(), target: z.string(), type: z.string(), cast: castSchema.optional() })),
      /** The condition, where only part of the rows crosses. */
      filter: z.string().optional(),
      excluded: z.array(z.object({ source: z.string(), reason: z.string() })),
      /** source + added = loaded + rejected; `rejected` counts quarantined rows too, `repaired` rows in which a value became NULL. */
      rows: z.object({ source: z.number(), loaded: z.number(), rejected: z.number(), repaired: z.number(), added: z.number(), /** Loaded with values that a person gave; absent: none. */ mended: z.number().optional() }),
      /** Rows of a table that stood already: put in, changed to the source's values, found equal. */
      merged: z.object({ inserted: z.number(), updated: z.number(), unchanged: z.number() }).optional(),
      seconds: z.number(),
      /** Threads that loaded it side by side, each over its own connection; absent: one. */
      lanes: z.number().optional(),
      /** How its rows were read to be loaded, in the session that ended it; absent where nothing was left to read, and in older results. */
      read: readWaySchema.optional(),
      verified: z.boolean(),
    }),
  ),
  objects: z.array(z.object({ kind: z.enum(objectKinds), name: z.string(), database: z.string().optional(), table: z.string().optional(), outcome: z.enum(['created', 'translated', 'listed']), reason: z.string().optional() })),
  rejects: z.object({ rows: z.number(), table: z.string() }),
  /** What the plan's repairs did to the run's copy of the source; absent where it chose none. */
  repairs: z.array(doneRepairSchema).optional(),
  seconds: z.object({ assess: z.number(), load: z.number(), index: z.number(), verify: z.number(), total: z.number() }),
  /** True where the source file changed after the run's snapshot was taken. */
  sourceMoved: z.boolean(),
  /** The state of each source that the run's copy was taken in, by database; absent in older results. */
  fingerprints: z.record(z.string(), fingerprintSchema).optional(),
  /** True once the tables stand in their final schema. */
  swapped: z.boolean(),
  findings: z.array(findingSchema),
});
export type RunResult = z.infer<typeof runResultSchema>;

/** True while a run's tables stand in their final schema: the result says how the run ended, the state what became of it since. */
export function standsInPlace(run: Pick<Run, 'state' | 'rehearsal'>): boolean {
  return !run.rehearsal && (run.state === 'swapped' || run.state === 'complete');
}

/** Rows of a run that hold values which a person gave in place of what was rejected. */
export function mendedOf({ tables }: Pick<RunResult, 'tables'>): number {
  return tables.reduce((sum, { rows }) => sum + (rows.mended ?? 0), 0);
}

export const runTableProgressSchema = z.object({
  table: z.string(),
  database: z.string(),
  phase: z.enum(['waiting', 'loading', 'indexing', 'verifying', 'done', 'failed']),
  rows: z.number(),
  rowsTotal: z.number(),
  bytes: z.number(),
  rejected: z.number(),
});
export type RunTableProgress = z.infer<typeof runTableProgressSchema>;

/** Tables of a run that a rollback did not drop: all of them are kept, since keys tie them together. */
const setAsideSchema = z.object({
  schemas: z.array(z.string()),
  /** Those to which rows were written after the swap, as schema.table. */
  written: z.array(z.string()),
  /** Those of which row-level security hides whether. */
  hidden: z.array(z.string()),
});
export type SetAside = z.infer<typeof setAsideSchema>;

export const runSchema = z.object({
  id: z.string(),
  projectId: z.string().nullable(),
  planId: z.string(),
  planVersion: z.number(),
  state: runStateSchema,
  rehearsal: z.boolean(),
  /** Reference without password. */
  target: z.string(),
  sources: z.array(z.string()),
  stagingSchema: z.string(),
  keptSchema: z.string().nullable(),
  createdAt: z.string(),
  updatedAt: z.string(),
  verifiedAt: z.string().nullable(),
  jobId: z.string().nullable(),
  maxRejects: z.union([z.literal('all'), z.number()]),
  result: runResultSchema.nullable(),
  error: z.object({ code: z.string(), message: z.string(), hint: z.string().optional() }).nullable(),
  progress: z.array(runTableProgressSchema),
  /** Where the source files went after completion, and which SQLite files were left in their folders then. */
  archived: z.object({ at: z.string(), folder: z.string(), list: z.string(), files: z.number(), remaining: z.array(z.string()) }).optional(),
  /** Present where the rollback left tables of the run in the target. */
  setAside: setAsideSchema.optional(),
  /** An end of the run as it was about to be committed in the target: where its journal is gone, that is what became of it. Null where it did not come about. */
  ending: z.object({ kind: z.enum(['rollback', 'complete']), setAside: setAsideSchema.nullable() }).nullable().optional(),
  /** What can be done now. */
  next: z.array(z.enum(['resume', 'rollback', 'complete', 'verify', 'evidence'])),
});
export type Run = z.infer<typeof runSchema>;

/** A run as the journal in its target knows it, whatever this console knows. */
export const targetRunSchema = z.object({
  id: z.string(),
  state: runStateSchema,
  createdAt: z.string(),
  updatedAt: z.string(),
  sources: z.array(z.string()),
  /** Tables that cross. */
  tables: z.number(),
  /** A program works on it now. */
  busy: z.boolean(),
  /** This console knows it, and can end it. */
  known: z.boolean(),
});
export type TargetRun = z.infer<typeof targetRunSchema>;

/** A value that a person gave to a column of a rejected row. */
export const mendedValueSchema = z.object({
  column: z.string(),
  value: z.union([
    z.null(),
    z.tuple([z.literal('text'), z.string().refine((text) => text.isWellFormed())]),
    z.tuple([z.literal('integer'), z.string().regex(/^-?\d{1,19}$/)]),
    z.tuple([z.literal('real'), z.string().regex(/^-?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/)]),
    z.tuple([z.literal('blob'), z.string().regex(/^(?:[0-9a-fA-F]{2})*$/)]),
  ]),
});
export type MendedValue = z.infer<typeof mendedValueSchema>;

export const rejectSchema = z.object({
  /** Of the reject in its run's target: what is mended is named by it. */
  id: z.string(),
  run: z.string(),
  source: z.string(),
  table: z.string(),
  key: z.string(),
  column: z.string(),
  code: rejectCodeSchema,
  reason: z.string(),
  row: z.record(z.string(), typedValueSchema),
  /** Present where the row was mended and loaded: what it holds now in place of its own values, and since when. */
  mended: z.object({ values: z.array(mendedValueSchema), at: z.string() }).optional(),
});
export type Reject = z.infer<typeof rejectSchema>;

export const differenceKinds = ['missing', 'extra', 'changed'] as const;

/** One differing row; for `changed`, the cells that differ side by side. */
export const differenceSchema = z.object({
  database: z.string(),
  table: z.string(),
  target: z.string(),
  kind: z.enum(differenceKinds),
  /** The row's key as text, `column=value, …`. */
  key: z.string(),
  cells: z.array(z.object({ column: z.string(), source: cellSchema.nullable(), target: cellSchema.nullable() })),
});
export type Difference = z.infer<typeof differenceSchema>;

const rangeDigestSchema = z.object({ /** `1..65536`: keys from and to; or the number of a hash of keys. */ range: z.string(), rows: z.number(), sha256: z.string() });
export type RangeDigest = z.infer<typeof rangeDigestSchema>;

/** SHA-256 over a table's rows, range by range of its key (`by` 'hash': of the key's hash, or the row's where `key` is empty); `sha256` is over those of all ranges. */
const tableDigestsSchema = z.object({ by: z.enum(['range', 'hash']), key: z.string(), sha256: z.string(), ranges: z.array(rangeDigestSchema) });
export type TableDigests = z.infer<typeof tableDigestsSchema>;

export const tableVerificationSchema = z.object({
  database: z.string(),
  table: z.string(),
  target: z.object({ schema: z.string(), table: z.string() }),
  rowsSource: z.number(),
  rowsTarget: z.number(),
  rowsRejected: z.number(),
  cells: z.number(),
  /** Sum over the rows of the chained hash, decimal text, both sides (migration.md, "Verify"). */
  sumSource: z.string(),
  sumTarget: z.string(),
  missing: z.number(),
  extra: z.number(),
  changed: z.number(),
  /** What the plan's repairs did before the load: the source's rows are counted as they were, the rejected ones include the quarantined. */
  repairs: repairOutcomeSchema.optional(),
  /** Present where it was asked for and the rows are equal: each side calculated it for itself, and both say this. */
  digests: tableDigestsSchema.optional(),
  equal: z.boolean(),
  seconds: z.number(),
});
export type TableVerification = z.infer<typeof tableVerificationSchema>;

export const objectVerificationSchema = z.object({ kind: z.string(), name: z.string(), table: z.string().optional(), ok: z.boolean(), detail: z.string().optional() });

export const verificationSchema = z.object({
  id: z.string(),
  runId: z.string().nullable(),
  createdAt: z.string(),
  /** How: which columns, which hash, which reading path; printed in the evidence. */
  method: z.string(),
  tables: z.array(tableVerificationSchema),
  objects: z.array(objectVerificationSchema),
  differences: z.number(),
  /** True where more differences exist than were listed. */
  cut: z.boolean(),
  equal: z.boolean(),
  seconds: z.number(),
});
export type Verification = z.infer<typeof verificationSchema>;
