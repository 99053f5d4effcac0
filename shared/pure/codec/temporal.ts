import type { Cast, RejectCode, SourceValue } from '../../model/values.ts';
import { firstDay, lastDay, microsOf, type Moment } from './calendar.ts';
import type { ValueCodec } from './codec.ts';
import { epochMoment, isEpochCast, julianMoment } from './epoch.ts';
import { inUtc, parseClock, parseIso } from './iso.ts';

/** The moment a number names under the cast; undefined where there is no such cast or the value is no number. */
function castMoment(value: Exclude<SourceValue, null>, cast: Cast | undefined): Moment | undefined | RejectCode {
  if (isEpochCast(cast)) return epochMoment(value, cast);
  return cast === 'julian day' ? julianMoment(value) : undefined;
}

function inRange(moment: Moment): Moment | 'OUT_OF_RANGE' {
  return moment.day < firstDay || moment.day > lastDay ? 'OUT_OF_RANGE' : moment;
}

function momentOf(value: Exclude<SourceValue, null>, cast: Cast | undefined, zoned: boolean): Moment | undefined | RejectCode {
  const toUtc = cast === 'zone to utc';
  if (cast !== undefined && !toUtc) {
    // Under a cast only numbers count: an ISO text beside them would be read by another rule than the plan says.
    const counted = castMoment(value, cast);
    return counted === undefined || typeof counted === 'string' ? counted : inRange(counted);
  }
  if (typeof value !== 'string') return undefined;
  const iso = parseIso(value);
  if (iso === undefined || typeof iso === 'string') return iso;
  if (iso.zone === undefined) return toUtc ? undefined : iso;
  return zoned || toUtc ? inRange(inUtc(iso)) : undefined;
}

/**
 * timestamp and timestamptz: ISO texts (of `timestamp` without a zone; a text without one counts as UTC in `timestamptz`), or numbers
 * under a cast. Years 0001 to 9999. `decimals`: of timestamp(p), nothing is rounded.
 */
export function timestampCodec(zoned: boolean, cast: Cast | undefined, decimals = 6): ValueCodec {
  const unit = 10 ** (6 - decimals);
  return {
    write: (value, out) => {
      const moment = momentOf(value, cast, zoned);
      if (moment === undefined) return 'NOT_A_TIMESTAMP';
      if (typeof moment === 'string') return moment;
      if (unit > 1 && moment.micros % unit !== 0) return 'TOO_PRECISE';
      out.int64(microsOf(moment));
      return undefined;
    },
  };
}

/** date: `YYYY-MM-DD`, alone or at exactly midnight without a zone; numbers under a cast where they name a midnight (UTC). */
export function dateCodec(cast: Cast | undefined): ValueCodec {
  return {
    write: (value, out) => {
      const moment = momentOf(value, cast, false);
      if (moment === undefined || moment === 'BELOW_MICROSECOND') return 'NOT_A_DATE';
      if (typeof moment === 'string') return moment;
      if (moment.micros !== 0) return 'NOT_A_DATE';
      out.int32(moment.day);
      return undefined;
    },
  };
}

/** time: `HH:MM[:SS[.fraction]]`, without a zone. */
export function timeCodec(decimals = 6): ValueCodec {
  const unit = 10 ** (6 - decimals);
  return {
    write: (value, out) => {
      const clock = typeof value === 'string' && value.length <= 18 ? parseClock(value, 0) : undefined;
      if (clock === undefined || clock === 'BELOW_MICROSECOND') return clock ?? 'NOT_A_TIME';
      if (typeof value !== 'string' || clock.end !== value.length) return 'NOT_A_TIME';
      if (unit > 1 && clock.micros % unit !== 0) return 'TOO_PRECISE';
      out.int64(clock.micros);
      return undefined;
    },
  };
}
