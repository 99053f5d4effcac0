import { TravessiaError } from '../../../shared/contract/errors.ts';
import { parseTypeName } from '../../../shared/pure/canonical/type-name.ts';
import { codecFor } from '../../../shared/pure/codec/index.ts';

/** Bounds of the numbers in parentheses (manual, sections 8.1.2, 8.3 and 8.5); a type that is missing takes none. */
const bounds: Readonly<Record<string, readonly (readonly [number, number])[]>> = {
  numeric: [[1, 1000], [-1000, 1000]], varchar: [[1, 10_485_760]], char: [[1, 10_485_760]], timestamp: [[0, 6]], timestamptz: [[0, 6]], time: [[0, 6]],
};

const shape = /^(?:(?:"[^"]+"|\w+)\.)?(?:"?\w+"?)(?: \w+)*(?: ?\( ?-?\d+ ?(?:, ?-?\d+ ?)?\))?(?: \w+)*$/;

function isWritable(type: string): boolean {
  if (!shape.test(type.trim().replace(/\s+/g, ' '))) return false;
  const { base, limits } = parseTypeName(type);
  const allowed = bounds[base] ?? [];
  if (limits.length > allowed.length || limits.some((limit, at) => { const [low, high] = allowed[at] ?? [0, 0]; return limit < low || limit > high; })) return false;
  try {
    codecFor(type);
    return true;
  } catch {
    return false;
  }
}

/** A type that somebody chose must be one whose values the loader writes. @throws TravessiaError INVALID_INPUT */
export function assertType(type: string, column: string): void {
  if (isWritable(type)) return;
  throw new TravessiaError('INVALID_INPUT', {
    message: `The column "${column}" cannot become ${type === '' ? 'a type without a name' : type}: no values are written as that type.`,
    hint: 'Choose smallint, integer, bigint, numeric(p,s), real, double precision, boolean, text, varchar(n), char(n), citext, date, time, timestamp, timestamptz, uuid, json, jsonb or bytea.',
  });
}
