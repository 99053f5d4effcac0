import { z } from 'zod';

/** A count or identifier that may pass 2^53 travels as decimal text (design: what must always hold, 9). */
export const bigText = z.string().regex(/^-?\d+$/);

/** The five storage classes of SQLite (datatype3.html, section 2). */
export const storageClasses = ['null', 'integer', 'real', 'text', 'blob'] as const;
export type StorageClass = (typeof storageClasses)[number];

/**
 * One value as read from SQLite. `number` is a REAL; an INTEGER is a `bigint`, except where a table was read with plain
 * numbers because its assessment proves that no integer passes 2^53 and no column mixes integers with reals.
 */
export type SourceValue = null | bigint | number | string | Uint8Array;

/**
 * How a value changes its form on the way, where it does. The first seven are fixed by command-line.md and known to outside judges.
 * `text as bytes`: text (or a number's text) kept as its UTF-8 bytes in a bytea column; raw bytes of invalid UTF-8 stay as they are.
 * `bytes escaped`: `\` → `\\`, NUL and bytes that are no valid UTF-8 → `\ooo` (octal). `latin-1 decoded`, `windows-1252 decoded`: the bytes of
 * every text of the column read as characters of that encoding. How each is undone: shared/pure/undo-cast.ts.
 * `nan read`: beside numbers the text `NaN` is that number, in snapshots of PostgreSQL; SQLite has no such REAL. `zone to utc`: texts of a moment with
 * their zone as UTC's date and time in a `timestamp` without zone, as JavaScript's programs store them; a text without one has no form there.
 */
export const casts = [
  'epoch s',
  'epoch ms',
  'epoch us',
  'epoch ns',
  'julian day',
  'nul escaped',
  'blob as utf-8',
  'text as bytes',
  'bytes escaped',
  'latin-1 decoded',
  'windows-1252 decoded',
  'nan read',
  'zone to utc',
] as const;
export const castSchema = z.enum(casts);
export type Cast = z.infer<typeof castSchema>;

/** Why a value cannot be represented in its target column. */
export const rejectCodes = [
  'NUL_IN_TEXT',
  'INVALID_UTF8',
  'BLOB_IN_TEXT',
  'NOT_AN_INTEGER',
  'NOT_A_NUMBER',
  'OUT_OF_RANGE',
  'INFINITE',
  'NOT_A_BOOLEAN',
  'NOT_A_DATE',
  'NOT_A_TIME',
  'NOT_A_TIMESTAMP',
  'BELOW_MICROSECOND',
  'NOT_A_UUID',
  'NOT_JSON',
  'TOO_LONG',
  'TOO_PRECISE',
  'NOT_A_LABEL',
  'NOT_BYTES',
  'TEXT_IN_BLOB',
  'NULL_NOT_ALLOWED',
  'DUPLICATE_KEY',
  // Taken out by a repair that the plan chose.
  'QUARANTINED_ORPHAN',
  'QUARANTINED_NULL_KEY',
  'QUARANTINED_DUPLICATE',
  'QUARANTINED_CHECK',
] as const;
export const rejectCodeSchema = z.enum(rejectCodes);
export type RejectCode = z.infer<typeof rejectCodeSchema>;

/**
 * A cell shown to a person: `text` is the value as text (hex for blobs), cut at 2 KB; `bytes` its full size.
 */
export const cellSchema = z.object({
  class: z.enum(storageClasses),
  text: z.string().nullable(),
  cut: z.boolean().optional(),
  bytes: z.number().optional(),
  /** Characters (bytes of a blob) left out before the text: they are equal on both sides. */
  from: z.number().optional(),
});
export type Cell = z.infer<typeof cellSchema>;

/**
 * One typed value kept in full, for rejects: `null`, or `[class, text]` with integers as decimal text, reals as their shortest
 * text that reads back equal, text as it is where it is valid UTF-8 without NUL, else `["text-hex", hex of the raw bytes]`, blobs as hex.
 */
export const typedValueSchema = z.union([z.null(), z.tuple([z.enum(['integer', 'real', 'text', 'text-hex', 'blob']), z.string()])]);
export type TypedValue = z.infer<typeof typedValueSchema>;
