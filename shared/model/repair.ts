import { z } from 'zod';
import { bigText } from './values.ts';

/** What can be wrong with rows, so that a key of the source cannot stand in the target as it was declared. */
export const repairProblems = ['orphan', 'null-key', 'duplicate-key', 'unique-violation', 'check'] as const;
export const repairProblemSchema = z.enum(repairProblems);
export type RepairProblem = z.infer<typeof repairProblemSchema>;

/**
 * What can be done about it, in the run's own copy of the source. `keep`: nothing, the constraint does without (a foreign key or a CHECK
 * is NOT VALID and holds for new rows); `quarantine`: the rows leave for the rejects; `null-out`: the offending columns become NULL;
 * `create-parent`: the missing parent is added with its key alone; `drop`: nothing, and the constraint stays out of the target.
 */
export const repairChoices = ['keep', 'quarantine', 'null-out', 'create-parent', 'drop'] as const;
export const repairChoiceSchema = z.enum(repairChoices);
export type RepairChoice = z.infer<typeof repairChoiceSchema>;

/** True where a choice changes rows of the copy. */
export function changesRows(choice: RepairChoice): choice is Exclude<RepairChoice, 'keep' | 'drop'> {
  return choice !== 'keep' && choice !== 'drop';
}

/** A choice for all problems that it describes; of several that fit, the last counts. */
export const repairRuleSchema = z.object({
  problem: repairProblemSchema.optional(),
  database: z.string().optional(),
  /** A table's name or pattern; of all tables where absent. */
  table: z.string().optional(),
  /** The constraint's or index's name, or its columns in the source, `a` or `a,b`; all of the table where absent. */
  object: z.string().optional(),
  choice: repairChoiceSchema,
});
export type RepairRule = z.infer<typeof repairRuleSchema>;

/** Rows taken out, values set to NULL, parents added. */
export const repairOutcomeSchema = z.object({ quarantined: z.number(), nulled: z.number(), created: z.number() });
export type RepairOutcome = z.infer<typeof repairOutcomeSchema>;

export const planRepairSchema = z.object({
  /** `orphan orders.orders_customer_id_fkey`: unique within its database. */
  id: z.string(),
  database: z.string(),
  table: z.string(),
  problem: repairProblemSchema,
  /** Name of the foreign key, primary key, unique constraint, index or CHECK that the rows break. */
  object: z.string(),
  /** In the source. */
  columns: z.array(z.string()),
  parent: z.object({ table: z.string(), columns: z.array(z.string()) }).optional(),
  /** Of a CHECK: its condition, as the source has it. */
  check: z.string().optional(),
  /** Rows that break it: as assessed, and what the plan's other repairs add or take away. */
  count: bigText,
  choice: repairChoiceSchema,
  /** What is possible here, with the statements that run on the copy; `keep` first. */
  offers: z.array(z.object({ choice: repairChoiceSchema, sql: z.array(z.string()) })),
  /** What is not, and why. */
  refused: z.array(z.object({ choice: repairChoiceSchema, code: z.string(), params: z.record(z.string(), z.string()).optional() })),
  /** What the choice did when it was tried on a copy; absent for `keep`. */
  outcome: repairOutcomeSchema.optional(),
});
export type PlanRepair = z.infer<typeof planRepairSchema>;

/** What one repair did in a run. */
export const doneRepairSchema = repairOutcomeSchema.extend({
  id: z.string(), database: z.string(), table: z.string(), problem: repairProblemSchema, object: z.string(), choice: repairChoiceSchema,
});
export type DoneRepair = z.infer<typeof doneRepairSchema>;

/** The copy's own truth about one table: rows before and after all repairs. */
export const repairedTableSchema = z.object({
  database: z.string(), table: z.string(), before: z.number(), after: z.number(), quarantined: z.number(),
  /** Rows in which a value became NULL. */
  changed: z.number(), created: z.number(),
});
export type RepairedTable = z.infer<typeof repairedTableSchema>;

export function sumOutcomes(outcomes: readonly RepairOutcome[]): RepairOutcome {
  return outcomes.reduce((sum, each) => ({ quarantined: sum.quarantined + each.quarantined, nulled: sum.nulled + each.nulled, created: sum.created + each.created }), { quarantined: 0, nulled: 0, created: 0 });
}
