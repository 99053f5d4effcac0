import { memo, useMemo, useState } from 'react';
import { ChevronDown, ChevronRight } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../../i18n/use-format.ts';
import { CopyButton } from '../../../ui/copy-button.tsx';
import { cx } from '../../../ui/cx.ts';
import { parseJsonTree, prettyJson } from '../json-tree.ts';
import type { JsonNode } from '../json-tree.ts';
import { MaskedText } from '../masked-text.tsx';
import { TextPart } from './text-part.tsx';

/** Text of JSON longer than this is shown as text: a tree of it would cost more than it tells. */
const treeAtMost = 200_000;
/** Entries of a list or an object drawn at once. */
const drawnAtOnce = 100;

/** JSON as a tree that opens and closes; numbers keep every digit. What is no JSON is shown as it is. */
export const JsonView = memo(function JsonView({ text, open = 2 }: { text: string; open?: number }) {
  const tree = useMemo(() => (text.length > treeAtMost ? null : parseJsonTree(text)), [text]);
  if (!tree) return <TextPart text={text} format="plain" />;
  return (
    <div className="group/json relative overflow-x-auto rounded-md border bg-sunken px-2 py-1.5 pr-8 font-mono text-xs leading-5">
      <Node node={tree} depth={0} open={open} />
      <span className="absolute top-0.5 right-0.5 opacity-0 group-focus-within/json:opacity-100 group-hover/json:opacity-100"><CopyButton text={prettyJson(tree)} /></span>
    </div>
  );
});

function Node({ node, name, depth, open }: { node: JsonNode; name?: string; depth: number; open: number }) {
  const { t } = useTranslation();
  const format = useFormat();
  const [isOpen, setOpen] = useState(depth < open);
  const [shown, setShown] = useState(drawnAtOnce);
  const label = name === undefined ? null : <span className="text-ink-soft"><MaskedText text={name} />: </span>;
  if (node.kind === 'string') return <div className="break-words whitespace-pre-wrap">{label}<span className="text-(--code-string)">"<MaskedText text={node.text} />"</span></div>;
  if ('text' in node) return <div>{label}<span className={node.kind === 'number' ? 'text-(--code-number)' : 'text-(--code-keyword)'}>{node.text}</span></div>;
  const entries: readonly (readonly [string | undefined, JsonNode])[] = node.kind === 'list' ? node.items.map((item) => [undefined, item] as const) : node.fields;
  if (entries.length === 0) return <div>{label}{node.kind === 'list' ? '[ ]' : '{ }'}</div>;
  const amount = format.number(entries.length);
  const summary = node.kind === 'list' ? t('reader.jsonItems', { count: entries.length, amount }) : t('reader.jsonFields', { count: entries.length, amount });
  return (
    <div>
      <button type="button" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)} className="-ml-0.5 inline-flex items-center rounded-sm hover:bg-hover">
        {isOpen ? <ChevronDown aria-hidden className="size-3" /> : <ChevronRight aria-hidden className="size-3" />}
        {label}
        <span className={cx('text-ink-faint', isOpen && 'text-2xs')}>{summary}</span>
      </button>
      {isOpen ? (
        <div className="ml-1.5 border-l border-line pl-3">
          {entries.slice(0, shown).map(([key, child], index) => <Node key={index} node={child} {...(key === undefined ? {} : { name: key })} depth={depth + 1} open={open} />)}
          {entries.length > shown ? <button type="button" className="rounded-sm text-ink-soft underline hover:text-ink" onClick={() => setShown(shown + drawnAtOnce * 5)}>{t('reader.jsonMore', { amount: format.number(entries.length - shown) })}</button> : null}
        </div>
      ) : null}
    </div>
  );
}
