import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Library, SourceShape } from '../../../../shared/model/conversation-mapping.ts';
import { useAction, useCall } from '../../../stores/hooks.tsx';
import { Button } from '../../../ui/button.tsx';
import { Screen } from '../../../ui/layout.tsx';
import { ErrorBox, Note, Skeleton } from '../../../ui/states.tsx';
import { MappingWorkbench } from '../mapping/mapping-workbench.tsx';
import { useMappingDraft } from '../mapping/use-mapping-draft.ts';
import { crumbsOf } from './library-frame.tsx';

/** The mapping of a library, changed with its effect in sight. */
export function MappingScreen({ library }: { library: Library }) {
  const { t } = useTranslation();
  const shape = useCall('libraries/detect', { source: library.source });
  const [kept, setKept] = useState<SourceShape | null>(null);
  if (shape.data && kept === null) setKept(shape.data.shape);
  if (kept) return <Workbench library={library} shape={kept} />;
  return (
    <Screen title={t('libraries.mappingTitle', { name: library.name })} crumbs={crumbsOf(library, t('libraries.title'))}>
      {shape.error ? <ErrorBox error={shape.error} onRetry={shape.reload} /> : <Skeleton lines={8} />}
    </Screen>
  );
}

function Workbench({ library, shape }: { library: Library; shape: SourceShape }) {
  const { t } = useTranslation();
  const work = useMappingDraft(library.source, library.mapping);
  const edit = useAction('libraries/edit');
  const [saved, setSaved] = useState(false);
  const save = async (): Promise<void> => {
    if (work.mapping !== null && (await edit.run({ id: library.id, mapping: work.mapping }))) setSaved(true);
  };
  return (
    <Screen
      title={t('libraries.mappingTitle', { name: library.name })}
      crumbs={crumbsOf(library, t('libraries.title'))}
      actions={<Button variant="primary" disabled={work.mapping === null} busy={edit.pending} onClick={() => void save()}>{t('libraries.save')}</Button>}
    >
      <div className="flex flex-col gap-4 pb-6">
        {saved ? <div role="status"><Note>{t('libraries.mappingSaved')}</Note></div> : null}
        <ErrorBox error={edit.error} />
        <MappingWorkbench shape={shape} work={work} editing />
      </div>
    </Screen>
  );
}
