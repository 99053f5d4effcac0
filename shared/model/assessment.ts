import { z } from 'zod';
import { bigText, castSchema } from './values.ts';
import { findingSchema } from './finding.ts';

/** One way a column could cross, and how many of its non-NULL values do not fit. */
export const candidateSchema = z.object({
  /** PostgreSQL type as in DDL, e.g. `numeric(10,2)`. */
  type: z.string(),
  cast: castSchema.optional(),
  misfits: bigText,
  /** Misfits by reject code. */
  codes: z.record(z.string(), bigText),
  examples: z.array(z.object({ key: z.string(), value: z.string(), code: z.string() })).max(5),
});
export type Candidate = z.infer<typeof candidateSchema>;

/** What the data suggests beyond the declaration; `ambiguous` ones (seconds or milliseconds, naive zone) need a person. */
export const proposalSchema = z.object({
  type: z.string(),
  cast: castSchema.optional(),
  matches: bigText,
  misfits: bigText,
  ambiguous: z.boolean(),
  /** Text code of the evidence, e.g. `proposal.iso-date`, `proposal.epoch-ms`, `proposal.zero-one`, `proposal.uuid`, `proposal.json`. */
  code: z.string(),
  params: z.record(z.string(), z.string()).optional(),
});
export type Proposal = z.infer<typeof proposalSchema>;

export const columnProfileSchema = z.object({
  name: z.string(),
  declared: z.string(),
  affinity: z.enum(['integer', 'real', 'numeric', 'text', 'blob']),
  classes: z.object({ null: bigText, integer: bigText, real: bigText, text: bigText, blob: bigText }),
  minInteger: bigText.optional(),
  maxInteger: bigText.optional(),
  minReal: z.string().optional(),
  maxReal: z.string().optional(),
  maxChars: z.number().optional(),
  maxBytes: z.number().optional(),
  /** TEXT values holding a NUL character; TEXT values that are not valid UTF-8. */
  nulTexts: bigText,
  invalidTexts: bigText,
  infinities: bigText,
  beyond32: bigText,
  beyond53: bigText,
  /** TEXT values with leading or trailing white space. */
  untrimmed: bigText,
  distinctEstimate: z.string().optional(),
  /** Ordered: the declared type first, each next holds more, the last holds everything. */
  candidates: z.array(candidateSchema).min(1),
  proposals: z.array(proposalSchema),
  /** Further ways for the texts with NUL or invalid UTF-8, where there are any. */
  policies: z.array(candidateSchema).optional(),
  /** Ways that columns joined with it by foreign keys take, and what of this one would not fit; where they are not alike by themselves. */
  joined: z.array(candidateSchema).optional(),
  /** TEXT values with a backslash, which escaping doubles; where texts are escaped. */
  backslashTexts: bigText.optional(),
});
export type ColumnProfile = z.infer<typeof columnProfileSchema>;

/** A column of a key and its way. */
const wayOfKeySchema = z.object({ column: z.string(), type: z.string(), cast: castSchema.optional() });

export const grades = ['A', 'B', 'C'] as const;

export const tableAssessmentSchema = z.object({
  name: z.string(),
  kind: z.enum(['table', 'virtual', 'shadow']),
  rows: bigText,
  /** Bytes of payload read, as text and blob lengths plus 8 per number: what drives time, not pages on disk. */
  payloadBytes: bigText,
  maxRowBytes: z.number(),
  columns: z.array(columnProfileSchema),
  key: z.array(z.string()),
  nullKeys: bigText,
  /** CHECK constraints as SQLite itself judges the rows; those it cannot evaluate here (a function of the program's own) are missing. */
  checks: z.array(z.object({ expression: z.string(), broken: bigText, examples: z.array(z.string()) })).optional(),
  /** Indexes and keys with entries that PostgreSQL's b-tree cannot hold: how long the longest is, in bytes. */
  longKeys: z.array(z.object({ index: z.string(), columns: z.array(z.string()), bytes: bigText })).optional(),
  /** As the target will compare; `inSource`: as SQLite does, where that is another number. */
  orphans: z.array(z.object({ foreignKey: z.number(), columns: z.array(z.string()), parent: z.string(), count: bigText, inSource: bigText.optional(), examples: z.array(z.string()) })),
  /** The ways of columns of keys under which orphans and violations were counted; absent in assessments made before. */
  keyWays: z.array(wayOfKeySchema).optional(),
  /** Rows whose key SQLite finds in the parent and the target would not, by the way that both columns would take. */
  lostKeys: z.array(wayOfKeySchema.extend({ foreignKey: z.number(), lost: bigText })).optional(),
  /** Indexes and keys whose uniqueness would not hold in the target (columns, number of colliding groups, rows beyond the first of each, the collation that causes it). */
  uniqueViolations: z.array(z.object({
    index: z.string(), columns: z.array(z.string()), groups: bigText, rows: bigText.optional(), reason: z.string(),
    /** Only under the index's collation, which bytes can follow by an expression and need not. */
    folded: z.boolean().optional(),
  })),
  findings: z.array(findingSchema),
  grade: z.enum(grades),
  /** Set where the table could not be read to the end. */
  error: z.object({ code: z.string(), message: z.string() }).optional(),
});
export type TableAssessment = z.infer<typeof tableAssessmentSchema>;

