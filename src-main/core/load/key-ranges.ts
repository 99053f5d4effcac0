import { quoteIdent } from '../../../shared/pure/quote.ts';
import type { SqliteTable } from '../../../shared/model/catalog.ts';
import { rowidPosition, sqliteError, tableItself, tableKey } from '../../drivers/sqlite/index.ts';
import { pageSpread, PagesUnfit } from '../../drivers/sqlite/pages/index.ts';
import type { LoadSource } from './load-source.ts';
import type { KeyRange, SplitRule } from './types.ts';

/** Ranges for each thread: who is done with one takes the next, so that unequal ones even out. */
const rangesPerLane = 4;
/** Places in the table at which rows are looked at to tell its size, and rows at each. */
const samples = 32;
const rowsPerSample = 4;

/**
 * The ranges by which several threads load a table; empty where it is too small or has no rowids. No row is counted: the b-tree's own
 * interior pages tell where the table has how much of itself, and where they cannot be read, rowids are taken as spread evenly.
 *
 * @param rows - of the whole table, as far as is known
 * @throws TravessiaError as mapped by `sqliteError`
 */
export function keyRanges(source: LoadSource, table: SqliteTable, rows: number, rule: SplitRule): KeyRange[] {
  const key = tableKey(table);
  if (rule.lanes <= 1 || rows < 2 || key.kind !== 'rowid') return [];
  const wanted = rule.lanes * rangesPerLane;
  try {
    const spread = fromPages(source, table, wanted) ?? evenly(source, table, key.name, wanted);
    if (rows < rule.minRows && rows * meanBytes(source, table, key.name, spread) < rule.minBytes) return [];
    return toRanges(thinned(spread, wanted - 1));
  } catch (error) {
    throw sqliteError(error, `${source.db.name}, table ${table.name}`);
  }
}

/** Places by the pages of the file; null where they cannot be read, or are too few to tell. */
function fromPages({ db, path }: LoadSource, table: SqliteTable, wanted: number): bigint[] | null {
  try {
    // More than are wanted: stretches between pages of an upper level differ by a half and more.
    const spread = pageSpread(db, path, table.name, wanted * 8);
    return spread.length < wanted ? null : spread;
  } catch (error) {
    if (error instanceof PagesUnfit) return null;
    throw error;
  }
}

function evenly({ db }: LoadSource, table: SqliteTable, rowid: string, wanted: number): bigint[] {
  const [name, from] = [quoteIdent(rowid), tableItself(table)];
  const [first = null, last = null] = db.prepare<[], (bigint | null)[]>(`SELECT (SELECT min(${name}) FROM ${from}), (SELECT max(${name}) FROM ${from})`).raw().safeIntegers(true).get() ?? [];
  if (first === null || last === null) return [];
  const places = Array.from({ length: wanted - 1 }, (_, index) => first + ((last - first) * BigInt(index + 1)) / BigInt(wanted));
  return [...new Set(places)].filter((place) => place < last);
}

/** Bytes of a row, by a few rows from all over the table; lengths of long values are read without the values. */
function meanBytes({ db }: LoadSource, table: SqliteTable, rowid: string, spread: readonly bigint[]): number {
  const bytes = table.columns.map(({ name }) => `coalesce(octet_length(${quoteIdent(name)}), 0)`).join(' + ');
  const statement = db.prepare<[bigint], number>(`SELECT ${bytes} FROM ${tableItself(table)} WHERE ${quoteIdent(rowid)} > ? ORDER BY ${quoteIdent(rowid)} LIMIT ${rowsPerSample}`).pluck().safeIntegers(false);
  const seen = [-(2n ** 63n), ...thinned(spread, samples)].flatMap((place) => statement.all(place));
  return seen.reduce((sum, each) => sum + each, 0) / Math.max(1, seen.length);
}

/** At most so many of them, spread over all. */
function thinned(places: readonly bigint[], most: number): bigint[] {
  if (places.length <= most) return [...places];
  return Array.from({ length: most }, (_, index) => places[Math.floor(((index + 1) * (places.length + 1)) / (most + 1)) - 1] ?? 0n);
}

function toRanges(places: readonly bigint[]): KeyRange[] {
  if (places.length === 0) return [];
  const ends = [null, ...places.map(rowidPosition), null];
  return ends.slice(1).map((until, number) => ({ number, after: ends[number] ?? null, until }));
}
