import { Suspense, lazy, useRef } from 'react';
import type { ReactNode } from 'react';
import { Download } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { Library } from '../../../../shared/model/conversation-mapping.ts';
import type { Statistics } from '../../../../shared/model/conversation.ts';
import { go } from '../../../app/use-route.ts';
import { useTheme } from '../../../app/use-appearance.ts';
import { useFormat } from '../../../i18n/use-format.ts';
import { useCall } from '../../../stores/hooks.tsx';
import { href } from '../../../stores/route.ts';
import { Button, buttonClass } from '../../../ui/button.tsx';
import { downloadText } from '../../../ui/download.ts';
import { Screen, Section } from '../../../ui/layout.tsx';
import { Empty, ErrorBox, Note, Skeleton } from '../../../ui/states.tsx';
import { Freshness } from '../library-state.tsx';
import { crumbsOf } from '../libraries/library-frame.tsx';
import { MaskedText } from '../masked-text.tsx';
import { useRoleName } from '../message/role.tsx';
import { readerHref } from '../reader-address.ts';
import { FilterChips } from '../search/filter-chips.tsx';
import { SearchLine } from '../search/search-line.tsx';
import { viewerZone } from '../search/use-parse.ts';
import { BarTable, FigureTable } from './figure-tables.tsx';
import { statisticsCsv } from './statistics-file.ts';

const DayPlot = lazy(() => import('./day-plot.tsx'));

/** Sums over what the search line matches, drawn and as tables. */
export function StatisticsScreen({ library, query }: { library: Library; query: string }) {
  const { t } = useTranslation();
  const answer = useCall('conversations/stats', { library: library.id, query, zone: viewerZone() });
  const field = useRef<HTMLInputElement>(null);
  const search = (line: string): void => go(href(['conversations', library.id, 'statistics'], { q: line }));
  const { data } = answer;
  const name = `statistics-${library.name.replaceAll(/[^\p{L}\p{N}]+/gu, '-').toLowerCase()}`;
  return (
    <Screen
      title={t('stats.of', { name: library.name })}
      crumbs={crumbsOf(library, t('libraries.title'))}
      actions={
        <>
          {data && data.messages > 0 ? (
            <>
              <Button icon={<Download aria-hidden className="size-4" />} onClick={() => downloadText(`${name}.csv`, statisticsCsv(data), 'text/csv')}>{t('stats.exportCsv')}</Button>
              <Button icon={<Download aria-hidden className="size-4" />} onClick={() => downloadText(`${name}.json`, JSON.stringify(data, null, 2), 'application/json')}>{t('stats.exportJson')}</Button>
            </>
          ) : null}
          <a href={readerHref({ library: library.id, query, conversation: null, message: null, side: null })} className={buttonClass()}>{t('stats.toReader')}</a>
        </>
      }
    >
      <div className="flex flex-col gap-4 pb-6">
        <div className="flex flex-col gap-1.5">
          <div className="flex max-w-4xl"><SearchLine value={query} onSearch={search} field={field} onLeave={() => undefined} /></div>
          <div className="flex items-center gap-3 compact:flex-wrap"><FilterChips line={query} onSearch={search} models={data?.models.map(({ model }) => model) ?? []} users={data?.users.map(({ user }) => user).filter((user) => !user.includes('⟨')) ?? []} /><Freshness library={library} /></div>
          <p className="text-xs text-ink-faint">{query === '' ? t('stats.whole') : t('stats.filtered')}</p>
        </div>
        <ErrorBox error={answer.error} onRetry={answer.reload} />
        {answer.pending ? <Skeleton lines={8} /> : null}
        {data && data.diagnostics.length === 0 ? (data.messages === 0 ? <Empty title={t('stats.empty')}>{t('stats.emptyHint')}</Empty> : <Sums statistics={data} filtered={query !== ''} />) : null}
      </div>
    </Screen>
  );
}

