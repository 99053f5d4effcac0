import { rejectCodes, type RejectCode, type SourceValue } from '../../model/values.ts';

/** Text whose bytes are not valid in its encoding: kept as bytes, because a string could not tell. */
export interface RawText {
  readonly rawText: Uint8Array;
  /** The bytes are UTF-16 with faults, so there are no UTF-8 bytes that a bytea could keep. */
  readonly utf16?: true;
}

/** Bytes too many to hold at once, of which only the SHA-256 was taken, as lower-case hex. */
export interface HashedBytes {
  readonly sha256: string;
}

/** One cell as the verification reads it: integers always as bigint, REALs always as number. */
export type SourceCell = SourceValue | RawText | HashedBytes;

/** Why a value has no form in its target column. */
export interface Unrepresentable {
  readonly code: RejectCode;
}

/** Canonical text, or why there is none. NULL never comes here. */
export type Canonical = string | Unrepresentable;

/** Canonical text of one non-NULL cell. */
export type Canonicaliser = (value: Exclude<SourceCell, null>) => Canonical;

const reasons: ReadonlyMap<RejectCode, Unrepresentable> = new Map(rejectCodes.map((code) => [code, Object.freeze({ code })]));

/** One frozen object per code: many rows may need it. */
export function cannot(code: RejectCode): Unrepresentable {
  return reasons.get(code) ?? { code };
}

export function isRawText(value: SourceCell): value is RawText {
  return typeof value === 'object' && value !== null && 'rawText' in value;
}

export function isHashedBytes(value: SourceCell): value is HashedBytes {
  return typeof value === 'object' && value !== null && 'sha256' in value;
}

/**
 * The text of a REAL: the shortest that reads back equal, with `.0` for integral values so that 5.0 is not the integer 5
 * (SQLite and JavaScript agree on the digits, not on the spelling of exponents).
 */
export function realText(value: number): string {
  if (Object.is(value, -0)) return '-0.0';
  const text = String(value);
  return Number.isInteger(value) && !text.includes('e') ? `${text}.0` : text;
}

/** The text a number or string stands for in a text column; undefined for bytes. */
export function plainText(value: Exclude<SourceCell, null>): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'number') return realText(value);
  return undefined;
}
