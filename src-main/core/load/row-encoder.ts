import type { PlanTable } from '../../../shared/model/plan.ts';
import type { RejectCode, SourceValue } from '../../../shared/model/values.ts';
import { codecFor, parseTypeName, suspectText, type Codec, type FieldWriter } from '../../../shared/pure/codec/index.ts';
import type { CopyBuffer } from './copy-buffer.ts';

export interface LoadColumn {
  readonly source: string;
  readonly target: string;
  readonly type: string;
  readonly codec: Codec;
  /** Each value is its codec's to judge: no bytes of the file are its field as they are. */
  readonly judged: boolean;
  readonly nullable: boolean;
  /** Blobs cross as they are, so that no byte of one has to be seen before it is sent. */
  readonly bytes: boolean;
}

/**
 * The columns of a plan that cross, each with its codec, in the order of reading and of COPY: the one that is the rowid stands last,
 * where a reading has the rowid anyway.
 */
export function loadColumns(table: Pick<PlanTable, 'columns'>, rowidAlias: string | null): LoadColumn[] {
  return table.columns
    .filter((column) => column.include)
    .toSorted((a, b) => Number(a.source === rowidAlias) - Number(b.source === rowidAlias))
    .map(({ source, target, type, loadedAs = type, cast, labels, nullable }) => ({ source, target, type: loadedAs, codec: codecFor(loadedAs, cast, { nullable, labels }), judged: cast !== undefined || labels !== undefined, nullable, bytes: cast === undefined && parseTypeName(loadedAs).base === 'bytea' }));
}

/** Why one column of a row cannot cross. */
export interface Misfit {
  readonly column: LoadColumn;
  readonly code: RejectCode;
}

/**
 * A codec for rows read with plain numbers, where INTEGER and REAL look alike and large integers are rounded: what it cannot decide it
 * calls a misfit, and the row is read again exactly.
 */
function guarded(codec: Codec): Codec {
  const exactOnly = codec.tellsIntegersFromReals;
  const write: Codec['write'] = (value, out) => {
    if (typeof value === 'number' && (exactOnly || (Number.isInteger(value) && !Number.isSafeInteger(value)))) return 'TOO_PRECISE';
    return codec.write(value, out);
  };
  return { ...codec, write };
}

/** Under a cast that goes by a text's bytes, a text that may stand for invalid ones has to be read exactly. */
function byBytes(codec: Codec): Codec {
  if (codec.invalidText !== 'decoded') return codec;
  return { ...codec, write: (value, out) => (typeof value === 'string' && suspectText(value) ? 'INVALID_UTF8' : codec.write(value, out)) };
}

/**
 * Writes rows as they come from the fast reading. False: the row does not fit, or only an exact reading can tell (see `suspectText`);
 * then nothing of it is written.
 */
export function rowWriter(columns: readonly LoadColumn[], out: CopyBuffer, plainIntegers: boolean): (row: readonly SourceValue[]) => boolean {
  const codecs = columns.map(({ codec }) => byBytes(plainIntegers ? guarded(codec) : codec));
  const count = codecs.length;
  return (row) => {
    out.beginRow(count);
    for (let index = 0; index < count; index += 1) {
      const value = row[index];
      if (value === undefined || codecs[index]?.write(value, out) !== undefined) {
        out.undoRow();
        return false;
      }
    }
    if (!out.suspect) return true;
    out.undoRow();
    return false;
  };
}

/** Writes a row that was read exactly, or writes nothing and tells every column that does not fit. */
export function writeExact(columns: readonly LoadColumn[], values: readonly ExactValue[], out: CopyBuffer): Misfit[] {
  const misfits: Misfit[] = [];
  out.beginRow(columns.length);
  columns.forEach((column, index) => {
    const value = values[index];
    const code = value === undefined ? 'NULL_NOT_ALLOWED' : writeValue(column.codec, value, out);
    if (code !== undefined) misfits.push({ column, code });
  });
  if (misfits.length > 0) out.undoRow();
  return misfits;
}

/** One value with what better-sqlite3 hides: `invalid` holds the raw bytes of a text that is not valid in the database's encoding. */
export interface ExactValue {
  readonly value: SourceValue;
  readonly invalid?: Uint8Array | undefined;
  /** The raw bytes are UTF-8 with faults, not UTF-16. */
  readonly utf8: boolean;
}

/** One value by its codec, or why it has no form in the target. */
export function writeValue(codec: Codec, { value, invalid, utf8 }: ExactValue, out: FieldWriter): RejectCode | undefined {
  if (invalid === undefined || codec.invalidText === 'as read') return codec.write(value, out);
  if (codec.writeInvalid !== undefined && utf8) return codec.writeInvalid(invalid, out);
  // Faulty UTF-16 has no UTF-8 bytes to keep.
  return codec.invalidText === 'bytes' && utf8 ? codec.write(invalid, out) : 'INVALID_UTF8';
}
