import type { Cell } from '../../shared/model/values.ts';

/** What a difference is, in a word a person looks for first. `at` counts characters from 1. */
export type DifferenceKind =
  | { readonly kind: 'nullEmpty' | 'null' | 'empty' | 'class' | 'endSpace' | 'startSpace' | 'space' | 'unseen' | 'case' | 'form' | 'beyond' }
  | { readonly kind: 'moment'; readonly microseconds: string }
  | { readonly kind: 'position' | 'one'; readonly at: number };

const squeezed = (text: string): string => text.replace(/\s+/g, '');
const bare = (text: string): string => text.replace(/[\p{Cc}\p{Cf}\p{Zs}\p{Zl}\p{Zp}]/gu, '');

/** Names what differs between two cells of one row; null where one side has no such row. `at`: equal characters before the difference. */
export function kindOfDifference(source: Cell | null, target: Cell | null, at: number): DifferenceKind | null {
  if (source === null || target === null) return null;
  const [a, b] = [source.text, target.text];
  if (a === null || b === null) return a === b ? null : { kind: (a ?? b) === '' ? 'nullEmpty' : 'null' };
  if (a === b) return { kind: source.cut === true || target.cut === true ? 'beyond' : 'class' };
  if (a === '' || b === '') return { kind: 'empty' };
  const apart = source.class === 'text' && target.class === 'text' ? microsecondsApart(a, b) : null;
  if (apart !== null) return { kind: 'moment', microseconds: apart };
  // Of an excerpt nothing is known of the beginning and the end.
  if (source.class !== 'blob' && target.class !== 'blob' && source.from === undefined) {
    if (a.trimEnd() === b.trimEnd()) return { kind: 'endSpace' };
    if (a.trimStart() === b.trimStart()) return { kind: 'startSpace' };
    if (squeezed(a) === squeezed(b)) return { kind: 'space' };
    if (bare(a) === bare(b)) return { kind: 'unseen' };
    if (a.normalize('NFC') === b.normalize('NFC')) return { kind: 'form' };
    if (a.toLowerCase() === b.toLowerCase()) return { kind: 'case' };
  }
  const isOne = source.from === undefined && source.class !== 'blob' && target.class !== 'blob' && a.length === b.length && a.slice(at + 1) === b.slice(at + 1);
  return { kind: isOne ? 'one' : 'position', at: at + 1 + (source.from ?? 0) };
}

/** How far apart two moments are, written as both databases write them; null where either is no moment, or they are equal. */
function microsecondsApart(a: string, b: string): string | null {
  const [one, other] = [microsecondsOf(a), microsecondsOf(b)];
  if (one === null || other === null || one === other) return null;
  return String(one > other ? one - other : other - one);
}

function microsecondsOf(text: string): bigint | null {
  const parts = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?(?:Z|[+]00(?::?00)?)?$/.exec(text);
  if (!parts) return null;
  const seconds = Date.parse(`${parts[1]}T${parts[2]}Z`);
  return Number.isNaN(seconds) ? null : BigInt(seconds) * 1000n + BigInt((parts[3] ?? '').padEnd(6, '0'));
}
