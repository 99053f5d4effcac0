import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Connection } from '../../../shared/model/project.ts';
import { connectionColours, environments } from '../../../shared/model/project.ts';
import { useAction, useShell } from '../../stores/hooks.tsx';
import { Dot } from '../../ui/badges.tsx';
import { Button } from '../../ui/button.tsx';
import { Checkbox, Field, Input, Segmented, Select } from '../../ui/fields.tsx';
import { Sheet } from '../../ui/overlays.tsx';
import { ErrorBox } from '../../ui/states.tsx';
import { ChooseFile } from '../files/file-field.tsx';
import { colourOf, draftOf, emptyDraft, holdsPassword, inputOf, isLocal } from './connection-draft.ts';
import type { ConnectionDraft } from './connection-draft.ts';
import { TestResult } from './test-result.tsx';

interface SheetProps {
  /** null: a new one. */
  readonly connection: Connection | null;
  /** Values to start a new one with, as from the environment. */
  readonly start?: Partial<ConnectionDraft>;
  readonly onClose: () => void;
  readonly onSaved: (connection: Connection) => void;
}

export function ConnectionSheet({ connection, start = {}, onClose, onSaved }: SheetProps) {
  const { t } = useTranslation();
  const secrets = useShell((state) => state.info?.secretsAvailable ?? false);
  const [draft, setDraft] = useState<ConnectionDraft>(() => (connection ? draftOf(connection) : { ...emptyDraft, ...start }));
  const [tried, setTried] = useState(false);
  const [fileError, setFileError] = useState<unknown>(null);
  const [tested, setTested] = useState<Awaited<ReturnType<typeof test.run>>>(undefined);
  const add = useAction('connections/add');
  const edit = useAction('connections/edit');
  const test = useAction('connections/test');

  const set = (change: Partial<ConnectionDraft>): void => {
    setDraft((before) => ({ ...before, ...change }));
    setTested(undefined);
    test.clear();
  };
  const noName = draft.name.trim() === '';
  const noLocation = draft.kind !== 'embedded' && draft.location.trim() === '';
  const passwordInUrl = draft.kind === 'postgres' && holdsPassword(draft.location);
  const valid = !noName && !noLocation && !passwordInUrl;

  // The answer comes below the fields: it is brought into sight.
  const answer = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (tested !== undefined || test.error !== undefined) answer.current?.scrollIntoView({ block: 'nearest' });
  }, [tested, test.error]);

  const save = async (): Promise<void> => {
    setTried(true);
    if (!valid) return;
    const saved = connection ? await edit.run({ ...inputOf(draft), id: connection.id }) : await add.run(inputOf(draft));
    if (saved) onSaved(saved);
  };
  const runTest = async (): Promise<void> => {
    if (noLocation || passwordInUrl) return setTried(true);
    const input = { ...inputOf(draft), name: draft.name.trim() || t('connections.test') };
    // An unchanged connection is tested as saved, with its saved password; a changed one with what is entered.
    const unchanged = connection !== null && JSON.stringify(input) === JSON.stringify(inputOf(draftOf(connection)));
    setTested(await test.run(unchanged ? { id: connection.id } : input));
  };

  return (
    <Sheet
      open
      onClose={onClose}
      onSubmit={() => void save()}
      title={connection ? t('connections.editTitle', { name: connection.name }) : t('connections.addTitle')}
      footer={
        <>
          <Button className="mr-auto" busy={test.pending} onClick={() => void runTest()}>{test.pending ? t('connections.testing') : t('connections.test')}</Button>
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <Button type="submit" variant="primary" busy={add.pending || edit.pending}>{t('common.save')}</Button>
        </>
      }
    >
      <Field label={t('common.name')} problem={tried && noName ? t('connections.nameNeeded') : undefined}>
        {(ids) => <Input {...ids} autoFocus maxLength={80} value={draft.name} onChange={(event) => set({ name: event.target.value })} />}
      </Field>
      <Segmented
        label={t('connections.kind')}
        value={draft.kind}
        onChange={(kind) => set({ kind, location: '' })}
        options={[
          { value: 'postgres', label: t('connections.kinds.postgres') },
          { value: 'sqlite', label: t('connections.kinds.sqlite') },
          { value: 'embedded', label: t('connections.kinds.embedded') },
        ]}
      />
      {draft.kind === 'postgres' ? (
        <Field label={t('connections.url')} hint={t('connections.urlHint')} problem={passwordInUrl ? t('connections.passwordInUrl') : tried && noLocation ? t('connections.locationNeeded') : undefined}>
          {(ids) => <Input {...ids} mono placeholder="postgres://" value={draft.location} onChange={(event) => set({ location: event.target.value })} />}
        </Field>
      ) : draft.kind === 'sqlite' ? (
        <Field label={t('connections.path')} hint={t('connections.pathHint')} problem={tried && noLocation ? t('connections.locationNeeded') : undefined}>
          {(ids) => (
            <span className="flex gap-2">
              <Input {...ids} mono value={draft.location} onChange={(event) => set({ location: event.target.value })} />
              <ChooseFile onPick={(location) => set({ location })} onError={setFileError} />
            </span>
          )}
        </Field>
      ) : (
        <Field label={t('connections.embeddedName')} hint={t('connections.embeddedHint')}>
          {(ids) => <Input {...ids} mono placeholder="main" value={draft.location} onChange={(event) => set({ location: event.target.value })} />}
        </Field>
      )}
      <ErrorBox error={fileError} />
      {draft.kind === 'postgres' ? (
        <Field label={t('connections.password')} hint={!secrets ? t('connections.passwordNoStore') : connection?.hasPassword ? t('connections.passwordKept') : t('connections.passwordHint')}>
          {(ids) => <Input {...ids} type="password" autoComplete="new-password" disabled={!secrets} value={draft.password} onChange={(event) => set({ password: event.target.value })} />}
        </Field>
      ) : null}
      {draft.kind === 'postgres' && connection?.hasPassword && draft.password === '' ? (
        <Checkbox label={t('connections.passwordForget')} checked={draft.forgetPassword} onChange={(event) => set({ forgetPassword: event.target.checked })} />
      ) : null}
      <div className="grid grid-cols-2 gap-3 max-[36rem]:grid-cols-1">
        <Field label={t('connections.environment')}>
          {(ids) => (
            <Select {...ids} value={draft.environment} onChange={(event) => {
              const environment = environments.find((each) => each === event.target.value) ?? 'development';
              set({ environment, colour: colourOf[environment] });
            }}>
              {environments.map((environment) => <option key={environment} value={environment}>{t(`common.environments.${environment}`)}</option>)}
            </Select>
          )}
        </Field>
        <Field label={t('connections.folder')}>
          {(ids) => <Input {...ids} value={draft.folder} onChange={(event) => set({ folder: event.target.value })} />}
        </Field>
      </div>
      <Segmented
        label={t('connections.colour')}
        value={draft.colour}
        onChange={(colour) => set({ colour })}
        options={connectionColours.map((colour) => ({ value: colour, label: <><Dot colour={colour} className="size-3" /><span className="sr-only">{t(`connections.colours.${colour}`)}</span></> }))}
      />
      <Checkbox label={t('connections.readOnly')} hint={t('connections.readOnlyHint')} checked={draft.readOnly} onChange={(event) => set({ readOnly: event.target.checked })} />
      <div ref={answer} className="scroll-my-4 empty:hidden"><TestResult result={tested} error={test.error} network={!isLocal(draft)} /></div>
      <ErrorBox error={add.error ?? edit.error} />
    </Sheet>
  );
}
