import { z } from 'zod';
import { castSchema } from './values.ts';

/**
 * Where a column of a reshaped table takes its value from; a small closed set, so that every mapping can be read, turned into SQL and
 * turned around again. `row` stands for what identifies a row of the flat table.
 */
export const reshapeValueSchema = z.union([
  /** The flat column as it is; in a table made `per` some columns, of any row of the group. `moment`: read as an instant, UTC. */
  z.strictObject({ column: z.string(), as: z.literal('moment').optional() }),
  z.strictObject({ constant: z.union([z.string(), z.number(), z.boolean()]) }),
  /** UUID version 5 (RFC 9562) of the kind and the values named, as a JSON list. `element`: the row and the place in its list. */
  z.strictObject({ uuid5: z.string(), of: z.union([z.literal('row'), z.literal('element'), z.array(z.string()).min(1)]) }),
  /** Of a group: by the order of the rows (first, last) or of the values (min, max). */
  z.strictObject({ first: z.string() }),
  z.strictObject({ last: z.string() }),
  z.strictObject({ min: z.string(), as: z.literal('moment').optional() }),
  z.strictObject({ max: z.string(), as: z.literal('moment').optional() }),
  /** JSON in which `{"column": name}` stands for that column's value; a key whose value is NULL is left out. */
  z.strictObject({ json: z.unknown() }),
  /** A JSON object of all flat columns that are found nowhere else. */
  z.strictObject({ rest: z.literal('object') }),
  /** A JSON object of the list columns that are no list with elements; NULL where all are. */
  z.strictObject({ lists: z.literal('object') }),
  /** Of an element of a list: the value under a key, or its place in the list, or what no column of the table holds. */
  z.strictObject({ path: z.string(), as: z.literal('moment').optional() }),
  z.strictObject({ position: z.literal(true) }),
  z.strictObject({ left: z.literal(true) }),
]);
export type ReshapeValue = z.infer<typeof reshapeValueSchema>;

const reshapeColumnSchema = z.strictObject({
  /** PostgreSQL's type as in DDL; the flat column's own where absent. */
  type: z.string().optional(),
  value: reshapeValueSchema.optional(),
  key: z.boolean().default(false),
  required: z.boolean().default(false),
});

export const reshapeTableSchema = z.strictObject({
  table: z.string(),
  /** `row`: one row for each flat row; a list: one for each group of equal values; `each`: one for each element of a JSON list; `nothing`: empty. */
  per: z.union([z.literal('row'), z.literal('nothing'), z.array(z.string()).min(1), z.strictObject({ each: z.string() })]),
  columns: z.record(z.string(), reshapeColumnSchema),
  /** The flat columns that no other rule names follow as they are; only `per` row. */
  others: z.boolean().default(false),
});
export type ReshapeTable = z.infer<typeof reshapeTableSchema>;

/** How one flat table becomes several, and by that how they become it again: the inverse is worked out, not written. */
export const reshapeSchema = z.strictObject({
  /** The flat table. The mapping is left out where the source has none, or lacks one of `needs`. */
  from: z.string(),
  needs: z.array(z.string()).default([]),
  /** The view in the target that gives the flat table back. */
  view: z.string(),
  /** Namespace of all its UUIDs: the same source gives the same ids, always. */
  namespace: z.uuid(),
  /** Columns that identify a row where they are unique and never NULL; else its primary key, else its row number. */
  rowKey: z.array(z.string()).default([]),
  tables: z.array(reshapeTableSchema).min(1),
});
export type Reshape = z.infer<typeof reshapeSchema>;

/** How a flat column is found back in the view: its type there, and how its values were written where JSON carries them. */
export const carriedSchema = z.object({ column: z.string(), type: z.string(), cast: castSchema.optional() });
export type Carried = z.infer<typeof carriedSchema>;

/** What a run does to its own copy of one source before it is read: shown in the plan, done in one transaction, or not at all. */
export const preparationSchema = z.object({
  database: z.string(),
  /** Other sources whose copies are read while this one is prepared: `s1`, `s2` … in this order. */
  reads: z.array(z.string()),
  steps: z.array(z.object({ why: z.string(), sql: z.string() })),
});
export type Preparation = z.infer<typeof preparationSchema>;
