import type { z } from 'zod';
import type { Field, mappingSchema, metricTableSchema, SourceShape } from '../../../../shared/model/conversation-mapping.ts';
import { defined } from '../../defined.ts';

export type MappingInput = z.input<typeof mappingSchema>;
type TimeInput = { readonly column: string; readonly path?: string[]; readonly as?: 'auto' | 'iso' | 'seconds' | 'milliseconds' | 'microseconds' | 'nanoseconds' };
type TableShape = SourceShape['tables'][number];

/** Dotted paths (`usage.input_tokens`) that occur in the JSON of the first rows of a column. */
export type Peek = (table: TableShape, column: string) => Promise<ReadonlySet<string>>;

/** The tables of one schema, as an adapter asks about them. Names are compared without regard to case and given back as they are written. */
export interface ShapeView {
  readonly schema: string | null;
  readonly dialect: 'sqlite' | 'postgres';
  readonly tables: readonly TableShape[];
  table(name: string): TableShape | null;
  /** The first of these columns that the table has. */
  column(table: string, ...names: readonly string[]): string | null;
  /** The first of these paths that occurs in the JSON of the column. */
  path(table: string, column: string, ...paths: readonly string[]): Promise<string[] | null>;
}

export function shapeView(schema: string | null, dialect: 'sqlite' | 'postgres', tables: readonly TableShape[], peek: Peek): ShapeView {
  const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();
  const table = (name: string): TableShape | null => tables.find((each) => each.name === name) ?? tables.find((each) => same(each.name, name)) ?? null;
  const column: ShapeView['column'] = (of, ...names) => {
    const columns = table(of)?.columns ?? [];
    for (const name of names) {
      const found = columns.find((each) => each.name === name) ?? columns.find((each) => same(each.name, name));
      if (found !== undefined) return found.name;
    }
    return null;
  };
  return {
    schema, dialect, tables, table, column,
    async path(of, name, ...paths) {
      const [found, own] = [table(of), column(of, name)];
      if (found === null || own === null) return null;
      const known = await peek(found, own);
      return paths.find((path) => known.has(path))?.split('.') ?? null;
    },
  };
}

export interface Weighed {
  readonly found: string[];
  readonly missing: string[];
  /** Share of what tells the program apart, from 0.6 (only what is needed) to 1. */
  readonly confidence: number;
}

type Wanted = Readonly<Record<string, readonly string[]>>;

/** Null where something that is needed is missing. `telling` sets the program apart from others with similar tables. */
export function weigh(view: ShapeView, needed: Wanted, telling: Wanted = {}): Weighed | null {
  const check = (wanted: Wanted) => Object.entries(wanted).flatMap(([table, columns]) => (columns.length === 0 ? [{ name: table, is: view.table(table) !== null }] : columns.map((column) => ({ name: `${table}.${column}`, is: view.column(table, column) !== null }))));
  const must = check(needed);
  if (must.some(({ is }) => !is)) return null;
  const tells = check(telling);
  const hits = tells.filter(({ is }) => is).length;
  return { found: [...must, ...tells].filter(({ is }) => is).map(({ name }) => name), missing: tells.filter(({ is }) => !is).map(({ name }) => name), confidence: tells.length === 0 ? 0.9 : 0.6 + (0.4 * hits) / tells.length };
}

/** Fields of one table, by the columns that it really has. */
export function fieldsOf(view: ShapeView, table: string) {
  const own = view.table(table)?.name ?? table;
  return {
    table: { schema: view.schema, name: own },
    /** @throws never: a column that is needed was weighed before */
    need: (column: string, ...path: string[]): Field => ({ column: view.column(own, column) ?? column, ...(path.length === 0 ? {} : { path }) }),
    maybe: (...columns: readonly string[]): Field | undefined => {
      const column = view.column(own, ...columns);
      return column === null ? undefined : { column };
    },
    time: (as: TimeInput['as'], ...columns: readonly string[]): TimeInput | undefined => {
      const column = view.column(own, ...columns);
      return column === null ? undefined : defined({ column, as });
    },
    /** What stands at the first of the paths that occurs. */
    async inJson(column: string, ...paths: readonly string[]): Promise<Field | undefined> {
      const [name, path] = [view.column(own, column), await view.path(own, column, ...paths)];
      return name === null || path === null ? undefined : { column: name, path };
    },
    list: (...columns: readonly string[]): Field[] | undefined => {
      const found = columns.flatMap((each) => view.column(own, each) ?? []);
      return found.length === 0 ? undefined : found.map((column) => ({ column }));
    },
  };
}

/** `system_metrics` of the seed duiliocode, beside whatever holds the conversations. */
export function metricsOf(view: ShapeView): z.input<typeof metricTableSchema> | undefined {
  if (view.column('system_metrics', 'operation') === null || view.column('system_metrics', 'duration_ms') === null) return undefined;
  const { table, need, maybe, time } = fieldsOf(view, 'system_metrics');
  return defined({ table, operation: need('operation'), durationMs: need('duration_ms'), success: maybe('success'), at: time('auto', 'created_at', 'timestamp') });
}
