/** Repeatable chance: the same seed gives the same sample on every machine. */
export interface Random {
  /** 0 ≤ x < 1. */
  next(): number;
  /** A whole number from `low` to `high`, both included. */
  int(low: number, high: number): number;
  pick<T>(list: readonly T[]): T;
  chance(share: number): boolean;
  /** Roughly bell-shaped around `mean`, never below `low`. */
  around(mean: number, spread: number, low: number): number;
  hex(digits: number): string;
  uuid(): string;
}

/** mulberry32 by Tommy Ettinger (public domain): 32 bits of state are plenty for made-up rows. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const int = (low: number, high: number): number => low + Math.floor(next() * (high - low + 1));
  const hex = (digits: number): string => Array.from({ length: digits }, () => int(0, 15).toString(16)).join('');
  return {
    next,
    int,
    pick: (list) => {
      const [picked] = list.slice(int(0, list.length - 1));
      if (picked === undefined) throw new RangeError('nothing to pick from');
      return picked;
    },
    chance: (share) => next() < share,
    around: (mean, spread, low) => Math.max(low, mean + (next() + next() + next() - 1.5) * spread),
    hex,
    uuid: () => `${hex(8)}-${hex(4)}-4${hex(3)}-${(8 + int(0, 3)).toString(16)}${hex(3)}-${hex(12)}`,
  };
}
