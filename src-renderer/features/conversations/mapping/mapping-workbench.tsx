import { useTranslation } from 'react-i18next';
import type { SourceShape } from '../../../../shared/model/conversation-mapping.ts';
import { cx } from '../../../ui/cx.ts';
import { ErrorBox, Note, Skeleton } from '../../../ui/states.tsx';
import { MappingEditor } from './mapping-editor.tsx';
import { MappingPreview } from './mapping-preview.tsx';
import type { MappingWork } from './use-mapping-draft.ts';

/** The mapping at the left, what it reads at the right. */
export function MappingWorkbench({ shape, work, editing }: { shape: SourceShape; work: MappingWork; editing: boolean }) {
  const { t } = useTranslation();
  return (
    <div className={editing ? 'grid gap-5 lg:grid-cols-[1.15fr_1fr]' : 'max-w-3xl'}>
      {editing ? <MappingEditor shape={shape} draft={work.draft} problems={work.problems} onChange={work.set} /> : null}
      <section aria-label={t('libraries.preview')} className={cx('flex min-w-0 flex-col gap-3', editing && 'lg:sticky lg:top-0 lg:self-start')}>
        <p className="text-xs text-ink-faint">{t('libraries.previewHint')}</p>
        <ErrorBox error={work.error} />
        {work.problems.length > 0 ? (
          <Note tone="warn">
            <p className="font-medium">{t('libraries.problems')}</p>
            <ul className="list-disc pl-5">{work.problems.map(({ place, text }) => <li key={`${place} ${text}`}><span className="font-mono text-xs">{place}</span>: {text}</li>)}</ul>
          </Note>
        ) : null}
        {work.preview ? <MappingPreview preview={work.preview} /> : work.pending ? <Skeleton lines={6} /> : null}
      </section>
    </div>
  );
}
