/**
 * The text as its rules read it: digits of all scripts and full-width characters as ASCII, without invisible characters, with spaces and
 * dashes of one sort, and with the escapes of JSON, URLs and HTML undone. Every place of it leads back to the text as it was.
 */
export interface Folded {
  readonly text: string;
  /** Where the character at a place of `text` stood: its first unit, and the one after its last. */
  from(index: number): number;
  to(index: number): number;
}

/** Beyond ASCII: format characters, marks that only vary a glyph, digits, dashes, spaces, wide and mathematical forms, full stops of East Asia. */
const special = '(?![\\x00-\\x7f])[\\p{Cf}\\p{Nd}\\p{Pd}\\p{Zs}\\ufe00-\\ufe0f\\u034f\\u115f\\u1160\\u17b4\\u17b5\\u3164\\ufe50-\\ufe6f\\uff00-\\uffef\\u{1d400}-\\u{1d7ff}\\u3002\\u2212\\u2024]';
const characters = new RegExp(`${special}|\\\\(?:u00[2-7][\\da-fA-F]|[nrt"/])`, 'gu');
const withEscapes = new RegExp(`${characters.source}|%[2-7][\\da-fA-F]|&#(?:x[2-7][\\da-fA-F]|3[2-9]|[4-9]\\d|1[01]\\d|12[0-6]);`, 'gu');
const invisible = /^[\p{Cf}\ufe00-\ufe0f\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0]$/u;

/** What a special piece is read as: one ASCII character, nothing, or null where it stays as it is. */
function reading(piece: string): string | null {
  if (piece.startsWith('\\u')) return String.fromCharCode(Number.parseInt(piece.slice(2), 16));
  if (piece.startsWith('\\')) return piece === '\\"' ? '"' : piece === '\\/' ? '/' : ' ';
  if (piece.startsWith('%')) return String.fromCharCode(Number.parseInt(piece.slice(1), 16));
  if (piece.startsWith('&')) return String.fromCharCode(piece[2] === 'x' ? Number.parseInt(piece.slice(3), 16) : Number.parseInt(piece.slice(2), 10));
  if (invisible.test(piece)) return '';
  if (/\p{Zs}/u.test(piece)) return ' ';
  if (/[\p{Pd}\u2212]/u.test(piece)) return '-';
  if (piece === '\u3002' || piece === '\uff61') return '.';
  if (/\p{Nd}/u.test(piece)) return digitOf(piece);
  const compatible = piece.normalize('NFKC');
  return compatible.length === 1 && compatible < '\x80' ? compatible : null;
}

/** Decimal digits stand in runs of ten (Unicode 4.6); the mathematical ones are five runs in a row. */
function digitOf(digit: string): string {
  const code = digit.codePointAt(0) ?? 0;
  let steps = 0;
  while (steps < 50 && /\p{Nd}/u.test(String.fromCodePoint(code - steps - 1))) steps += 1;
  return String(steps % 10);
}

/** The ways in which a text can be read: `%20` may be a space, or a percent sign before a number. */
export function readings(original: string): readonly Folded[] {
  const plain = fold(original, characters);
  if (!/[%&]/.test(original)) return [plain];
  const escaped = fold(original, withEscapes);
  return escaped.text === plain.text ? [plain] : [plain, escaped];
}

function fold(original: string, pattern: RegExp): Folded {
  if (original.search(pattern) === -1) return { text: original, from: (index) => index, to: (index) => index + 1 };
  const known = new Map<string, string | null>();
  const pieces: string[] = [];
  const starts = new Int32Array(original.length);
  const ends = new Int32Array(original.length);
  let length = 0;
  const keep = (from: number, to: number): void => {
    pieces.push(original.slice(from, to));
    for (let at = from; at < to; at += 1) {
      starts[length] = at;
      ends[length] = at + 1;
      length += 1;
    }
  };
  let done = 0;
  for (const match of original.matchAll(pattern)) {
    const piece = match[0];
    let read = known.get(piece);
    if (read === undefined) known.set(piece, (read = reading(piece)));
    if (read === null) continue;
    keep(done, match.index);
    done = match.index + piece.length;
    if (read === '') continue;
    pieces.push(read);
    starts[length] = match.index;
    ends[length] = done;
    length += 1;
  }
  keep(done, original.length);
  return { text: pieces.join(''), from: (index) => starts[index] ?? 0, to: (index) => ends[index] ?? 0 };
}
