/** How a name of the source finds its partner: the same letters, then without regard to case, then without underscores either. */
const foldings: readonly ((name: string) => string)[] = [(name) => name, (name) => name.toLowerCase(), (name) => name.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '')];

/**
 * Pairs names of the source with those of the target, each at most once; the nearest spelling wins. Where two of one side meet in one
 * spelling, neither is taken for it: a person says which.
 */
export function pairNames(source: readonly string[], target: readonly string[]): Map<string, string> {
  const pairs = new Map<string, string>();
  const taken = new Set<string>();
  for (const fold of foldings) {
    const group = (list: readonly string[]): Map<string, string[]> => Map.groupBy(list, fold);
    const left = group(source.filter((name) => !pairs.has(name)));
    const right = group(target.filter((name) => !taken.has(name)));
    for (const [folded, mine] of left) {
      const [only, ...more] = mine;
      const [partner, ...others] = right.get(folded) ?? [];
      if (only === undefined || partner === undefined || more.length > 0 || others.length > 0) continue;
      pairs.set(only, partner);
      taken.add(partner);
    }
  }
  return pairs;
}
