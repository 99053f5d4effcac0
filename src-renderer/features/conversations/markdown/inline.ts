/** What stands in a line of markdown. */
export type Inline =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'break' }
  | { readonly kind: 'code'; readonly text: string }
  | { readonly kind: 'strong' | 'emphasis' | 'strike'; readonly children: readonly Inline[] }
  | { readonly kind: 'link'; readonly address: string; readonly children: readonly Inline[] }
  /** Never loaded: shown by its name and address. */
  | { readonly kind: 'image'; readonly address: string; readonly text: string };

const marks = [['**', 'strong'], ['__', 'strong'], ['~~', 'strike'], ['*', 'emphasis'], ['_', 'emphasis']] as const;
const bare = /https?:\/\/[^\s<>"'`\])}]*[^\s<>"'`\])}.,;:!?]/uy;
const angled = /<((?:https?|mailto):[^\s<>]+)>/uy;
const target = /\(\s*<?([^\s()<>]*(?:\([^\s()<>]*\)[^\s()<>]*)*)>?(?:\s+(?:"[^"]*"|'[^']*'))?\s*\)/uy;
const special = /[\\`*_~[!<\nh]/u;
/** Marks within marks; more is no text a person wrote. */
const deepest = 12;
/** Characters of a link's words. */
const longestLabel = 1000;

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

const isWord = (character: string | undefined): boolean => character !== undefined && /[\p{L}\p{N}]/u.test(character);
const isSpace = (character: string | undefined): boolean => character === undefined || /\s/u.test(character);

/** The pieces of a paragraph. Looks ahead for each mark at most once per kind where it has no end, so that a text of nothing but marks costs no more than another. */
export function parseInline(text: string, depth = 0): readonly Inline[] {
  const pieces: Inline[] = [];
  const hopeless = new Set<string>();
  let plain = '';
  let at = 0;
  const push = (piece: Inline, to: number): void => {
    if (plain !== '') pieces.push({ kind: 'text', text: plain });
    plain = '';
    pieces.push(piece);
    at = to;
  };
  while (at < text.length) {
    const character = text[at] ?? '';
    if (!special.test(character)) {
      plain += character;
      at += 1;
      continue;
    }
    const piece = pieceAt(text, at, depth, hopeless);
    if (piece) push(piece.piece, piece.to);
    else if (character === '\\' && /[!-/:-@[-`{-~]/u.test(text[at + 1] ?? '')) {
      plain += text[at + 1] ?? '';
      at += 2;
    } else {
      // A run of marks that means nothing is passed as one.
      const run = /^([*_~`])\1*/u.exec(text.slice(at, at + 200))?.[0] ?? character;
      plain += run;
      at += run.length;
    }
  }
  if (plain !== '') pieces.push({ kind: 'text', text: plain });
  return pieces;
}

function pieceAt(text: string, at: number, depth: number, hopeless: Set<string>): { piece: Inline; to: number } | null {
  const character = text[at] ?? '';
  if (character === '\n') return { piece: { kind: 'break' }, to: at + 1 };
  if (character === '`') return codeAt(text, at, hopeless);
  if (character === '<') {
    const found = matchAt(angled, text, at);
    return found ? { piece: { kind: 'link', address: found[1] ?? '', children: [{ kind: 'text', text: found[1] ?? '' }] }, to: at + found[0].length } : null;
  }
  if (character === 'h') {
    const found = isWord(text[at - 1]) ? null : matchAt(bare, text, at);
    return found ? { piece: { kind: 'link', address: found[0], children: [{ kind: 'text', text: found[0] }] }, to: at + found[0].length } : null;
  }
  if (depth >= deepest) return null;
  if (character === '[' || (character === '!' && text[at + 1] === '[')) return linkAt(text, at, depth);
  return markAt(text, at, depth, hopeless);
}

function codeAt(text: string, at: number, hopeless: Set<string>): { piece: Inline; to: number } | null {
  const fence = /^`+/u.exec(text.slice(at, at + 64))?.[0] ?? '`';
  if (hopeless.has(fence)) return null;
  for (let end = text.indexOf(fence, at + fence.length); end >= 0; end = text.indexOf(fence, end + 1)) {
    let to = end + fence.length;
    if (text[to] !== '`' && text[end - 1] !== '`') return { piece: { kind: 'code', text: text.slice(at + fence.length, end).replaceAll('\n', ' ').replace(/^ (.*\S.*) $/u, '$1') }, to };
    while (text[to] === '`') to += 1;
    end = to - 1;
  }
  hopeless.add(fence);
  return null;
}

function linkAt(text: string, at: number, depth: number): { piece: Inline; to: number } | null {
  const isImage = text[at] === '!';
  const from = at + (isImage ? 2 : 1);
  const length = text.slice(from, from + longestLabel).indexOf('](');
  const end = from + length;
  const label = text.slice(from, end);
  // Of brackets within brackets the inner ones are the link.
  if (length < 0 || label.includes('[')) return null;
  const found = matchAt(target, text, end + 1);
  if (!found) return null;
  const address = found[1] ?? '';
  const to = end + 1 + found[0].length;
  if (isImage) return { piece: { kind: 'image', address, text: label }, to };
  const children = parseInline(label, depth + 1).filter((child) => child.kind !== 'link');
  return { piece: { kind: 'link', address, children: children.length === 0 ? [{ kind: 'text', text: address }] : children }, to };
}

function markAt(text: string, at: number, depth: number, hopeless: Set<string>): { piece: Inline; to: number } | null {
  const found = marks.find(([mark]) => text.startsWith(mark, at));
  if (!found) return null;
  const [mark, kind] = found;
  const from = at + mark.length;
  if (hopeless.has(mark) || isSpace(text[from]) || (mark.startsWith('_') && isWord(text[at - 1]))) return null;
  for (let end = text.indexOf(mark, from + 1); end >= 0; end = text.indexOf(mark, end + mark.length)) {
    // Of a longer run the last ones close: the first belong to a mark within.
    if (mark.length > 1) while (text[end + mark.length] === mark[0]) end += 1;
    const before = text[end - 1];
    const after = text[end + mark.length];
    const single = mark.length > 1 || (after !== mark && before !== mark);
    if (!isSpace(before) && before !== '\\' && single && !(mark.startsWith('_') && isWord(after))) return { piece: { kind, children: parseInline(text.slice(from, end), depth + 1) }, to: end + mark.length };
  }
  hopeless.add(mark);
  return null;
}

/** The words of pieces, without their form. */
export function plainText(pieces: readonly Inline[]): string {
  return pieces.map((piece) => ('children' in piece ? plainText(piece.children) : piece.kind === 'break' ? ' ' : piece.text)).join('');
}
