import { memo, useMemo } from 'react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { CopyButton } from '../../../ui/copy-button.tsx';
import { cx } from '../../../ui/cx.ts';
import { MaskedText } from '../masked-text.tsx';
import { OutsideLink } from './outside-link.tsx';
import { parseMarkdown } from './parse.ts';
import type { Block, Inline } from './tree.ts';

/** A text of markdown as elements of the console's own: no HTML of the text is ever interpreted, nothing outside is loaded. */
export const Markdown = memo(function Markdown({ text }: { text: string }) {
  const blocks = useMemo(() => parseMarkdown(text), [text]);
  return <div className="flex flex-col gap-2 text-sm leading-relaxed break-words" dir="auto">{blocks.map((block, index) => <BlockView key={index} block={block} />)}</div>;
});

const headings = ['text-lg', 'text-base', 'text-sm'] as const;

function BlockView({ block }: { block: Block }): ReactNode {
  switch (block.kind) {
    case 'paragraph':
      return <p><InlineView pieces={block.children} /></p>;
    case 'heading':
      // No heading of the page: a message is not a part of its outline.
      return <p className={cx('font-semibold', headings[block.level - 1] ?? 'text-sm')}><InlineView pieces={block.children} /></p>;
    case 'code':
      return <CodeBlock language={block.language} text={block.text} />;
    case 'quote':
      return <blockquote className="flex flex-col gap-2 border-l-2 border-line-strong pl-3 text-ink-soft">{block.children.map((child, index) => <BlockView key={index} block={child} />)}</blockquote>;
    case 'list':
      return <ListView block={block} />;
    case 'table':
      return <TableView block={block} />;
    case 'rule':
      return <hr className="border-line" />;
  }
}

function ListView({ block }: { block: Extract<Block, { kind: 'list' }> }) {
  const items = block.items.map((item, index) => (
    <li key={index} className={item.done === null ? undefined : 'list-none'}>
      {item.done === null ? null : <input type="checkbox" checked={item.done} disabled readOnly aria-hidden className="-ml-5 mr-1.5 size-3.5 align-[-2px]" />}
      {item.children.map((child, place) => (child.kind === 'paragraph' ? <span key={place} className={place === 0 ? undefined : 'mt-1 block'}><InlineView pieces={child.children} /></span> : <div key={place} className="mt-1"><BlockView block={child} /></div>))}
    </li>
  ));
  return block.start === null ? <ul className="flex list-disc flex-col gap-0.5 pl-5">{items}</ul> : <ol start={block.start} className="flex list-decimal flex-col gap-0.5 pl-6">{items}</ol>;
}

function TableView({ block }: { block: Extract<Block, { kind: 'table' }> }) {
  const align = (index: number): string => ({ start: 'text-left', center: 'text-center', end: 'text-right' })[block.align[index] ?? 'start'];
  return (
    <div className="max-w-full overflow-x-auto">
      <table className="border-collapse text-xs">
        <thead><tr>{block.head.map((cell, index) => <th key={index} className={cx('border border-line bg-sunken px-2 py-1 font-semibold', align(index))}><InlineView pieces={cell} /></th>)}</tr></thead>
        <tbody>{block.rows.map((row, place) => <tr key={place}>{row.map((cell, index) => <td key={index} className={cx('border border-line px-2 py-1', align(index))}><InlineView pieces={cell} /></td>)}</tr>)}</tbody>
      </table>
    </div>
  );
}

/** Code as written, with its language and a way to copy it. */
export function CodeBlock({ language, text }: { language: string; text: string }) {
  return (
    <div className="group/code relative rounded-md border bg-sunken">
      {language === '' ? null : <p className="border-b px-3 py-0.5 text-2xs text-ink-faint">{language}</p>}
      <pre tabIndex={0} className="max-h-96 overflow-auto px-3 py-2 pr-9 font-mono text-xs leading-5 focus-visible:-outline-offset-2"><code><MaskedText text={text} /></code></pre>
      <span className="absolute top-0.5 right-0.5 opacity-0 group-focus-within/code:opacity-100 group-hover/code:opacity-100"><CopyButton text={text} /></span>
    </div>
  );
}

function InlineView({ pieces }: { pieces: readonly Inline[] }): ReactNode {
  return pieces.map((piece, index) => <PieceView key={index} piece={piece} />);
}

function PieceView({ piece }: { piece: Inline }): ReactNode {
  const { t } = useTranslation();
  switch (piece.kind) {
    case 'text':
      return <MaskedText text={piece.text} />;
    case 'break':
      return <br />;
    case 'code':
      return <code className="rounded-sm bg-hover px-1 py-px font-mono text-[0.88em]"><MaskedText text={piece.text} /></code>;
    case 'strong':
      return <strong className="font-semibold"><InlineView pieces={piece.children} /></strong>;
    case 'emphasis':
      return <em><InlineView pieces={piece.children} /></em>;
    case 'strike':
      return <s><InlineView pieces={piece.children} /></s>;
    case 'link':
      return <OutsideLink address={piece.address}><InlineView pieces={piece.children} /></OutsideLink>;
    case 'image':
      return <OutsideLink address={piece.address}>{`${t('reader.image')}: ${piece.text === '' ? piece.address : piece.text}`}</OutsideLink>;
  }
}
