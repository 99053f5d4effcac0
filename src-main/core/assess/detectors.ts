import type { SqliteColumn } from '../../../shared/model/catalog.ts';
import type { Cast } from '../../../shared/model/values.ts';
import { codecFor, type Codec } from '../../../shared/pure/codec/index.ts';
import { affinityOf, meaningOf } from '../../../shared/pure/type-ladder/index.ts';

/** A format with no hit among this many texts is no longer looked for; what is kept is counted to the last value. */
const probe = 10_000;

/** One format that text or real values may follow. */
export interface Detector {
  readonly code: string;
  readonly type: string;
  readonly cast?: Cast;
  matches: number;
}

interface Live extends Detector {
  readonly codec: Codec;
  /** A cheap look before the codec, which decides. */
  readonly looks: Look;
  /** True only where the codec would agree: most values are as plain as that. */
  readonly isPlain: Look | undefined;
}

export interface Detectors {
  /** Whether some format of texts is still looked for; those it looked for are known after enough of them. */
  readonly isLooking: boolean;
  text(value: string): void;
  real(value: number): void;
  /** Matches by the code of the format; 0 where none. */
  matches(code: string): number;
}

const digit = (unit: number): boolean => unit >= 48 && unit <= 57;
const isNumberLike = (value: string): boolean => value.length > 0 && value.length <= 40 && (digit(value.charCodeAt(0)) || value.charCodeAt(0) === 45);
const isDateLike = (value: string): boolean => value.charCodeAt(4) === 45 && value.charCodeAt(7) === 45;
/** `Z` or an offset at the end: of `…05:00` only the sign before tells it from a time. */
const isZoned = (value: string): boolean => {
  const { length } = value;
  if (value.charCodeAt(length - 1) === 90) return true;
  const sign = value.charCodeAt(length - (value.charCodeAt(length - 3) === 58 ? 6 : 3));
  return sign === 43 || sign === 45;
};

/** `xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx` in any case: what the codec accepts of 36 characters, without taking it apart. */
function isUuidText(value: string): boolean {
  if (value.length !== 36) return false;
  for (let at = 0; at < 36; at += 1) {
    const unit = value.charCodeAt(at);
    if (at === 8 || at === 13 || at === 18 || at === 23) {
      if (unit !== 45) return false;
    } else if (!digit(unit) && !((unit | 0x20) >= 97 && (unit | 0x20) <= 102)) return false;
  }
  return true;
}

/** At most fifteen digits and no needless zero. */
export function isPlainInteger(value: string): boolean {
  const { length } = value;
  if (length === 0 || length > 15 || (length > 1 && value.charCodeAt(0) === 48)) return false;
  for (let at = 0; at < length; at += 1) if (!digit(value.charCodeAt(at))) return false;
  return true;
}

/** `2023-11-14T22:13:20.020Z`, with a fraction or without: a day that every month has, in a year of four digits. */
export function isPlainUtc(value: string): boolean {
  const { length } = value;
  if (length < 20 || length > 27 || value.charCodeAt(length - 1) !== 90) return false;
  const two = (at: number): number => {
    const [tens, ones] = [value.charCodeAt(at) - 48, value.charCodeAt(at + 1) - 48];
    return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN;
  };
  if (!(two(0) >= 10 && two(2) >= 0 && two(5) >= 1 && two(5) <= 12 && two(8) >= 1 && two(8) <= 28 && two(11) <= 23 && two(14) <= 59 && two(17) <= 59)) return false;
  if (value.charCodeAt(10) !== 84 || value.charCodeAt(4) !== 45 || value.charCodeAt(7) !== 45 || value.charCodeAt(13) !== 58 || value.charCodeAt(16) !== 58) return false;
  if (length === 20) return true;
  for (let at = 20; at < length - 1; at += 1) if (!digit(value.charCodeAt(at))) return false;
  return value.charCodeAt(19) === 46 && length > 21;
}

type Look = (value: string) => boolean;

const formats: ReadonlyArray<readonly [code: string, type: string, looks: Look, isPlain?: Look]> = [
  ['proposal.iso-date', 'date', (value) => value.length === 10 && isDateLike(value)],
  ['proposal.iso-timestamp', 'timestamp', (value) => value.length > 10 && isDateLike(value) && !isZoned(value)],
  ['proposal.iso-zoned', 'timestamptz', (value) => value.length > 10 && isDateLike(value) && isZoned(value), isPlainUtc],
  ['proposal.iso-time', 'time', (value) => value.length >= 5 && value.length <= 18 && value.charCodeAt(2) === 58],
  ['proposal.uuid', 'uuid', isUuidText, isUuidText],
  ['proposal.uuid-hex', 'uuid', (value) => value.length === 32],
  ['proposal.json', 'json', (value) => { const unit = value.charCodeAt(0); return unit === 123 || unit === 91; }],
  ['proposal.true-false', 'boolean', (value) => value.length <= 5 && /^(true|false|yes|no|y|n|t|f|on|off)$/i.test(value)],
  ['proposal.integer-text', 'bigint', isNumberLike, isPlainInteger],
  ['proposal.decimal-text', 'numeric', isNumberLike, isPlainInteger],
];

/** Where the declaration itself says the format, nothing is to be proposed. */
const open = new Set(['text', 'varchar', 'found', 'blob', 'numeric']);

export function createDetectors(column: SqliteColumn, isKey: boolean): Detectors {
  const { kind } = meaningOf(column.declared, affinityOf(column.declared));
  const all: Live[] = !open.has(kind) ? [] : formats.map(([code, type, looks, isPlain]) => ({ code, type, looks, isPlain, codec: codecFor(type), matches: 0 }));
  const reals = kind === 'real' || kind === 'found' || kind === 'numeric' || kind === 'timestamp' || kind === 'date' ? realDetectors(isKey) : [];
  let live = all;
  let texts = 0;
  return {
    get isLooking() {
      return live.length > 0;
    },
    text(value) {
      if (live.length === 0) return;
      for (const format of live) if (format.looks(value) && (format.isPlain?.(value) === true || format.codec.misfit(value) === undefined)) format.matches += 1;
      texts += 1;
      if (texts === probe) live = live.filter((format) => format.matches > 0);
    },
    real(value) {
      for (const format of reals) if (format.fits(value)) format.matches += 1;
    },
    matches: (code) => [...all, ...reals].find((format) => format.code === code)?.matches ?? 0,
  };
}

interface RealDetector extends Detector {
  fits(value: number): boolean;
}

/** Julian days from 1900 to 2100, and seconds with a fraction from 1990 to 2100 (https://sqlite.org/lang_datefunc.html, section 2). */
function realDetectors(isKey: boolean): RealDetector[] {
  if (isKey) return [];
  const julian = codecFor('timestamptz', 'julian day');
  const seconds = codecFor('timestamptz', 'epoch s');
  return [
    { code: 'proposal.julian-day', type: 'timestamptz', cast: 'julian day', matches: 0, fits: (value) => value > 2_415_020 && value < 2_488_070 && julian.misfit(value) === undefined },
    { code: 'proposal.epoch-s', type: 'timestamptz', cast: 'epoch s', matches: 0, fits: (value) => value > 631_152_000 && value < 4_102_444_800 && seconds.misfit(value) === undefined },
  ];
}

