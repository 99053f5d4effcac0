import { useState } from 'react';
import { ScrollText } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { CallOutput } from '../../../shared/contract/contract.ts';
import { en } from '../../i18n/texts/audit.ts';
import { useFormat } from '../../i18n/use-format.ts';
import { useAction, useConsole, usePages } from '../../stores/hooks.tsx';
import type { Route } from '../../stores/route.ts';
import { Button } from '../../ui/button.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import type { Column } from '../../ui/data-table.tsx';
import { downloadText } from '../../ui/download.ts';
import { Screen } from '../../ui/layout.tsx';
import { Empty, ErrorBox, Skeleton } from '../../ui/states.tsx';
import { CheckResult } from './audit-check.tsx';
import { AuditFilters, filterOf, momentsOf } from './audit-filters.tsx';

type Named = keyof (typeof en)['calls'];
const isNamed = (call: string): call is Named => Object.hasOwn(en.calls, call);

type Entry = CallOutput<'audit/list'>['rows'][number];

/** Who did what: filtered, checked against its chain, exported with it. */
export function AuditScreen({ route }: { route: Route }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { client } = useConsole();
  const filter = filterOf(route.query);
  const asked = momentsOf(filter);
  const [round, setRound] = useState(0);
  const page = usePages(`audit ${round} ${JSON.stringify(asked)}`, (after) => client.call('audit/list', { limit: 200, ...asked, ...(after === undefined ? {} : { after }) }));
  const check = useAction('audit/check');
  const [checked, setChecked] = useState<CallOutput<'audit/check'> | null>(null);
  const [exporting, setExporting] = useState<{ pending: boolean; error?: unknown }>({ pending: false });
  const runCheck = async (): Promise<void> => setChecked((await check.run({})) ?? null);
  const runExport = async (): Promise<void> => {
    setExporting({ pending: true });
    try {
      const pieces: string[] = [];
      let after: string | undefined;
      do {
        const piece = await client.call('audit/export', after === undefined ? {} : { after });
        pieces.push(piece.text);
        after = piece.next ?? undefined;
      } while (after !== undefined);
      downloadText(`travessia-audit-${new Date().toISOString().slice(0, 10)}.ndjson`, pieces, 'application/x-ndjson');
      setExporting({ pending: false });
    } catch (error) {
      setExporting({ pending: false, error });
    }
  };
  const columns: Column<Entry>[] = [
    { id: 'seq', header: t('audit.line'), width: '4.5rem', align: 'end', cell: (row) => <span className="tabular text-ink-faint">{format.number(row.seq)}</span> },
    { id: 'at', header: t('audit.at'), width: '13rem', cell: (row) => format.dateTime(row.at, true) },
    { id: 'who', header: t('audit.who'), width: 'minmax(8rem, 13rem)', cell: (row) => row.who },
    { id: 'call', header: t('audit.call'), width: '13rem', cell: (row) => (isNamed(row.call) ? <span title={row.call}>{t(`audit.calls.${row.call}`)}</span> : <span className="font-mono text-xs">{row.call}</span>) },
    { id: 'detail', header: t('audit.detail'), width: 'minmax(12rem, 1fr)', cell: (row) => <Detail text={row.detail} /> },
    { id: 'outcome', header: t('audit.outcome'), width: '10rem', cell: (row) => <span className={row.outcome === 'ok' ? 'text-ink-soft' : 'font-mono text-xs text-danger-text'}>{row.outcome}</span> },
  ];
  const isFiltered = Object.keys(filter).length > 0;
  return (
    <Screen
      title={t('audit.title')}
      subtitle={t('audit.subtitle')}
      fill
      actions={
        <>
          <Button busy={exporting.pending} onClick={() => void runExport()}>{t('audit.export')}</Button>
          <Button variant="primary" busy={check.pending} onClick={() => void runCheck()}>{t('audit.check')}</Button>
        </>
      }
    >
      <AuditFilters filter={filter} />
      <div className="flex flex-col gap-2 px-5 pb-2 empty:hidden">
        {checked === null ? null : (
          <CheckResult
            check={checked}
            onAccepted={() => {
              void runCheck();
              setRound((value) => value + 1);
            }}
          />
        )}
        <ErrorBox error={page.error ?? check.error ?? exporting.error} />
      </div>
      {page.pending ? (
        <div className="p-5"><Skeleton lines={8} /></div>
      ) : (
        <DataTable
          label={t('audit.title')}
          columns={columns}
          rows={page.rows}
          rowKey={(row) => String(row.seq)}
          onEnd={page.next}
          minWidth={60}
          wrap
          className="flex-1"
          empty={isFiltered ? <Empty icon={<ScrollText className="size-5" />} title={t('audit.noMatch')} /> : <Empty icon={<ScrollText className="size-5" />} title={t('audit.empty')}>{t('audit.emptyHint')}</Empty>}
        />
      )}
    </Screen>
  );
}

/** What a call was asked for, name by name; what is no object is shown as it stands. */
function Detail({ text }: { text: string }) {
  const parts = partsOf(text);
  if (!parts) return <span className="line-clamp-2 break-all" title={text}>{text}</span>;
  return (
    <span className="line-clamp-3" title={text}>
      {parts.map(([name, value], index) => (
        <span key={name}>{index === 0 ? '' : ' · '}<span className="text-ink-faint">{name}</span> <span className="break-all">{value}</span></span>
      ))}
    </span>
  );
}

function partsOf(text: string): readonly (readonly [string, string])[] | null {
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return null;
    return Object.entries(parsed).map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)] as const);
  } catch {
    return null;
  }
}
