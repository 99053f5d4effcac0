/**
 * An order in which every pair's first stands before its second; of those that may come next, one that no `preferred` pair holds back.
 * @returns null where the pairs go round in a circle
 */
export function inOrder<T>(items: readonly T[], pairs: readonly (readonly [T, T])[], preferred: readonly (readonly [T, T])[] = []): T[] | null {
  const left = new Set(items);
  const result: T[] = [];
  const isFree = (item: T, among: readonly (readonly [T, T])[]): boolean => !among.some(([first, second]) => second === item && first !== item && left.has(first));
  while (left.size > 0) {
    const free = [...left].filter((item) => isFree(item, pairs));
    const next = free.find((item) => isFree(item, preferred)) ?? free[0];
    if (next === undefined) return null;
    left.delete(next);
    result.push(next);
  }
  return result;
}
