import { createHash } from 'node:crypto';
import { isUtf8 } from 'node:buffer';
import type { SourceValue } from '../../../shared/model/values.ts';
import { realText } from '../../../shared/pure/codec/index.ts';

/** UUID version 5 (RFC 9562, section 5.5): SHA-1 of the namespace's bytes and the name. */
export function uuid5(namespace: string, name: string): string {
  const hash = createHash('sha1').update(Buffer.from(namespace.replaceAll('-', ''), 'hex')).update(name, 'utf8').digest();
  hash[6] = ((hash[6] ?? 0) & 0x0f) | 0x50;
  hash[8] = ((hash[8] ?? 0) & 0x3f) | 0x80;
  const hex = hash.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20, 32)}`;
}

/**
 * The name of an id: a JSON list of the kind and its values, as another program would write it: texts as strings, INTEGER as digits, NULL
 * as null. A REAL and bytes are objects, so that no two different values make one name.
 */
export function idName(kind: string, values: readonly SourceValue[]): string {
  return `[${[JSON.stringify(kind), ...values.map(part)].join(',')}]`;
}

function part(value: SourceValue): string {
  if (value === null) return 'null';
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'bigint') return value.toString();
  return typeof value === 'number' ? `{"real":"${realText(value)}"}` : `{"bytes":"${Buffer.from(value).toString('hex')}"}`;
}

/** A text as its bytes, since an invalid one would be read with replacements and so be taken for another. */
export function textOfBytes(bytes: Uint8Array): SourceValue {
  return isUtf8(bytes) ? Buffer.from(bytes).toString('utf8') : bytes;
}
