import { z } from 'zod';
import { bigText, castSchema } from './values.ts';
import { findingSchema } from './finding.ts';
import { preparationSchema } from './reshape.ts';
import { fingerprintSchema } from './assessment.ts';
import { planRepairSchema, repairRuleSchema } from './repair.ts';

export const identifierPolicies = ['preserve', 'lower', 'snake'] as const;
/** What becomes of a text that holds NUL, that is not valid UTF-8, of an infinity among whole or decimal numbers. All but `reject` can be undone exactly. */
export const nulPolicies = ['reject', 'escape', 'bytea'] as const;
export const invalidPolicies = ['reject', 'escape', 'latin-1', 'windows-1252', 'bytea'] as const;
export const infinityPolicies = ['reject', 'text', 'numeric'] as const;
/** An index with entries too long for a b-tree: by a hash of them, as it is (the server may refuse it), or not at all. */
export const longKeyWays = ['hash', 'plain', 'omit'] as const;
export const ifExistsModes = ['fail', 'replace', 'append', 'upsert'] as const;
/**
 * Several sources into one target: each to a schema of its own, all into one with an error where names meet, with the file's name before each
 * table's, or tables of one name and shape into one with a column that names the source. `template`: what the template says, else `schema`.
 */
export const collisionChoices = ['template', 'schema', 'fail', 'prefix', 'merge'] as const;

/** Evidence behind a decision: a text code with parameters (see finding.ts). */
export const reasonSchema = z.object({ code: z.string(), params: z.record(z.string(), z.string()).optional() });
export type Reason = z.infer<typeof reasonSchema>;

export const planColumnSchema = z.object({
  source: z.string(),
  target: z.string(),
  include: z.boolean(),
  /** Why it does not cross; required where include is false. */
  excluded: reasonSchema.optional(),
  declared: z.string(),
  /** PostgreSQL type as in DDL. */
  type: z.string(),
  /** The target's own type where that is a domain, or an enumeration, which is loaded and compared as its text. */
  targetType: z.string().optional(),
  /** The texts that the target's enumeration allows; absent: any. */
  labels: z.array(z.string()).optional(),
  cast: castSchema.optional(),
  /** The values are loaded as this type, and the server turns the loaded column into `type` by its own reading of their text. */
  loadedAs: z.literal('text').optional(),
  nullable: z.boolean(),
  /** PostgreSQL default expression; absent: none. */
  default: z.string().optional(),
  identity: z.boolean(),
  /**
   * A stored generated column: `expression` is PostgreSQL's, `source` SQLite's. The values cross first; the column becomes generated once
   * the server's own values for every loaded row equal them, else it stays an ordinary one.
   */
  generated: z.object({ expression: z.string(), source: z.string() }).optional(),
  /** `C` keeps SQLite's BINARY order (memcmp); absent: the target's default. */
  collation: z.string().optional(),
  why: z.array(reasonSchema),
  /** Values the assessment counted that will be rejected under this decision. */
  misfits: bigText,
  comment: z.string().optional(),
  /** Set by a person on screen or by an override rule. */
  decidedBy: z.enum(['rule', 'template', 'person']),
});
export type PlanColumn = z.infer<typeof planColumnSchema>;

export const planKeySchema = z.object({ name: z.string(), columns: z.array(z.string()).min(1) });
export type PlanKey = z.infer<typeof planKeySchema>;

export const planCheckSchema = z.object({
  name: z.string(), expression: z.string(), source: z.string(),
  /** False where rows break it and are kept: it stays NOT VALID, new rows are checked. Absent: true. */
  validate: z.boolean().optional(),
});

export const planForeignKeySchema = z.object({
  name: z.string(),
  columns: z.array(z.string()).min(1),
  references: z.object({ schema: z.string(), table: z.string(), columns: z.array(z.string()).min(1) }),
  onUpdate: z.string(),
  onDelete: z.string(),
  deferrable: z.enum(['no', 'immediate', 'deferred']),
  /** False where orphans exist: stays NOT VALID, new rows are checked, old ones kept. */
  validate: z.boolean(),
});
export type PlanForeignKey = z.infer<typeof planForeignKeySchema>;

