/** Groups of digits that stand close together: `(11) 98765-4321` is 11, 98765, 4321. */
export interface Group {
  readonly from: number;
  readonly to: number;
  readonly digits: string;
  /** What stands between this group and the one before it; for the first group of a cluster ''. */
  readonly gap: string;
  /** The gap as a shape shows it: without the spaces around a separator. */
  readonly join: string;
}

const separators = /^(?:[ \t.\-/()]{1,3})$/;

/** Clusters of a text, each with its groups: groups belong together while only up to three separators stand between them. Linear. */
export function clustersOf(text: string): Group[][] {
  const clusters: Group[][] = [];
  let cluster: Group[] = [];
  let end = -10;
  for (const match of text.matchAll(/\d+/g)) {
    const gap = match.index - end <= 3 ? text.slice(end, match.index) : '';
    const belongs = gap !== '' && separators.test(gap);
    if (!belongs) {
      if (cluster.length > 0) clusters.push(cluster);
      cluster = [];
    }
    end = match.index + match[0].length;
    cluster.push({ from: match.index, to: end, digits: match[0], gap: belongs ? gap : '', join: !belongs ? '' : gap.trim() === '' ? ' ' : gap.replaceAll(/[ \t]/g, '') });
  }
  if (cluster.length > 0) clusters.push(cluster);
  return clusters;
}

/** No form has more groups, but for numbers that are spelt digit by digit, which stand alone. */
const maxGroups = 6;

/** Some groups in a row of one cluster. */
export interface Window {
  readonly first: number;
  readonly last: number;
  readonly from: number;
  readonly to: number;
  readonly digits: string;
  /** `3.3.3-2`: how many digits the groups have and what stands between them. */
  readonly shape: string;
}

/** Calls `visit` for the windows that begin at group `first` and hold from `least` to `most` digits, shortest first. */
export function eachWindow(cluster: readonly Group[], first: number, least: number, most: number, visit: (window: Window) => void): void {
  const start = cluster[first];
  if (start === undefined) return;
  const end = cluster.length <= most ? cluster.length : Math.min(cluster.length, first + maxGroups);
  let digits = '';
  let shape = '';
  for (let last = first; last < end; last += 1) {
    const group = cluster[last];
    if (group === undefined || digits.length + group.digits.length > most) return;
    digits += group.digits;
    shape += (last === first ? '' : group.join) + String(group.digits.length);
    if (digits.length >= least) visit({ first, last, from: start.from, to: group.to, digits, shape });
  }
}

/** All digits of a cluster, counted up to 64. */
export function digitsIn(cluster: readonly Group[]): number {
  let total = 0;
  for (const group of cluster) {
    total += group.digits.length;
    if (total >= 64) return 64;
  }
  return total;
}
