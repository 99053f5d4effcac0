import type { SqliteDb } from '../../../../drivers/sqlite/index.ts';
import { idFloor, idsPerSecond } from '../schema.ts';

/**
 * Ids for messages that come into a copy that stands: the first free one from the message's second on. A message whose
 * second did not change keeps its own.
 */
export function createIdFinder(db: SqliteDb): (t: number, old: number | null) => number {
  /** The first number that is not taken at or after one: the end of the row of neighbours that begins there. */
  const end = db.prepare<[number], number>('SELECT m.id + 1 FROM message AS m WHERE m.id >= ? AND NOT EXISTS (SELECT 1 FROM message AS n WHERE n.id = m.id + 1) ORDER BY m.id LIMIT 1').pluck();
  const taken = db.prepare<[number], number>('SELECT 1 FROM message WHERE id = ?').pluck();
  const given = new Set<number>();
  /** Where to go on looking, by the floor that was asked for. */
  const next = new Map<number, number>();
  const isFree = (id: number): boolean => !given.has(id) && taken.get(id) === undefined;
  return (t, old) => {
    const floor = idFloor(t);
    let id = old !== null && old >= floor && old < floor + idsPerSecond && isFree(old) ? old : (next.get(floor) ?? floor);
    while (!isFree(id)) id = given.has(id) ? id + 1 : (end.get(id) ?? id + 1);
    if (id !== old) next.set(floor, id + 1);
    given.add(id);
    return id;
  };
}
