import type { Assessment } from '../../../shared/model/assessment.ts';
import type { SqliteCatalog } from '../../../shared/model/catalog.ts';
import { readShapes } from './read-catalog.ts';

/** to_char patterns that give back a source's texts (PostgreSQL manual 9.8), by their shape. */
const dates: Readonly<Record<string, string>> = { '9999-99-99': 'YYYY-MM-DD' };
const times: Readonly<Record<string, string>> = { '99:99': 'HH24:MI', '99:99:99': 'HH24:MI:SS', '99:99:99.999': 'HH24:MI:SS.MS', '99:99:99.999999': 'HH24:MI:SS.US' };

/** The pattern of one shape, or undefined where to_char cannot give it back. */
export function patternOf(shape: string): string | undefined {
  const date = dates[shape];
  if (date !== undefined) return date;
  const [, day, separator, time] = /^(9999-99-99)([ T])(.*)$/.exec(shape) ?? [];
  const clock = times[time ?? ''];
  if (day === undefined || clock === undefined) return undefined;
  return `YYYY-MM-DD${separator === 'T' ? '"T"' : ' '}${clock}`;
}

export type TextFormats = ReadonlyMap<string, string>;

export function formatKey(table: string, column: string): string {
  return `${table}\0${column}`;
}

/**
 * How each date column's texts were written, where all were written alike: views and conditions that compare them with texts keep
 * their meaning then. Only read where something in the file could ask.
 */
export async function readTextFormats(path: string, catalog: SqliteCatalog, assessment: Assessment): Promise<TextFormats> {
  const isAsked = catalog.views.length > 0 || catalog.tables.some((table) => /\bcheck\b/i.test(table.sql) || table.indexes.some((index) => index.partial || index.columns.some((column) => column.name === null)));
  if (!isAsked) return new Map();
  // A table that cannot be read to its end does not cross: its columns are asked nothing.
  const columns = assessment.tables.filter((table) => table.error === undefined).flatMap((table) =>
    table.columns
      .filter((column) => /^(date|timestamp)/.test(column.candidates[0]?.type ?? '') && column.classes.text !== '0' && column.classes.integer === '0' && column.classes.real === '0' && column.classes.blob === '0')
      .map((column) => ({ table: table.name, column: column.name })),
  );
  if (columns.length === 0) return new Map();
  const shapes = await readShapes(path, columns);
  return new Map(columns.flatMap(({ table, column }, index) => {
    const pattern = patternOf(shapes[index] ?? '');
    return pattern === undefined ? [] : [[formatKey(table, column), pattern] as const];
  }));
}
