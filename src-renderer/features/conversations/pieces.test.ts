import { expect, test } from 'vitest';
import { foundPattern, piecesOf } from './pieces.ts';

const shown = (text: string, words: string[] = []) => piecesOf(text, foundPattern(words)).map(({ kind, text: piece }) => `${kind} ${piece}`);

test('masked data becomes a piece of its own, what the search found another', () => {
  expect(shown('Write to ⟨email⟩ or ⟨phone⟩.')).toEqual(['text Write to ', 'masked email', 'text  or ', 'masked phone', 'text .']);
  expect(shown('As AÇÕES e a ação, não a reação', ['ação', 'ações'])).toEqual(['text As ', 'found AÇÕES', 'text  e a ', 'found ação', 'text , não a reação']);
  expect(shown('a ⟨not a kind⟩ b')).toEqual(['text a ⟨not a kind⟩ b']);
});

test('words with signs of their own are taken as they are', () => {
  expect(shown('1+1 (a|b) x-y', ['1+1', '(a|b)', 'x-y', ' '])).toEqual(['found 1+1', 'text  ', 'found (a|b)', 'text  ', 'found x-y']);
  expect(foundPattern([])).toBeNull();
});
