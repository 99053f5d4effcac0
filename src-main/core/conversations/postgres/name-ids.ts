import type { ShapeColumn } from './shape.ts';
import type { Values } from './values.ts';

export interface IdColumn {
  /** SQL of the key. */
  readonly key: string;
  readonly column: ShapeColumn;
  /** An index begins with it. */
  readonly isIndexed: boolean;
}

const largest = 2n ** 63n - 1n;
const largestOid = 2n ** 32n - 1n;
/** A shorter number begins too many keys to be a way to one of them. */
const shortestBeginning = 4;

/** Conversations whose key is the text or begins with it, each condition for one look into the index of the key. None where the text can be no such key. */
export function idConditions({ key, column, isIndexed }: IdColumn, text: string, values: Values): string[] {
  const bound = (value: string, type = column.type): string => `${values.add(value)}::${type}`;
  switch (column.family) {
    case 'uuid': {
      const digits = text.replaceAll('-', '').toLowerCase();
      if (!/^[0-9a-f]{4,32}$/.test(digits) || !/^[0-9a-f-]+$/i.test(text)) return [];
      return [`${key} BETWEEN ${bound(digits.padEnd(32, '0'))} AND ${bound(digits.padEnd(32, 'f'))}`];
    }
    case 'integer': {
      if (!/^\d{1,19}$/.test(text) || BigInt(text) > largest) return [];
      if (column.type === 'oid') return BigInt(text) > largestOid ? [] : [`${key} = ${bound(text)}`];
      // As bigint, whatever the column's size: no number is too large for the comparison, and its index serves all.
      const ranges = isIndexed && text.length >= shortestBeginning && !text.startsWith('0') ? longer(BigInt(text)) : [];
      return [`${key} = ${bound(text, 'bigint')}`, ...ranges.map(([from, to]) => `${key} BETWEEN ${bound(String(from), 'bigint')} AND ${bound(String(to), 'bigint')}`)];
    }
    case 'number':
      return column.type.startsWith('numeric') && /^\d{1,40}$/.test(text) ? [`${key} = ${bound(text, 'numeric')}`] : [];
    case 'text':
      return [`${key} = ${bound(text)}`, ...(text.length >= shortestBeginning ? [`${key} LIKE ${values.add(`${text.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`)}`] : [])];
    default:
      return [];
  }
}

/** Numbers that begin with this one and are longer: a range for each number of digits. */
function longer(number: bigint): [bigint, bigint][] {
  const ranges: [bigint, bigint][] = [];
  for (let power = 10n; number * power <= largest; power *= 10n) {
    const end = (number + 1n) * power - 1n;
    ranges.push([number * power, end > largest ? largest : end]);
  }
  return ranges;
}
