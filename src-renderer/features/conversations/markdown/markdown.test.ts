import fc from 'fast-check';
import { expect, test } from 'vitest';
import { drawnAtMost } from '../message/long-text.ts';
import { parseMarkdown } from './parse.ts';
import { plainText } from './tree.ts';
import type { Block, Inline } from './tree.ts';

function lineOf(text: string): readonly Inline[] {
  const [only, ...others] = parseMarkdown(text);
  if (only?.kind !== 'paragraph' || others.length > 0) throw new Error('not one paragraph');
  return only.children;
}

const addresses = (pieces: readonly Inline[]): string[] => pieces.flatMap((piece) => ('address' in piece ? [`${piece.kind} ${piece.address}`] : 'children' in piece ? addresses(piece.children) : []));

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

test('what CommonMark and GitHub give beyond', () => {
  expect(outline(parseMarkdown('1. a\n   - b\n     1. c\n\n        more of c\n2. d'))).toEqual([{ 'list from 1': [['a', { list: [['b', { 'list from 1': [['c', 'more of c']] }]] }], ['d']] }]);
  expect(outline(parseMarkdown('Title\n===\n\n    indented\n      code\n\n> - in\n>   > deeper'))).toEqual(['h1 Title', 'code : indented\n  code', { quote: [{ list: [['in', { quote: ['deeper'] }]] }] }]);
  expect(outline(parseMarkdown('~~~python title=x\n```\nprint(1)\n~~~'))).toEqual(['code python: ```\nprint(1)']);
  expect(parseMarkdown('a | b | c\n:-- | :-: | --:\n`x\\|y` | | [l](https://x.example)')).toMatchObject([{ kind: 'table', align: ['start', 'center', 'end'], rows: [[[{ kind: 'code', text: 'x|y' }], [], [{ kind: 'link', address: 'https://x.example' }]]] }]);
  expect(lineOf('a  \nb\\\nc\nd').filter((piece) => piece.kind === 'break')).toHaveLength(3);
  expect(addresses(lineOf('[one][r], [r] and [nowhere]\n\n[r]: https://x.example/a "t"'))).toEqual(['link https://x.example/a', 'link https://x.example/a']);
  expect(plainText(lineOf('***all* of** it &amp; &lt;b&gt; &copy;'))).toBe('all of it & <b> ©');
});

test('pieces of a line', () => {
  expect(lineOf('a **b *c*** `d` ~~e~~ \\*f\\* snake_case_name')).toEqual([
    { kind: 'text', text: 'a ' }, { kind: 'strong', children: [{ kind: 'text', text: 'b ' }, { kind: 'emphasis', children: [{ kind: 'text', text: 'c' }] }] }, { kind: 'text', text: ' ' },
    { kind: 'code', text: 'd' }, { kind: 'text', text: ' ' }, { kind: 'strike', children: [{ kind: 'text', text: 'e' }] }, { kind: 'text', text: ' *f* snake_case_name' },
  ]);
  expect(addresses(lineOf('see https://x.example/a?b=c. <https://y.example> [z](https://z.example "t") ![i](http://evil/x.png)'))).toEqual([
    'link https://x.example/a?b=c', 'link https://y.example', 'link https://z.example', 'image http://evil/x.png',
  ]);
});

test('addresses: of pages and mail, as they were written, with the sign of what is masked in them', () => {
  expect(addresses(lineOf('https://x.example/?u=⟨email⟩&b=ção, (http://y.example) notes.md ana@example.com //z.example ftp://f.example www.w.example'))).toEqual(['link https://x.example/?u=⟨email⟩&b=ção', 'link http://y.example']);
  expect(addresses(lineOf('[a](mailto:a@b.example) [b](docs/x.md) [c](https://x.example/⟨email⟩) [![d](http://evil/x.png)](https://y.example)'))).toEqual(['link mailto:a@b.example', 'link docs/x.md', 'link https://x.example/⟨email⟩', 'link https://y.example']);
  for (const address of ['javascript:alert(1)', 'JAVASCRIPT:x', 'java&#115;cript:x', 'data:text/html,x', 'file:///etc/passwd', 'vbscript:x', 'travessia://app', 'ftp://x']) {
    expect(addresses(lineOf(`[a](${address}) ![b](${address}) <${address}>`)), address).toEqual([]);
    expect(plainText(lineOf(`[a](${address})`)), address).toContain('[a](');
  }
});

test('masked words are passed on whole: bold, in code, in tables', () => {
  expect(plainText(lineOf('**⟨email⟩** _⟨cpf⟩_ `⟨token⟩`⟨phone⟩'))).toBe('⟨email⟩ ⟨cpf⟩ ⟨token⟩⟨phone⟩');
});

test('what nests deeper than is drawn is shown as it stands', () => {
  for (const sign of ['> ', '- ']) {
    const text = `${sign.repeat(60)}deep`;
    expect(JSON.stringify(parseMarkdown(text))).toContain('deep');
    expect(outline(parseMarkdown(`${sign.repeat(10)}deep`))).not.toEqual([text]);
  }
});

test('HTML and addresses of scripts stay what they are: text', () => {
  expect(outline(parseMarkdown('<script>alert(1)</script> <img src=x onerror=alert(1)>'))).toEqual(['<script>alert(1)</script> <img src=x onerror=alert(1)>']);
});

test('nothing is lost of plain words, whatever stands between them', () => {
  fc.assert(fc.property(fc.array(fc.constantFrom('word', '*', '_', '**', '`', '[', '](', ')', '>', '-', '#', '|', '\n', ' ', '~~', '<', '\\', '1.', '```')), (parts) => {
    const text = parts.join('');
    const words = (value: string): number => value.match(/word/gu)?.length ?? 0;
    // Beyond the addresses of links and the language of code, a row of a table has no more cells than its head.
    const hidden = (text.match(/```[^\n]*word|\]\([^)]*word|~~~[^\n]*word|\|/gu)?.length ?? 0) * words(text);
    expect(words(JSON.stringify(parseMarkdown(text)))).toBeGreaterThanOrEqual(words(text) - hidden);
  }), { seed: 20_261_121 });
});

// As long as texts are drawn within a message (long-text.ts).
test.each(['*a ', '**', '_a*', '`a``', '[', '![', '[a](', '> ', '- ', '1. ', '|', '<', '\\', 'https://', '[a](b', '*_~`', '[x][', '&#64;', '~~a', '![![![]('])('a text of nothing but %j is read to its end', (piece) => {
  expect(parseMarkdown(piece.repeat(drawnAtMost / piece.length)).length).toBeGreaterThan(0);
  expect(parseMarkdown(`${piece}\n`.repeat(drawnAtMost / (piece.length + 1))).length).toBeGreaterThan(0);
});
