import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { environments } from '../../../shared/model/project.ts';
import type { Connection } from '../../../shared/model/project.ts';
import { go } from '../../app/use-route.ts';
import { useAction } from '../../stores/hooks.tsx';
import { href } from '../../stores/route.ts';
import { Button } from '../../ui/button.tsx';
import { Field, Input, Select } from '../../ui/fields.tsx';
import { Sheet } from '../../ui/overlays.tsx';
import { ErrorBox, Note } from '../../ui/states.tsx';
import { TargetField, useTarget } from '../connections/target-field.tsx';
import { SourcesField } from './sources-field.tsx';

export function NewProject({ source, onClose }: { source: string | undefined; onClose: () => void }) {
  const { t } = useTranslation();
  const create = useAction('projects/create');
  const target = useTarget();
  const [name, setName] = useState('');
  const [sources, setSources] = useState<readonly string[]>(source === undefined ? [] : [source]);
  const [environment, setEnvironment] = useState<Connection['environment']>('development');
  const [tried, setTried] = useState(false);

  const effective = target.connection?.environment ?? environment;
  const valid = name.trim() !== '' && sources.length > 0 && target.valid;

  const submit = async (): Promise<void> => {
    setTried(true);
    if (!valid) return;
    const project = await create.run({ name: name.trim(), sources: [...sources], target: target.reference, environment: effective });
    if (project) go(href(['projects', project.id]));
  };

  return (
    <Sheet
      open
      wide
      onClose={onClose}
      onSubmit={() => void submit()}
      title={t('projects.newTitle')}
      description={t('projects.newHint')}
      footer={
        <>
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <Button type="submit" variant="primary" busy={create.pending}>{t('projects.create')}</Button>
        </>
      }
    >
      <Field label={t('projects.name')} problem={tried && name.trim() === '' ? t('projects.nameNeeded') : undefined}>
        {(ids) => <Input {...ids} autoFocus placeholder={t('projects.namePlaceholder')} value={name} onChange={(event) => setName(event.target.value)} />}
      </Field>
      <SourcesField sources={sources} onChange={setSources} problem={tried && sources.length === 0 ? t('projects.sourceNeeded') : undefined} />
      <TargetField target={target} tried={tried} />
      {target.draft.kind === 'saved' ? null : (
        <Field label={t('projects.environment')} className="max-w-60">
          {(ids) => (
            <Select {...ids} value={environment} onChange={(event) => setEnvironment(environments.find((each) => each === event.target.value) ?? 'development')}>
              {environments.map((each) => <option key={each} value={each}>{t(`common.environments.${each}`)}</option>)}
            </Select>
          )}
        </Field>
      )}
      {effective === 'production' ? <Note tone="danger">{t('common.productionBand')}</Note> : null}
      <ErrorBox error={create.error} />
    </Sheet>
  );
}