export const planIndexSchema = z.object({
  name: z.string(),
  source: z.string(),
  unique: z.boolean(),
  /** Each term as SQL on target columns, with its collation and order, e.g. `"name" COLLATE "C" DESC NULLS LAST`. */
  terms: z.array(z.string()).min(1),
  where: z.string().optional(),
  /** PostgreSQL's own text from USING on, in place of terms and condition. */
  definition: z.string().optional(),
  comment: z.string().optional(),
});
export type PlanIndex = z.infer<typeof planIndexSchema>;

/** A stored column that makes a table's texts searchable, and its index: what a full-text table of SQLite becomes. */
export const planSearchSchema = z.object({
  /** The full-text table of the source. */
  source: z.string(),
  column: z.string(),
  index: z.string(),
  /** A tsvector of the row. */
  expression: z.string(),
  /** Triggers of the source that kept the full-text table, which the column makes needless. */
  triggers: z.array(z.string()),
});
export type PlanSearch = z.infer<typeof planSearchSchema>;

export const planTableSchema = z.object({
  source: z.object({ database: z.string(), table: z.string() }),
  target: z.object({ schema: z.string(), table: z.string() }),
  include: z.boolean(),
  excluded: reasonSchema.optional(),
  /** The rows go into a table the target has, which decides names, types and keys and is never altered. */
  adopted: z.boolean().optional(),
  rows: bigText,
  /** Names that identify a row to people and to the verification: the primary key's columns, else the rowid's name; empty: the whole row. */
  rowKey: z.array(z.string()),
  /**
   * How chunks are read: by rowid (columns: its usable name), by primary key (WITHOUT ROWID), or all at once. `plainIntegers`: the
   * assessment proves that no integer passes 2^53 and that no column mixes integers with reals, so numbers stand for both.
   */
  reading: z.object({ by: z.enum(['rowid', 'key', 'all']), columns: z.array(z.string()), plainIntegers: z.boolean() }),
  /** Some row is larger than this many bytes only where `maxRowBytes` says so: bounds the rows of a chunk. */
  maxRowBytes: z.number(),
  /** SQL condition on the source's columns where only part of the rows crosses. */
  filter: z.string().optional(),
  columns: z.array(planColumnSchema),
  primaryKey: planKeySchema.optional(),
  uniques: z.array(planKeySchema),
  checks: z.array(planCheckSchema),
  foreignKeys: z.array(planForeignKeySchema),
  /** Constraints in PostgreSQL's own text: from a source that is PostgreSQL, or uniqueness that no b-tree can hold. */
  constraints: z.array(z.object({ kind: z.enum(['unique', 'exclusion', 'foreign key']), name: z.string(), definition: z.string() })).optional(),
  indexes: z.array(planIndexSchema),
  search: z.array(planSearchSchema).optional(),
  comment: z.string().optional(),
  /** Next value of the identity column, decimal text. */
  identityNext: bigText.optional(),
});
export type PlanTable = z.infer<typeof planTableSchema>;

export const objectKinds = [
  'table', 'virtual table', 'shadow table', 'view', 'trigger', 'index', 'primary key', 'unique', 'check', 'foreign key',
  'default', 'generated column', 'collation', 'sequence', 'not null', 'type', 'exclusion', 'conflict clause',
] as const;

/**
 * What becomes of each object of the source. `created`: as it was; `translated`: created with the same meaning in other words;
 * `listed`: does not cross, with the reason.
 */
export const planObjectSchema = z.object({
  kind: z.enum(objectKinds),
  name: z.string(),
  table: z.string().optional(),
  database: z.string(),
  outcome: z.enum(['created', 'translated', 'listed']),
  reason: reasonSchema.optional(),
  /** The object's text in the source, kept so that nothing is lost. */
  source: z.string().optional(),
});
export type PlanObject = z.infer<typeof planObjectSchema>;

