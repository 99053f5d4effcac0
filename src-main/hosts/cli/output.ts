import { wordFor } from '../../../shared/pure/texts/index.ts';

/**
 * Data goes to standard output, all else to standard error; with `--format json` standard output is exactly one JSON document
 * (design: command-line.md).
 */
export interface Output {
  readonly json: boolean;
  /** Data for people; nothing when JSON was asked for. */
  print(text: string): void;
  /** Notes, warnings, progress: standard error. */
  note(text: string): void;
  /** The one JSON document. */
  document(value: unknown): void;
  /** Raw data (a plan's text, a script), whatever the format. */
  raw(text: string): void;
  /** Replaces the last line of standard error where it is a terminal; silent elsewhere. */
  progress(text: string): void;
  endProgress(): void;
}

/** @param isLeft - nobody reads on: notes are not said any more either */
export function createOutput(json: boolean, isLeft: () => boolean = () => false): Output {
  const terminal = process.stderr.isTTY === true;
  let shown = false;
  const clear = () => {
    if (shown) process.stderr.write('\r\u001b[2K');
    shown = false;
  };
  return {
    json,
    print(text) {
      clear();
      if (!json) process.stdout.write(`${text}\n`);
    },
    note(text) {
      if (isLeft()) return;
      clear();
      process.stderr.write(`${text}\n`);
    },
    document(value) {
      clear();
      process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
    },
    raw(text) {
      clear();
      process.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
    },
    progress(text) {
      if (!terminal) return;
      process.stderr.write(`\r\u001b[2K${text.slice(0, Math.max(20, (process.stderr.columns ?? 80) - 1))}`);
      shown = true;
    },
    endProgress: clear,
  };
}

/** Aligned columns; numbers to the right. */
export function table(headings: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const texts = [headings.map(String), ...rows.map((row) => row.map(String))];
  const widths = headings.map((_, column) => Math.max(...texts.map((row) => (row[column] ?? '').length)));
  const isNumber = headings.map((_, column) => rows.length > 0 && rows.every((row) => typeof row[column] === 'number' || /^[\d.,]+( \w+)?$/.test(String(row[column] ?? ''))));
  return texts
    .map((row) => row.map((cell, column) => (isNumber[column] === true ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0))).join('  ').trimEnd())
    .join('\n');
}

export function count(value: number | string): string {
  return String(value).replace(/\B(?=(\d{3})+(?!\d))/g, ',');
}

/** A number and its word: `1 row`, `2,000 rows`. */
export function counted(value: number | string, one: string, other: string): string {
  return `${count(value)} ${wordFor(value, one, other)}`;
}

export function bytes(value: number): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB'];
  let size = value;
  let unit = 0;
  while (size >= 1024 && unit < units.length - 1) {
    size /= 1024;
    unit += 1;
  }
  return `${unit === 0 ? size : size.toFixed(1)} ${units[unit]}`;
}
