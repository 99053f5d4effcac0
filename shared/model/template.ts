import { z } from 'zod';
import { reshapeSchema } from './reshape.ts';

/**
 * What a column of a known program means. Decides among what the assessment found in the values: a meaning that not every value
 * bears leaves the column as the rules have it.
 */
export const meanings = ['moment', 'date', 'boolean', 'json', 'jsonb', 'uuid', 'number'] as const;
export const meaningSchema = z.enum(meanings);
export type ColumnMeaning = z.infer<typeof meaningSchema>;

const bothLanguages = z.object({ en: z.string(), 'pt-BR': z.string() });

export const templateTableSchema = z.object({
  /** The table in the source; `*` stands for any characters. */
  table: z.string(),
  /** Its name in the target; the source's own where absent. */
  target: z.string().optional(),
  /** What the program calls it. */
  entity: z.string().optional(),
  /** By column, patterns allowed; before the template's own `columns`. */
  columns: z.record(z.string(), meaningSchema).default({}),
  /** New names by column. */
  names: z.record(z.string(), z.string()).default({}),
  /** Defaults in the target that the source does not declare, as PostgreSQL's expressions. */
  defaults: z.record(z.string(), z.string()).default({}),
  /** Columns of which each is unique in the program's own schema; listed where the rows have a value twice. */
  uniques: z.array(z.string()).default([]),
  /** Columns that the program's own schema declares NOT NULL; where the source holds a NULL they stay as they are. */
  required: z.array(z.string()).default([]),
  /** The table as the program's own schema has it, by the names there: made empty where a JSON export, which can say no types, has no row of it. */
  made: z.record(z.string(), z.strictObject({ type: z.string(), key: z.boolean().default(false), required: z.boolean().default(false) })).optional(),
  /** Keys to other tables of the template that the source does not declare, by the source's names; orphans leave them unvalidated. */
  references: z.array(z.object({ column: z.string(), table: z.string(), onDelete: z.enum(['NO ACTION', 'CASCADE', 'SET NULL', 'RESTRICT']).default('NO ACTION') })).default([]),
  /** Indexes that the program asks for, by the source's names of the columns. */
  indexes: z.array(z.object({ name: z.string(), column: z.string(), descending: z.boolean().default(false) })).default([]),
});

export type TemplateTable = z.infer<typeof templateTableSchema>;

/** A known program's way into PostgreSQL: where each of its stores goes, under which names, and what its columns mean. */
export const templateSchema = z.object({
  name: z.string(),
  title: bothLanguages,
  about: bothLanguages,
  /** By database name (the file's), patterns allowed; the first that fits counts. */
  sources: z.array(z.object({ database: z.string(), schema: z.string(), tables: z.array(templateTableSchema) })),
  /** What columns of any table mean, by pattern. */
  columns: z.record(z.string(), meaningSchema).default({}),
  /** What becomes of tables of two stores that go under one name; they are given different ones where absent. */
  collisions: z.literal('merge').optional(),
  /** Flat tables that become several. */
  reshape: z.array(reshapeSchema).default([]),
  /** A key whose value says that this source's data has moved elsewhere already (`true`): told as a critical finding. */
  movedMarker: z.string().optional(),
  /** What only people can say is done: shown on the project, ticked with name and time. */
  checklist: z.array(z.object({ id: z.string(), text: bothLanguages })).default([]),
  /** The way of such a migration, for people. */
  steps: z.array(bothLanguages),
});
export type Template = z.infer<typeof templateSchema>;
