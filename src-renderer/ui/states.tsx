import { useEffect, useState } from 'react';
import type { ReactNode } from 'react';
import { CircleAlert, Info, TriangleAlert } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { isErrorCode, toErrorReply } from '../../shared/contract/errors.ts';
import { retellError } from '../../shared/pure/texts/retell.ts';
import { en } from '../i18n/texts/errors.ts';
import { Button } from './button.tsx';
import { cx } from './cx.ts';

interface ErrorBoxProps {
  readonly error: unknown;
  /** What was tried, as a heading. */
  readonly title?: string;
  readonly onRetry?: () => void;
  readonly actions?: ReactNode;
}

/** What happened, what to do next, the code small beside it. Nothing where there is no error; what somebody cancelled is no error. */
export function ErrorBox({ error, title, onRetry, actions }: ErrorBoxProps) {
  const { t, i18n } = useTranslation();
  if (error === undefined || error === null) return null;
  const reply = isReply(error) ? error : toErrorReply(error);
  const { code } = reply;
  const language = i18n.language === 'pt-BR' ? 'pt-BR' : 'en';
  const message = retellError(reply.message, 'message', language);
  // What the server itself or an unknown sentence says stays in its own words, behind what the code says in general.
  const said = message === null && isErrorCode(code) ? t(`errors.codes.${code}`) : undefined;
  const general = isErrorCode(code) ? t(`errors.advice.${code}`) : undefined;
  const ownHint = reply.hint !== undefined && namesCommands.test(reply.hint) && isHinted(code) ? t(`errors.hints.${code}`) : undefined;
  // Somebody stopped it: that went as it was meant to.
  if (code === 'CANCELLED') return <div role="status"><Note actions={actions}>{message ?? said ?? reply.message}</Note></div>;
  const hint = ownHint ?? (reply.hint === undefined ? general : (retellError(reply.hint, 'hint', language) ?? general));
  return (
    <div role="alert" className="flex items-start gap-2.5 rounded-md border border-danger/40 bg-danger-soft px-3 py-2.5 text-sm">
      <CircleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-danger-text" />
      <div className="min-w-0 flex-1">
        {title === undefined ? null : <p className="font-semibold text-ink">{title}</p>}
        {said === undefined ? null : <p className="break-words text-ink">{said}</p>}
        <p className={cx('break-words', said === undefined ? 'text-ink' : 'mt-0.5 text-ink-soft')} {...(message === null ? { lang: 'en' } : {})}>{message ?? reply.message}</p>
        {hint === undefined || hint === '' ? null : <p className="mt-0.5 break-words text-ink-soft">{hint}</p>}
        <p className="mt-1 font-mono text-2xs text-ink-soft">
          {t('common.errorCode')} {code}
        </p>
      </div>
      <div className="flex shrink-0 gap-2">
        {actions}
        {onRetry ? <Button size="sm" onClick={onRetry}>{t('common.retry')}</Button> : null}
      </div>
    </div>
  );
}

/** Hints of the core that speak of the command line; on screen a button does it. */
const namesCommands = /\btravessia [a-z]+|(?:^|\s)--[a-z]/;

type Hinted = keyof (typeof en)['hints'];
const isHinted = (code: string): code is Hinted => Object.hasOwn(en.hints, code);

function isReply(error: unknown): error is { code: string; message: string; hint?: string } {
  return typeof error === 'object' && error !== null && !(error instanceof Error) && 'code' in error && 'message' in error;
}

const noteLooks = {
  info: ['border-info/35 bg-info-soft', 'text-info-text', Info],
  warn: ['border-warn/45 bg-warn-soft', 'text-warn-text', TriangleAlert],
  danger: ['border-danger/40 bg-danger-soft', 'text-danger-text', CircleAlert],
} as const;

export function Note({ tone = 'info', children, actions }: { tone?: keyof typeof noteLooks; children: ReactNode; actions?: ReactNode }) {
  const [box, icon, Icon] = noteLooks[tone];
  return (
    <div className={cx('flex items-start gap-2.5 rounded-md border px-3 py-2 text-sm', box)}>
      <Icon aria-hidden className={cx('mt-0.5 size-4 shrink-0', icon)} />
      <div className="min-w-0 flex-1">{children}</div>
      {actions}
    </div>
  );
}

/** What stands where nothing is yet: what it is for, and what to do. */
export function Empty({ icon, title, children, actions }: { icon?: ReactNode; title: string; children?: ReactNode; actions?: ReactNode }) {
  return (
    <div className="flex flex-col items-center gap-2 px-6 py-12 text-center">
      {icon === undefined ? null : <div aria-hidden className="mb-1 grid size-10 place-items-center rounded-lg bg-hover text-ink-faint">{icon}</div>}
      <p className="font-medium">{title}</p>
      {children === undefined ? null : <div className="max-w-md text-sm text-ink-soft">{children}</div>}
      {actions === undefined ? null : <div className="mt-2 flex flex-wrap justify-center gap-2">{actions}</div>}
    </div>
  );
}

/** True once `pending` has lasted 150 ms: what answers at once shows no skeleton. */
function useLate(pending: boolean): boolean {
  const [late, setLate] = useState(false);
  useEffect(() => {
    if (!pending) return setLate(false);
    const timer = setTimeout(() => setLate(true), 150);
    return () => clearTimeout(timer);
  }, [pending]);
  return late;
}

export function Skeleton({ lines = 4 }: { lines?: number }) {
  const { t } = useTranslation();
  const late = useLate(true);
  return (
    <div role="status" className="flex flex-col gap-2.5 p-1">
      <span className="sr-only">{t('common.loading')}</span>
      {late
        ? Array.from({ length: lines }, (_, index) => (
            <div key={index} aria-hidden className={cx('h-4 animate-pulse-soft rounded-sm bg-line', index % 3 === 2 ? 'w-2/5' : index % 2 === 1 ? 'w-4/5' : 'w-full')} />
          ))
        : null}
    </div>
  );
}
