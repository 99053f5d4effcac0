import type { ColumnProfile, TableAssessment } from '../../../shared/model/assessment.ts';
import type { SqliteCatalog, SqliteTable } from '../../../shared/model/catalog.ts';
import { quoteIdent } from '../../../shared/pure/quote.ts';
import type { SqliteDb } from '../../drivers/sqlite/index.ts';
import {
  canTake, columnId, comparedWay, formCall, groupsOf, joinedPairs, keyColumn, needsAgreement, ownWay, sameWay, settleWays, waysOf, type JoinedPair, type KeyColumn, type KeyPair, type SettledWay, type Way, type WayOf,
} from '../keys/index.ts';
import { sourceEquality } from './orphans.ts';
import { measureWays, type SecondPass } from './policies.ts';
import { sameName } from '../../../shared/pure/fold-name.ts';

/** A table whose rows were read to the end. */
export interface ScannedTable {
  readonly pass: SecondPass;
  profiles: ColumnProfile[];
}

type LostKey = NonNullable<TableAssessment['lostKeys']>[number];

export interface JoinedWays {
  /** How each column crosses without a person. */
  readonly wayOf: WayOf;
  /** The columns that take another way for the sake of a foreign key. */
  readonly settledOf: (table: SqliteTable, column: string) => SettledWay | undefined;
  /** By table of the child. */
  readonly lost: ReadonlyMap<SqliteTable, readonly LostKey[]>;
}

/** Escaping doubles backslashes: how many texts look otherwise then. */
const escaping: ReadonlySet<string | undefined> = new Set(['nul escaped', 'bytes escaped']);

/**
 * Makes the columns that foreign keys join agree, and counts what that takes: of the groups whose columns are not alike by themselves each
 * column is read once more for the ways of the others, and for each way that all can take the rows are counted whose key SQLite finds in
 * the parent and the target would not. What was counted is added to the tables' profiles. `db` must know `target_form`.
 */
export function joinWays(db: SqliteDb, catalog: SqliteCatalog, tables: ReadonlyMap<SqliteTable, ScannedTable>, rejectShare: number): JoinedWays {
  const pairs = joinedPairs(catalog).filter(({ child, parent }) => tables.has(child.table) && tables.has(parent.table));
  const columnOf = ({ table, column }: JoinedPair['child']): KeyColumn | undefined => {
    const profile = tables.get(table)?.profiles.find((each) => each.name === column);
    if (profile === undefined) return undefined;
    const way = ownWay(profile, rejectShare);
    return keyColumn(table.name, profile, way, table.rowidAlias === column && way.type === 'bigint');
  };
  const sidesOf = (id: string): JoinedPair['child'] | undefined => pairs.flatMap(({ child, parent }) => [child, parent]).find(({ table, column }) => columnId(table.name, column) === id);
  const columns = (): KeyColumn[] => [...new Map(pairs.flatMap(({ child, parent }) => [child, parent]).map((side) => [columnId(side.table.name, side.column), columnOf(side)])).values()].filter((column) => column !== undefined);
  const bare = pairs.map(({ child, parent }): KeyPair => ({ child: columnId(child.table.name, child.column), parent: columnId(parent.table.name, parent.column), lost: [] }));
  const lost = new Map<SqliteTable, LostKey[]>();
  for (const group of groupsOf(columns(), bare)) {
    if (!needsAgreement(group)) continue;
    const ways = waysOf(group.columns, group.pairs);
    for (const column of group.columns) {
      const side = sidesOf(column.id);
      const scanned = side === undefined ? undefined : tables.get(side.table);
      if (side === undefined || scanned === undefined || column.fixed) continue;
      const joined = measureWays(scanned.pass, side.column, ways.filter((way) => !column.measured.some((each) => sameWay(each, way))));
      scanned.profiles = scanned.profiles.map((profile) => (profile.name === side.column && joined.length > 0 ? { ...profile, joined } : profile));
    }
    for (const pair of pairs.filter(({ child }) => group.pairs.some((each) => each.child === columnId(child.table.name, child.column)))) {
      const [child, parent] = [columnOf(pair.child), columnOf(pair.parent)];
      if (child === undefined || parent === undefined) continue;
      const found = ways.filter((way) => canTake(child, way) && canTake(parent, way)).map((way): LostKey => (
        { foreignKey: pair.key.id, column: pair.child.column, type: way.type, ...(way.cast === undefined ? {} : { cast: way.cast }), lost: lostRows(db, pair, child.fixed ? child.way : way, parent.fixed ? parent.way : way) }
      ));
      lost.set(pair.child.table, [...(lost.get(pair.child.table) ?? []), ...found]);
    }
  }
  const settled = settleWays(columns(), keyPairs(pairs, (table) => lost.get(table) ?? []));
  const wayOf: WayOf = (table, name) => {
    const profile = tables.get(table)?.profiles.find((each) => sameName(each.name, name));
    return settled.get(columnId(table.name, name))?.way ?? (profile === undefined ? undefined : ownWay(profile, rejectShare));
  };
  countBackslashes(db, tables, wayOf);
  return { wayOf, settledOf: (table, column) => settled.get(columnId(table.name, column)), lost };
}

