/** One piece of a side: equal on both sides, or not. An empty differing piece stands where the other side has more. */
export interface Piece {
  readonly text: string;
  readonly differs: boolean;
}

/** What is drawn of a side: pieces, and gaps where characters were left out: equal ones, or the rest of what stands alone. */
export type Shown = Piece | { readonly gap: number; readonly isEqual: boolean };

export interface TextDifference {
  readonly source: readonly Piece[];
  readonly target: readonly Piece[];
  /** Units (characters, bytes of a blob) that are equal before the first difference. */
  readonly at: number;
}

/** Equal runs shorter than this between two differing ones do not part them. */
const bridged = 3;

/**
 * The differing part of two texts: what stands between their equal beginning and their equal end; where that is of one length, only
 * the positions that differ. `units`: how a text falls into what is compared, by default characters.
 */
export function differenceOf(source: string, target: string, units: (text: string) => readonly string[] = Array.from): TextDifference {
  const [a, b] = [units(source), units(target)];
  const shorter = Math.min(a.length, b.length);
  let at = 0;
  while (at < shorter && a[at] === b[at]) at += 1;
  let end = 0;
  while (end < shorter - at && a[a.length - 1 - end] === b[b.length - 1 - end]) end += 1;
  const head = a.slice(0, at).join('');
  const tail = a.slice(a.length - end).join('');
  const [one, other] = [a.slice(at, a.length - end), b.slice(at, b.length - end)];
  const runs = one.length === other.length ? sameRuns(one, other) : null;
  const side = (middle: readonly string[]): Piece[] => {
    const pieces = runs === null ? [{ text: middle.join(''), differs: true }] : runs.map(({ from, to, differs }) => ({ text: middle.slice(from, to).join(''), differs }));
    return [{ text: head, differs: false }, ...pieces, { text: tail, differs: false }].filter((piece) => piece.differs || piece.text !== '');
  };
  return { source: side(one), target: side(other), at };
}

interface Run {
  readonly from: number;
  readonly to: number;
  readonly differs: boolean;
}

/** Two middles of one length, position by position; null where most of it differs and one mark says more. */
function sameRuns(one: readonly string[], other: readonly string[]): readonly Run[] | null {
  const runs: Run[] = [];
  for (let from = 0; from < one.length; ) {
    const differs = one[from] !== other[from];
    let to = from + 1;
    while (to < one.length && (one[to] !== other[to]) === differs) to += 1;
    const last = runs.at(-1);
    const before = runs.at(-2);
    if (differs && last && before && last.to - last.from < bridged) runs.splice(-2, 2, { from: before.from, to, differs: true });
    else runs.push({ from, to, differs });
    from = to;
  }
  const marked = runs.reduce((sum, run) => sum + (run.differs ? run.to - run.from : 0), 0);
  return runs.length > 9 || marked > one.length * 0.8 ? null : runs;
}

/** Cuts a side to its differing pieces with `context` characters about each; a short side stays whole. */
export function excerptOf(pieces: readonly Piece[], context = 40, whole = 160): readonly Shown[] {
  if (pieces.reduce((sum, piece) => sum + piece.text.length, 0) <= whole) return pieces;
  const [alone] = pieces;
  if (alone && !pieces.some((piece) => piece.differs)) {
    const characters = Array.from(alone.text);
    return [{ text: characters.slice(0, whole).join(''), differs: false }, { gap: characters.length - whole, isEqual: false }];
  }
  return pieces.flatMap((piece, index): readonly Shown[] => {
    const characters = Array.from(piece.text);
    const [before, after] = piece.differs ? [whole, context] : [index === 0 ? 0 : context, index === pieces.length - 1 ? 0 : context];
    const gap = characters.length - before - after;
    if (gap <= context / 2) return [piece];
    const part = (text: readonly string[]): Piece[] => (text.length === 0 ? [] : [{ text: text.join(''), differs: piece.differs }]);
    return [...part(characters.slice(0, before)), { gap, isEqual: !piece.differs }, ...part(characters.slice(characters.length - after))];
  });
}

/** The bytes of a blob written in hex. */
export function bytesOf(hex: string): readonly string[] {
  return hex.match(/.{1,2}/gs) ?? [];
}
