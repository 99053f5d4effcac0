import type { Candidate } from '../../../shared/model/assessment.ts';
import type { RejectCode, SourceValue } from '../../../shared/model/values.ts';
import { codecFor, type Codec } from '../../../shared/pure/codec/index.ts';
import { hexOf, literalText } from '../../../shared/pure/key-text.ts';
import { affinityOf, holdsAllOf, ladderFor, type Rung } from '../../../shared/pure/type-ladder/index.ts';
import type { RowNamer } from './column-scan.ts';

const maxExamples = 5;
const maxExampleChars = 120;

/** Stands for the bytes of a blob that was not read: no text, no UUID, no number. */
export const unreadBlob = new Uint8Array(17).fill(0xff);

interface Count {
  readonly rung: Rung;
  readonly codec: Codec;
  /** Must be tried even where the first rung holds the value. */
  readonly always: boolean;
  misfits: number;
  readonly codes: Map<RejectCode, number>;
  readonly examples: { key: string; value: string; code: string }[];
}

/** Whether some rung of a column's ladder depends on what the bytes of a blob are. */
export function readsBlobs(rungs: readonly Rung[]): boolean {
  return rungs.some(({ type, cast }) => cast === 'blob as utf-8' || type === 'uuid');
}

/** Counts, for every rung of a column's ladder, the values that do not fit. */
export interface RungCounts {
  readonly rungs: readonly Rung[];
  /** Whether every text that is neither invalid nor holds NUL fits, so that none needs to be added; and the same of whole numbers. */
  readonly holdsAnyText: boolean;
  readonly holdsAnyInteger: boolean;
  add(value: Exclude<SourceValue, null>, row: readonly SourceValue[]): void;
  /** A text already known to hold neither NUL nor U+FFFD. */
  addPlainText(value: string, row: readonly SourceValue[]): void;
  /** A text whose bytes are not valid: only raw bytes hold it, and none at all where the file is UTF-16, since a faulty text has no UTF-8 bytes. */
  addInvalid(row: readonly SourceValue[], bytes: Uint8Array, utf8: boolean): void;
  candidate(index: number): Candidate | undefined;
  misfitsOf(index: number): number;
}

export function createRungCounts(declared: string, name: RowNamer): RungCounts {
  const rungs = ladderFor(declared, affinityOf(declared));
  const counts = rungs.map((rung, index): Count => {
    const first = rungs[0] ?? rung;
    return { rung, codec: codecFor(rung.type, rung.cast), always: index > 0 && !holdsAllOf(first, rung), misfits: 0, codes: new Map(), examples: [] };
  });
  const [first, ...later] = counts;
  if (first === undefined) throw new Error(`no candidate type for a column declared ${declared}`);
  const always = later.filter((count) => count.always);
  const isPlainText = first.rung.type === 'text' && first.rung.cast === undefined && always.length === 0;
  const isPlainInteger = first.rung.type === 'bigint' && always.length === 0;

  function miss(count: Count, code: RejectCode, value: Exclude<SourceValue, null>, row: readonly SourceValue[]): void {
    count.misfits += 1;
    count.codes.set(code, (count.codes.get(code) ?? 0) + 1);
    if (count.examples.length < maxExamples) count.examples.push({ key: name(row), value: value === unreadBlob ? "x'…" : exampleText(value), code });
  }

  function add(value: Exclude<SourceValue, null>, row: readonly SourceValue[]): void {
    if (isPlainInteger && typeof value === 'bigint') return;
    const code = first?.codec.misfit(value);
    if (first !== undefined && code !== undefined) miss(first, code, value, row);
    for (const count of code === undefined ? always : later) {
      const laterCode = count.codec.misfit(value);
      if (laterCode !== undefined) miss(count, laterCode, value, row);
    }
  }

  return {
    rungs,
    holdsAnyText: isPlainText,
    holdsAnyInteger: isPlainInteger,
    add,
    addPlainText(value, row) {
      if (!isPlainText) add(value, row);
    },
    addInvalid(row, bytes, utf8) {
      for (const count of counts) {
        if (count.rung.cast === 'text as bytes' && utf8) continue;
        miss(count, count.rung.type === 'bytea' && count.rung.cast === undefined ? 'TEXT_IN_BLOB' : 'INVALID_UTF8', bytes, row);
      }
    },
    candidate(index) {
      const count = counts[index];
      if (count === undefined) return undefined;
      return {
        type: count.rung.type,
        ...(count.rung.cast === undefined ? {} : { cast: count.rung.cast }),
        misfits: String(count.misfits),
        codes: Object.fromEntries([...count.codes].map(([code, number]) => [code, String(number)])),
        examples: count.examples,
      };
    },
    misfitsOf: (index) => counts[index]?.misfits ?? 0,
  };
}

/** A value as a SQL literal, so that '5' and 5 look different, cut for a screen. */
export function exampleText(value: Exclude<SourceValue, null>): string {
  const text = typeof value === 'object' ? `x'${hexOf(value.subarray(0, maxExampleChars / 2))}'` : literalText(typeof value === 'string' ? value.slice(0, maxExampleChars) : value);
  return text.length > maxExampleChars ? `${text.slice(0, maxExampleChars - 1)}…` : text;
}
