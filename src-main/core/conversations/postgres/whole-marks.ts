import { maskKinds } from '../../../../shared/pure/masking/index.ts';

const kinds = maskKinds.join('|');

/**
 * Mends the masks of a headline: PostgreSQL cuts its pieces at words, and a mask is a word between two signs, of which one can be lost.
 *
 * @param hit - the characters around a hit; a kind can be one itself
 */
export function wholeMarks(headline: string, hit: { readonly begin: string; readonly end: string }): string {
  const kind = `(${hit.begin}?)(${kinds})(${hit.end}?)`;
  return headline
    .replaceAll(new RegExp(`⟨${kind}(?![⟩\\w${hit.begin}${hit.end}-])`, 'gu'), '⟨$1$2$3⟩')
    .replaceAll(new RegExp(`(?<![⟨\\w${hit.begin}${hit.end}-])${kind}⟩`, 'gu'), '⟨$1$2$3⟩');
}
