import { useState } from 'react';
import { Download } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { Language } from '../../../shared/pure/texts/index.ts';
import type { Run } from '../../../shared/model/run.ts';
import { useFormat } from '../../i18n/use-format.ts';
import { useAction, useCall } from '../../stores/hooks.tsx';
import { Button } from '../../ui/button.tsx';
import { Code } from '../../ui/code.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { downloadText } from '../../ui/download.ts';
import { Segmented } from '../../ui/fields.tsx';
import { Section } from '../../ui/layout.tsx';
import { ErrorBox, Skeleton } from '../../ui/states.tsx';

/** The report of a run, to take away. */
export function Evidence({ run, busy }: { run: Run; busy: boolean }) {
  const { t } = useTranslation();
  const format = useFormat();
  const [language, setLanguage] = useState<Language>(format.language);
  const answer = useCall('evidence/get', { id: run.id, language });
  const verify = useAction('verify/start');
  const report = answer.data;
  const fileName = `travessia-${run.id}`;
  return (
    <div className="flex h-full flex-col gap-4">
      <p className="max-w-3xl text-sm text-ink-soft">{t('runs.evidenceText')}</p>
      <Segmented label={t('runs.evidenceLanguage')} value={language} onChange={setLanguage} options={[{ value: 'en', label: 'English' }, { value: 'pt-BR', label: 'Português (Brasil)' }]} />
      {run.next.includes('verify') ? (
        <div className="flex max-w-3xl flex-wrap items-center gap-x-3 gap-y-1">
          <Button busy={verify.pending} disabled={busy} onClick={() => void verify.run({ id: run.id, digests: true })}>{t('runs.evidenceDigests')}</Button>
          <p className="min-w-60 flex-1 text-xs text-ink-soft">{t('runs.evidenceDigestsText')}</p>
        </div>
      ) : null}
      <ErrorBox error={verify.error ?? answer.error} onRetry={answer.reload} />
      {report ? (
        <>
          <div className="flex flex-wrap items-center gap-2">
            <Button variant="primary" icon={<Download aria-hidden className="size-3.5" />} onClick={() => downloadText(`${fileName}.html`, report.html, 'text/html')}>{t('runs.evidenceHtml')}</Button>
            <Button icon={<Download aria-hidden className="size-3.5" />} onClick={() => downloadText(`${fileName}.json`, report.json, 'application/json')}>{t('runs.evidenceJson')}</Button>
            <span className="flex min-w-0 items-center gap-1 text-xs text-ink-soft">{t('runs.evidenceHash')} <code className="truncate font-mono text-xs text-ink" title={report.sha256}>{report.sha256}</code><CopyButton text={report.sha256} /></span>
          </div>
          <Section title={t('runs.evidencePreview')} className="min-h-60 flex-1">
            <div className="min-h-0 flex-1 overflow-hidden rounded-md border"><Code text={report.json} label={t('runs.evidencePreview')} dialect="none" /></div>
          </Section>
        </>
      ) : answer.pending ? (
        <Skeleton lines={6} />
      ) : null}
    </div>
  );
}
