import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CallOutput } from '../../../../shared/contract/contract.ts';
import type { Detection, Mapping } from '../../../../shared/model/conversation-mapping.ts';
import { go } from '../../../app/use-route.ts';
import { useFormat } from '../../../i18n/use-format.ts';
import { useAction, useCall, useShell } from '../../../stores/hooks.tsx';
import { href } from '../../../stores/route.ts';
import { Badge } from '../../../ui/badges.tsx';
import { Button } from '../../../ui/button.tsx';
import { cx } from '../../../ui/cx.ts';
import { Field, Input, Select } from '../../../ui/fields.tsx';
import { Screen, Section } from '../../../ui/layout.tsx';
import { ErrorBox, Note, Skeleton } from '../../../ui/states.tsx';
import { ChooseFile } from '../../files/file-field.tsx';
import { MappingWorkbench } from '../mapping/mapping-workbench.tsx';
import { savedMappings, type SavedMapping } from '../mapping/saved-mappings.ts';
import { useMappingDraft } from '../mapping/use-mapping-draft.ts';

/** A mapping that reads nothing yet, for choosing everything by hand. */
const ownMapping: Mapping = { adapter: 'generic' };

/** Opens a database as conversations: choose it, see what it looks like, see how it reads, name it. */
export function AddLibraryScreen({ source }: { source: string }) {
  const { t } = useTranslation();
  const look = (chosen: string): void => go(href(['conversations', 'new'], { source: chosen }));
  return (
    <Screen title={t('libraries.addTitle')} crumbs={[{ label: t('libraries.title'), href: '#/conversations' }]}>
      <div className="flex flex-col gap-6 pb-6">
        <ChooseSource key={source} source={source} onLook={look} />
        {source === '' ? null : <Detections key={`detect ${source}`} source={source} />}
      </div>
    </Screen>
  );
}

function ChooseSource({ source, onLook }: { source: string; onLook: (source: string) => void }) {
  const { t } = useTranslation();
  const connections = useShell((state) => state.connections) ?? [];
  const [connection, setConnection] = useState(connections.some((each) => each.id === source) ? source : '');
  const [path, setPath] = useState(connections.some((each) => each.id === source) ? '' : source);
  const [fileError, setFileError] = useState<unknown>(null);
  const chosen = path.trim() !== '' ? path.trim() : connection;
  return (
    <Section title={t('libraries.steps.source')}>
      <form className="flex max-w-4xl flex-wrap items-end gap-3" onSubmit={(event) => { event.preventDefault(); if (chosen !== '') onLook(chosen); }}>
        <Field className="min-w-56 flex-1" label={t('libraries.connection')}>
          {(ids) => (
            <Select {...ids} value={connection} onChange={(event) => { setConnection(event.target.value); setPath(''); }}>
              <option value="">{t('libraries.connectionNone')}</option>
              {connections.map((each) => <option key={each.id} value={each.id}>{each.name}</option>)}
            </Select>
          )}
        </Field>
        <Field className="min-w-72 flex-[1.6]" label={`${t('libraries.orFile')}: ${t('libraries.filePath')}`}>
          {(ids) => (
            <span className="flex gap-2">
              <Input {...ids} mono value={path} onChange={(event) => { setPath(event.target.value); setConnection(''); }} />
              <ChooseFile onPick={(picked) => { setPath(picked); setConnection(''); onLook(picked); }} onError={setFileError} />
            </span>
          )}
        </Field>
        <Button type="submit" variant={source === '' ? 'primary' : 'secondary'} disabled={chosen === ''}>{t('libraries.look')}</Button>
      </form>
      <ErrorBox error={fileError ?? undefined} />
    </Section>
  );
}

function Detections({ source }: { source: string }) {
  const { t } = useTranslation();
  const answer = useCall('libraries/detect', { source });
  const libraries = useCall('libraries/list', {});
  const [chosen, setChosen] = useState<number | null>(null);
  if (answer.error !== undefined) return <ErrorBox error={answer.error} onRetry={answer.reload} />;
  if (!answer.data) return <div role="status"><p className="mb-2 text-sm text-ink-soft">{t('libraries.looking')}</p><Skeleton lines={5} /></div>;
  const { detections } = answer.data;
  const at = chosen ?? (detections.length > 0 ? 0 : -1);
  const saved = savedMappings(libraries.data ?? [], answer.data.shape, detections.map(({ mapping }) => mapping));
  const mapping = detections[at]?.mapping ?? saved[at - detections.length]?.mapping ?? null;
  return (
    <>
      <Section title={t('libraries.detections')}>
        {detections.length === 0 ? <Note tone="warn">{t('libraries.detectionsNone')}</Note> : null}
        <div role="radiogroup" aria-label={t('libraries.detections')} className="flex max-w-4xl flex-col gap-1.5">
          {detections.map((each, index) => <DetectionRow key={`${each.mapping.adapter} ${index}`} detection={each} chosen={at === index} onChoose={() => setChosen(index)} />)}
          {saved.map((each, index) => <SavedRow key={each.names.join()} saved={each} chosen={at === detections.length + index} onChoose={() => setChosen(detections.length + index)} />)}
          <label className={cx('flex items-center gap-3 rounded-md border px-3 py-2 text-sm has-focus-visible:outline-2 has-focus-visible:outline-accent', at === -1 ? 'border-accent bg-selected' : 'hover:bg-hover')}>
            <input type="radio" name="detection" checked={at === -1} onChange={() => setChosen(-1)} className="size-4 accent-accent" />
            <span className="font-medium">{t('libraries.ownMapping')}</span>
            <span className="text-xs text-ink-faint">{t('libraries.ownMappingHint')}</span>
          </label>
        </div>
      </Section>
      <NameAndSave key={at} source={source} shape={answer.data.shape} mapping={mapping} />
    </>
  );
}

