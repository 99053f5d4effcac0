import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { environments } from '../../../shared/model/project.ts';
import type { Connection } from '../../../shared/model/project.ts';
import { go } from '../../app/use-route.ts';
import { useAction, useShell } from '../../stores/hooks.tsx';
import { href } from '../../stores/route.ts';
import { Button } from '../../ui/button.tsx';
import { Field, Input, Segmented, Select } from '../../ui/fields.tsx';
import { Sheet } from '../../ui/overlays.tsx';
import { ErrorBox, Note } from '../../ui/states.tsx';
import { holdsPassword } from '../connections/connection-draft.ts';
import { SourcesField } from './sources-field.tsx';

type TargetKind = 'embedded' | 'saved' | 'url' | 'pglite';

export function NewProject({ source, onClose }: { source: string | undefined; onClose: () => void }) {
  const { t } = useTranslation();
  const embedded = useShell((state) => state.info?.embeddedAvailable ?? false);
  const connections = useShell((state) => state.connections) ?? [];
  const servers = connections.filter((each) => each.kind !== 'sqlite');
  const create = useAction('projects/create');
  const [name, setName] = useState('');
  const [sources, setSources] = useState<readonly string[]>(source === undefined ? [] : [source]);
  const [kind, setKind] = useState<TargetKind>(embedded ? 'embedded' : servers.length > 0 ? 'saved' : 'url');
  const [saved, setSaved] = useState<string>(servers[0]?.id ?? '');
  const [url, setUrl] = useState('');
  const [folder, setFolder] = useState('');
  const [environment, setEnvironment] = useState<Connection['environment']>('development');
  const [tried, setTried] = useState(false);

  const chosen = servers.find((each) => each.id === saved);
  const target = kind === 'embedded' ? 'embedded' : kind === 'saved' ? (chosen?.name ?? '') : kind === 'pglite' ? (folder.trim() === '' ? '' : `pglite:${folder.trim()}`) : url.trim();
  const effective = kind === 'saved' && chosen ? chosen.environment : environment;
  const passwordInUrl = kind === 'url' && holdsPassword(url);
  const valid = name.trim() !== '' && sources.length > 0 && target !== '' && !passwordInUrl && !(kind === 'saved' && chosen?.readOnly);

  const submit = async (): Promise<void> => {
    setTried(true);
    if (!valid) return;
    const project = await create.run({ name: name.trim(), sources: [...sources], target, environment: effective });
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
      <Segmented
        label={t('projects.target')}
        value={kind}
        onChange={setKind}
        options={[
          { value: 'embedded', label: t('projects.targetEmbedded') },
          { value: 'saved', label: t('projects.targetSaved') },
          { value: 'url', label: t('projects.targetUrl') },
          { value: 'pglite', label: t('projects.targetPglite') },
        ]}
      />
      {kind === 'embedded' ? (
        embedded ? <p className="text-xs text-ink-faint">{t('projects.targetEmbeddedHint')}</p> : <Note tone="warn">{t('projects.targetEmbeddedMissing')}</Note>
      ) : kind === 'saved' ? (
        servers.length === 0 ? (
          <Note>{t('projects.targetNone')}</Note>
        ) : (
          <Field label={t('projects.targetConnection')} problem={chosen?.readOnly ? t('projects.targetReadOnly') : undefined}>
            {(ids) => (
              <Select {...ids} value={saved} onChange={(event) => setSaved(event.target.value)}>
                {servers.map((each) => <option key={each.id} value={each.id}>{`${each.name} (${t(`common.environments.${each.environment}`)})`}</option>)}
              </Select>
            )}
          </Field>
        )
      ) : kind === 'pglite' ? (
        <Field label={t('projects.targetPgliteFolder')} hint={t('projects.targetPgliteHint')} problem={tried && target === '' ? t('projects.targetNeeded') : undefined}>
          {(ids) => <Input {...ids} mono value={folder} onChange={(event) => setFolder(event.target.value)} />}
        </Field>
      ) : (
        <Field label={t('projects.targetUrl')} hint={t('projects.targetUrlHint')} problem={passwordInUrl ? t('connections.passwordInUrl') : tried && target === '' ? t('projects.targetNeeded') : undefined}>
          {(ids) => <Input {...ids} mono placeholder="postgres://" value={url} onChange={(event) => setUrl(event.target.value)} />}
        </Field>
      )}
      {kind === 'saved' ? null : (
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
