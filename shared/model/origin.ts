import { z } from 'zod';

/**
 * What a snapshot of PostgreSQL cannot say in SQLite's words, kept beside it: types, defaults, checks, indexes and views in PostgreSQL's own
 * text, every name outside pg_catalog with its schema. Tables and columns are named as in the snapshot, with their former names beside.
 */
const text = z.string();
const originColumnSchema = z.object({
  name: text,
  source: text,
  /** As format_type gives it, a domain resolved to what it is made of. */
  type: text,
  /** True where values are written to the type as such, false where the server reads each from its text. */
  direct: z.boolean(),
  /** Only `C`: the order of another collation may not exist elsewhere. */
  collation: z.literal('C').nullable(),
  default: text.nullable(),
  generated: text.nullable(),
  /** The next number of a column that numbers itself, null where the role could not read it, with its step. */
  identity: z.object({ next: text.nullable(), step: text }).nullable(),
  comment: text.nullable(),
});
const originTableSchema = z.object({
  name: text,
  schema: text,
  source: text,
  comment: text.nullable(),
  /** Tables inherit from it: where they stand, a query of it finds their rows too. */
  inherited: z.boolean().default(false),
  columns: z.array(originColumnSchema),
  checks: z.array(z.object({ name: text, expression: text })),
  /** Constraints without a counterpart in SQLite: exclusions, deferrable or otherwise special uniqueness. */
  constraints: z.array(z.object({ kind: z.enum(['unique', 'exclusion', 'foreign key']), name: text, definition: text })),
  /** `definition`: from USING on. */
  indexes: z.array(z.object({ name: text, unique: z.boolean(), definition: text, comment: text.nullish() })),
});
export const originSchema = z.object({
  kind: z.literal('postgres'),
  schemas: z.array(text),
  tables: z.array(originTableSchema),
  types: z.array(z.object({ schema: text, name: text, labels: z.array(text), comment: text.nullish() })),
  views: z.array(z.object({
    schema: text, name: text, definition: text, comment: text.nullable(), columns: z.array(z.object({ name: text, comment: text })).default([]),
    /** Sums over the rows it answered in the snapshot's state (drivers/postgres/row-sums.ts); null where it failed or took too long. */
    answer: z.object({ rows: text, high: text, low: text }).nullish(),
  })),
});
export type Origin = z.infer<typeof originSchema>;
export type OriginTable = Origin['tables'][number];
export type OriginColumn = OriginTable['columns'][number];

/** Where it stands beside its snapshot. */
export function originPath(snapshotPath: string): string {
  return `${snapshotPath}.origin.json`;
}
