/**
 * masking: personal data in a text, found by its form and its check digits, replaced by ⟨kind⟩.
 *
 * mark: ⟨email⟩ and the like, U+27E8 and U+27E9 (spans.ts). fold: how a text is read (fold.ts). Names and addresses of streets are not found:
 * nothing says for sure that a word is a name. Work grows with the length of the text only, whatever stands in it.
 */
import { emails, ibans, ipAddresses } from './addresses.ts';
import { readings } from './fold.ts';
import type { Folded } from './fold.ts';
import { clustersOf } from './groups.ts';
import { maskJsonWith } from './json.ts';
import type { Masked } from './json.ts';
import { numbers } from './numbers.ts';
import { phones } from './phones.ts';
import { secrets } from './secrets.ts';
import { markOf, mergeSpans } from './spans.ts';
import type { MaskKind, Span } from './spans.ts';

export { maskKinds, markOf, splitMarks } from './spans.ts';
export type { MaskKind, Masked };

/** Changes with every rule: what was masked by another version is masked anew (the cache and the replicas keep it with their copies). */
export const maskingVersion = 3;

const uuid = /(?<![\da-f])[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}(?![\da-f])/gi;
const maxDepth = 4;
/** What one round hides may bring another value's border to light; a few rounds end it for all but made-up texts. */
const maxRounds = 12;

/**
 * A text with its personal data replaced. JSON stays JSON. Idempotent; the same string comes back where nothing was found.
 */
export function maskText(text: string): Masked {
  return maskDeep(text, 0);
}

/** JSON with its strings, keys and numbers masked; what is no JSON is masked as text. */
export function maskJson(text: string): Masked {
  return maskJsonWith(text, (value) => maskDeep(value, 1)) ?? maskPlain(text);
}

export function hasPersonalData(text: string): boolean {
  return maskText(text).found.length > 0;
}

/** Strings within JSON within strings: to a depth that programs reach. */
function maskDeep(text: string, depth: number): Masked {
  if (depth < maxDepth && /^\s*[[{]/.test(text) && /[\]}]\s*$/.test(text.slice(-64))) {
    const json = maskJsonWith(text, (value) => maskDeep(value, depth + 1));
    if (json !== null) return json;
  }
  return maskPlain(text);
}

function maskPlain(original: string): Masked {
  let text = original;
  const found: MaskKind[] = [];
  for (let round = 0; round < maxRounds; round += 1) {
    const spans = spansOf(text);
    if (spans.length === 0) break;
    const pieces: string[] = [];
    let done = 0;
    for (const { from, to, kind } of spans) {
      pieces.push(text.slice(done, from), markOf(kind));
      found.push(kind);
      done = to;
    }
    text = pieces.join('') + text.slice(done);
  }
  return { text, found };
}

function spansOf(original: string): Span[] {
  const read = readings(original);
  const [only] = read;
  return read.length === 1 && only !== undefined ? spansIn(only, original) : mergeSpans(read.flatMap((each) => spansIn(each, original)));
}

function spansIn(folded: Folded, original: string): Span[] {
  const { text } = folded;
  const tokens = secrets(text);
  // The @ after credentials in a URL belongs to no address.
  const mails = text.includes('@') ? emails(text, new Set(tokens.map((span) => span.to))) : [];
  const names = text.includes('-') ? uuids(text) : [];
  let spans = [...tokens, ...mails];
  if (/\d/.test(text)) {
    const clusters = clustersOf(text);
    spans = [...spans, ...ibans(text), ...numbers(text, clusters), ...ipAddresses(text)];
    spans = [...spans, ...phones(text, clusters, mergeSpans([...spans, ...names]))];
  }
  if (spans.length === 0) return spans;
  const kept = withoutNames(mergeSpans(spans), names);
  return text === original ? kept : kept.map(({ from, to, kind }) => ({ from: folded.from(from), to: folded.to(to - 1), kind }));
}

function uuids(text: string): Span[] {
  return [...text.matchAll(uuid)].map((match): Span => ({ from: match.index, to: match.index + match[0].length, kind: 'phone' }));
}

/** A UUID is a name of a row, and by chance its groups look like numbers; what reaches beyond it stays hidden. */
function withoutNames(spans: readonly Span[], names: readonly Span[]): Span[] {
  let at = 0;
  return spans.filter((span) => {
    while (at < names.length && (names[at]?.to ?? 0) < span.to) at += 1;
    const name = names[at];
    return name === undefined || span.from < name.from || span.to > name.to;
  });
}
