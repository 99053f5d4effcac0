import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Project } from '../../../shared/model/project.ts';
import { useAction } from '../../stores/hooks.tsx';
import { Button } from '../../ui/button.tsx';
import { Field, Input, Select } from '../../ui/fields.tsx';
import { Dialog } from '../../ui/overlays.tsx';
import { ErrorBox, Note } from '../../ui/states.tsx';
import { ChooseFile } from '../files/file-field.tsx';

/** Asks where a source's file is now, and says whether it is the one that was assessed. `source`: the one it was asked for, else the first. */
export function MoveSource({ project, source, onClose }: { project: Project; source?: string; onClose: () => void }) {
  const { t } = useTranslation();
  const move = useAction('projects/move-source');
  const [which, setWhich] = useState(source ?? project.sources[0] ?? '');
  const [to, setTo] = useState('');
  const [error, setError] = useState<unknown>(null);
  const [told, setTold] = useState<'movedSame' | 'movedOther' | 'movedFirst' | null>(null);
  const submit = async (): Promise<void> => {
    if (to.trim() === '' || move.pending) return;
    setError(null);
    const done = await move.run({ id: project.id, source: which, to: to.trim() });
    if (done) setTold(done.same === null ? 'movedFirst' : done.same ? 'movedSame' : 'movedOther');
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title={t('projects.moveSource')}
      description={t('projects.moveSourceText')}
      footer={
        told ? <Button variant="primary" onClick={onClose}>{t('common.close')}</Button> : (
          <>
            <Button onClick={onClose}>{t('common.cancel')}</Button>
            <Button variant="primary" busy={move.pending} disabled={to.trim() === ''} onClick={() => void submit()}>{t('projects.moveSourceDo')}</Button>
          </>
        )
      }
    >
      {told ? <div role="status"><Note tone={told === 'movedOther' ? 'warn' : 'info'}>{t(`projects.${told}`)}</Note></div> : (
        <>
          {project.sources.length > 1 ? (
            <Field label={t('projects.moveSourceWhich')}>
              {(ids) => <Select {...ids} value={which} onChange={(event) => setWhich(event.target.value)}>{project.sources.map((each) => <option key={each} value={each}>{each}</option>)}</Select>}
            </Field>
          ) : <p className="font-mono text-xs break-all text-ink-soft">{which}</p>}
          <Field label={t('projects.moveSourceTo')}>
            {(ids) => (
              <span className="flex gap-2">
                <Input {...ids} mono autoFocus value={to} onChange={(event) => setTo(event.target.value)} onKeyDown={(event) => event.key === 'Enter' && void submit()} />
                <ChooseFile onPick={setTo} onError={setError} />
              </span>
            )}
          </Field>
          <ErrorBox error={error ?? move.error} />
        </>
      )}
    </Dialog>
  );
}
