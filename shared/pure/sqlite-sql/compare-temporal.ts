import { utc } from './coerce.ts';
import type { Aligned, Comparison, Note } from './compare.ts';
import { Untranslatable } from './errors.ts';
import { isTemporal } from './typed.ts';
import type { Typed } from './typed.ts';

const byMeaning = 'dates are compared as points in time; SQLite compared their texts, and these are not known to have had one format';

/**
 * A date or timestamp column against another, against a date function, or against a literal, so that the column itself
 * is compared and its index serves. The order is that of the source's texts when their format is known.
 * @returns undefined where only the texts can tell.
 */
export function alignTemporal(left: Typed, right: Typed, note: Note): Aligned | undefined {
  if (isTemporal(right.pg)) {
    if (left.storedAs !== right.storedAs) return undefined;
    if (left.pg !== right.pg && [left, right].some(({ pg }) => pg.startsWith('time '))) return undefined;
    if (left.storedAs === undefined && left.textFormat !== right.textFormat) return undefined;
    if (left.storedAs === undefined && left.textFormat === undefined) note(byMeaning);
    return left.pg === right.pg ? { left: left.sql, right: right.sql } : { left: utc(left), right: utc(right) };
  }
  if (left.storedAs !== undefined || left.pg.startsWith('time ')) return undefined;
  const other = momentOf(right) ?? literalOf(left, right);
  if (other === undefined) return undefined;
  const { textFormat } = left;
  const fitted = (sql: string): string => (left.pg === 'timestamp with time zone' ? `(${sql} AT TIME ZONE 'utc')` : sql);
  if (textFormat === undefined) note(byMeaning);
  if (textFormat === undefined || textFormat === other.format) return { left: left.sql, right: fitted(other.sql) };
  // Of two texts where one is the beginning of the other, the longer one is greater.
  if (textFormat.startsWith(other.format)) return { test: (operator) => compareLonger(operator, left.sql, fitted(other.sql), '<', '>=') };
  const unit = unitOf(textFormat);
  if (unit === undefined || !other.format.startsWith(textFormat)) return undefined;
  const cut = fitted(`date_trunc('${unit}', ${other.sql})`);
  return { test: (operator) => compareLonger(operator, left.sql, cut, '<=', '>') };
}

/** The two texts differ in length, so they are never equal. */
function compareLonger(operator: Comparison, left: string, right: string, less: '<' | '<=', greater: '>' | '>='): string {
  if (operator === 'IS') return `(${left} IS NULL AND ${right} IS NULL)`;
  if (operator === 'IS NOT') return `(${left} IS NOT NULL OR ${right} IS NOT NULL)`;
  if (operator === '=' || operator === '<>') {
    return `(CASE WHEN ${left} IS NOT NULL AND ${right} IS NOT NULL THEN ${operator === '=' ? 'FALSE' : 'TRUE'} END)`;
  }
  return `(${left} ${operator.startsWith('<') ? less : greater} ${right})`;
}

interface Other {
  readonly sql: string;
  readonly format: string;
}

/** The text of a date function ends where its pattern ends. */
function momentOf(value: Typed): Other | undefined {
  if (value.moment === undefined) return undefined;
  const { sql, format, unit } = value.moment;
  return { sql: value.literal === undefined ? `date_trunc('${unit}', ${sql})` : sql, format };
}

function literalOf(column: Typed, value: Typed): Other | undefined {
  if (value.literal === undefined || value.kind !== 'text') return undefined;
  const match = /^(\d{4}-\d\d-\d\d)(?:([ T])(\d\d:\d\d)(:\d\d(?:\.(\d+))?)?)?$/.exec(value.literal);
  const isDate = match !== null && isCalendarDay(match[1] ?? '');
  if (match === null || !isDate) {
    if (column.textFormat !== undefined) return undefined;
    throw new Untranslatable(`a ${column.pg} column is compared with the text '${value.literal}'`);
  }
  const fraction = { 0: '', 3: '.MS', 6: '.US' }[match[5]?.length ?? 0];
  if (fraction === undefined) return undefined;
  const clock = match[3] === undefined ? '' : `${match[2] === 'T' ? '"T"' : ' '}HH24:MI${match[4] === undefined ? '' : ':SS'}${fraction}`;
  return { sql: `TIMESTAMP '${value.literal}'`, format: `YYYY-MM-DD${clock}` };
}

/** True for `YYYY-MM-DD` of a day the calendar has. */
export function isCalendarDay(day: string): boolean {
  const parsed = Date.parse(day);
  return !Number.isNaN(parsed) && new Date(parsed).toISOString().startsWith(day);
}

/** Where a pattern that begins with the whole date stops, as date_trunc names it; undefined for any other pattern. */
export function unitOf(format: string): string | undefined {
  if (!/^YYYY-MM-DD(?:(?: |"T")HH24:MI(?::SS(?:\.MS|\.US)?)?(?:"Z")?)?$/.test(format)) return undefined;
  if (format.includes('.US')) return 'microseconds';
  if (format.includes('.MS')) return 'milliseconds';
  if (format.includes(':SS')) return 'second';
  return format.includes('MI') ? 'minute' : 'day';
}
