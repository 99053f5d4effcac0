import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Library } from '../../../../shared/model/conversation-mapping.ts';
import { exportFormats } from '../../../../shared/model/conversation-work.ts';
import type { ExportFormat } from '../../../../shared/model/conversation-work.ts';
import type { Conversation } from '../../../../shared/model/conversation.ts';
import { useFormat } from '../../../i18n/use-format.ts';
import { useAction, useCall, useConsole } from '../../../stores/hooks.tsx';
import { Button } from '../../../ui/button.tsx';
import { downloadFile } from '../../../ui/download.ts';
import { Segmented } from '../../../ui/fields.tsx';
import { Dialog } from '../../../ui/overlays.tsx';
import { Progress } from '../../../ui/progress.tsx';
import { ErrorBox, Note } from '../../../ui/states.tsx';
import { QueryText } from '../search/search-line.tsx';
import { viewerZone } from '../search/use-parse.ts';
import { useStarted } from '../use-started.ts';
import { exportedFile } from './exported-file.ts';

interface ExportProps {
  readonly library: Library;
  readonly query: string;
  /** The conversation asked for; null: what the search line finds. */
  readonly conversation: string | null;
  /** The conversation that is open. */
  readonly open: Conversation | undefined;
  readonly onClose: () => void;
}

type What = 'query' | 'conversations' | 'conversation';

/** Into a file: what the search line finds or one conversation, masked as it is shown; made by a job, then handed over. */
export function ExportDialog({ library, query, conversation, open, onClose }: ExportProps) {
  const { t } = useTranslation();
  const show = useFormat();
  const { client } = useConsole();
  const profile = useCall('profile/get', {});
  const [format, setFormat] = useState<ExportFormat>('html');
  const [what, setWhat] = useState<What>(conversation !== null || (query === '' && open !== undefined) ? 'conversation' : query === '' ? 'conversations' : 'query');
  const [fetched, setFetched] = useState<{ done: number; total: number } | null>(null);
  const [saved, setSaved] = useState<string | null>(null);
  const [failure, setFailure] = useState<unknown>(null);
  const start = useAction('conversations/export');
  const cancel = useAction('jobs/cancel');
  const started = useStarted();
  const one = conversation ?? open?.key ?? null;
  const { done, job, clear } = started;
  const choices: What[] = [...(query === '' ? [] : (['query'] as const)), 'conversations', ...(one === null ? [] : (['conversation'] as const))];
  const handed = useRef<string | null>(null);

  useEffect(() => {
    const id = job?.id;
    if (!done || id === undefined || handed.current === id) return;
    handed.current = id;
    exportedFile(client, id, (have, total) => setFetched({ done: have, total })).then(
      ({ fileName, pieces }) => {
        downloadFile(fileName, pieces, 'application/octet-stream');
        setSaved(fileName);
        setFetched(null);
        clear();
      },
      (error: unknown) => {
        setFailure(error);
        setFetched(null);
        clear();
      },
    );
  }, [done, job?.id, client, clear]);

  const run = async (): Promise<void> => {
    setSaved(null);
    setFailure(null);
    const asked = { library: library.id, zone: viewerZone(), format, language: show.language };
    const answer = await start.run(what === 'conversation' && one !== null ? { ...asked, conversation: one } : { ...asked, query, of: what === 'conversations' ? 'conversations' : 'messages' });
    if (answer) started.follow(answer.jobId);
  };
  const busy = start.pending || started.active || fetched !== null;
  return (
    <Dialog
      open
      onClose={onClose}
      title={t('exports.title')}
      footer={
        <>
          {started.active && job ? <Button className="mr-auto" onClick={() => void cancel.run({ id: job.id })}>{t('exports.stop')}</Button> : null}
          <Button onClick={onClose}>{t('common.close')}</Button>
          <Button variant="primary" busy={busy} onClick={() => void run()}>{t('exports.start')}</Button>
        </>
      }
    >
      <Segmented label={t('exports.what')} value={what} onChange={setWhat} options={choices.map((value) => ({ value, label: query === '' && value === 'conversations' ? t('exports.all') : t(`exports.${value}`) }))} />
      {what !== 'conversation' && query !== '' ? <p className="text-sm"><QueryText text={query} /></p> : null}
      {what !== 'conversation' && query === '' ? <Note tone="warn">{t('exports.allHint')}</Note> : null}
      <Segmented label={t('exports.format')} value={format} onChange={setFormat} options={exportFormats.map((value) => ({ value, label: t(`exports.formats.${value}`) }))} />
      <p className="text-xs text-ink-soft">{t(`exports.formatTexts.${format}`)}</p>
      {profile.data ? <Note>{profile.data.masking ? t('exports.masked') : t('exports.unmasked')}</Note> : null}
      {started.active || fetched ? (
        <div className="flex flex-col gap-1" role="status">
          <Progress label={t('exports.title')} value={fetched ? (fetched.total === 0 ? null : fetched.done / fetched.total) : started.progress} />
          <p className="tabular text-xs text-ink-soft">{fetched ? t('exports.fetching', { done: show.bytes(fetched.done), total: show.bytes(fetched.total) }) : t('exports.writing', { rows: show.number(job?.rows ?? 0) })}</p>
        </div>
      ) : null}
      {saved === null ? null : <p role="status" className="text-sm text-ok-text">{t('exports.saved', { file: saved })}</p>}
      <ErrorBox error={start.error ?? started.error ?? failure ?? undefined} />
    </Dialog>
  );
}
