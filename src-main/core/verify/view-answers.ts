import { z } from 'zod';
import { decimalOfReal, decimalText, parseDecimal } from '../../../shared/pure/canonical/decimal.ts';
import { plainText, type Canonicaliser } from '../../../shared/pure/canonical/cell.ts';
import { createRowHash } from '../../../shared/pure/canonical/row-hash.ts';
import { wordFor } from '../../../shared/pure/texts/index.ts';
import type { ViewCell } from './messages.ts';
import { hashValue } from './narrow.ts';

export const relativeTolerance = 1e-9;

export interface AnswerColumn {
  readonly numeric: boolean;
  readonly canonicalOf: Canonicaliser;
}

/** The rows one side answers: kept as a multiset while they are few, else summed up as hashes. */
export interface Answer {
  readonly rows: number;
  readonly cut: boolean;
  /** Columns in which SQLite gave REALs: compared with tolerance. */
  readonly reals: ReadonlySet<number>;
  addSource(row: readonly ViewCell[]): void;
  addTarget(row: unknown): void;
  /** Says before the rows come which columns hold REALs. */
  learn(reals: ReadonlySet<number>): void;
  /** Ends the adding. */
  settle(): void;
  readonly groups: ReadonlyMap<string, number[][]>;
  readonly sum: bigint;
}

const targetRow = z.array(z.string().nullable());

export function createAnswer(limit: number, columns: readonly AnswerColumn[]): Answer {
  const reals = new Set<number>();
  const kept: (string | null)[][] = [];
  const groups = new Map<string, number[][]>();
  const hash = createRowHash();
  let rows = 0;
  let sum = 0n;
  let cut = false;
  const add = (row: (string | null)[]): void => {
    rows += 1;
    kept.push(row);
    if (kept.length > limit || cut) {
      cut = true;
      for (const each of kept.splice(0)) sum += hashOf(each);
    }
  };
  const hashOf = (row: readonly (string | null)[]): bigint => {
    hash.reset(0);
    // Ten digits of a number, which may be a REAL on a later row: a sum of hashes knows no tolerance.
    for (const [index, text] of row.entries()) hash.add(text === null ? '\0' : columns[index]?.numeric === true ? rounded(text) : text);
    return hashValue(hash);
  };
  return {
    get rows() { return rows; },
    get cut() { return cut; },
    get sum() { return sum; },
    reals, groups,
    addSource: (row) => add(row.map((value, index) => {
      const column = columns[index];
      if (typeof value === 'number' && column?.numeric === true) reals.add(index);
      return value === null || column === undefined ? null : sourceText(value, column);
    })),
    addTarget: (row) => add(targetRow.parse(row).map((text, index) => (text !== null && columns[index]?.numeric === true ? numberText(text) : text))),
    learn: (known) => {
      for (const index of known) reals.add(index);
    },
    settle: () => {
      if (cut) {
        for (const each of kept.splice(0)) sum += hashOf(each);
        return;
      }
      for (const row of kept.splice(0)) {
        const exact = JSON.stringify(row.map((text, index) => (reals.has(index) && text !== null ? 0 : text)));
        const numbers = [...reals].map((index) => Number(row[index] ?? Number.NaN));
        const group = groups.get(exact);
        if (group === undefined) groups.set(exact, [numbers]);
        else group.push(numbers);
      }
    },
  };
}

function sourceText(value: Exclude<ViewCell, null>, { numeric, canonicalOf }: AnswerColumn): string {
  if (numeric && typeof value !== 'object') return numberText(typeof value === 'number' ? decimalText(decimalOfReal(value) ?? { negative: value < 0, digits: '9', exponent: 400 }) : value.toString());
  const canonical = canonicalOf(value);
  return typeof canonical === 'string' ? canonical : `not this type: ${plainText(value) ?? 'bytes'}`;
}

/** One spelling per number; what is no number stays as it is. */
function numberText(text: string): string {
  const decimal = parseDecimal(text);
  return decimal === null ? text : decimalText(decimal);
}

function rounded(text: string): string {
  const value = Number(text);
  return Number.isNaN(value) ? text : value.toPrecision(10);
}

/** null where both answers are the same multiset of rows, else what differs. */
export function sameAnswers(mine: Answer, theirs: Answer): string | null {
  if (mine.rows !== theirs.rows) return `${mine.rows} ${wordFor(mine.rows, 'row', 'rows')} in SQLite, ${theirs.rows} in PostgreSQL`;
  if (mine.cut || theirs.cut) return mine.sum === theirs.sum ? null : `${mine.rows} ${wordFor(mine.rows, 'row', 'rows')} on both sides, with different values`;
  let [mineOnly, theirsOnly] = [0, 0];
  let example = '';
  for (const key of new Set([...mine.groups.keys(), ...theirs.groups.keys()])) {
    const [a, b] = [ordered(mine.groups.get(key)), ordered(theirs.groups.get(key))];
    const pairs = Math.min(a.length, b.length);
    const apart = a.slice(0, pairs).filter((numbers, index) => !near(numbers, b[index] ?? [])).length;
    mineOnly += apart + a.length - pairs;
    theirsOnly += apart + b.length - pairs;
    if (apart + a.length + b.length > 2 * pairs && example === '') example = `${a.length > 0 ? 'SQLite' : 'PostgreSQL'} answers ${shown(key, a[0] ?? b[0] ?? [], [...mine.reals]).slice(0, 300)}`;
  }
  return mineOnly + theirsOnly === 0 ? null : `of ${mine.rows} ${wordFor(mine.rows, 'row', 'rows')} ${mineOnly} ${wordFor(mineOnly, 'is', 'are')} only in SQLite and ${theirsOnly} only in PostgreSQL; ${example}`;
}

/** A row as it was answered: its REALs stand apart in the group. */
function shown(key: string, numbers: readonly number[], reals: readonly number[]): string {
  const row = targetRow.or(z.array(z.union([z.string(), z.number(), z.null()]))).parse(JSON.parse(key));
  return JSON.stringify(row.map((cell, index) => (cell !== null && reals.includes(index) ? (numbers[reals.indexOf(index)] ?? cell) : cell)));
}

function ordered(rows: readonly number[][] | undefined): number[][] {
  return (rows ?? []).toSorted((a, b) => {
    const at = a.findIndex((value, index) => value !== b[index]);
    return at === -1 ? 0 : (a[at] ?? 0) - (b[at] ?? 0);
  });
}

function near(a: readonly number[], b: readonly number[]): boolean {
  return a.every((value, index) => {
    const other = b[index] ?? Number.NaN;
    if (Object.is(value, other) || value === other) return true;
    return Math.abs(value - other) <= relativeTolerance * Math.max(Math.abs(value), Math.abs(other));
  });
}
