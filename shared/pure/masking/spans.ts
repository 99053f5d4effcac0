/** What masking knows; the mark of a kind is ⟨kind⟩. Order: which kind names a place that several rules claim. */
export const maskKinds = ['token', 'email', 'iban', 'cnpj', 'cpf', 'card', 'ssn', 'nhs', 'pis', 'rg', 'ip', 'phone'] as const;
export type MaskKind = (typeof maskKinds)[number];

/** A piece of personal data in a text, in UTF-16 units: `from` inclusive, `to` exclusive. */
export interface Span {
  readonly from: number;
  readonly to: number;
  readonly kind: MaskKind;
}

/** U+27E8 and U+27E9: not found in ordinary text, no letters or digits, so that no rule reads them. */
export function markOf(kind: MaskKind): string {
  return `⟨${kind}⟩`;
}

/**
 * Overlapping pieces become one, named by the kind that comes first in `maskKinds`: where two rules see a value in different
 * windows, hiding both is the only way that none survives.
 */
export function mergeSpans(spans: readonly Span[]): Span[] {
  const sorted = spans.toSorted((a, b) => a.from - b.from || b.to - a.to);
  const merged: Span[] = [];
  for (const span of sorted) {
    const last = merged.at(-1);
    if (last === undefined || span.from >= last.to) {
      merged.push(span);
      continue;
    }
    const kind = maskKinds.indexOf(span.kind) < maskKinds.indexOf(last.kind) ? span.kind : last.kind;
    merged[merged.length - 1] = { from: last.from, to: Math.max(last.to, span.to), kind };
  }
  return merged;
}

const marks = new RegExp(`⟨(${maskKinds.join('|')})⟩`);

/** A text in pieces for whoever draws the marks as something of their own. */
export function splitMarks(text: string): ({ readonly text: string } | { readonly kind: MaskKind })[] {
  const pieces: ({ readonly text: string } | { readonly kind: MaskKind })[] = [];
  for (const [at, piece] of text.split(marks).entries()) {
    const kind = at % 2 === 0 ? undefined : maskKinds.find((each) => each === piece);
    if (kind !== undefined) pieces.push({ kind });
    else if (piece !== '') pieces.push({ text: piece });
  }
  return pieces;
}
