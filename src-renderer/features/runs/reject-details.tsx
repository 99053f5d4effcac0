import { useState } from 'react';
import { Maximize2 } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { Reject, Run } from '../../../shared/model/run.ts';
import type { TypedValue } from '../../../shared/model/values.ts';
import { useFormat } from '../../i18n/use-format.ts';
import { href } from '../../stores/route.ts';
import { Button, buttonClass } from '../../ui/button.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { cx } from '../../ui/cx.ts';
import { Dialog } from '../../ui/overlays.tsx';
import { SourceTable } from '../../ui/source-table.tsx';
import { visible } from '../../ui/visible.ts';
import { MendReject } from './mend-reject.tsx';

/** Characters of a value shown beside the list; the whole row has its own window. */
const glance = 400;

/** A rejected row whole, every value with its type, the column that stopped it marked; and the way to mend it while its run waits. */
export function RejectDetails({ run, reject, busy, onMended }: { run: Run; reject: Reject | null; busy: boolean; onMended: () => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const [isOpen, setOpen] = useState(false);
  if (!reject) return <p className="p-4 text-sm text-ink-soft">{t('runs.pickReject')}</p>;
  const told = format.retellReject(reject.reason);
  const several = run.sources.length > 1;
  const json = JSON.stringify(reject.row, null, 2);
  const place = { table: `${reject.source}/${reject.table}`, column: reject.column, version: String(run.planVersion) };
  return (
    <div className="flex flex-col gap-3 p-4" data-testid="reject-details">
      <div>
        <h2 className="font-semibold break-words"><SourceTable database={reject.source} table={reject.table} several={several} /></h2>
        <p className="font-mono text-xs break-words text-ink-soft">{reject.key}</p>
        <div className="mt-2 rounded-md bg-warn-soft px-2.5 py-1.5 text-sm">
          <p className="break-words" {...(told === null ? { lang: 'en' } : {})}>{told ?? reject.reason}</p>
          {told === null || told === reject.reason ? null : <p lang="en" className="mt-1 text-xs break-words text-ink-soft">{reject.reason}</p>}
          <p className="mt-0.5 font-mono text-2xs text-ink-soft">{t('common.errorCode')} {reject.code}</p>
        </div>
      </div>
      {reject.mended === undefined ? null : (
        <dl className="rounded-md border px-3 py-2 text-sm" data-testid="mended">
          <dt className="text-xs text-ink-soft">{t('runs.mendedAt', { at: format.dateTime(reject.mended.at) })}</dt>
          {reject.mended.values.map(({ column, value }) => <dd key={column} className="font-mono text-xs break-all whitespace-pre-wrap">{column} = {valueText(value, glance)}</dd>)}
        </dl>
      )}
      {run.state === 'waiting' && !busy && reject.mended === undefined && !reject.code.startsWith('QUARANTINED') ? <MendReject key={reject.id} run={run} reject={reject} onDone={onMended} /> : null}
      <a href={href(['plans', run.planId, 'tables'], place)} className={buttonClass('secondary', 'sm')}>{t('runs.columnInPlan')}</a>
      <div className="flex items-center gap-1">
        <h3 className="flex-1 text-sm font-semibold">{t('runs.wholeRow')}</h3>
        <CopyButton text={json} label={t('runs.copyRow')} />
        <Button size="sm" icon={<Maximize2 aria-hidden className="size-3.5" />} onClick={() => setOpen(true)}>{t('runs.openRow')}</Button>
      </div>
      <RowValues reject={reject} limit={glance} />
      <Dialog
        wide
        open={isOpen}
        onClose={() => setOpen(false)}
        title={t('runs.wholeRow')}
        description={<span className="font-mono text-xs break-words">{reject.source}/{reject.table} · {reject.key}</span>}
        footer={<><span className="flex items-center gap-1 text-xs text-ink-soft">{t('runs.copyRow')} <CopyButton text={json} label={t('runs.copyRow')} /></span><Button onClick={() => setOpen(false)}>{t('common.close')}</Button></>}
      >
        <RowValues reject={reject} limit={null} />
      </Dialog>
    </div>
  );
}

function RowValues({ reject, limit }: { reject: Reject; limit: number | null }) {
  const { t } = useTranslation();
  const typeName = (value: TypedValue): string => {
    if (value === null) return t('common.classes.null');
    return value[0] === 'text-hex' ? `${t('common.classes.text')}, ${t('runs.hexBytes')}` : t(`common.classes.${value[0]}`);
  };
  return (
    <dl className="flex flex-col divide-y divide-line">
      {Object.entries(reject.row).map(([name, value]) => (
        <div key={name} className={cx('py-1.5', name === reject.column && '-mx-2 rounded-sm bg-warn-soft px-2')}>
          <dt className="flex items-baseline gap-2 text-xs"><span className="min-w-0 flex-1 font-medium break-words">{name}</span><span className="text-2xs text-ink-soft">{typeName(value)}</span></dt>
          <dd className={cx('font-mono text-xs break-all whitespace-pre-wrap', value === null && 'text-ink-soft')}>{valueText(value, limit)}</dd>
        </div>
      ))}
    </dl>
  );
}

function valueText(value: TypedValue, limit: number | null): string {
  if (value === null) return 'NULL';
  const [type, whole] = value;
  const text = limit !== null && whole.length > limit ? whole.slice(0, limit) : whole;
  const more = text.length < whole.length ? '…' : '';
  if (type === 'text') return whole === '' ? '∅' : `${visible(text, { end: more === '' })}${more}`;
  return type === 'blob' || type === 'text-hex' ? `x'${text}${more}'` : text;
}
