import { expect, test } from 'vitest';
import { bytesOf, differenceOf, excerptOf } from './text-difference.ts';
import { visible, visibleWhole } from './visible.ts';

const marked = (pieces: readonly { text: string; differs: boolean }[]) => pieces.map((piece) => (piece.differs ? `[${piece.text}]` : piece.text)).join('');

test('the differing part stands between the equal beginning and the equal end', () => {
  const told = (a: string, b: string) => { const { source, target } = differenceOf(a, b); return [marked(source), marked(target)]; };
  expect(told('works well', 'works well ')).toEqual(['works well[]', 'works well[ ]']);
  expect(told('10:00:00.000001', '10:00:00.000002')).toEqual(['10:00:00.00000[1]', '10:00:00.00000[2]']);
  expect(told('aaa', 'aaaa')).toEqual(['aaa[]', 'aaa[a]']);
  expect(told('', 'x')).toEqual(['[]', '[x]']);
  expect(told('one letter here and one there', 'one lotter here and one thare')).toEqual(['one l[e]tter here and one th[e]re', 'one l[o]tter here and one th[a]re']);
  expect(told('abcdef', 'ghijkl')).toEqual(['[abcdef]', '[ghijkl]']);
  // A pair of surrogates is one character.
  expect(told('a😀b', 'a😁b')).toEqual(['a[😀]b', 'a[😁]b']);
});

test('bytes of a blob are compared whole', () => {
  const { source, target } = differenceOf('deadbeef', 'deadbeee', bytesOf);
  expect([marked(source), marked(target)]).toEqual(['deadbe[ef]', 'deadbe[ee]']);
});

test('a long side is cut to its difference; a trailing space stays in sight', () => {
  const long = 'word '.repeat(400).trim();
  const { target, at } = differenceOf(long, `${long} `);
  expect(at).toBe(long.length);
  const shown = excerptOf(target);
  expect(shown[0]).toEqual({ gap: long.length - 40, isEqual: true });
  expect(excerptOf([{ text: long, differs: false }])).toEqual([{ text: long.slice(0, 160), differs: false }, { gap: long.length - 160, isEqual: false }]);
  expect(shown.at(-1)).toEqual({ text: ' ', differs: true });
  expect(shown.reduce((sum, piece) => sum + ('gap' in piece ? piece.gap : piece.text.length), 0)).toBe(long.length + 1);
});

test('what draws nothing is made visible, and nothing else is touched', () => {
  expect(visible('  a b\tc\r\n\0 ')).toBe('··a b⇥c␍⏎␀·');
  expect(visible('a\u00a0b\u200bc\ufeff')).toBe('a⟨U+00A0⟩b⟨U+200B⟩c⟨U+FEFF⟩');
  expect(visible('👩‍👩‍👧 ❤️ é')).toBe('👩‍👩‍👧 ❤️ é');
  expect(visibleWhole(' ')).toBe('·');
  expect(visibleWhole('\u0301')).toBe('⟨U+0301⟩');
});
