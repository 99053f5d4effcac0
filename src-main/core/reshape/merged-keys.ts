import type { PlanIndex, PlanKey, PlanTable } from '../../../shared/model/plan.ts';
import { quoteIdent } from '../../../shared/pure/quote.ts';
import { createNamer, suffixed } from '../plan/names.ts';
import type { Merge } from './merge.ts';
import { sameName } from '../../../shared/pure/fold-name.ts';

/** A merge with what the plan made of its table and of its parts. */
export interface Planned {
  readonly merge: Merge;
  readonly merged: PlanTable;
  readonly parts: readonly PlanTable[];
  /** The column that names the source, in the target. */
  readonly column: string;
}

/** Names of a part's objects speak of the merged table. */
export function named({ merged }: Planned, part: PlanTable, name: string): string {
  return name.startsWith(part.target.table) ? `${merged.target.table}${name.slice(part.target.table.length)}` : name;
}

/** One of each meaning, under the name that came first. */
export function distinct<T>(items: readonly T[], meaning: (item: T) => string): T[] {
  return [...new Map(items.toReversed().map((item) => [meaning(item), item])).values()].toReversed();
}

/** A demand with what each source says of it, undefined where it says nothing; nothing where all say the same. */
export function unlike(each: readonly (readonly [database: string, what: string | undefined])[], word: string): string[] {
  const [first] = each;
  return first === undefined || each.every(([, what]) => what === first[1]) ? [] : [`${word} (${each.flatMap(([database, what]) => (what === undefined ? [] : [`${what === '' ? '' : `${what} `}${database}`])).join(', ')})`];
}

/** Uniqueness that a source demands of its rows. */
interface Demand {
  /** In the words of SQL: equal where the demand is. */
  readonly what: string;
  readonly name: string;
  /** Of values themselves, not of expressions or of part of the rows. */
  readonly columns?: readonly string[];
  /** Follows from another demand: what is unique under a collation is unique by its bytes too. */
  readonly implied?: boolean;
}

const meaningOf = ({ terms, where, unique }: PlanIndex): string => JSON.stringify([terms, where, unique]);
const unique = (terms: readonly string[]): string => `UNIQUE (${terms.join(', ')})`;

/** The columns whose values a unique index compares; undefined of expressions, of part of the rows, and where hashes stand for values too long for a key. */
function columnsOf({ merge, merged }: Planned, part: PlanTable, index: PlanIndex): string[] | undefined {
  const own = merge.parts.find(({ database, table }) => database === part.source.database && table.name === part.source.table);
  const source = own?.table.indexes.find(({ name }) => name === index.source);
  if (source === undefined || source.partial || index.terms.some((term) => term.startsWith('md5('))) return undefined;
  const found = source.columns.map(({ name }) => merged.columns.find((column) => sameName(column.source, name))?.target);
  return found.every((name) => name !== undefined) ? found : undefined;
}

function demandsOf(planned: Planned, part: PlanTable): Demand[] {
  const onColumns = (columns: readonly string[], name: string): Demand => ({ what: unique(columns.map(quoteIdent)), columns, name });
  const keys = [...(part.primaryKey === undefined ? [] : [part.primaryKey]), ...part.uniques].map(({ columns, name }) => onColumns(columns, named(planned, part, name)));
  return [...keys, ...part.indexes.filter((index) => index.unique).flatMap((index): Demand[] => {
    const columns = columnsOf(planned, part, index);
    const name = suffixed(`${planned.merged.target.table}_${(columns ?? []).join('_')}`, '_key');
    if (columns !== undefined && index.terms.every((term) => term.startsWith('"'))) return [onColumns(columns, name)];
    const own: Demand = { what: `${unique(index.terms)}${index.where === undefined ? '' : ` WHERE ${index.where}`}`, name: index.name };
    return columns === undefined ? [own] : [own, { ...onColumns(columns, name), implied: true }];
  })];
}

/** A key holds within a source: the column that names it comes first. */
export interface MergedKeys {
  readonly uniques: PlanKey[];
  readonly indexes: PlanIndex[];
  /** Uniqueness that only some of the sources demand. */
  readonly looser: string[];
}

/** Keys and indexes of a merged table: unique is what is so in every source; an index that is unique in some of them only serves for finding rows. */
export function mergedKeys(planned: Planned): MergedKeys {
  const { merged, parts, column } = planned;
  const demands = parts.map((part) => demandsOf(planned, part));
  const of = ({ what }: Demand): (readonly [string, string | undefined])[] => parts.map(({ source }, index) => [source.database, demands[index]?.some((other) => other.what === what) === true ? '' : undefined]);
  const isEverywhere = (demand: Demand): boolean => of(demand).every(([, has]) => has !== undefined);
  const looser = distinct(demands.flat().filter(({ implied }) => implied !== true), ({ what }) => what).flatMap((demand) => unlike(of(demand), demand.what));

  const isShared = (index: PlanIndex): boolean => parts.every(({ indexes }) => indexes.some((other) => meaningOf(other) === meaningOf(index)));
  const kept = parts.flatMap((part) => part.indexes.map((index) => ({ part, index, shared: index.unique && isShared(index) })));
  // What all have as a unique index is no key besides, unless one of them has it as a key: a foreign key may point at that.
  const indexed = new Set(kept.filter(({ shared }) => shared).map(({ part, index }) => columnsOf(planned, part, index)?.join('\0')));
  const keyed = new Set(parts.flatMap(({ uniques }) => uniques.map(({ columns }) => columns.join('\0'))));
  const names = createNamer('relation', [merged.primaryKey?.name ?? '']);
  const uniques = distinct(demands.flat(), ({ what }) => what).filter(isEverywhere).flatMap(({ name, columns = [] }): PlanKey[] => {
    const id = columns.join('\0');
    if (columns.length === 0 || [column, ...columns].join('\0') === merged.primaryKey?.columns.join('\0') || (indexed.has(id) && !keyed.has(id))) return [];
    return [{ name: names.take(name).name, columns: [column, ...columns] }];
  });
  const indexes = kept.map(({ part, index, shared }): PlanIndex => ({ ...index, name: named(planned, part, index.name), unique: shared, terms: shared ? [quoteIdent(column), ...index.terms] : index.terms }));
  return { uniques, looser, indexes: distinct(indexes, meaningOf).map((index) => ({ ...index, name: names.take(index.name).name })) };
}
