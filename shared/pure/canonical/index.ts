/**
 * One text for each value, the same on both sides: the meaning of equality per target type.
 *
 * canonical: the text that stands for a value of a type; two values are equal exactly where their canonical texts are.
 * unrepresentable: a source value that the target's type cannot hold without changing it.
 * row hash: 64 bits chained over a row's canonical texts and its NULLs, see row-hash.ts.
 *
 * Written from the meaning of the types, and never from the loader's codec: the verification does not trust it.
 */
import type { Cast } from '../../model/values.ts';
import { canonicalBytes, canonicalBytesSql } from './bytes.ts';
import type { Canonicaliser } from './cell.ts';
import { canonicalJson, canonicalJsonb } from './json.ts';
import { canonicalFloat, canonicalInteger, canonicalNumeric, numericSql } from './numbers.ts';
import { canonicalDate, canonicalTime, canonicalTimestamp } from './temporal.ts';
import { canonicalBoolean, canonicalPadded, canonicalText, canonicalUuid } from './texts.ts';
import { canonicalByBytes } from './text-bytes.ts';
import { parseTypeName } from './type-name.ts';

export interface CanonicalType {
  /** Canonical text of a non-NULL source cell, or why the type cannot hold it. */
  readonly canonicalOf: Canonicaliser;
  /** SQL expression of type text over a quoted column; NULL where the column is. */
  readonly canonicalSql: (column: string) => string;
  /** True where the canonical text holds the value's own characters, which a server of another encoding hashes as other bytes. */
  readonly textual: boolean;
}

const asciiTypes = new Set([
  'smallint', 'integer', 'bigint', 'real', 'double precision', 'numeric', 'boolean', 'date', 'time', 'timestamp', 'timestamptz', 'uuid', 'bytea',
]);

/**
 * @param type - PostgreSQL type as in DDL; a type not known here is compared by its text
 * @param cast - how values change their form on the way, as the plan says
 * @param sha256Hex - SHA-256 of bytes as lower-case hex (for long bytea values)
 */
export function canonicalType(type: string, cast: Cast | undefined, sha256Hex: (bytes: Uint8Array) => string): CanonicalType {
  if (isUnpadded(type)) return { canonicalOf: canonicalText(cast), canonicalSql: (column) => `textin(bpcharout(${column}))`, textual: true };
  const { base, limits } = parseTypeName(type);
  return { ...meaningOf(base, limits, cast, sha256Hex), textual: !asciiTypes.has(base) };
}

/** `char` without a length, which keeps its trailing spaces; its cast to text takes them away. */
export function isUnpadded(type: string): boolean {
  return type === 'bpchar';
}

type Meaning = Omit<CanonicalType, 'textual'>;

function meaningOf(base: string, limits: readonly number[], cast: Cast | undefined, sha256Hex: (bytes: Uint8Array) => string): Meaning {
  const asText = (column: string): string => `${column}::text`;
  const sent = (send: string) => (column: string): string => `encode(${send}(${column}), 'hex')`;
  switch (base) {
    case 'smallint': case 'integer': case 'bigint': return { canonicalOf: canonicalInteger(base), canonicalSql: asText };
    case 'real': return { canonicalOf: canonicalFloat(base, cast), canonicalSql: sent('float4send') };
    case 'double precision': return { canonicalOf: canonicalFloat(base, cast), canonicalSql: sent('float8send') };
    case 'numeric': return { canonicalOf: canonicalNumeric(limits), canonicalSql: (column) => numericSql(column) };
    case 'boolean': return { canonicalOf: canonicalBoolean, canonicalSql: asText };
    case 'date': return { canonicalOf: canonicalDate(cast), canonicalSql: sent('date_send') };
    case 'time': return { canonicalOf: canonicalTime(limits), canonicalSql: sent('time_send') };
    case 'timestamp': return { canonicalOf: canonicalTimestamp(cast, limits, false), canonicalSql: sent('timestamp_send') };
    case 'timestamptz': return { canonicalOf: canonicalTimestamp(cast, limits, true), canonicalSql: sent('timestamptz_send') };
    case 'uuid': return { canonicalOf: canonicalUuid, canonicalSql: asText };
    case 'json': return { canonicalOf: canonicalJson(cast), canonicalSql: asText };
    case 'jsonb': return { canonicalOf: canonicalJsonb(cast), canonicalSql: asText };
    case 'bytea': return { canonicalOf: canonicalBytes(cast, sha256Hex), canonicalSql: canonicalBytesSql };
    case 'char': return { canonicalOf: canonicalPadded(cast, limits), canonicalSql: asText };
    case 'varchar': return { canonicalOf: canonicalText(cast, limits), canonicalSql: asText };
    default: return { canonicalOf: canonicalByBytes(cast) ?? canonicalText(cast), canonicalSql: asText };
  }
}