export const planViewSchema = z.object({
  source: z.object({ database: z.string(), view: z.string() }),
  target: z.object({ schema: z.string(), view: z.string() }),
  columns: z.array(z.string()),
  /** SELECT in PostgreSQL, tables named by their final schema; `sourceSql` is SQLite's. */
  sql: z.string(),
  sourceSql: z.string(),
  /** Gives a reshaped table back: compared with it cell by cell in the verification, and never left out. */
  inverse: z.boolean().optional(),
  /** PostgreSQL's own text: nothing was translated; its answers are compared with those beside the snapshot (model/origin.ts). */
  native: z.boolean().optional(),
  comment: z.string().optional(),
  columnComments: z.array(z.object({ column: z.string(), comment: z.string() })).optional(),
});
export type PlanView = z.infer<typeof planViewSchema>;

/** An enumeration that the run creates; one of that name with the same labels that stands already is used. */
export const planTypeSchema = z.object({
  source: z.object({ database: z.string(), name: z.string() }),
  target: z.object({ schema: z.string(), type: z.string() }),
  labels: z.array(z.string()),
  comment: z.string().optional(),
});
export type PlanType = z.infer<typeof planTypeSchema>;

/** A row trigger and its function, which has the trigger's name and returns what the timing asks for. */
export const planTriggerSchema = z.object({
  source: z.object({ database: z.string(), trigger: z.string(), table: z.string() }),
  /** Schema and table it watches; `function` stands in the same schema. */
  target: z.object({ schema: z.string(), table: z.string(), trigger: z.string(), function: z.string() }),
  /** INSTEAD OF: on a view, whose name stands for the table's. */
  timing: z.enum(['BEFORE', 'AFTER', 'INSTEAD OF']),
  event: z.enum(['INSERT', 'UPDATE', 'DELETE']),
  /** UPDATE OF these target columns; empty: any. */
  columns: z.array(z.string()),
  /** A setting that is on while it runs, so that it does not fire itself: SQLite's triggers are not recursive by default. */
  guard: z.string().optional(),
  when: z.string().optional(),
  /** In PL/pgSQL's words, tables named by their final schema. */
  steps: z.array(z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('sql'), sql: z.string() }),
    z.object({ kind: z.literal('raise'), condition: z.string().optional(), message: z.string() }),
    z.object({ kind: z.literal('ignore'), condition: z.string().optional() }),
  ])),
  sourceSql: z.string(),
});
export type PlanTrigger = z.infer<typeof planTriggerSchema>;

/** One override: by exact column, by exact table, or by pattern (`*.created_at`). */
export const overrideSchema = z.object({
  /** Only for tables of this source; of all sources where absent. */
  database: z.string().optional(),
  table: z.string(),
  column: z.string().optional(),
  targetName: z.string().optional(),
  type: z.string().optional(),
  cast: castSchema.nullable().optional(),
  exclude: z.boolean().optional(),
  /** Of a table: a SQL condition on the source's columns where only part of the rows crosses; null: all of them. */
  filter: z.string().max(4000).nullable().optional(),
  /** A table that is to be created although the plan adopts the target's own. */
  create: z.boolean().optional(),
  collation: z.string().nullable().optional(),
  /**
   * Policies, each for columns that hold such values, so that they may be said of all (`*`): texts with NUL, texts that are not valid UTF-8,
   * infinities in a column of whole or decimal numbers.
   */
  nul: z.enum(nulPolicies).optional(),
  invalid: z.enum(invalidPolicies).optional(),
  infinity: z.enum(infinityPolicies).optional(),
  /** Of columns in indexes and keys whose entries are too long for PostgreSQL's b-tree. */
  keys: z.enum(longKeyWays).optional(),
  /** Who said it: a person where absent. */
  by: z.literal('template').optional(),
});
export type Override = z.infer<typeof overrideSchema>;

