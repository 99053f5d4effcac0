import { memo, use, useState } from 'react';
import type { ReactNode } from 'react';
import { Brain, ChevronDown, ChevronRight, CircleAlert, FileText, Image as ImageIcon, Wrench } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { Part } from '../../../../shared/model/conversation.ts';
import { useFormat } from '../../../i18n/use-format.ts';
import { Badge } from '../../../ui/badges.tsx';
import { cx } from '../../../ui/cx.ts';
import { MaskedText } from '../masked-text.tsx';
import { OutsideLink } from '../markdown/outside-link.tsx';
import { JsonView } from './json-view.tsx';
import { MessageActionsContext } from './message-actions.ts';
import { TextPart } from './text-part.tsx';
import { shownOf } from './tool-pairs.ts';
import type { ToolPairs } from './tool-pairs.ts';

/** What a message holds, part by part, each its own way. */
export const PartsView = memo(function PartsView({ parts, pairs }: { parts: readonly Part[]; pairs: ToolPairs | undefined }) {
  return (
    <div className="flex min-w-0 flex-col gap-2">
      {shownOf(parts).map((each, index) => (each.kind === 'tool' ? <ToolCall key={index} call={each.call} result={each.result} pairs={pairs} /> : <PartView key={index} part={each.part} pairs={pairs} />))}
    </div>
  );
});

function PartView({ part, pairs }: { part: Exclude<Part, { type: 'tool-call' }>; pairs: ToolPairs | undefined }): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  switch (part.type) {
    case 'text':
      return part.text === '' ? null : <TextPart text={part.text} format={part.format} />;
    case 'reasoning':
      return <Fold icon={<Brain aria-hidden className="size-3.5" />} title={t('reader.reasoning')}><div className="text-ink-soft italic"><TextPart text={part.text} format="plain" /></div></Fold>;
    case 'tool-result':
      return <ToolResult part={part} pairs={pairs} />;
    case 'json':
      return <JsonView text={part.text} />;
    case 'image':
      return <ImagePart part={part} />;
    case 'file':
      return (
        <p className="flex w-fit max-w-full items-center gap-2 rounded-md border bg-sunken px-2.5 py-1.5 text-sm">
          <FileText aria-hidden className="size-4 shrink-0 text-ink-faint" />
          <span className="min-w-0 truncate"><MaskedText text={part.name ?? t('reader.file')} /></span>
          <span className="shrink-0 text-xs text-ink-faint">{[part.mime, part.bytes === null ? null : format.bytes(part.bytes)].filter((each) => each !== null).join(' · ')}</span>
          {part.url === null ? null : <OutsideLink address={part.url}>{t('reader.link')}</OutsideLink>}
        </p>
      );
    case 'error':
      return (
        <div className="flex items-start gap-2 rounded-md border border-danger/40 bg-danger-soft px-2.5 py-1.5 text-sm">
          <CircleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-danger-text" />
          <div className="min-w-0 flex-1"><TextPart text={part.text} format="plain" /></div>
        </div>
      );
  }
}

interface FoldProps {
  readonly icon: ReactNode;
  readonly title: ReactNode;
  readonly trail?: ReactNode;
  readonly start?: boolean;
  readonly tone?: 'danger' | undefined;
  readonly children: ReactNode;
}

/** Something that opens and closes; what is closed costs nothing. */
function Fold({ icon, title, trail, start = false, tone, children }: FoldProps) {
  const [open, setOpen] = useState(start);
  return (
    <div className={cx('min-w-0 rounded-md border', tone === 'danger' ? 'border-danger/40' : 'border-line')}>
      <div className="flex items-center gap-2 pr-1.5">
        <button type="button" aria-expanded={open} onClick={() => setOpen(!open)} className="flex min-w-0 flex-1 items-center gap-1.5 rounded-md px-2 py-1 text-left text-xs text-ink-soft hover:bg-hover hover:text-ink">
          {open ? <ChevronDown aria-hidden className="size-3.5 shrink-0" /> : <ChevronRight aria-hidden className="size-3.5 shrink-0" />}
          {icon}
          {title}
        </button>
        {trail}
      </div>
      {open ? <div className="border-t px-2.5 py-2">{children}</div> : null}
    </div>
  );
}

const glance = 90;

