import { useEffect, useId, useRef, useState } from 'react';
import type { KeyboardEvent, ReactNode, RefObject } from 'react';
import { Search, X } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { Diagnostic } from '../../../../shared/model/conversation-query.ts';
import type { QueryPart } from '../../../../shared/pure/conversation-query/index.ts';
import { useFormat } from '../../../i18n/use-format.ts';
import { Button, IconButton } from '../../../ui/button.tsx';
import { cx } from '../../../ui/cx.ts';
import { SearchHelp } from './search-help.tsx';
import { useParse } from './use-parse.ts';

interface SearchLineProps {
  /** The line in the address. */
  readonly value: string;
  readonly onSearch: (line: string) => void;
  readonly field: RefObject<HTMLInputElement | null>;
  /** Down arrow: into the list. */
  readonly onLeave: () => void;
}

/** The search line: what is understood stands on a ground of its own, what is not is underlined and explained, with what was probably meant. */
export function SearchLine({ value, onSearch, field, onLeave }: SearchLineProps) {
  const { t } = useTranslation();
  const id = useId();
  const [text, setText] = useState(value);
  const ground = useRef<HTMLDivElement>(null);
  useEffect(() => setText(value), [value]);
  const { parts, diagnostics } = useParse(text);
  const follow = (): void => {
    if (ground.current && field.current) ground.current.scrollLeft = field.current.scrollLeft;
  };
  useEffect(follow, [text, field]);

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') {
      if (text !== value) setText(value);
      else field.current?.blur();
    } else if (event.key === 'ArrowDown') {
      event.preventDefault();
      onLeave();
    } else return;
    event.stopPropagation();
  };
  const replace = ({ from, to, suggestion }: Diagnostic): void => {
    const next = `${text.slice(0, from)}${suggestion ?? ''}${text.slice(to)}`;
    setText(next);
    onSearch(next.trim());
    field.current?.focus();
  };
  return (
    <form
      role="search"
      aria-label={t('reader.search')}
      className="relative min-w-0 flex-1"
      onSubmit={(event) => {
        event.preventDefault();
        onSearch(text.trim());
      }}
    >
      <div className="flex h-8 items-center gap-1 rounded-md border border-line-strong bg-raised pr-1 pl-2.5 focus-within:outline-2 focus-within:outline-accent">
        <Search aria-hidden className="size-3.5 shrink-0 text-ink-faint" />
        <div className="relative h-full min-w-0 flex-1">
          <div ref={ground} aria-hidden className="absolute inset-0 flex items-center overflow-hidden px-1 text-sm whitespace-pre text-transparent select-none">
            <Ground text={text} parts={parts} diagnostics={diagnostics} />
          </div>
          <input
            ref={field}
            type="text"
            inputMode="search"
            aria-label={t('reader.search')}
            aria-describedby={diagnostics.length > 0 ? id : undefined}
            aria-invalid={diagnostics.length > 0 || undefined}
            placeholder={t('reader.searchPlaceholder')}
            spellCheck={false}
            autoComplete="off"
            maxLength={20_000}
            value={text}
            onChange={(event) => setText(event.target.value)}
            onScroll={follow}
            onKeyDown={onKeyDown}
            className="absolute inset-0 w-full truncate bg-transparent px-1 text-sm text-ink outline-none focus-visible:outline-none"
          />
        </div>
        {text === '' ? null : (
          <IconButton label={t('reader.searchClear')} className="size-6" onClick={() => { setText(''); onSearch(''); field.current?.focus(); }}>
            <X aria-hidden className="size-3.5" />
          </IconButton>
        )}
        <SearchHelp onTry={(part) => { setText((before) => `${before.trim()} ${part}`.trim()); field.current?.focus(); }} />
      </div>
      {diagnostics.length === 0 ? null : <Diagnostics id={id} text={text} diagnostics={diagnostics} onUse={replace} />}
    </form>
  );
}

/** The line drawn again below the field, without its letters: the grounds of what is understood, the underlines of what is not. */
function Ground({ text, parts, diagnostics }: { text: string; parts: readonly QueryPart[]; diagnostics: readonly Diagnostic[] }) {
  const marks = [
    ...parts.filter((part) => part.kind === 'filter' || part.not || part.kind === 'phrase').map(({ from, to, not, kind }) => ({ from, to, look: not ? 'rounded-sm bg-warn-soft shadow-[0_0_0_1px_var(--line)]' : kind === 'filter' ? 'rounded-sm bg-accent-soft shadow-[0_0_0_1px_var(--line)]' : 'rounded-sm bg-hover' })),
    ...diagnostics.map(({ from, to }) => ({ from, to, look: 'underline decoration-danger decoration-wavy decoration-[1.5px] underline-offset-3' })),
  ].toSorted((a, b) => a.from - b.from);
  const pieces: ReactNode[] = [];
  let at = 0;
  for (const { from, to, look } of marks) {
    if (from < at) continue;
    pieces.push(text.slice(at, from), <span key={from} className={look}>{text.slice(from, to)}</span>);
    at = to;
  }
  return <span>{pieces}{text.slice(at)}</span>;
}

function Diagnostics({ id, text, diagnostics, onUse }: { id: string; text: string; diagnostics: readonly Diagnostic[]; onUse: (diagnostic: Diagnostic) => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <div id={id} role="status" className="absolute inset-x-0 top-full z-30 mt-1 rounded-md border border-danger/40 bg-raised px-3 py-1 text-sm shadow-pop">
      <ul className="flex flex-col divide-y divide-line">
        {diagnostics.slice(0, 3).map((each) => (
          <li key={`${each.from} ${each.code}`} className="flex items-center gap-3 py-1">
            <span className="min-w-0 flex-1 break-words text-danger-text">{format.describe(each)}</span>
            {each.suggestion === null || each.suggestion === text.slice(each.from, each.to) ? null : (
              <Button size="sm" onClick={() => onUse(each)}><span className="max-w-64 truncate">{each.suggestion === '' ? t('common.remove') : t('reader.suggestion', { text: each.suggestion })}</span></Button>
            )}
          </li>
        ))}
      </ul>
    </div>
  );
}

/** Words of a search as small pieces, for places where the line itself is not. */
export function QueryText({ text, className }: { text: string; className?: string }) {
  return <code className={cx('rounded-sm bg-hover px-1 font-mono text-xs break-all', className)}>{text}</code>;
}
