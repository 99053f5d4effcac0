import { parseInline } from './inline.ts';
import type { Inline } from './inline.ts';

/** What a text of markdown consists of. */
export type Block =
  | { readonly kind: 'paragraph'; readonly children: readonly Inline[] }
  | { readonly kind: 'heading'; readonly level: number; readonly children: readonly Inline[] }
  | { readonly kind: 'code'; readonly language: string; readonly text: string }
  | { readonly kind: 'quote'; readonly children: readonly Block[] }
  | { readonly kind: 'list'; readonly start: number | null; readonly items: readonly { readonly done: boolean | null; readonly children: readonly Block[] }[] }
  | { readonly kind: 'table'; readonly head: readonly (readonly Inline[])[]; readonly align: readonly (('start' | 'center' | 'end') | null)[]; readonly rows: readonly (readonly (readonly Inline[])[])[] }
  | { readonly kind: 'rule' };

const fence = /^ {0,3}(`{3,}|~{3,})\s*([^`\s]*)[^`]*$/u;
const heading = /^ {0,3}(#{1,6})\s+(.*?)\s*#*\s*$/u;
const rule = /^ {0,3}(?:(?:\*\s*){3,}|(?:-\s*){3,}|(?:_\s*){3,})$/u;
const item = /^( {0,3})([-*+]|\d{1,9}[.)])(\s+|$)(.*)$/u;
const delimiter = /^\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*$/u;
/** Quotes and lists within each other; deeper ones are drawn as text. */
const deepest = 8;
/** A longer line is words, whatever it begins with. */
const longestSign = 1000;

function signIn(pattern: RegExp, line: string): RegExpExecArray | null {
  return line.length > longestSign ? null : pattern.exec(line);
}

/**
 * A small reader of what people and models write: paragraphs, headings, lists, quotes, code, tables; of CommonMark and GitHub's tables what is common.
 * HTML is text. Costs time in proportion to the text, whatever stands in it.
 */
export function parseMarkdown(text: string): readonly Block[] {
  return blocksOf(text.replaceAll(/\r\n?/gu, '\n').replaceAll('\t', '    ').split('\n'), 0);
}

function blocksOf(lines: readonly string[], depth: number): readonly Block[] {
  const blocks: Block[] = [];
  let paragraph: string[] = [];
  const end = (): void => {
    if (paragraph.length > 0) blocks.push({ kind: 'paragraph', children: parseInline(paragraph.map((line) => line.trimStart().replace(/ +$/u, '')).join('\n')) });
    paragraph = [];
  };
  let at = 0;
  const push = (block: Block, to: number): void => {
    end();
    blocks.push(block);
    at = to;
  };
  while (at < lines.length) {
    const line = lines[at] ?? '';
    const opened = signIn(fence, line);
    const titled = signIn(heading, line);
    if (line.trim() === '') {
      end();
      at += 1;
    } else if (opened) push(...codeFrom(lines, at, opened[1] ?? '```', opened[2] ?? ''));
    else if (titled) push({ kind: 'heading', level: titled[1]?.length ?? 1, children: parseInline(titled[2] ?? '') }, at + 1);
    else if (signIn(rule, line)) push({ kind: 'rule' }, at + 1);
    else if (depth < deepest && /^ {0,3}>/u.test(line)) push(...quoteFrom(lines, at, depth));
    else if (depth < deepest && item.test(line) && (paragraph.length === 0 || !/^ *\d/u.test(line) || /^ *1[.)]/u.test(line))) push(...listFrom(lines, at, depth));
    else if (line.includes('|') && signIn(delimiter, lines[at + 1] ?? '') && (lines[at + 1] ?? '').includes('-') && cellsOf(line).length === cellsOf(lines[at + 1] ?? '').length) push(...tableFrom(lines, at));
    else {
      paragraph.push(line);
      at += 1;
    }
  }
  end();
  return blocks;
}

