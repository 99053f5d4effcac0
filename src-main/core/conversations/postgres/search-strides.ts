/** A walk through time in strides: stretches of growing size, each a tag of the documents (index-functions.ts, time_tags). */

/** Stretches of one size, in the order they are looked at. */
export interface Stride {
  readonly level: number;
  readonly tags: readonly string[];
}

/** Each size is eight of the one before; time_tags has as many. */
const levels = 4;
const factor = 8;
/** So many of the largest are looked at in one statement. */
const largestAtOnce = 4;

const size = (level: number): number => factor ** level;

/**
 * Strides that cover the stretches from one number to another, both inclusive: toward smaller numbers (the past) where `from` is the larger.
 * First single stretches up to the next boundary, then eights, and so on: a hit among the newest is found in the newest, and a lonely old one
 * after a few statements.
 */
export function* strides(from: number, to: number): Generator<Stride> {
  const past = from >= to;
  const ended = (at: number): boolean => (past ? at < to : at > to);
  /** A stride of this size begins here. */
  const begins = (at: number, level: number): boolean => (past ? (at + 1) % size(level) === 0 : at % size(level) === 0);
  let level = 0;
  for (let at = from; !ended(at);) {
    const tags: string[] = [];
    // The first alone: where hits are many, it holds the page.
    const most = at === from ? 1 : level === levels - 1 ? largestAtOnce : factor;
    while (tags.length < most && !ended(at) && !(tags.length > 0 && level < levels - 1 && begins(at, level + 1))) {
      const number = Math.floor(at / size(level));
      tags.push(`${level}:${number}`);
      at = past ? number * size(level) - 1 : (number + 1) * size(level);
    }
    yield { level, tags };
    if (level < levels - 1 && begins(at, level + 1)) level += 1;
  }
}

/** The parts of a stride, in its order: its stretches one by one, or the eight that make one. null where it cannot be parted. */
export function parted(stride: Stride, past: boolean): Stride[] | null {
  if (stride.tags.length > 1) return stride.tags.map((tag) => ({ level: stride.level, tags: [tag] }));
  const number = Number(stride.tags[0]?.split(':')[1]);
  if (stride.level === 0 || !Number.isFinite(number)) return null;
  const smaller = Array.from({ length: factor }, (_, at) => ({ level: stride.level - 1, tags: [`${stride.level - 1}:${number * factor + at}`] }));
  return past ? smaller.toReversed() : smaller;
}
