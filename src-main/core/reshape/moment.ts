import type { Cast, SourceValue } from '../../../shared/model/values.ts';
import { codecFor, type FieldWriter } from '../../../shared/pure/codec/index.ts';
import { epochUnit } from '../../../shared/pure/type-ladder/index.ts';

/** Microseconds from 1970 to 2000, where PostgreSQL begins to count. */
const epoch2000 = 946_684_800_000_000n;

/**
 * A value as an instant, `YYYY-MM-DDTHH:MM:SS.ffffffZ`: an ISO text (one without a zone counts as UTC), or a number whose magnitude names its
 * unit. NULL for everything else: the value itself stands elsewhere, unchanged.
 */
export function createMoment(): (value: SourceValue) => string | null {
  let micros: bigint | null = null;
  const nothing = (): void => undefined;
  const out: FieldWriter = { nil: nothing, bool: nothing, int16: nothing, int32: nothing, int64: (value) => { micros = BigInt(value); }, float32: nothing, float64: nothing, text: nothing, prefixedText: nothing, bytes: nothing };
  const codecs = new Map<Cast | undefined, ReturnType<typeof codecFor>>();
  const codec = (cast: Cast | undefined) => {
    const known = codecs.get(cast) ?? codecFor('timestamptz', cast);
    codecs.set(cast, known);
    return known;
  };
  return (value) => {
    if (value === null || value instanceof Uint8Array) return null;
    const magnitude = typeof value === 'bigint' ? (value < 0n ? -value : value) : undefined;
    const unit = magnitude === undefined ? undefined : epochUnit({ integers: 1n, reals: 0n, texts: 0n, blobs: 0n, minMagnitude: magnitude, maxMagnitude: magnitude });
    if (typeof value !== 'string' && unit === undefined) return null;
    micros = null;
    if (codec(unit).write(value, out) !== undefined || micros === null) return null;
    return isoOf(micros + epoch2000);
  };
}

function isoOf(micros: bigint): string {
  const rest = ((micros % 1000n) + 1000n) % 1000n;
  const text = new Date(Number((micros - rest) / 1000n)).toISOString();
  return `${text.slice(0, -1)}${String(rest).padStart(3, '0')}Z`;
}
