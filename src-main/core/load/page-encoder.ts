import { isUtf8 } from 'node:buffer';
import type { SourceValue } from '../../../shared/model/values.ts';
import { parseTypeName, type Codec } from '../../../shared/pure/codec/index.ts';
import { PagesUnfit, storage, type PageColumn, type RecordCursor } from '../../drivers/sqlite/pages/index.ts';
import type { CopyBuffer } from './copy-buffer.ts';
import type { LoadColumn } from './row-encoder.ts';

/** Writes the field of a value that is not NULL; false where only an exact reading can tell what becomes of it. */
type Field = (index: number) => boolean;

const integers: ReadonlyMap<string, { readonly below: number; readonly write: (out: CopyBuffer, value: number) => void }> = new Map([
  ['smallint', { below: 2 ** 15, write: (out: CopyBuffer, value: number) => out.int16(value) }],
  ['integer', { below: 2 ** 31, write: (out: CopyBuffer, value: number) => out.int32(value) }],
  ['bigint', { below: 2 ** 53, write: (out: CopyBuffer, value: number) => out.int64(value) }],
]);

/**
 * Writes the row under a cursor as `rowWriter` writes what SQLite answers: text and blobs by the page's own bytes, numbers by theirs, all other
 * kinds of value by their codec. False: the row does not fit, or only an exact reading can tell; then nothing of it is written.
 *
 * Whether a text is valid UTF-8 without NUL is left to the server, which looks at every byte that COPY brings it (manual, "Character Set Support";
 * SQLSTATE 22021): asking for it here as well costs a sixth of the load (measured).
 */
export function pageRowWriter(columns: readonly LoadColumn[], places: readonly PageColumn[], cursor: RecordCursor, out: CopyBuffer): () => boolean {
  const { kinds } = cursor;
  const fields = columns.map((column) => {
    const place = places.find(({ name }) => name === column.source);
    if (place === undefined) throw new PagesUnfit('malformed');
    const { index } = place;
    const write = place.rowid ? rowidField(column.codec, cursor, out) : fieldOf(column, place, cursor, out);
    return { index, rowid: place.rowid, nullable: column.nullable, write };
  });
  const count = fields.length;
  return () => {
    out.beginRow(count);
    for (let at = 0; at < count; at += 1) {
      const field = fields[at];
      if (field === undefined) return false;
      if (kinds[field.index] === storage.null && !field.rowid) {
        if (field.nullable) {
          out.nil();
          continue;
        }
      } else if (field.write(field.index)) {
        continue;
      }
      out.undoRow();
      return false;
    }
    return true;
  };
}

function rowidField(codec: Codec, cursor: RecordCursor, out: CopyBuffer): Field {
  return () => codec.write(BigInt(cursor.rowid), out) === undefined;
}

function fieldOf({ codec, type, judged }: LoadColumn, { real }: PageColumn, cursor: RecordCursor, out: CopyBuffer): Field {
  const { kinds, lengths, starts } = cursor;
  const valueOf = (index: number): SourceValue | undefined => {
    switch (kinds[index]) {
      case storage.integer: return real ? Number(cursor.bigint(index)) : cursor.bigint(index);
      // SQLite reads a stored NaN as NULL, which an exact reading tells.
      case storage.real: return Number.isNaN(cursor.real(index)) ? undefined : cursor.real(index);
      case storage.blob: return cursor.slice(index);
      default: {
        const bytes = cursor.slice(index);
        return isUtf8(bytes) ? bytes.toString('utf8') : undefined;
      }
    }
  };
  const byCodec: Field = (index) => {
    const value = valueOf(index);
    return value !== undefined && codec.write(value, out) === undefined;
  };
  if (judged) return byCodec;
  const { base, args } = parseTypeName(type);
  const integer = integers.get(base);
  if (integer !== undefined) {
    const { below, write } = integer;
    return (index) => {
      // NaN, for what passes 2^53, is in no range.
      const value = kinds[index] === storage.integer ? cursor.integer(index) : Number.NaN;
      if (!(value >= -below && value < below)) return byCodec(index);
      write(out, value);
      return true;
    };
  }
  const copied = (kind: number, longest: number): Field => (index) => {
    const length = lengths[index] ?? 0;
    if (kinds[index] !== kind || length > longest) return byCodec(index);
    out.copied(cursor.bytes, starts[index] ?? 0, length);
    return true;
  };
  switch (base) {
    case 'text': return copied(storage.text, Number.MAX_SAFE_INTEGER);
    // A character has at least one byte, so that so many bytes are never too many characters.
    case 'varchar': return copied(storage.text, args[0] ?? Number.MAX_SAFE_INTEGER);
    case 'bytea': return copied(storage.blob, Number.MAX_SAFE_INTEGER);
    case 'double precision': return (index) => {
      const value = kinds[index] === storage.real ? cursor.real(index) : Number.NaN;
      if (Number.isNaN(value)) return byCodec(index);
      out.float64(value);
      return true;
    };
    default: return byCodec;
  }
}
