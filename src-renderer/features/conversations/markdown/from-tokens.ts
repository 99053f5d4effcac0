import type { Token } from 'markdown-it';
import type { Align, Block, Cell, Inline, Item } from './tree.ts';

/** A token with what stands between it and its end. */
interface Node {
  readonly token: Token;
  readonly inner: readonly Node[];
}

/** The flat stream of markdown-it as a tree. */
function nested(tokens: readonly Token[]): readonly Node[] {
  const top: Node[] = [];
  const open: Node[][] = [top];
  for (const token of tokens) {
    if (token.nesting === -1) {
      if (open.length > 1) open.pop();
      continue;
    }
    const inner: Node[] = [];
    open.at(-1)?.push({ token, inner });
    if (token.nesting === 1) open.push(inner);
  }
  return top;
}

/** The blocks of a parsed text. */
export function blocksOf(tokens: readonly Token[]): readonly Block[] {
  return blocksWithin(nested(tokens));
}

function blocksWithin(nodes: readonly Node[]): readonly Block[] {
  return nodes.flatMap((node) => blockOf(node) ?? []);
}

function blockOf({ token, inner }: Node): Block | null {
  switch (token.type) {
    case 'paragraph_open': return { kind: 'paragraph', children: lineOf(inner) };
    case 'heading_open': return { kind: 'heading', level: Number(token.tag.slice(1)), children: lineOf(inner) };
    case 'fence': return { kind: 'code', language: (token.info.trim().split(/\s/u)[0] ?? '').slice(0, 40), text: token.content.replace(/\n$/u, '') };
    case 'code_block': return { kind: 'code', language: '', text: token.content.replace(/\n$/u, '') };
    case 'blockquote_open': return { kind: 'quote', children: blocksWithin(inner) };
    case 'bullet_list_open': return { kind: 'list', start: null, items: inner.map(itemOf) };
    case 'ordered_list_open': return { kind: 'list', start: Number(token.attrGet('start') ?? 1), items: inner.map(itemOf) };
    case 'table_open': return tableOf(inner);
    case 'hr': return { kind: 'rule' };
    case 'inline': return { kind: 'paragraph', children: piecesOf(token.children ?? []) };
    default: return token.content === '' ? null : { kind: 'paragraph', children: [{ kind: 'text', text: token.content }] };
  }
}

const task = /^\[([ xX])\](?:\s+|$)/u;

/** An item that begins with a box is a task (GitHub's tasks: no rule of markdown-it). */
function itemOf({ inner }: Node): Item {
  const children = blocksWithin(inner);
  const [first, ...others] = children;
  const words = first?.kind === 'paragraph' ? first.children[0] : undefined;
  const box = words?.kind === 'text' ? task.exec(words.text) : null;
  if (first?.kind !== 'paragraph' || words?.kind !== 'text' || !box) return { done: null, children };
  const left = words.text.slice(box[0].length);
  return { done: box[1] !== ' ', children: [{ kind: 'paragraph', children: [...(left === '' ? [] : [{ kind: 'text', text: left } as const]), ...first.children.slice(1)] }, ...others] };
}

function tableOf(parts: readonly Node[]): Block {
  const [head, ...rows] = parts.flatMap((part) => part.inner);
  return { kind: 'table', head: head?.inner.map(cellOf) ?? [], align: head?.inner.map(alignOf) ?? [], rows: rows.map((row) => row.inner.map(cellOf)) };
}

function cellOf({ inner }: Node): Cell {
  return lineOf(inner);
}

function alignOf({ token }: Node): Align {
  const style = String(token.attrGet('style') ?? '');
  return style.endsWith('center') ? 'center' : style.endsWith('right') ? 'end' : style.endsWith('left') ? 'start' : null;
}

function lineOf(nodes: readonly Node[]): readonly Inline[] {
  return nodes.flatMap(({ token }) => piecesOf(token.children ?? []));
}

function piecesOf(tokens: readonly Token[]): readonly Inline[] {
  return piecesWithin(nested(tokens));
}

function piecesWithin(nodes: readonly Node[]): readonly Inline[] {
  return nodes.flatMap((node) => pieceOf(node) ?? []);
}

function pieceOf({ token, inner }: Node): Inline | null {
  switch (token.type) {
    case 'softbreak':
    case 'hardbreak': return { kind: 'break' };
    case 'code_inline': return { kind: 'code', text: token.content };
    case 'strong_open': return { kind: 'strong', children: piecesWithin(inner) };
    case 'em_open': return { kind: 'emphasis', children: piecesWithin(inner) };
    case 's_open': return { kind: 'strike', children: piecesWithin(inner) };
    case 'link_open': return linkOf(String(token.attrGet('href') ?? ''), piecesWithin(inner));
    case 'image': return { kind: 'image', address: String(token.attrGet('src') ?? ''), text: token.content };
    default: return token.content === '' ? null : { kind: 'text', text: token.content };
  }
}

/** What is pressed is one button: a picture within a link is its name. */
function linkOf(address: string, children: readonly Inline[]): Inline {
  const words = children.map((child): Inline => (child.kind === 'image' ? { kind: 'text', text: child.text } : child)).filter((child) => child.kind !== 'text' || child.text !== '');
  return { kind: 'link', address, children: words.length === 0 ? [{ kind: 'text', text: address }] : words };
}
