import { ScrollText } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { CallOutput } from '../../../shared/contract/contract.ts';
import { en } from '../../i18n/texts/audit.ts';
import { useFormat } from '../../i18n/use-format.ts';
import { useConsole, usePages } from '../../stores/hooks.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import type { Column } from '../../ui/data-table.tsx';
import { Screen } from '../../ui/layout.tsx';
import { Empty, ErrorBox, Skeleton } from '../../ui/states.tsx';

type Named = keyof (typeof en)['calls'];
const isNamed = (call: string): call is Named => Object.hasOwn(en.calls, call);

type Entry = CallOutput<'audit/list'>['rows'][number];

export function AuditScreen() {
  const { t } = useTranslation();
  const format = useFormat();
  const { client } = useConsole();
  const page = usePages('audit', (after) => client.call('audit/list', { limit: 200, ...(after === undefined ? {} : { after }) }));
  const columns: Column<Entry>[] = [
    { id: 'at', header: t('audit.at'), width: '13rem', cell: (row) => format.dateTime(row.at, true) },
    { id: 'who', header: t('audit.who'), width: 'minmax(6rem, 10rem)', cell: (row) => row.who },
    { id: 'call', header: t('audit.call'), width: '13rem', cell: (row) => (isNamed(row.call) ? <span title={row.call}>{t(`audit.calls.${row.call}`)}</span> : <span className="font-mono text-xs">{row.call}</span>) },
    { id: 'detail', header: t('audit.detail'), width: 'minmax(12rem, 1fr)', cell: (row) => <Detail text={row.detail} /> },
    { id: 'outcome', header: t('audit.outcome'), width: '10rem', cell: (row) => <span className={row.outcome === 'ok' ? 'text-ink-soft' : 'font-mono text-xs text-danger-text'}>{row.outcome}</span> },
  ];
  return (
    <Screen title={t('audit.title')} subtitle={t('audit.subtitle')} fill>
      <div className="px-5"><ErrorBox error={page.error} /></div>
      {page.pending ? (
        <div className="p-5"><Skeleton lines={8} /></div>
      ) : (
        <DataTable
          label={t('audit.title')}
          columns={columns}
          rows={page.rows}
          rowKey={(_, index) => String(index)}
          onEnd={page.next}
          minWidth={52}
          wrap
          className="flex-1"
          empty={<Empty icon={<ScrollText className="size-5" />} title={t('audit.empty')}>{t('audit.emptyHint')}</Empty>}
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