const planOptionShape = {
  schema: z.string().min(1),
  identifiers: z.enum(identifierPolicies),
  ifExists: z.enum(ifExistsModes),
  /** Rows go into the tables that the target has; whether those may hold rows is what `ifExists` says. */
  adopt: z.boolean(),
  infer: z.boolean(),
  /** Share of misfits up to which a column keeps its declared type and rejects them. */
  rejectShare: z.number().min(0).max(1),
  /** Threads that load; `auto`: as the machine has cores (core/threads.ts). */
  jobs: z.union([z.literal('auto'), z.number().int().min(1).max(16)]),
  /** `all` or a number of rows above which nothing swaps. */
  maxRejects: z.union([z.literal('all'), z.number().int().min(0)]),
  overrides: z.array(overrideSchema),
  /** Let a source cross that says of itself that its data has moved elsewhere already. */
  movedAgain: z.boolean().optional(),
  /** Absent: `template`. */
  collisions: z.enum(collisionChoices).optional(),
  /** Name of the template whose words stand before the overrides. */
  template: z.string().optional(),
  /** What to do about rows that break a key; absent: nothing. */
  repairs: z.array(repairRuleSchema).optional(),
};

export const planOptionsSchema = z.object({
  schema: planOptionShape.schema.default('public'),
  identifiers: planOptionShape.identifiers.default('preserve'),
  ifExists: planOptionShape.ifExists.default('fail'),
  adopt: planOptionShape.adopt.default(false),
  infer: planOptionShape.infer.default(false),
  rejectShare: planOptionShape.rejectShare.default(0.01),
  jobs: planOptionShape.jobs.default('auto'),
  maxRejects: planOptionShape.maxRejects.default(0),
  overrides: planOptionShape.overrides.default([]),
  movedAgain: planOptionShape.movedAgain,
  collisions: planOptionShape.collisions,
  template: planOptionShape.template,
  repairs: planOptionShape.repairs,
});

/** A change of some options. Without defaults: zod fills those in even for fields that are left out of a partial object. */
export const planOptionsChangeSchema = z.object(planOptionShape).partial();
export type PlanOptions = z.infer<typeof planOptionsSchema>;

export const planSourceSchema = z.object({
  /** Path, or connection name; never a password. */
  source: z.string(),
  database: z.string(),
  fingerprint: fingerprintSchema,
});

/** A table of the source that does not cross itself: `sql` gives it back from those that hold its rows, and must equal it in every cell. */
export const planInverseSchema = z.object({
  table: planTableSchema,
  /** SELECT in PostgreSQL, tables named by their final schema. */
  sql: z.string(),
  /** It stands as a view in the target; else it is only asked. */
  view: z.boolean(),
  /** Of a merged table's part: under which table, and with which value in which of its columns, its rejected rows are kept. */
  rejects: z.object({ database: z.string(), table: z.string(), column: z.string(), value: z.string() }).optional(),
});
export type PlanInverse = z.infer<typeof planInverseSchema>;

/** The reviewed file people keep in git. */
export const planSchema = z.object({
  format: z.literal('travessia-plan/1'),
  id: z.string(),
  version: z.number().int().min(1),
  createdAt: z.string(),
  assessmentId: z.string(),
  sources: z.array(planSourceSchema).min(1),
  /** Database reference without password: `embedded`, a saved connection's name, or a redacted URL. */
  target: z.string(),
  /** Major version that the translations need; absent where none needs more than the oldest. */
  targetVersion: z.number().int().optional(),
  options: planOptionsSchema,
  tables: z.array(planTableSchema),
  views: z.array(planViewSchema),
  /** Absent in plans made before triggers were translated. */
  triggers: z.array(planTriggerSchema).optional(),
  /** Absent where no source is PostgreSQL. */
  types: z.array(planTypeSchema).optional(),
  objects: z.array(planObjectSchema),
  /** What is done to the run's own copies before they are read, and how it is undone in the target; absent where nothing is. */
  preparations: z.array(preparationSchema).optional(),
  inverse: z.array(planInverseSchema).optional(),
  /** Rows that break keys, and what is done about them, parents first; absent in plans made before repairs. */
  repairs: z.array(planRepairSchema).optional(),
  findings: z.array(findingSchema),
});
export type Plan = z.infer<typeof planSchema>;