/** The pairs as `settleWays` takes them, with what was counted for them. */
export function keyPairs(pairs: readonly JoinedPair[], lostOf: (table: SqliteTable) => readonly LostKey[]): KeyPair[] {
  return pairs.map(({ key, child, parent }): KeyPair => ({
    child: columnId(child.table.name, child.column), parent: columnId(parent.table.name, parent.column),
    lost: lostOf(child.table).filter((each) => each.foreignKey === key.id && each.column === child.column),
  }));
}

/** Rows that have a parent in SQLite, and none whose form would be theirs. SQLite's own equality stands first, since the parent's index serves it. */
function lostRows(db: SqliteDb, { key, child, parent }: JoinedPair, childWay: Way, parentWay: Way): string {
  const match = key.columns.map((name, index) => sourceEquality(parent.table, key.parentColumns[index] ?? '', child.table, name)).join(' AND ');
  const [from, to] = [comparedWay(childWay, parentWay), comparedWay(parentWay, childWay)];
  const form = formCall(`c.${quoteIdent(child.column)}`, from.type, from.cast, 'BINARY');
  const found = `EXISTS (SELECT 1 FROM ${quoteIdent(parent.table.name)} AS p WHERE ${match}`;
  const filled = key.columns.map((name) => `c.${quoteIdent(name)} IS NOT NULL`).join(' AND ');
  const sql = `SELECT count(*) FROM ${quoteIdent(child.table.name)} AS c WHERE ${filled} AND ${found}) AND ${form} IS NOT NULL AND NOT ${found} AND ${formCall(`p.${quoteIdent(parent.column)}`, to.type, to.cast, 'BINARY')} = ${form})`;
  return String(db.prepare<unknown[], bigint>(sql).pluck().safeIntegers(true).get() ?? 0n);
}

function countBackslashes(db: SqliteDb, tables: ReadonlyMap<SqliteTable, ScannedTable>, wayOf: WayOf): void {
  for (const [table, scanned] of tables) {
    scanned.profiles = scanned.profiles.map((profile) => {
      if (profile.nulTexts === '0' && profile.invalidTexts === '0' && !escaping.has(wayOf(table, profile.name)?.cast)) return profile;
      const name = quoteIdent(profile.name);
      const found = db.prepare<unknown[], bigint>(`SELECT count(*) FROM ${quoteIdent(table.name)} WHERE typeof(${name}) = 'text' AND instr(${name}, '\\') > 0`).pluck().safeIntegers(true).get() ?? 0n;
      return { ...profile, backslashTexts: String(found) };
    });
  }
}