function Sums({ statistics, filtered }: { statistics: Statistics; filtered: boolean }) {
  const { t } = useTranslation();
  const format = useFormat();
  const theme = useTheme();
  const roleName = useRoleName();
  const { days, roles, models, users, operations, operationsOf, atLeast } = statistics;
  const least = (is: boolean, value: number): string => `${is ? '≥\u00a0' : ''}${format.number(value)}`;
  const conversationsOf = t(atLeast.parts ? 'stats.conversationsAtLeast' : 'stats.conversations');
  const legend: readonly (readonly [string, string])[] = [['border-accent', t('stats.messages')], ['border-dashed border-class-blob', conversationsOf], ['border-danger', t('stats.errors')]];
  return (
    <>
      {statistics.estimated ? <Note>{t('stats.estimated')}{atLeast.parts ? ` ${t('stats.leastHint')}` : ''}</Note> : null}
      <dl className="grid grid-cols-2 gap-3 lg:grid-cols-4">
        <Figure name={t('stats.messages')} value={format.number(statistics.messages)} />
        <Figure name={t('stats.conversations')} value={least(atLeast.conversations, statistics.conversations)} />
        <Figure name={t('stats.tokensIn')} value={format.number(statistics.inputTokens)} />
        <Figure name={t('stats.tokensOut')} value={format.number(statistics.outputTokens)} />
      </dl>
      {days.length === 0 ? null : (
        <Section title={t('stats.perDay')} actions={<ul aria-hidden className="flex gap-4 text-xs text-ink-soft">{legend.map(([line, name]) => <li key={name} className="flex items-center gap-1.5"><span className={`w-4 border-t-2 ${line}`} />{name}</li>)}</ul>}>
          <div className="rounded-lg border bg-raised p-2"><Suspense fallback={<div className="h-[200px]" />}><DayPlot days={days} format={format} theme={theme} labels={{ messages: t('stats.messages'), conversations: conversationsOf, errors: t('stats.errors') }} /></Suspense></div>
          <details>
            <summary className="w-fit rounded-sm text-xs text-ink-soft hover:text-ink">{t('stats.table')}</summary>
            <div tabIndex={0} role="region" aria-label={t('stats.perDay')} className="mt-2 max-h-72 overflow-y-auto">
              <FigureTable label={t('stats.plot')} heads={[t('stats.day'), t('stats.messages'), t('stats.conversations'), t('stats.errors')]} rows={days.map((day) => [format.day(Date.parse(`${day.day}T00:00:00Z`), true), format.number(day.messages), least(atLeast.parts, day.conversations), format.number(day.errors)])} />
            </div>
          </details>
        </Section>
      )}
      <div className="grid gap-x-8 gap-y-5 lg:grid-cols-2">
        {roles.length === 0 ? null : <Section title={t('stats.byRole')}><BarTable label={t('stats.byRole')} heads={[t('stats.role'), t('stats.messages')]} rows={roles.map((row) => ({ key: row.role, name: roleName(row.role), value: row.messages, more: [] }))} /></Section>}
        {models.length === 0 ? null : <Section title={t('stats.byModel')}><BarTable label={t('stats.byModel')} heads={[t('stats.model'), t('stats.messages'), t('stats.tokensIn'), t('stats.tokensOut')]} rows={models.map((row) => ({ key: row.model, name: <span className="font-mono text-xs">{row.model}</span>, value: row.messages, more: [row.inputTokens, row.outputTokens] }))} /></Section>}
        {users.length === 0 ? null : <Section title={t('stats.byUser')}><BarTable label={t('stats.byUser')} heads={[t('stats.user'), t('stats.messages'), conversationsOf]} rows={users.map((row) => ({ key: row.user, name: <MaskedText text={row.user} />, value: row.messages, more: [row.conversations] }))} /></Section>}
        <Section title={t('stats.byOperation')}>
          {operationsOf === 'found' || !filtered || operations.length === 0 ? null : <p className="text-xs text-ink-soft">{t(`stats.operationsOf.${operationsOf}`)}</p>}
          {operations.length === 0 ? <p className="text-sm text-ink-soft">{t('stats.noOperations')}</p> : (
            <FigureTable
              label={t('stats.byOperation')}
              heads={[t('stats.operation'), t('stats.count'), t('stats.average'), t('stats.p50'), t('stats.p95'), t('stats.errorRate')]}
              rows={operations.map((row) => [<span key="name" className="font-mono text-xs">{row.operation}</span>, format.number(row.count), milliseconds(row.averageMs, format), milliseconds(row.p50Ms, format), milliseconds(row.p95Ms, format), <span key="rate" className={row.errors > 0 ? 'text-danger-text' : undefined}>{format.share(row.count === 0 ? null : row.errors / row.count)}</span>])}
            />
          )}
        </Section>
      </div>
    </>
  );
}

function milliseconds(value: number | null, format: ReturnType<typeof useFormat>): ReactNode {
  return value === null ? '–' : value < 1000 ? `${format.number(value)}\u00a0ms` : format.duration(value / 1000);
}

function Figure({ name, value }: { name: string; value: string }) {
  return (
    <div className="rounded-lg border bg-raised px-4 py-2.5">
      <dt className="text-xs text-ink-faint">{name}</dt>
      <dd className="tabular text-xl font-semibold">{value}</dd>
    </div>
  );
}
