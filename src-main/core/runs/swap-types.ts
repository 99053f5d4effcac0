import { z } from 'zod';

/** A statement shown before it runs, and why it is there. */
export const shownStatementSchema = z.object({ sql: z.string(), why: z.string() });
export type ShownStatement = z.infer<typeof shownStatementSchema>;

/** A statement of a rollback. */
export interface UndoStatement extends ShownStatement {
  /** It answers true, or all is undone. */
  readonly proves?: boolean;
}

/** A statement of the swap with another form to try where the server refuses the first. */
export interface SwapStatement extends ShownStatement {
  readonly otherwise?: string;
  /** A table of the target's own that it writes to: its refusal is one of rows. */
  readonly writes?: string;
  /** It answers true, or the swap is undone with this; where it answers a number, that many rows stand against it. */
  readonly proof?: { readonly code: 'ROWS_REFUSED' | 'TARGET_EXISTS'; readonly hint: string };
}

/** A view outside the run that reads a replaced table: re-pointed by replacing it with its own text. */
export const dependentViewSchema = z.object({ schema: z.string(), name: z.string(), replace: z.string(), collated: z.string().nullable() });

/** A foreign key from a table outside the run to a replaced table. */
export const outsideKeySchema = z.object({ schema: z.string(), table: z.string(), name: z.string(), definition: z.string(), comment: z.string().nullable().optional() });

export const sequenceStateSchema = z.object({ value: z.string(), called: z.boolean() }).nullable();

/** A default outside the run that draws from a sequence of a replaced table. */
const outsideDefaultSchema = z.object({ schema: z.string(), table: z.string(), column: z.string(), expression: z.string() });

/** A sequence of a replaced table that others use; `given`: the state of the new table's sequence of that name when the swap ended. */
const usedSequenceSchema = z.object({ schema: z.string(), name: z.string(), given: sequenceStateSchema });

/** A table of the target that took rows of the run. */
const appendedTableSchema = z.object({
  schema: z.string(),
  table: z.string(),
  /** Where the rows stand as they were verified. */
  staging: z.string(),
  key: z.array(z.string()),
  /** Absent in journals of earlier versions, whose rows are told by their key alone. */
  merged: z.object({
    inserted: z.string(),
    updated: z.string(),
    unchanged: z.string(),
    /** Schema with the former versions of updated rows. */
    kept: z.string().nullable(),
    /** Quoted columns that were updated. */
    columns: z.array(z.string()),
    sequences: z.array(z.object({ name: z.string(), former: sequenceStateSchema, given: sequenceStateSchema })),
  }).optional(),
});
export type AppendedTable = z.infer<typeof appendedTableSchema>;

/**
 * What the swap did, kept in the target's journal in the transaction of the swap itself: the only source of a rollback.
 */
export const swapRecordSchema = z.object({
  /** Transaction id of the swap, decimal text: rows with a younger xmin were written afterwards. */
  xid: z.string(),
  /**
   * `stamp`: who wrote its rows (row-stamp.ts); absent in journals of earlier versions, which know `rows` and `xid` alone. `oid`: which table it is,
   * whatever bears its name later; absent in journals of earlier versions.
   */
  tables: z.array(z.object({ schema: z.string(), table: z.string(), staging: z.string(), kept: z.string().nullable(), rows: z.string(), stamp: z.string().optional(), oid: z.string().optional() })),
  /** `kept`: where the former view of that name stands; absent in journals of earlier versions. */
  views: z.array(z.object({ schema: z.string(), view: z.string(), staging: z.string(), kept: z.string().nullable().optional() })),
  createdSchemas: z.array(z.string()),
  keptSchemas: z.array(z.string()),
  dependentViews: z.array(dependentViewSchema),
  outsideKeys: z.array(outsideKeySchema),
  /** `limits`: its column list and row filter, as SQL; absent in journals of earlier versions. */
  publications: z.array(z.object({ publication: z.string(), schema: z.string(), table: z.string(), limits: z.string().optional() })),
  /** Absent in journals of earlier versions. */
  outsideDefaults: z.array(outsideDefaultSchema).optional(),
  usedSequences: z.array(usedSequenceSchema).optional(),
  /** Trigger functions of the run; `kept`: where the one of that name waits that belonged to a replaced table. Absent before triggers were translated. */
  triggers: z.array(z.object({ schema: z.string(), table: z.string(), trigger: z.string(), function: z.string(), staging: z.string(), kept: z.string().nullable() })).optional(),
  /** Enumerations the run created. Absent before PostgreSQL's types crossed. */
  types: z.array(z.object({ schema: z.string(), type: z.string(), staging: z.string() })).optional(),
  appended: z.array(appendedTableSchema),
});
export type SwapRecord = z.infer<typeof swapRecordSchema>;
