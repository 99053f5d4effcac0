import type { ReadWay } from '../../../shared/model/run.ts';
import type { KeyRange, LoadPart, LoadProgress, LoadResult, LoadTask, LoadTotals } from './types.ts';

/** A part of a table that a lane has taken. */
export interface TakenPart {
  /** The table's task, limited to the part. */
  readonly task: LoadTask;
  /** The whole table's, as the caller gave it. */
  readonly whole: LoadTask;
  /** Keeps what the part has come to; returns the whole table's. */
  progress(now: LoadProgress): LoadProgress;
  /** To be called once; returns the whole table's totals where this was its last part. */
  done(totals: LoadTotals): LoadTotals | null;
}

/** Hands out the parts of tables to lanes. */
export interface LoadQueue {
  readonly parts: number;
  take(lane: number): TakenPart | null;
  /** After the last part of the table at this place. */
  result(task: LoadTask, totals: LoadTotals): LoadResult;
}

interface Open {
  readonly task: LoadTask;
  readonly waiting: { readonly range: KeyRange | undefined; readonly place: number }[];
  readonly progress: LoadProgress[];
  readonly done: LoadTotals[];
  /** Lanes that loaded rows of it. */
  readonly lanes: Set<number>;
  active: number;
  began: number | null;
}

const sizeOf = ({ table }: LoadTask): number => Number(table.rows) * Math.max(1, table.columns.length);

/**
 * A lane takes from the largest table that no lane is at, so that tables load beside one another as long as there are enough; then it helps
 * where the most is left for each that is there already, up to `lanes` at one table.
 */
export function createLoadQueue(tasks: readonly LoadTask[], parts: readonly (readonly LoadPart[])[], lanes: number): LoadQueue {
  const tables = tasks.map((task, index): Open => {
    const own = parts[index] ?? [];
    return { task, waiting: own.map(({ range }, place) => ({ range, place })), progress: own.map(({ progress }) => progress), done: [], lanes: new Set(), active: 0, began: null };
  }).toSorted((a, b) => sizeOf(b.task) - sizeOf(a.task));
  const share = ({ task, waiting, progress, active }: Open): number => (sizeOf(task) * waiting.length) / progress.length / active;

  const next = (): Open | undefined => {
    const waiting = tables.filter((table) => table.waiting.length > 0);
    const alone = waiting.find((table) => table.active === 0);
    return alone ?? waiting.filter((table) => table.active < lanes).toSorted((a, b) => share(b) - share(a))[0];
  };

  return {
    parts: tables.reduce((sum, { progress }) => sum + progress.length, 0),
    take(lane) {
      const table = next();
      const part = table?.waiting.shift();
      if (table === undefined || part === undefined) return null;
      const { task } = table;
      const before = table.progress[part.place]?.rows ?? 0;
      table.active += 1;
      table.began ??= performance.now();
      const progress = (now: LoadProgress): LoadProgress => {
        table.progress[part.place] = now;
        return summed(table.progress);
      };
      return {
        task: part.range === undefined ? task : { ...task, range: part.range },
        whole: task,
        progress,
        done(totals) {
          progress(totals);
          table.active -= 1;
          if (totals.rows > before) table.lanes.add(lane);
          table.done.push(totals);
          return table.done.length < table.progress.length ? null : { ...summed(table.done), loaded: table.done.reduce((sum, { loaded }) => sum + loaded, 0), ...readOf(table.done) };
        },
      };
    },
    result(task, totals) {
      const table = tables.find((each) => each.task === task);
      return { ...totals, lanes: table?.lanes.size ?? 0, seconds: (performance.now() - (table?.began ?? performance.now())) / 1000 };
    },
  };
}

/** How the parts that had rows were read. */
function readOf(parts: readonly LoadTotals[]): { readonly read?: ReadWay } {
  const ways = new Set(parts.flatMap(({ read }) => read ?? []));
  const [way] = ways;
  return way === undefined ? {} : { read: ways.size > 1 ? 'both' : way };
}

export function summed(parts: readonly LoadProgress[]): LoadProgress {
  return parts.reduce((sum, { rows, bytes, rejected }) => ({ rows: sum.rows + rows, bytes: sum.bytes + bytes, rejected: sum.rejected + rejected }), { rows: 0, bytes: 0, rejected: 0 });
}
