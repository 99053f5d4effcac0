/**
 * How a SQLite value becomes a PostgreSQL field. A *codec* belongs to one target type and cast; a *misfit* is a value it cannot
 * represent without changing it. The assessment counts misfits, the plan decides by them, the loader writes or rejects by them.
 *
 * Text that better-sqlite3 read holds U+FFFD where the bytes were invalid: a codec cannot know that. Whoever finds `suspectText`
 * reads the raw bytes (CAST AS BLOB) and decides between INVALID_UTF8 and a genuine U+FFFD.
 */
import type { Cast } from '../../model/values.ts';
import { booleanCodec } from './booleans.ts';
import { withLabels, withNull, type Codec, type CodecOptions, type FieldWriter, type ValueCodec } from './codec.ts';
import { jsonCodec } from './json.ts';
import { doubleCodec, integerCodec, realCodec } from './numbers.ts';
import { numericCodec } from './numeric.ts';
import { dateCodec, timeCodec, timestampCodec } from './temporal.ts';
import { bytesCodec, textCodec } from './text.ts';
import { bytesEscapedCodec, decodedCodec } from './text-bytes.ts';
import { parseTypeName } from './type-name.ts';
import { uuidCodec } from './uuid.ts';

export { castFits } from './cast-fits.ts';
export { discard } from './codec.ts';
export type { Codec, CodecOptions, FieldWriter } from './codec.ts';
export { realText } from './text.ts';
export { parseTypeName } from './type-name.ts';
export { suspectText } from './utf8.ts';

function readsNan(codec: ValueCodec, write: (out: FieldWriter) => void): ValueCodec {
  return { ...codec, write: (value, out) => (value === 'NaN' ? void write(out) : codec.write(value, out)) };
}

function kindOf(type: string, cast: Cast | undefined): ValueCodec {
  const { base, args } = parseTypeName(type);
  const [first, second] = args;
  switch (base) {
    case 'smallint':
      return integerCodec(16);
    case 'integer':
      return integerCodec(32);
    case 'bigint':
      return integerCodec(64);
    case 'numeric':
      return numericCodec(first, second);
    case 'real':
      return cast === 'nan read' ? readsNan(realCodec, (out) => out.float32(Number.NaN)) : realCodec;
    case 'double precision':
      return cast === 'nan read' ? readsNan(doubleCodec, (out) => out.float64(Number.NaN)) : doubleCodec;
    case 'boolean':
      return booleanCodec;
    case 'text':
    case 'citext':
      if (cast === 'bytes escaped') return bytesEscapedCodec();
      if (cast === 'latin-1 decoded' || cast === 'windows-1252 decoded') return decodedCodec(cast === 'windows-1252 decoded');
      return textCodec({ cast });
    case 'varchar':
      return textCodec({ cast, limit: first });
    case 'char':
      return textCodec({ cast, limit: first ?? 1, padded: true });
    case 'date':
      return dateCodec(cast);
    case 'timestamp':
      return timestampCodec(false, cast, first);
    case 'timestamptz':
      return timestampCodec(true, cast, first);
    case 'time':
      return timeCodec(first);
    case 'uuid':
      return uuidCodec();
    case 'json':
      return jsonCodec(false, cast);
    case 'jsonb':
      return jsonCodec(true, cast);
    case 'bytea':
      return bytesCodec(cast);
    default:
      throw new Error(`Not a type that Travessia writes: ${type}`);
  }
}

/**
 * The codec of a column. `type` as in DDL (`numeric(10,2)`, `varchar(40)`, `timestamptz` …), in any usual spelling.
 * @throws Error for a type that no value is written to (interval, arrays, domains, timetz …).
 */
export function codecFor(type: string, cast?: Cast, options: CodecOptions = {}): Codec {
  const kind = kindOf(type, cast);
  return withNull(type, options.labels === undefined ? kind : withLabels(kind, options.labels), options.nullable ?? true);
}
