import { use, useEffect, useRef } from 'react';
import type { ReactNode, RefObject } from 'react';
import { ArrowDown, ChevronRight } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { Connection } from '../../shared/model/project.ts';
import { EnvironmentBadge } from './badges.tsx';
import { Button } from './button.tsx';
import { cx } from './cx.ts';
import { FrameContext } from './frame.ts';

interface Crumb {
  readonly label: string;
  readonly href: string;
}

interface ScreenProps {
  readonly title: string;
  readonly crumbs?: readonly Crumb[];
  readonly badges?: ReactNode;
  readonly subtitle?: ReactNode;
  readonly actions?: ReactNode;
  readonly tabs?: ReactNode;
  /** The environment worked on; production draws the red band here and around the window. */
  readonly environment?: Connection['environment'] | undefined;
  /** The right-hand panel. */
  readonly details?: ReactNode;
  readonly detailsWide?: boolean;
  /** The body takes the whole height and scrolls by itself (tables). */
  readonly fill?: boolean;
  readonly children: ReactNode;
}

export function Screen({ title, crumbs = [], badges, subtitle, actions, tabs, environment, details, detailsWide = false, fill = false, children }: ScreenProps) {
  const { t } = useTranslation();
  const setFrame = use(FrameContext);
  const aside = useRef<HTMLElement>(null);
  const production = environment === 'production';
  useEffect(() => setFrame({ title, production }), [setFrame, title, production]);
  return (
    <div className="relative flex min-h-0 min-w-0 flex-1 bg-surface compact:block compact:overflow-x-hidden compact:overflow-y-auto">
      <main id="content" tabIndex={-1} className="flex min-h-0 min-w-0 flex-1 flex-col bg-surface outline-none">
        {production ? (
          <p className="bg-production px-5 py-1 text-xs font-semibold text-on-production compact:sticky compact:top-0 compact:z-20" data-testid="production-band">{t('common.productionBand')}</p>
        ) : null}
        <header className={cx('flex flex-wrap items-end gap-x-4 gap-y-2 border-b px-5 pt-3', tabs === undefined ? 'pb-3' : '')}>
          <div className="min-w-64 flex-1">
            {crumbs.length === 0 ? null : (
              <nav aria-label={t('common.back')} className="mb-0.5 flex flex-wrap items-center gap-1 text-xs text-ink-soft">
                {crumbs.map((crumb, at) => (
                  <span key={crumb.href} className="flex items-center gap-1">
                    <a href={crumb.href} className="rounded-sm hover:text-ink hover:underline">{crumb.label}</a>
                    {at === crumbs.length - 1 ? null : <ChevronRight aria-hidden className="size-3 text-ink-faint" />}
                  </span>
                ))}
              </nav>
            )}
            <div className="flex flex-wrap items-center gap-2">
              <h1 className="text-xl font-semibold tracking-tight break-words">{title}</h1>
              {badges}
              {environment === undefined ? null : <EnvironmentBadge environment={environment} />}
            </div>
            {subtitle === undefined ? null : <div className="mt-0.5 text-sm break-words text-ink-soft">{subtitle}</div>}
          </div>
          {actions === undefined ? null : <div className="flex flex-wrap items-center gap-2">{actions}</div>}
          {tabs === undefined ? null : <div className="-mb-px basis-full">{tabs}</div>}
        </header>
        {fill ? <div className="flex min-h-0 flex-1 flex-col">{children}</div> : <div className="relative min-h-0 flex-1 overflow-y-auto px-5 py-4 compact:overflow-visible">{children}</div>}
        {details === undefined ? null : <ToDetails details={aside} />}
      </main>
      {details === undefined ? null : (
        <aside
          ref={aside}
          aria-label={t('shell.detailsPanel')}
          tabIndex={0}
          className={cx(
            'flex shrink-0 flex-col overflow-y-auto border-l bg-surface focus-visible:-outline-offset-2 compact:w-auto! compact:overflow-visible compact:border-t compact:border-l-0',
            detailsWide ? 'w-[22.5rem] min-[90rem]:w-[26rem] 2xl:w-[40rem]' : 'w-[20rem] 2xl:w-[24rem]',
          )}
        >
          {details}
        </aside>
      )}
    </div>
  );
}

/** Where the details stand below: the way to them, in sight as long as they are not. */
function ToDetails({ details }: { details: RefObject<HTMLElement | null> }) {
  const { t } = useTranslation();
  const show = (): void => {
    details.current?.focus({ preventScroll: true });
    details.current?.scrollIntoView({ block: 'start' });
  };
  return (
    <div className="sticky bottom-2 z-20 my-2 mr-3 hidden self-end compact:block">
      <Button size="sm" icon={<ArrowDown aria-hidden className="size-3.5" />} onClick={show} className="shadow-pop">{t('shell.detailsPanel')}</Button>
    </div>
  );
}

/** Links that look like tabs: each is an address. */
export function TabLinks({ label, tabs }: { label: string; tabs: readonly { href: string; label: ReactNode; current: boolean }[] }) {
  return (
    <nav aria-label={label} className="flex gap-4 overflow-x-auto compact:flex-wrap compact:gap-y-0">
      {tabs.map((tab) => (
        <a
          key={tab.href}
          href={tab.href}
          aria-current={tab.current ? 'page' : undefined}
          className={cx('flex items-center gap-1.5 border-b-2 py-1.5 text-sm font-medium whitespace-nowrap', tab.current ? 'border-accent text-ink' : 'border-transparent text-ink-soft hover:border-line-strong hover:text-ink')}
        >
          {tab.label}
        </a>
      ))}
    </nav>
  );
}

export function Section({ title, actions, children, className }: { title: string; actions?: ReactNode; children: ReactNode; className?: string }) {
  return (
    <section className={cx('flex flex-col gap-2', className)}>
      <div className="flex min-h-6 items-center gap-2">
        <h2 className="flex-1 text-sm font-semibold">{title}</h2>
        {actions}
      </div>
      {children}
    </section>
  );
}

/** Facts by name: a definition list in columns. */
export function Facts({ facts, columns = 2 }: { facts: readonly (readonly [string, ReactNode] | null)[]; columns?: 1 | 2 | 3 | 4 }) {
  const grid = { 1: 'grid-cols-1', 2: 'grid-cols-2', 3: 'grid-cols-3', 4: 'grid-cols-2 xl:grid-cols-4' }[columns];
  return (
    <dl className={cx('grid gap-x-6 gap-y-2.5', grid)}>
      {facts.filter((fact) => fact !== null).map(([name, value]) => (
        <div key={name} className="min-w-0">
          <dt className="text-xs text-ink-faint">{name}</dt>
          <dd className="tabular text-sm break-words">{value}</dd>
        </div>
      ))}
    </dl>
  );
}
