/** Fields of a mapping as SQL of one table, and their values as the model has them. */
import type { Field, TimeField } from '../../../../shared/model/conversation-mapping.ts';
import { quoteIdent, quoteLiteral } from '../../../../shared/pure/quote.ts';
import { columnOf, type ShapeColumn, type TableShape } from './shape.ts';

/** The column itself, for what the server compares by its own type. */
export function columnSql(alias: string, field: Field): string {
  return `${alias}.${quoteIdent(field.column)}`;
}

/** The value as text; what stands at a path in JSON is taken out by the server. Names are the mapping's, so they are quoted, not passed. */
export function textSql(alias: string, table: TableShape, field: Field): string {
  const column = columnOf(table, field);
  const sql = columnSql(alias, field);
  if (field.path === undefined || field.path.length === 0) return column.family === 'text' ? sql : `${sql}::text`;
  return `(${jsonSql(alias, column)} #>> ${pathLiteral(field.path)})`;
}

/** JSON whatever the column's type: text that is none is NULL where the server can tell (PostgreSQL 16). */
export function jsonSql(alias: string, column: ShapeColumn): string {
  const sql = `${alias}.${quoteIdent(column.name)}`;
  if (column.family === 'jsonb') return sql;
  if (column.family === 'json') return `${sql}::jsonb`;
  return `(CASE WHEN ${sql}::text ~ '^\\s*[\\[{]' THEN ${sql}::text::jsonb END)`;
}

export function pathLiteral(path: readonly string[]): string {
  const elements = path.map((element) => `"${element.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`);
  return `${quoteLiteral(`{${elements.join(',')}}`)}::text[]`;
}

/** Names for the answer's columns: `field` selects, `read` takes the value out of a row, at its path. */
export class Selection {
  readonly #columns = new Map<string, string>();
  readonly #alias: string;

  constructor(alias: string) {
    this.#alias = alias;
  }

  /** Selects a column whole, once; returns its name in the answer. */
  column(name: string, sql?: string): string {
    const expression = sql ?? `${this.#alias}.${quoteIdent(name)}`;
    const known = this.#columns.get(expression);
    if (known !== undefined) return known;
    const as = `${this.#alias}${this.#columns.size}`;
    this.#columns.set(expression, as);
    return as;
  }

  field(field: Field | undefined): (row: Readonly<Record<string, string | null>>) => string | null {
    if (field === undefined) return () => null;
    const as = this.column(field.column);
    const { path } = field;
    return path === undefined || path.length === 0 ? (row) => row[as] ?? null : (row) => valueAt(row[as] ?? null, path);
  }

  get sql(): string {
    return [...this.#columns].map(([expression, as]) => `${expression} AS ${as}`).join(', ');
  }
}

/** What stands at a path of a JSON text, as text; null where it is no JSON or nothing is there. */
export function valueAt(text: string | null, path: readonly string[]): string | null {
  if (text === null) return null;
  try {
    let value: unknown = JSON.parse(text);
    for (const step of path) {
      if (typeof value !== 'object' || value === null) return null;
      value = Reflect.get(value, step);
    }
    if (value === undefined || value === null) return null;
    return typeof value === 'string' ? value : JSON.stringify(value);
  } catch {
    return null;
  }
}

type Unit = Exclude<TimeField['as'], 'auto' | 'iso'>;
const unitDigits: Readonly<Record<Unit, number>> = { seconds: 0, milliseconds: 3, microseconds: 6, nanoseconds: 9 };

function unitOf(value: number): Unit {
  const size = Math.abs(value);
  return size < 1e11 ? 'seconds' : size < 1e14 ? 'milliseconds' : size < 1e17 ? 'microseconds' : 'nanoseconds';
}

/** A moment as a value of the column, for comparing with it. `sample`: a value of the column, by which numbers and texts are understood. */
export function fromIso(iso: string, column: ShapeColumn, as: TimeField['as'], sample: string | null): string {
  if (column.family === 'integer' || column.family === 'number') {
    const unit = as === 'auto' || as === 'iso' ? unitOf(Number(sample ?? 0)) : as;
    const value = (Date.parse(iso) / 1000) * 10 ** unitDigits[unit];
    return column.family === 'integer' ? BigInt(Math.round(value)).toString() : String(value);
  }
  if (column.family === 'text') return sample?.charAt(10) === ' ' ? iso.replace('T', ' ').replace(/Z$/, '') : iso;
  return column.family === 'timestamp' || column.family === 'date' ? iso.replace(/Z$/, '') : iso;
}

export function numberOf(value: string | null): number | null {
  if (value === null || value.trim() === '') return null;
  const number = Number(value);
  return Number.isFinite(number) ? number : null;
}