/** The thresholds of the seed "item-store-primary"; editable in the settings. */
export const thresholdsSchema = z.object({
  items: z.number().default(100_000),
  itemsWarning: z.number().default(50_000),
  startupSeconds: z.number().default(30),
  memoryBytes: z.number().default(2 * 1024 ** 3),
  instances: z.number().default(1),
});
export type Thresholds = z.infer<typeof thresholdsSchema>;

/** A change of some thresholds, without defaults for the rest. */
export const thresholdsChangeSchema = z.object({ items: z.number(), itemsWarning: z.number(), startupSeconds: z.number(), memoryBytes: z.number(), instances: z.number() }).partial();

/** What the file cannot tell and a person is asked for. */
export const answersSchema = z.object({
  startupSeconds: z.number().optional(),
  memoryBytes: z.number().optional(),
  instances: z.number().optional(),
});
export type Answers = z.infer<typeof answersSchema>;

export const decisionSchema = z.object({
  verdict: z.enum(['migrate-now', 'soon', 'not-yet', 'unknown']),
  reasons: z.array(z.object({ measure: z.enum(['items', 'startupSeconds', 'memoryBytes', 'instances']), value: z.number().nullable(), threshold: z.number(), over: z.boolean().nullable() })),
});

export const fingerprintSchema = z.object({
  bytes: z.number(),
  changeCounter: z.number(),
  walBytes: z.number(),
  walSalt: z.string().optional(),
  /** Milliseconds since 1970 at which the file was last written; 0 where the source has no such moment. */
  modifiedMs: z.number(),
  /** The same of its WAL, where that holds anything. */
  walModifiedMs: z.number().optional(),
});
export type Fingerprint = z.infer<typeof fingerprintSchema>;

export const assessmentSchema = z.object({
  id: z.string(),
  createdAt: z.string(),
  /** As written by the person: a path or URL without password. */
  source: z.string(),
  /** File name without folder. */
  database: z.string(),
  fingerprint: fingerprintSchema,
  file: z.object({
    bytes: z.number(),
    encoding: z.string(),
    pageSize: z.number(),
    pageCount: z.number(),
    freePages: z.number(),
    journalMode: z.string(),
    walBytes: z.number(),
    userVersion: z.number(),
    applicationId: z.number(),
    sqliteVersion: z.string(),
  }),
  integrity: z.object({
    quickCheck: z.array(z.string()), integrityCheck: z.array(z.string()), foreignKeyCheck: bigText,
    /** Of a large file: tables whose indexes were compared with them from the pages of the copy, and found sound, instead of by SQLite's full check. */
    tablesByPages: z.number().optional(),
    /** Present where indexes were damaged: those of the copy were built anew from their tables. `refused`: SQLite would not, so they are not trusted. */
    rebuilt: z.object({ indexes: z.number(), refused: z.array(z.object({ index: z.string(), table: z.string(), reason: z.string() })) }).optional(),
  }),
  tables: z.array(tableAssessmentSchema),
  views: z.array(z.object({ name: z.string(), broken: z.string().optional() })),
  triggers: z.array(z.object({ name: z.string(), table: z.string() })),
  findings: z.array(findingSchema),
  grade: z.enum(grades),
  rows: bigText,
  estimate: z.object({ seconds: z.number(), targetBytes: z.number() }),
  thresholds: thresholdsSchema,
  answers: answersSchema,
  decision: decisionSchema,
  seconds: z.number(),
});
export type Assessment = z.infer<typeof assessmentSchema>;
