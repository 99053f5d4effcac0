import { isAlike, sameWay, type Way } from './ways.ts';
import { foldName } from '../../../shared/pure/fold-name.ts';

/** A column of a foreign key, as far as it has been decided by itself. */
export interface KeyColumn {
  readonly id: string;
  /** `table.column`, for people. */
  readonly name: string;
  readonly way: Way & { readonly misfits: string };
  /** A person chose it, or an identity needs it. */
  readonly fixed: boolean;
  /** Ways whose misfits were counted. */
  readonly measured: readonly (Way & { readonly misfits: string })[];
}

/** Two joined columns by their ids, and how many rows each way would lose. */
export interface KeyPair {
  readonly child: string;
  readonly parent: string;
  readonly lost: readonly (Way & { readonly lost: string })[];
}

export interface SettledWay {
  readonly way: Way & { readonly misfits: string };
  /** The columns it is joined with, directly or through others. */
  readonly others: readonly string[];
}

export function columnId(table: string, column: string): string {
  return foldName(`${table}\0${column}`);
}

/** Ways that joined columns may agree on though neither is declared so; the last holds everything. */
const common: readonly Way[] = [
  { type: 'bigint' }, { type: 'numeric' }, { type: 'double precision' }, { type: 'text' }, { type: 'text', cast: 'nul escaped' }, { type: 'text', cast: 'blob as utf-8' }, { type: 'bytea', cast: 'text as bytes' },
];

/** The ways a group of joined columns may agree on, best first: what is fixed, then what parents are (those first that are no children), then what children are, then `common`. */
export function waysOf(columns: readonly KeyColumn[], pairs: readonly KeyPair[]): Way[] {
  const isRoot = ({ id }: KeyColumn): boolean => pairs.every((pair) => pair.child !== id || pair.parent === id);
  const rank = (column: KeyColumn): number => (column.fixed ? -1e9 : isRoot(column) ? -1e6 : 0) - pairs.filter((pair) => pair.parent === column.id).length;
  const ways = [...columns.toSorted((a, b) => rank(a) - rank(b)).map(({ way }): Way => ({ type: way.type, ...(way.cast === undefined ? {} : { cast: way.cast }) })), ...common];
  return ways.filter((way, index) => ways.findIndex((each) => sameWay(each, way)) === index);
}

/** Columns that foreign keys join, over any number of tables. */
export function groupsOf(columns: readonly KeyColumn[], pairs: readonly KeyPair[]): { readonly columns: KeyColumn[]; readonly pairs: KeyPair[] }[] {
  const groupOf = new Map(columns.map(({ id }) => [id, id]));
  const known = pairs.filter(({ child, parent }) => groupOf.has(child) && groupOf.has(parent));
  for (const { child, parent } of known) {
    const [from, to] = [groupOf.get(child), groupOf.get(parent)];
    if (from === to || to === undefined) continue;
    for (const [id, group] of groupOf) if (group === from) groupOf.set(id, to);
  }
  return [...Map.groupBy(columns, ({ id }) => groupOf.get(id)).values()]
    .map((members) => ({ columns: members, pairs: known.filter((pair) => members.some(({ id }) => id === pair.child)) }))
    .filter((group) => group.pairs.length > 0);
}

type Ways = ReadonlyMap<string, Way & { readonly misfits: string }>;

function apart(pairs: readonly KeyPair[], ways: Ways): number {
  return pairs.filter(({ child, parent }) => {
    const [left, right] = [ways.get(child), ways.get(parent)];
    return left !== undefined && right !== undefined && !isAlike(left, right);
  }).length;
}

/** The way with its misfits, where the column can take it and no further value becomes a reject. */
function taking(column: KeyColumn, way: Way): (Way & { readonly misfits: string }) | undefined {
  const measured = [column.way, ...column.measured].find((each) => sameWay(each, way));
  return measured === undefined || BigInt(measured.misfits) > BigInt(column.way.misfits) ? undefined : { ...way, misfits: measured.misfits };
}

/** True where `settleWays` may give the column the way. */
export function canTake(column: KeyColumn, way: Way): boolean {
  return column.fixed || taking(column, way) !== undefined;
}

function lostBy(pairs: readonly KeyPair[], way: Way): bigint {
  return pairs.reduce((sum, pair) => sum + BigInt(pair.lost.find((each) => sameWay(each, way))?.lost ?? 0), 0n);
}

function settleGroup(columns: readonly KeyColumn[], pairs: readonly KeyPair[]): Ways {
  const own: Ways = new Map(columns.map(({ id, way }) => [id, way]));
  let best: { readonly ways: Ways; readonly apart: number; readonly lost: bigint | null } = { ways: own, apart: apart(pairs, own), lost: null };
  if (best.apart === 0) return own;
  for (const way of waysOf(columns, pairs)) {
    const taken = new Map(columns.map((column) => [column.id, column.fixed ? column.way : taking(column, way)]));
    const ways = new Map([...taken].flatMap(([id, each]) => (each === undefined ? [] : [[id, each] as const])));
    if (ways.size < columns.length) continue;
    const found = { ways, apart: apart(pairs, ways), lost: lostBy(pairs, way) };
    if (found.apart < best.apart || (found.apart === best.apart && best.lost !== null && found.lost < best.lost)) best = found;
  }
  return best.apart === 0 ? best.ways : nearer(columns, pairs, best.ways);
}

/** Where no one way serves all, single columns still take the way of a neighbour, as long as that brings more pairs together. */
function nearer(columns: readonly KeyColumn[], pairs: readonly KeyPair[], from: Ways): Ways {
  let ways = from;
  for (let moved = true; moved; ) {
    moved = false;
    for (const [mover, other] of pairs.flatMap(({ child, parent }) => [[child, parent], [parent, child]] as const)) {
      const column = columns.find(({ id }) => id === mover);
      const wanted = ways.get(other);
      const taken = column === undefined || column.fixed || wanted === undefined ? undefined : taking(column, { type: wanted.type, ...(wanted.cast === undefined ? {} : { cast: wanted.cast }) });
      if (taken === undefined) continue;
      const changed = new Map(ways).set(mover, taken);
      if (apart(pairs, changed) >= apart(pairs, ways)) continue;
      ways = changed;
      moved = true;
    }
  }
  return ways;
}

/**
 * Gives columns that foreign keys join one way, where one holds the values of all of them: of those that do, the one under which the fewest
 * keys that SQLite holds are lost. What a person fixed stays. Pure.
 * @returns only the columns whose way is another than by themselves, by their ids
 */
export function settleWays(columns: readonly KeyColumn[], pairs: readonly KeyPair[]): ReadonlyMap<string, SettledWay> {
  const settled = new Map<string, SettledWay>();
  for (const group of groupsOf(columns, pairs)) {
    const ways = settleGroup(group.columns, group.pairs);
    for (const column of group.columns) {
      const way = ways.get(column.id);
      if (way === undefined || sameWay(way, column.way)) continue;
      settled.set(column.id, { way, others: group.columns.filter((each) => each !== column).map(({ name }) => name) });
    }
  }
  return settled;
}

/** True where the columns of a group cannot all stay as they are. */
export function needsAgreement({ columns, pairs }: { readonly columns: readonly KeyColumn[]; readonly pairs: readonly KeyPair[] }): boolean {
  return apart(pairs, new Map(columns.map(({ id, way }) => [id, way]))) > 0;
}
