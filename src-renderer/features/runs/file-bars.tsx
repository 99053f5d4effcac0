import { useTranslation } from 'react-i18next';
import type { RunTableProgress } from '../../../shared/model/run.ts';
import { useFormat } from '../../i18n/use-format.ts';
import { Progress } from '../../ui/progress.tsx';
import { filesOf } from './files-of.ts';

/** How far each file of a run is, over all its tables. */
export function FileBars({ tables }: { tables: readonly RunTableProgress[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <ul aria-label={t('runs.fileProgress')} className="flex flex-col gap-1.5" data-testid="file-bars">
      {filesOf(tables).map((file) => (
        <li key={file.database} className="grid grid-cols-[minmax(8rem,1fr)_minmax(6rem,2fr)_7rem_minmax(9rem,auto)] items-center gap-x-3 text-sm">
          <span className="truncate" title={file.database}>{file.database}</span>
          <Progress label={file.database} value={file.phase === 'done' ? 1 : file.rowsTotal === 0 ? 0 : file.rows / file.rowsTotal} tone={file.phase === 'failed' ? 'danger' : file.phase === 'done' ? 'ok' : 'accent'} />
          <span className="text-xs text-ink-soft">{t(`common.tablePhases.${file.phase}`)}</span>
          <span className="tabular text-right text-xs text-ink-soft">{format.number(file.rows)} / {format.number(file.rowsTotal)}</span>
        </li>
      ))}
    </ul>
  );
}
