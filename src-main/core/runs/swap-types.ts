import { z } from 'zod';

/** A statement shown before it runs, and why it is there. */
export const shownStatementSchema = z.object({ sql: z.string(), why: z.string() });
export type ShownStatement = z.infer<typeof shownStatementSchema>;

/** A statement of the swap with another form to try where the server refuses the first. */
export interface SwapStatement extends ShownStatement {
  readonly otherwise?: string;
}

/** A view outside the run that reads a replaced table: re-pointed by replacing it with its own text. */
export const dependentViewSchema = z.object({ schema: z.string(), name: z.string(), replace: z.string(), collated: z.string().nullable() });

/** A foreign key from a table outside the run to a replaced table. */
export const outsideKeySchema = z.object({ schema: z.string(), table: z.string(), name: z.string(), definition: z.string() });

/**
 * What the swap did, kept in the target's journal in the transaction of the swap itself: the only source of a rollback.
 */
export const swapRecordSchema = z.object({
  /** Transaction id of the swap, decimal text: rows with a younger xmin were written afterwards. */
  xid: z.string(),
  tables: z.array(z.object({ schema: z.string(), table: z.string(), staging: z.string(), kept: z.string().nullable(), rows: z.string() })),
  /** `kept`: where the former view of that name stands; absent in journals of earlier versions. */
  views: z.array(z.object({ schema: z.string(), view: z.string(), staging: z.string(), kept: z.string().nullable().optional() })),
  createdSchemas: z.array(z.string()),
  keptSchemas: z.array(z.string()),
  dependentViews: z.array(dependentViewSchema),
  outsideKeys: z.array(outsideKeySchema),
  publications: z.array(z.object({ publication: z.string(), schema: z.string(), table: z.string() })),
  /** Trigger functions of the run; `kept`: where the one of that name waits that belonged to a replaced table. Absent before triggers were translated. */
  triggers: z.array(z.object({ schema: z.string(), table: z.string(), trigger: z.string(), function: z.string(), staging: z.string(), kept: z.string().nullable() })).optional(),
  /** Enumerations the run created. Absent before PostgreSQL's types crossed. */
  types: z.array(z.object({ schema: z.string(), type: z.string(), staging: z.string() })).optional(),
  appended: z.array(z.object({ schema: z.string(), table: z.string(), staging: z.string(), key: z.array(z.string()) })),
});
export type SwapRecord = z.infer<typeof swapRecordSchema>;
