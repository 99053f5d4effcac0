import { unitOf } from './compare-temporal.ts';
import { quoteText } from './context.ts';
import { Untranslatable } from './errors.ts';
import type { FunctionTable, ScalarFunction } from './functions.ts';
import { inMilliseconds, readMoment } from './moment.ts';
import type { Moment } from './moment.ts';
import type { Translator } from './translator.ts';
import { int, real, text } from './typed.ts';
import type { Typed } from './typed.ts';

const dateFormat = 'YYYY-MM-DD';
const timeFormat = 'HH24:MI:SS';

/** CURRENT_TIMESTAMP, CURRENT_DATE and CURRENT_TIME: texts in UTC. */
export function currentMoment(part: 'CURRENT_TIMESTAMP' | 'CURRENT_DATE' | 'CURRENT_TIME', translator: Translator): Typed {
  const format = { CURRENT_TIMESTAMP: `${dateFormat} ${timeFormat}`, CURRENT_DATE: dateFormat, CURRENT_TIME: timeFormat }[part];
  return show(readMoment([], translator), format, translator);
}

/** A moment as text in a pattern of to_char. */
function show(moment: Moment, format: string, translator: Translator): Typed {
  const unit = unitOf(format);
  const behind = unit === undefined ? {} : { moment: { sql: moment.sql, format, unit } };
  if (moment.constant !== undefined && !moment.hasSubseconds) {
    const [date = '', time = ''] = moment.constant.replace(/\..*$/, '').split(' ');
    const known = { [dateFormat]: date, [timeFormat]: time, [`${dateFormat} ${timeFormat}`]: `${date} ${time}` }[format];
    if (known !== undefined) return text(quoteText(known), { literal: known, ...constantMoment(known, behind) });
  }
  translator.unstable('to_char()');
  return text(`to_char(${moment.sql}, ${quoteText(format)})`, behind);
}

function constantMoment(known: string, behind: Pick<Typed, 'moment'>): Pick<Typed, 'moment'> {
  return behind.moment === undefined ? {} : { moment: { ...behind.moment, sql: `TIMESTAMP '${known}'` } };
}

const shown =
  (format: string): ScalarFunction =>
  (args, translator) => {
    const moment = readMoment(args, translator);
    const hasFraction = moment.hasSubseconds === true && format.endsWith('SS');
    return hasFraction ? show({ ...moment, sql: inMilliseconds(moment) }, `${format}.MS`, translator) : show(moment, format, translator);
  };

/** strftime's letters that to_char knows. */
const patterns: Readonly<Record<string, string>> = {
  Y: 'YYYY', m: 'MM', d: 'DD', H: 'HH24', M: 'MI', S: 'SS', f: 'SS.MS', j: 'DDD', F: dateFormat, T: timeFormat, R: 'HH24:MI',
  I: 'HH12', p: 'AM', P: 'am', u: 'ID', V: 'IW', G: 'IYYY',
};

/** Letters that are calculated. */
const computed: Readonly<Record<string, (moment: string) => string>> = {
  s: (moment) => `floor(extract(epoch from ${moment}))::bigint::text`,
  w: (moment) => `extract(dow from ${moment})::integer::text`,
};

function strftime(args: readonly Typed[], translator: Translator): Typed {
  const [format, ...rest] = args;
  if (format?.literal === undefined || format.kind !== 'text') throw new Untranslatable('strftime() with a format that is not a literal');
  const read = readMoment(rest, translator);
  const moment = format.literal.includes('%f') ? { ...read, sql: inMilliseconds(read) } : read;
  const parts: string[] = [];
  let pattern = '';
  let literal = '';
  const closeLiteral = (): void => {
    const isPlain = /^[-:/. ,]*$/.test(literal);
    if (literal !== '') pattern += isPlain ? literal : `"${literal.replaceAll(/["\\]/g, String.raw`\$&`)}"`;
    literal = '';
  };
  const closePattern = (): void => {
    closeLiteral();
    if (pattern !== '') parts.push(pattern);
    pattern = '';
  };
  for (const match of format.literal.matchAll(/%(.)|[^%]+|%/gs)) {
    const letter = match[1];
    if (letter === undefined) {
      if (match[0] === '%') throw new Untranslatable(`strftime() with the format '${format.literal}'`);
      literal += match[0];
    } else if (letter === '%') literal += '%';
    else if (computed[letter] !== undefined) {
      closePattern();
      parts.push(`%${letter}`);
    } else {
      const known = patterns[letter];
      if (known === undefined) throw new Untranslatable(`strftime() with %${letter}`);
      closeLiteral();
      pattern += known;
    }
  }
  closePattern();
  const [only = ''] = parts;
  if (parts.length <= 1) return finish(only, format.literal, moment, translator);
  translator.unstable('to_char()');
  const pieces = parts.map((part) => pieceOf(part, moment.sql));
  return text(`(${pieces.join(' || ')})`);
}

function pieceOf(part: string, moment: string): string {
  const compute = part.startsWith('%') ? computed[part.slice(1)] : undefined;
  return compute === undefined ? `to_char(${moment}, ${quoteText(part)})` : compute(moment);
}

function finish(part: string, format: string, moment: Moment, translator: Translator): Typed {
  if (part === '%s') {
    const asInteger = `floor(extract(epoch from ${moment.sql}))::bigint`;
    return text(`${asInteger}::text`, { asInteger });
  }
  const compute = part.startsWith('%') ? computed[part.slice(1)] : undefined;
  const isDigits = /^(%[YmdHMSjwuVG])+$/.test(format);
  const result = compute === undefined ? show(moment, part, translator) : text(compute(moment.sql));
  return isDigits ? { ...result, asInteger: `${result.sql}::bigint` } : result;
}

/** Date and time functions. They give texts, except julianday and unixepoch. */
export const timeFunctions: FunctionTable = {
  date: shown(dateFormat),
  time: shown(timeFormat),
  datetime: shown(`${dateFormat} ${timeFormat}`),
  strftime,
  unixepoch: (args, translator) => {
    const moment = readMoment(args, translator);
    const seconds = `extract(epoch from ${moment.hasSubseconds === true ? inMilliseconds(moment) : moment.sql})`;
    return moment.hasSubseconds === true ? real(`round(${seconds}::numeric, 3)::double precision`) : int(`floor(${seconds})::bigint`);
  },
  julianday: (args, translator) => real(`(extract(epoch from ${inMilliseconds(readMoment(args, translator))})::double precision / 86400.0 + 2440587.5)`),
  timediff: () => {
    throw new Untranslatable('timediff() writes differences in a form of its own');
  },
};
