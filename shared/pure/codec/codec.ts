import type { RejectCode, SourceValue } from '../../model/values.ts';

/**
 * Takes one field of a row in the form of PostgreSQL's COPY BINARY: a length, then the bytes (manual, COPY, "Binary Format").
 * Each call appends exactly one field. The loader implements it over its buffers, so shared code knows none.
 */
export interface FieldWriter {
  /** NULL: length -1, no bytes. */
  nil(): void;
  bool(value: boolean): void;
  int16(value: number): void;
  int32(value: number): void;
  /** A `number` must be a safe integer. */
  int64(value: bigint | number): void;
  float32(value: number): void;
  float64(value: number): void;
  /** The text as UTF-8. */
  text(value: string): void;
  /** One byte, then the text as UTF-8 (jsonb's version byte). */
  prefixedText(prefix: number, value: string): void;
  /** The first `length` bytes (all where absent); copied before the call returns. */
  bytes(value: Uint8Array, length?: number): void;
}

/**
 * How one column's values become fields: one truth for the assessment (counts misfits), the plan (decides by them) and the loader.
 * A codec keeps scratch memory of its own: use it in one thread.
 */
export interface Codec {
  /** Type as given to codecFor. */
  readonly type: string;
  /** True where an INTEGER 5 and a REAL 5.0 end as different values, so that a reader must not confuse them. */
  readonly tellsIntegersFromReals: boolean;
  /**
   * What becomes of a text whose raw bytes are not valid in the database's encoding (see `suspectText`): `reject` as INVALID_UTF8,
   * hand its raw `bytes` over as the value, give it `as read`, which then misfits for a reason of its own, or hand the bytes to
   * `writeInvalid` (`decoded`).
   */
  readonly invalidText: 'reject' | 'bytes' | 'as read' | 'decoded';
  /** Appends the field of a text by its raw bytes, which are not valid UTF-8; only where invalidText is `decoded`. */
  readonly writeInvalid?: (bytes: Uint8Array, out: FieldWriter) => RejectCode | undefined;
  /** Why the value cannot be represented; undefined where it fits. */
  misfit(value: SourceValue): RejectCode | undefined;
  /** Appends the value's field, or appends nothing and returns why it does not fit. */
  write(value: SourceValue, out: FieldWriter): RejectCode | undefined;
}

export interface CodecOptions {
  /** Default true. */
  readonly nullable?: boolean;
  /** Of a text type: only these texts fit. */
  readonly labels?: readonly string[] | undefined;
}

/** What a kind of codec gives: writing of values other than NULL. */
export interface ValueCodec {
  readonly tellsIntegersFromReals?: boolean;
  readonly invalidText?: Codec['invalidText'];
  readonly writeInvalid?: NonNullable<Codec['writeInvalid']>;
  readonly write: (value: Exclude<SourceValue, null>, out: FieldWriter) => RejectCode | undefined;
}

const nothing = (): void => {};

/** Takes fields and keeps nothing: `misfit` is `write` into it, so the two can never disagree. */
export const discard: FieldWriter = {
  nil: nothing,
  bool: nothing,
  int16: nothing,
  int32: nothing,
  int64: nothing,
  float32: nothing,
  float64: nothing,
  text: nothing,
  prefixedText: nothing,
  bytes: nothing,
};

/** Lets only these texts through, as they would be written. Raw bytes of a text that is not valid are none of them. */
export function withLabels({ write, ...kind }: ValueCodec, labels: readonly string[]): ValueCodec {
  const allowed = new Set(labels);
  let text = '';
  const read: FieldWriter = { ...discard, text: (value) => void (text = value), bytes: (value, length) => void (text = new TextDecoder().decode(value.subarray(0, length))) };
  return {
    tellsIntegersFromReals: kind.tellsIntegersFromReals ?? false,
    invalidText: 'reject',
    write: (value, out) => write(value, read) ?? (allowed.has(text) ? write(value, out) : 'NOT_A_LABEL'),
  };
}

/** Adds the rule for NULL and `misfit` to a kind of codec. */
export function withNull(type: string, kind: ValueCodec, nullable: boolean): Codec {
  const inner = kind.write;
  const write = nullable
    ? (value: SourceValue, out: FieldWriter): RejectCode | undefined => {
        if (value !== null) return inner(value, out);
        out.nil();
        return undefined;
      }
    : (value: SourceValue, out: FieldWriter): RejectCode | undefined => (value === null ? 'NULL_NOT_ALLOWED' : inner(value, out));
  return {
    type,
    tellsIntegersFromReals: kind.tellsIntegersFromReals ?? false,
    invalidText: kind.invalidText ?? 'as read',
    ...(kind.writeInvalid === undefined ? {} : { writeInvalid: kind.writeInvalid }),
    misfit: (value) => write(value, discard),
    write,
  };
}
