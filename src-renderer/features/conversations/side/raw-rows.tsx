import { useTranslation } from 'react-i18next';
import type { Cell } from '../../../../shared/model/values.ts';
import { useFormat } from '../../../i18n/use-format.ts';
import { useCall } from '../../../stores/hooks.tsx';
import { CopyButton } from '../../../ui/copy-button.tsx';
import { ErrorBox, Skeleton } from '../../../ui/states.tsx';
import { MaskedText } from '../masked-text.tsx';

/** The rows behind what is shown, column by column. */
export function RawRows({ library, kind, id }: { library: string; kind: 'message' | 'conversation'; id: string }) {
  const { t } = useTranslation();
  const answer = useCall('conversations/raw', { library, kind, key: id });
  if (answer.error !== undefined) return <div className="p-3"><ErrorBox error={answer.error} onRetry={answer.reload} /></div>;
  if (!answer.data) return <div className="p-4"><Skeleton lines={6} /></div>;
  if (answer.data.rows.length === 0) return <p className="p-4 text-sm text-ink-soft">{t('reader.rawEmpty')}</p>;
  return (
    <div className="flex flex-col gap-4 px-4 py-3">
      {answer.data.rows.map((row, index) => (
        <section key={`${row.table} ${index}`}>
          <div className="flex items-center gap-2">
            <h3 className="min-w-0 flex-1 truncate font-mono text-xs font-semibold" title={row.table}>{row.table}</h3>
            <CopyButton text={JSON.stringify(Object.fromEntries(row.columns.map((name, place) => [name, row.cells[place]?.text ?? null])), null, 2)} />
          </div>
          <dl className="flex flex-col divide-y divide-line">
            {row.columns.map((name, place) => (
              <div key={name} className="py-1.5">
                <dt className="text-2xs text-ink-faint">{name}</dt>
                <dd className="font-mono text-xs break-all whitespace-pre-wrap"><RawCell cell={row.cells[place]} /></dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
      <p className="text-2xs text-ink-faint">{t('reader.rawHint')}</p>
    </div>
  );
}

function RawCell({ cell }: { cell: Cell | undefined }) {
  const { t } = useTranslation();
  const format = useFormat();
  if (!cell || cell.text === null) return <span className="text-ink-faint">NULL</span>;
  return (
    <>
      {cell.class === 'blob' ? `x'${cell.text}'` : <MaskedText text={cell.text} />}
      {cell.cut === true ? <span className="ml-1 font-sans text-2xs text-ink-faint">{t('reader.rawCut', { size: format.bytes(cell.bytes ?? null) })}</span> : null}
    </>
  );
}
