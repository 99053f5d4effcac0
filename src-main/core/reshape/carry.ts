import type { Cast, SourceValue } from '../../../shared/model/values.ts';
import { codecFor, type FieldWriter } from '../../../shared/pure/codec/index.ts';

/** Types whose values JSON carries so that the view finds each of them back; every other column is carried as its own text. */
export function canCarry(type: string, cast: Cast | undefined): boolean {
  if (cast !== undefined) return ['nul escaped', 'blob as utf-8', 'text as bytes'].includes(cast);
  return /^(bigint|double precision|boolean|jsonb|text|bytea)$/.test(type);
}

/**
 * Writes values of one type as JSON, through the codec that the loader uses; bytes as hex.
 * @throws Error where a value does not fit: it came after the plan was made
 */
export function createCarrier(type: string, cast: Cast | undefined): (value: SourceValue) => string {
  const codec = codecFor(type, cast);
  let json = 'null';
  const keep = (text: string): void => { json = text; };
  const unused = (): never => {
    throw new Error(`JSON carries no ${type}`);
  };
  const hex = (bytes: Uint8Array): void => keep(`"${Buffer.from(bytes).toString('hex')}"`);
  const out: FieldWriter = {
    nil: () => keep('null'),
    bool: (value) => keep(String(value)),
    int16: unused, int32: unused, float32: unused,
    int64: (value) => keep(value.toString()),
    // JSON knows no infinity, and jsonb no negative zero.
    float64: (value) => keep(Object.is(value, -0) ? '"-0"' : Number.isFinite(value) ? String(value) : `"${value}"`),
    text: (value) => (type === 'bytea' ? hex(Buffer.from(value, 'utf8')) : keep(JSON.stringify(value))),
    prefixedText: (_, value) => keep(value),
    bytes: (value, length) => {
      const bytes = value.subarray(0, length ?? value.length);
      if (type === 'bytea') hex(bytes);
      else keep(JSON.stringify(Buffer.from(bytes).toString('utf8')));
    },
  };
  return (value) => {
    const code = codec.write(value, out);
    if (code !== undefined) throw new Error(`a value does not fit ${type}: ${code}`);
    return json;
  };
}