function codeFrom(lines: readonly string[], from: number, mark: string, language: string): [Block, number] {
  const close = new RegExp(`^ {0,3}${mark[0]}{${mark.length},}\\s*$`, 'u');
  let to = from + 1;
  while (to < lines.length && !close.test(lines[to] ?? '')) to += 1;
  return [{ kind: 'code', language: language.slice(0, 40), text: lines.slice(from + 1, to).join('\n') }, to + 1];
}

function quoteFrom(lines: readonly string[], from: number, depth: number): [Block, number] {
  let to = from;
  while (to < lines.length && (/^ {0,3}>/u.test(lines[to] ?? '') || ((lines[to] ?? '').trim() !== '' && !signIn(fence, lines[to] ?? '') && !item.test(lines[to] ?? '')))) to += 1;
  return [{ kind: 'quote', children: blocksOf(lines.slice(from, to).map((line) => line.replace(/^ {0,3}> ?/u, '')), depth + 1) }, to];
}

function listFrom(lines: readonly string[], from: number, depth: number): [Block, number] {
  const first = item.exec(lines[from] ?? '');
  const ordered = /\d/u.test(first?.[2] ?? '');
  const sign = ordered ? null : first?.[2];
  const items: { done: boolean | null; children: readonly Block[] }[] = [];
  let at = from;
  while (at < lines.length) {
    const found = item.exec(lines[at] ?? '');
    if (!found || signIn(rule, lines[at] ?? '') || (ordered ? !/\d/u.test(found[2] ?? '') : found[2] !== sign)) break;
    const width = (found[1]?.length ?? 0) + (found[2]?.length ?? 1) + Math.min(Math.max(1, found[3]?.length ?? 1), 4);
    const own = [found[4] ?? ''];
    at += 1;
    while (at < lines.length) {
      const line = lines[at] ?? '';
      const indent = line.length - line.trimStart().length;
      if (line.trim() === '') {
        // An empty line belongs to the item where what follows does.
        const next = lines.slice(at + 1, at + 3).find((each) => each.trim() !== '');
        if (next === undefined || next.length - next.trimStart().length < Math.min(width, 2)) break;
        own.push('');
      } else if (indent >= Math.min(width, 2)) own.push(line.slice(Math.min(width, indent)));
      else if (item.test(line) || signIn(heading, line) || signIn(fence, line) || signIn(rule, line) || line.startsWith('>') || own.at(-1) === '') break;
      else own.push(line);
      at += 1;
    }
    const task = /^\[([ xX])\]\s+/u.exec(own[0] ?? '');
    if (task) own[0] = (own[0] ?? '').slice(task[0].length);
    items.push({ done: task ? task[1] !== ' ' : null, children: blocksOf(own, depth + 1) });
    while (at < lines.length && (lines[at] ?? '').trim() === '' && item.test(lines[at + 1] ?? '')) at += 1;
  }
  return [{ kind: 'list', start: ordered ? Number.parseInt(first?.[2] ?? '1', 10) : null, items }, at];
}

function cellsOf(line: string): readonly string[] {
  return line.trim().replace(/^\|/u, '').replace(/(?<!\\)\|$/u, '').split(/(?<!\\)\|/u).map((cell) => cell.trim().replaceAll('\\|', '|'));
}

function tableFrom(lines: readonly string[], from: number): [Block, number] {
  const head = cellsOf(lines[from] ?? '');
  const align = cellsOf(lines[from + 1] ?? '').map((cell) => (/^:-+:$/u.test(cell) ? 'center' : cell.endsWith(':') ? 'end' : cell.startsWith(':') ? 'start' : null) as 'start' | 'center' | 'end' | null);
  let to = from + 2;
  while (to < lines.length && (lines[to] ?? '').trim() !== '' && (lines[to] ?? '').includes('|')) to += 1;
  const rows = lines.slice(from + 2, to).map((line) => {
    const cells = cellsOf(line);
    return head.map((_, index) => parseInline(cells[index] ?? ''));
  });
  return [{ kind: 'table', head: head.map((cell) => parseInline(cell)), align, rows }, to];
}