function ToolCall({ call, result, pairs }: { call: Extract<Part, { type: 'tool-call' }>; result: Extract<Part, { type: 'tool-result' }> | null; pairs: ToolPairs | undefined }) {
  const { t } = useTranslation();
  const actions = use(MessageActionsContext);
  const elsewhere = result === null && call.callId !== null ? (pairs?.get(call.callId)?.result ?? null) : null;
  const line = call.arguments.replaceAll(/\s+/gu, ' ');
  const hasArguments = call.arguments.trim() !== '' && call.arguments.trim() !== '{}';
  return (
    <Fold
      icon={<Wrench aria-hidden className="size-3.5 shrink-0" />}
      tone={result?.isError ? 'danger' : undefined}
      title={
        <span className="flex min-w-0 items-baseline gap-2">
          <span className="shrink-0 font-mono text-xs font-semibold text-ink">{call.name}</span>
          <span className="min-w-0 truncate font-mono text-2xs text-ink-faint">{hasArguments ? <MaskedText text={line.length > glance ? `${line.slice(0, glance)}…` : line} /> : t('reader.noArguments')}</span>
        </span>
      }
      trail={
        <>
          {result?.isError ? <Badge tone="danger">{t('reader.toolError')}</Badge> : null}
          {elsewhere === null ? null : <button type="button" className="shrink-0 rounded-sm px-1 text-xs text-accent-text hover:underline" onClick={() => actions.jump(elsewhere)}>{t('reader.toResult')}</button>}
        </>
      }
    >
      <div className="flex flex-col gap-2">
        {hasArguments ? <JsonView text={call.arguments} /> : null}
        {result === null ? <p className="text-xs text-ink-faint">{t('reader.noResult')}</p> : (
          <div className="flex flex-col gap-1">
            <p className="text-2xs font-semibold tracking-wider text-ink-faint uppercase">{t('reader.toolResult')}</p>
            <ResultBody text={result.text} />
          </div>
        )}
      </div>
    </Fold>
  );
}

function ToolResult({ part, pairs }: { part: Extract<Part, { type: 'tool-result' }>; pairs: ToolPairs | undefined }) {
  const { t } = useTranslation();
  const actions = use(MessageActionsContext);
  const pair = part.callId === null ? undefined : pairs?.get(part.callId);
  const name = part.name ?? pair?.name ?? null;
  const call = pair?.call ?? null;
  return (
    <Fold
      icon={<Wrench aria-hidden className="size-3.5 shrink-0" />}
      tone={part.isError ? 'danger' : undefined}
      start={part.text.length < 1500}
      title={<span className="min-w-0 truncate">{name === null ? t('reader.toolResult') : t('reader.toolResultOf', { name })}</span>}
      trail={
        <>
          {part.isError ? <Badge tone="danger">{t('reader.toolError')}</Badge> : null}
          {call === null ? null : <button type="button" className="shrink-0 rounded-sm px-1 text-xs text-accent-text hover:underline" onClick={() => actions.jump(call)}>{t('reader.toCall')}</button>}
        </>
      }
    >
      <ResultBody text={part.text} />
    </Fold>
  );
}

/** What a tool answered: a tree where it is JSON of an object or a list, else its text. */
function ResultBody({ text }: { text: string }) {
  return /^\s*[[{]/u.test(text) ? <JsonView text={text} /> : <div className="font-mono text-xs"><TextPart text={text} format="plain" /></div>;
}

function ImagePart({ part }: { part: Extract<Part, { type: 'image' }> }) {
  const { t } = useTranslation();
  const name = part.name ?? t('reader.image');
  // Nothing outside is ever asked for: only bytes that the database itself holds are drawn.
  if (part.data?.startsWith('data:image/') === true) return <img src={part.data} alt={name} className="max-h-80 max-w-full self-start rounded-md border bg-sunken object-contain" />;
  return (
    <p className="flex w-fit max-w-full items-center gap-2 rounded-md border border-dashed border-line-strong px-2.5 py-1.5 text-sm text-ink-soft">
      <ImageIcon aria-hidden className="size-4 shrink-0" />
      <span className="min-w-0 truncate"><MaskedText text={name} /></span>
      {part.url === null ? <span className="text-xs text-ink-faint">{t('reader.imageMissing')}</span> : <span className="text-xs"><OutsideLink address={part.url}>{t('reader.imageOutside')}</OutsideLink></span>}
    </p>
  );
}
