import type { ColumnNode, Expression } from './ast.ts';
import { quoteName } from './context.ts';
import type { TableTarget } from './context.ts';
import { Untranslatable } from './errors.ts';
import { columnExpression } from './typed.ts';
import type { Typed } from './typed.ts';
import type { OutputColumn } from './translator.ts';
import { foldName } from '../fold-name.ts';

/** One entry of a FROM clause as names see it. */
export interface Source {
  /** Name or alias as written in the source. */
  readonly name: string;
  /** Columns by lower-case source name, in order. */
  readonly columns: ReadonlyMap<string, { readonly name: string; readonly value: Typed }>;
  readonly rowid?: Typed;
  readonly rowidName?: string;
  /** Printed names of the primary key's columns, when grouping by them frees the others. */
  readonly primaryKey?: readonly string[];
  /** Lower-case names that NATURAL or USING has merged into an earlier source. */
  readonly merged: ReadonlyMap<string, Typed | undefined>;
  /** Its columns are found by its name only: NEW and OLD of a trigger, `excluded` of an upsert. */
  readonly qualifiedOnly?: boolean;
}

/** A common table's shape, by lower-case name. */
export interface KnownTable {
  readonly sqlName: string;
  readonly columns: readonly OutputColumn[];
}

/** Where names are looked up: the sources of a SELECT, its result aliases, then the SELECT around it. */
export interface Scope {
  readonly sources: readonly Source[];
  readonly tables: ReadonlyMap<string, KnownTable>;
  /** Result aliases by lower-case name; SQLite lets WHERE and GROUP BY use them. */
  readonly aliases?: ReadonlyMap<string, Expression>;
  /** Printed GROUP BY keys of an aggregate query; outside of aggregates only these may be named. */
  readonly keys?: ReadonlySet<string>;
  readonly windows?: ReadonlyMap<string, string>;
  readonly parent?: Scope;
}

export const emptyScope: Scope = { sources: [], tables: new Map() };

/** The scope of an expression on one table (CHECK, index, generated column): names are printed without the table. */
export function tableScope(tableName: string, table: TableTarget): Scope {
  return { sources: [tableSource(tableName, table)], tables: new Map() };
}

/** A stored table as a source; `alias` is the printed name its columns are qualified with. */
export function tableSource(name: string, table: TableTarget, alias?: string): Source {
  const prefix = alias === undefined ? '' : `${alias}.`;
  const columns = new Map(
    [...table.columns].map(([source, column]) => [
      foldName(source),
      { name: source, value: columnExpression(column.inline ?? prefix + quoteName(column.name), column) },
    ]),
  );
  const rowid = table.rowidAlias === undefined ? undefined : columns.get(foldName(table.rowidAlias))?.value;
  const primaryKey = table.primaryKey?.map((key) => columns.get(foldName(key))?.value.sql ?? '');
  return {
    name,
    columns,
    merged: new Map(),
    ...(rowid === undefined || table.rowidAlias === undefined ? {} : { rowid, rowidName: table.rowidAlias }),
    ...(primaryKey === undefined || primaryKey.length === 0 ? {} : { primaryKey }),
  };
}

/** A subquery, common table or VALUES as a source. */
export function querySource(name: string, outputs: readonly OutputColumn[], alias: string): Source {
  const columns = new Map(
    outputs.map((output) => [
      foldName(output.name),
      { name: output.name, value: { ...output.type, sql: output.type.kind === 'null' ? 'NULL' : `${alias}.${quoteName(output.target)}` } },
    ]),
  );
  return { name, columns, merged: new Map() };
}

/** What a name stands for: a column, or an alias still to be translated. */
export type Resolved = { readonly value: Typed } | { readonly alias: Expression; readonly scope: Scope };

/**
 * Looks a name up as SQLite does: columns of this SELECT, rowid, result aliases, then outwards.
 * @returns undefined if nothing has the name.
 */
export function resolve(node: ColumnNode, scope: Scope): Resolved | undefined {
  for (let current: Scope | undefined = scope; current !== undefined; current = current.parent) {
    const value = findColumn(node, current);
    if (value !== undefined) return { value };
    const alias = node.table === undefined ? current.aliases?.get(foldName(node.name)) : undefined;
    if (alias !== undefined) {
      const { aliases: _, ...rest } = current;
      return { alias, scope: rest };
    }
  }
  return undefined;
}

function findColumn(node: ColumnNode, scope: Scope): Typed | undefined {
  const name = foldName(node.name);
  const table = node.table === undefined ? undefined : foldName(node.table);
  const candidates = scope.sources.filter((source) => (table === undefined ? source.qualifiedOnly !== true : foldName(source.name) === table));
  const found = candidates.filter(
    (source) => source.columns.has(name) && (table !== undefined || !source.merged.has(name)),
  );
  const first = found[0];
  if (first !== undefined) {
    if (found.length > 1 && table === undefined) throw new Untranslatable(`the name ${node.name} is ambiguous`);
    const value = table === undefined ? (mergedValue(scope, name) ?? first.columns.get(name)?.value) : first.columns.get(name)?.value;
    return value === undefined ? undefined : grouped(value, first, scope, node.name);
  }
  if (!['rowid', 'oid', '_rowid_'].includes(name)) return undefined;
  const source = candidates.length === 1 ? candidates[0] : undefined;
  return source?.rowid === undefined ? undefined : grouped(source.rowid, source, scope, node.name);
}

function mergedValue(scope: Scope, name: string): Typed | undefined {
  for (const source of scope.sources.toReversed()) {
    const value = source.merged.get(name);
    if (value !== undefined) return value;
  }
  return undefined;
}

/** In an aggregate query a bare column must be a key, or belong to a table grouped by its primary key. */
function grouped(value: Typed, source: Source, scope: Scope, name: string): Typed {
  const { keys } = scope;
  if (keys === undefined || keys.has(value.sql)) return value;
  if (source.primaryKey?.every((key) => keys.has(key)) === true) return value;
  throw new Untranslatable(
    `it names the column ${name} neither grouped nor aggregated: SQLite takes its value from any row of the group`,
  );
}

/** The same scope inside an aggregate's arguments, where every column may be named. */
export function insideAggregate(scope: Scope): Scope {
  const { keys: _, ...rest } = scope;
  return rest;
}
