import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { tokenize } from './tokenizer.ts';

const types = (text: string): string[] => tokenize(text).filter((token) => token.type !== 'space').map((token) => `${token.type}:${token.value}`);

describe('tokenize', () => {
  test.each([
    ['"a""b" `c` [d e] \'it\'\'s\'', ['quoted:a"b', 'quoted:c', 'quoted:d e', "string:it's"]],
    ["x'0aFF' X'' x'abc'", ['blob:0aFF', 'blob:', "error:x'abc'"]],
    ['1 1.5 .5 1. 1e3 1E-3 0xFF 1_000 12ab', ['integer:1', 'float:1.5', 'float:.5', 'float:1.', 'float:1e3', 'float:1E-3', 'integer:0xFF', 'integer:1000', 'error:12ab']],
    ['a->>b->c||d<<e>>f==g!=h<>i<=j>=k', ['word:a', 'operator:->>', 'word:b', 'operator:->', 'word:c', 'operator:||', 'word:d', 'operator:<<', 'word:e', 'operator:>>', 'word:f', 'operator:==', 'word:g', 'operator:!=', 'word:h', 'operator:<>', 'word:i', 'operator:<=', 'word:j', 'operator:>=', 'word:k']],
    ['? ?12 :a @b $c $d::e', ['parameter:?', 'parameter:?12', 'parameter::a', 'parameter:@b', 'parameter:$c', 'parameter:$d::e']],
    ['a -- b\nc /* d */ e /* open', ['word:a', 'comment:-- b', 'word:c', 'comment:/* d */', 'word:e', 'comment:/* open']],
    ["'open", ["error:'open"]],
    ['ação 数 a$b', ['word:ação', 'word:数', 'word:a$b']],
  ])('%s', (text, expected) => {
    expect(types(text)).toEqual(expected);
  });

  test('gives the input back, whatever it is', () => {
    const piece = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom("'", '"', '`', '[', ']', '--', '/*', '*/', '0x', '1e', "x'", '\n', '$', '::', '\uD800'));
    fc.assert(
      fc.property(fc.array(piece).map((pieces) => pieces.join('')), (text) => {
        const tokens = tokenize(text);
        expect(tokens.map((token) => token.text).join('')).toBe(text);
        expect(tokens.every((token, index) => token.start === (tokens[index - 1]?.end ?? 0) && token.end > token.start)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });
});
