/** Characters that draw nothing, or nothing of their own; the joiners and variation selectors that scripts and emoji need are apart. */
const unseen: readonly (readonly [number, number])[] = [
  [0x00, 0x1f], [0x7f, 0xa0], [0xad, 0xad], [0x34f, 0x34f], [0x61c, 0x61c], [0x115f, 0x1160], [0x17b4, 0x17b5], [0x180b, 0x180e], [0x2000, 0x200b],
  [0x200e, 0x200f], [0x2028, 0x202f], [0x205f, 0x206f], [0x3164, 0x3164], [0xfeff, 0xfeff], [0xffa0, 0xffa0], [0xfff9, 0xfffb],
];
const joining: readonly (readonly [number, number])[] = [[0x200c, 0x200d], [0x3000, 0x3000], [0xfe00, 0xfe0f], [0xe0100, 0xe01ef]];

const within = (ranges: readonly (readonly [number, number])[], code: number): boolean => ranges.some(([from, to]) => code >= from && code <= to);
const hex = (code: number): string => `⟨U+${code.toString(16).toUpperCase().padStart(4, '0')}⟩`;

function pictureOf(character: string, code: number): string {
  if (character === '\t') return '⇥';
  if (character === '\n') return '⏎';
  if (code < 0x20) return String.fromCodePoint(0x2400 + code);
  return code === 0x7f ? '␡' : hex(code);
}

/** Which ends of a text are ends of the value: only there are spaces drawn as dots. */
interface Ends {
  readonly start?: boolean;
  readonly end?: boolean;
}

/** White space and control characters that would otherwise not be seen, made visible; the value itself is not changed. */
export function visible(text: string, { start = true, end = true }: Ends = {}): string {
  let shown = '';
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    shown += within(unseen, code) ? pictureOf(character, code) : character;
  }
  const dots = (spaces: string): string => '·'.repeat(spaces.length);
  const led = start ? shown.replace(/^ +/, dots) : shown;
  return end ? led.replace(/ +$/, dots) : led;
}

/** Like `visible`, for a piece where every character counts: also single spaces, joiners, and accents without their letter. */
export function visibleWhole(text: string): string {
  let shown = '';
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    const alone = shown === '' && /^\p{M}/u.test(character);
    shown += character === ' ' ? '·' : alone || within(joining, code) ? hex(code) : within(unseen, code) ? pictureOf(character, code) : character;
  }
  return shown;
}