function DetectionRow({ detection, chosen, onChoose }: { detection: Detection; chosen: boolean; onChoose: () => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { confidence, found, missing, program, mapping } = detection;
  return (
    <label className={cx('flex flex-wrap items-center gap-x-3 gap-y-0.5 rounded-md border px-3 py-2 text-sm has-focus-visible:outline-2 has-focus-visible:outline-accent', chosen ? 'border-accent bg-selected' : 'hover:bg-hover')}>
      <input type="radio" name="detection" checked={chosen} onChange={onChoose} className="size-4 accent-accent" />
      <span className="font-medium">{program ?? (mapping.adapter === 'generic' ? t('libraries.byShape') : t(`libraries.adapters.${mapping.adapter}`))}</span>
      <Badge tone={confidence >= 0.8 ? 'ok' : confidence >= 0.5 ? 'info' : 'warn'}>{t('libraries.confidence', { share: format.share(confidence) })}</Badge>
      <span className="min-w-0 basis-full pl-7 text-xs text-ink-soft">
        {t('libraries.found', { names: found.join(', ') })}
        {missing.length > 0 ? <span className="text-warn-text"> · {t('libraries.missing', { names: missing.join(', ') })}</span> : null}
      </span>
    </label>
  );
}

function SavedRow({ saved, chosen, onChoose }: { saved: SavedMapping; chosen: boolean; onChoose: () => void }) {
  const { t } = useTranslation();
  return (
    <label className={cx('flex items-center gap-3 rounded-md border px-3 py-2 text-sm has-focus-visible:outline-2 has-focus-visible:outline-accent', chosen ? 'border-accent bg-selected' : 'hover:bg-hover')}>
      <input type="radio" name="detection" checked={chosen} onChange={onChoose} className="size-4 accent-accent" />
      <span className="font-medium">{t('libraries.savedMapping', { names: saved.names.join(', ') })}</span>
      <span className="text-xs text-ink-faint">{t('libraries.savedMappingHint')}</span>
    </label>
  );
}

/** @param mapping - null for one that is made by hand */
function NameAndSave({ source, shape, mapping }: { source: string; shape: CallOutput<'libraries/detect'>['shape']; mapping: Mapping | null }) {
  const { t } = useTranslation();
  const connections = useShell((state) => state.connections) ?? [];
  const work = useMappingDraft(source, mapping ?? ownMapping);
  const [editing, setEditing] = useState(mapping === null);
  const [name, setName] = useState(connections.find((each) => each.id === source)?.name ?? source.split(/[\\/]/u).findLast((part) => part !== '')?.replace(/\.[^.]+$/u, '') ?? '');
  const [tried, setTried] = useState(false);
  const add = useAction('libraries/add');
  const save = async (): Promise<void> => {
    setTried(true);
    if (work.mapping === null || name.trim() === '') return;
    const library = await add.run({ source, name: name.trim(), mapping: work.mapping });
    if (library) go(href(['conversations', library.id]));
  };
  return (
    <>
      <Section title={t('libraries.steps.preview')} actions={mapping === null ? undefined : <Button size="sm" onClick={() => setEditing(!editing)}>{editing ? t('libraries.hideMapping') : t('libraries.editMapping')}</Button>}>
        <MappingWorkbench shape={shape} work={work} editing={editing} />
      </Section>
      <Section title={t('libraries.steps.name')}>
        <form className="flex max-w-xl items-start gap-3" onSubmit={(event) => { event.preventDefault(); void save(); }}>
          <Field className="flex-1" label={t('libraries.newName')} problem={tried && name.trim() === '' ? t('libraries.nameNeeded') : undefined}>
            {(ids) => <Input {...ids} maxLength={80} value={name} onChange={(event) => setName(event.target.value)} />}
          </Field>
          <Button type="submit" variant="primary" className="mt-5" disabled={work.mapping === null} busy={add.pending}>{t('libraries.saveAs')}</Button>
        </form>
        <ErrorBox error={add.error} />
      </Section>
    </>
  );
}
