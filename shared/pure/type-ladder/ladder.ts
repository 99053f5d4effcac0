import type { Cast } from '../../model/values.ts';
import type { Affinity } from './affinity.ts';
import { meaningOf } from './declared-type.ts';

/** One way a column could cross. */
export interface Rung {
  readonly type: string;
  readonly cast?: Cast;
}

const text: Rung = { type: 'text' };
const escaped: Rung = { type: 'text', cast: 'nul escaped' };
const blobsAsText: Rung = { type: 'text', cast: 'blob as utf-8' };
const everything: Rung = { type: 'bytea', cast: 'text as bytes' };
const bigint: Rung = { type: 'bigint' };
const numeric: Rung = { type: 'numeric' };
const double: Rung = { type: 'double precision' };
const timestamp: Rung = { type: 'timestamp' };
const zoned: Rung = { type: 'timestamptz' };

/** Text keeps each value's text; where that fails (NUL, blobs, invalid UTF-8) the next rungs hold more, the last all there is. */
const tail: readonly Rung[] = [text, escaped, blobsAsText, everything];
/** An instant counted from 1970: which unit it is, is settled by the magnitude of all values (`settleRungs`). */
const epochs: readonly Rung[] = (['epoch s', 'epoch ms', 'epoch us', 'epoch ns'] as const).map((cast) => ({ type: 'timestamptz', cast }));

/** PostgreSQL's own type first, then those of its kind that hold more. A type that no value is written to crosses as its text. */
function postgresRungs(type: string): readonly Rung[] {
  const own: Rung = { type };
  const base = type.replace(/\(.*/, '');
  switch (base) {
    case 'smallint': return [own, { type: 'integer' }, bigint, numeric, ...tail];
    case 'integer': return [own, bigint, numeric, ...tail];
    case 'bigint': return [own, numeric, ...tail];
    case 'numeric': return base === type ? [own, ...tail] : [own, numeric, ...tail];
    case 'real': return [own, double, ...tail];
    case 'timestamp':
    case 'timestamptz': return base === type ? [own, ...tail] : [own, { type: base }, ...tail];
    case 'jsonb': return [own, { type: 'json' }, ...tail];
    case 'double precision':
    case 'boolean':
    case 'date':
    case 'time':
    case 'uuid':
    case 'json':
    case 'varchar':
    case 'char':
    case 'bytea': return [own, ...tail];
    default: return tail;
  }
}

/**
 * The ways a column of this declaration could cross: the declared type as SQLite and its users mean it first, then types that hold
 * more, the last holding everything (migration.md, "What decides a type"). Without a declaration the list is of all that the values
 * may turn out to be; `settleRungs` keeps what they are.
 */
export function ladderFor(declared: string, affinity: Affinity): readonly Rung[] {
  const meaning = meaningOf(declared, affinity);
  switch (meaning.kind) {
    case 'integer': return [bigint, numeric, ...tail];
    case 'real': return [double, ...tail];
    case 'numeric': return meaning.type === 'numeric' ? [numeric, ...tail] : [{ type: meaning.type }, numeric, ...tail];
    case 'boolean': return [{ type: 'boolean' }, bigint, numeric, ...tail];
    case 'date': return [{ type: 'date' }, timestamp, zoned, ...epochs, bigint, double, ...tail];
    case 'timestamp': return [timestamp, zoned, ...epochs, bigint, double, ...tail];
    case 'timestamptz': return [zoned, timestamp, ...epochs, bigint, double, ...tail];
    case 'time': return [{ type: 'time' }, ...tail];
    case 'uuid': return [{ type: 'uuid' }, ...tail];
    case 'json': return [{ type: 'json' }, ...tail];
    case 'blob': return [{ type: 'bytea' }, text, escaped, everything];
    case 'varchar': return [{ type: `varchar(${meaning.length})` }, ...tail];
    case 'text': return tail;
    case 'postgres': return postgresRungs(meaning.type);
    case 'found': return [bigint, double, numeric, { type: 'bytea' }, ...tail];
  }
}

/**
 * True where every value that fits `first` fits `rung` as well, so that a value which fitted need not be tried again. Only claimed
 * where it holds by construction; the others are simply tried.
 */
export function holdsAllOf(first: Rung, rung: Rung): boolean {
  if (rung.cast === 'text as bytes') return true;
  const isText = rung.type === 'text';
  if (first.type === 'text' || first.type.startsWith('varchar')) return first.cast === undefined && isText;
  // What these hold are numbers and the plain text of numbers, which is text without NUL.
  if (first.type === 'double precision') return isText;
  if (first.type === 'bigint' || first.type.startsWith('numeric')) return isText || rung.type === 'numeric';
  // ISO texts, a naive one counting as UTC; those with a zone fit only `timestamptz`. Under a cast only numbers fit, which text holds.
  if (first.type === 'date' || first.type === 'timestamp') return isText || (first.cast === undefined && rung.cast === undefined && rung.type.startsWith('timestamp'));
  return isText && (first.type === 'timestamptz' || first.type === 'time');
}
