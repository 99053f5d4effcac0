import { useEffect, useRef, useState } from 'react';
import { Download } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { Run } from '../../../shared/model/run.ts';
import { useFormat } from '../../i18n/use-format.ts';
import { useConsole } from '../../stores/hooks.tsx';
import { Button } from '../../ui/button.tsx';
import { downloadText } from '../../ui/download.ts';
import { Progress } from '../../ui/progress.tsx';
import { ErrorBox } from '../../ui/states.tsx';
import { shortId } from './short-id.ts';
import { rejectFile } from './reject-file.ts';
import type { RejectFormat } from './reject-file.ts';

const types = { json: 'application/json', csv: 'text/csv' } as const;

/** Every reject of the run as a file, whatever the list is filtered by. */
export function RejectExport({ run }: { run: Run }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { client } = useConsole();
  const [state, setState] = useState<{ done: number; total: number } | null>(null);
  const [error, setError] = useState<unknown>(null);
  const control = useRef<AbortController | null>(null);
  useEffect(() => () => control.current?.abort(), []);

  const start = async (kind: RejectFormat): Promise<void> => {
    const own = new AbortController();
    control.current = own;
    setError(null);
    setState({ done: 0, total: 0 });
    try {
      const pieces = await rejectFile({ client, runId: run.id, format: kind, signal: own.signal, onProgress: (done, total) => setState({ done, total }) });
      downloadText(`rejects-${shortId(run.id)}.${kind}`, pieces, types[kind]);
    } catch (failure) {
      if (!own.signal.aborted) setError(failure);
    } finally {
      setState(null);
    }
  };
  if (state) {
    return (
      <div className="flex items-center gap-2">
        <span className="w-24"><Progress slim label={t('runs.exporting')} value={state.total === 0 ? null : state.done / state.total} /></span>
        <span role="status" className="tabular text-xs text-ink-soft">{t('jobs.rowsOf', { done: format.number(state.done), total: format.number(state.total) })}</span>
        <Button size="sm" onClick={() => control.current?.abort()}>{t('common.cancel')}</Button>
      </div>
    );
  }
  return (
    <div className="flex items-center gap-2">
      <ErrorBox error={error} />
      {(['json', 'csv'] as const).map((kind) => (
        <Button key={kind} size="sm" icon={<Download aria-hidden className="size-3.5" />} onClick={() => void start(kind)}>{t('runs.exportAll', { format: kind.toUpperCase() })}</Button>
      ))}
    </div>
  );
}
