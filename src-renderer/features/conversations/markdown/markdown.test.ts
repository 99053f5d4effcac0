import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseMarkdown } from './blocks.ts';
import type { Block } from './blocks.ts';
import { parseInline, plainText } from './inline.ts';

const outline = (blocks: readonly Block[]): unknown[] =>
  blocks.map((block) => {
    switch (block.kind) {
      case 'paragraph': return plainText(block.children);
      case 'heading': return `h${block.level} ${plainText(block.children)}`;
      case 'code': return `code ${block.language}: ${block.text}`;
      case 'quote': return { quote: outline(block.children) };
      case 'list': return { [block.start === null ? 'list' : `list from ${block.start}`]: block.items.map((item) => [...(item.done === null ? [] : [item.done]), ...outline(item.children)]) };
      case 'table': return { table: [block.head, ...block.rows].map((row) => row.map(plainText)) };
      case 'rule': return '---';
    }
  });

test('blocks', () => {
  expect(outline(parseMarkdown('# One\nTwo\nthree\n\n---\n> quoted\n> more\n\n```sql\nSELECT 1;\n\n-- x\n```\nafter'))).toEqual([
    'h1 One', 'Two three', '---', { quote: ['quoted more'] }, 'code sql: SELECT 1;\n\n-- x', 'after',
  ]);
  expect(outline(parseMarkdown('- a\n- b\n  - c\n  - d\n\n  still b\n- [x] e\n\n3. x\n4. y'))).toEqual([
    { list: [['a'], ['b', { list: [['c'], ['d']] }, 'still b'], [true, 'e']] }, { 'list from 3': [['x'], ['y']] },
  ]);
  expect(outline(parseMarkdown('| a | b |\n|---|:-:|\n| 1 \\| 2 | **3** |\n| only |'))).toEqual([{ table: [['a', 'b'], ['1 | 2', '3'], ['only', '']] }]);
  expect(outline(parseMarkdown('```\nnever closed'))).toEqual(['code : never closed']);
});

test('pieces of a line', () => {
  expect(parseInline('a **b *c*** `d` ~~e~~ \\*f\\* snake_case_name')).toEqual([
    { kind: 'text', text: 'a ' }, { kind: 'strong', children: [{ kind: 'text', text: 'b ' }, { kind: 'emphasis', children: [{ kind: 'text', text: 'c' }] }] }, { kind: 'text', text: ' ' },
    { kind: 'code', text: 'd' }, { kind: 'text', text: ' ' }, { kind: 'strike', children: [{ kind: 'text', text: 'e' }] }, { kind: 'text', text: ' *f* snake_case_name' },
  ]);
  expect(parseInline('see https://x.example/a?b=c. <https://y.example> [z](https://z.example "t") ![i](http://evil/x.png)').filter((piece) => piece.kind !== 'text').map((piece) => ('address' in piece ? `${piece.kind} ${piece.address}` : piece.kind))).toEqual([
    'link https://x.example/a?b=c', 'link https://y.example', 'link https://z.example', 'image http://evil/x.png',
  ]);
});

test('HTML and addresses of scripts stay what they are: text', () => {
  expect(outline(parseMarkdown('<script>alert(1)</script> <img src=x onerror=alert(1)>'))).toEqual(['<script>alert(1)</script> <img src=x onerror=alert(1)>']);
});

test('nothing is lost of plain words, whatever stands between them', () => {
  fc.assert(fc.property(fc.array(fc.constantFrom('word', '*', '_', '**', '`', '[', '](', ')', '>', '-', '#', '|', '\n', ' ', '~~', '<', '\\', '1.', '```')), (parts) => {
    const text = parts.join('');
    const words = (value: string): number => value.match(/word/gu)?.length ?? 0;
    expect(words(JSON.stringify(parseMarkdown(text)))).toBeGreaterThanOrEqual(words(text) - (text.match(/```[^\n]*word|\]\([^)]*word|~~~[^\n]*word/gu)?.length ?? 0) * words(text));
  }));
});

test.each(['*a ', '**', '_a*', '`a``', '[', '![', '[a](', '> ', '- ', '1. ', '|', '<', '\\', 'https://', '[a](b', '*_~`'])('a text of nothing but %j is read to its end', (piece) => {
  expect(parseMarkdown(piece.repeat(20_000)).length).toBeGreaterThan(0);
  expect(parseMarkdown(`${piece}\n`.repeat(5000)).length).toBeGreaterThan(0);
});
