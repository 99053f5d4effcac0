import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseJsonTree, prettyJson } from './json-tree.ts';

test('every literal stays as it is written', () => {
  const tree = parseJsonTree('{"id":12345678901234567890,"x":1.50,"y":[true,null,"a\\u00e9\\n"],"id":1e400}');
  expect(tree && prettyJson(tree)).toBe('{\n  "id": 12345678901234567890,\n  "x": 1.50,\n  "y": [\n    true,\n    null,\n    "aé\\n"\n  ],\n  "id": 1e400\n}');
});

test('what JSON.parse takes is taken and means the same; what it refuses is refused', () => {
  fc.assert(fc.property(fc.json(), (text) => {
    const tree = parseJsonTree(text);
    expect(tree && JSON.parse(prettyJson(tree))).toEqual(JSON.parse(text));
  }));
  for (const text of ['', ' ', '{', '[1,]', '{"a":1,}', '01', '1.', 'nul', '"a\nb"', '[1] 2', "{'a':1}", '{"a" 1}', '--1', '\ufeff{}x']) expect(parseJsonTree(text), text).toBeNull();
});

test('a text that nests too deep is no tree', () => {
  expect(parseJsonTree('['.repeat(100_000))).toBeNull();
  expect(parseJsonTree(`${'['.repeat(150)}${']'.repeat(150)}`)).not.toBeNull();
});
