import { useState } from 'react';
import { Check, Circle } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { ChecklistStep, Project } from '../../../shared/model/project.ts';
import { describe } from '../../../shared/pure/texts/index.ts';
import { useFormat } from '../../i18n/use-format.ts';
import { useAction, useCall } from '../../stores/hooks.tsx';
import { Checkbox, Field, Input } from '../../ui/fields.tsx';
import { Section } from '../../ui/layout.tsx';
import { ErrorBox } from '../../ui/states.tsx';

/** What is done of a project: what the console sees, and what people tick with their name. */
export function ProjectChecklist({ project }: { project: Project }) {
  const { t } = useTranslation();
  const format = useFormat();
  const asked = useCall('projects/checklist', { id: project.id });
  const tick = useAction('projects/tick');
  const [by, setBy] = useState('');
  const list = asked.data;
  if (!list) return null;
  const manual = list.steps.filter(({ kind }) => kind === 'manual');
  const words = (step: ChecklistStep): string => step.text?.[format.language] ?? describe(`checklist.${step.id}`, step.params, format.language);
  const when = (step: ChecklistStep): string => [step.by, step.at === null ? null : format.dateTime(step.at)].filter((part) => part !== null).join(' · ');
  const set = async (step: ChecklistStep): Promise<void> => {
    // Disabled meanwhile, the box would lose the keyboard's focus.
    if (!tick.pending) await tick.run({ id: project.id, step: step.id, done: !step.done, by: by.trim() });
  };
  return (
    <Section title={t('projects.checklist')}>
      <ul className="flex flex-col gap-1.5 text-sm" data-testid="checklist">
        {list.steps.filter(({ kind }) => kind === 'fact').map((step) => (
          <li key={step.id} className="flex gap-2">
            {step.done ? <Check aria-label={t('projects.stepDone')} className="mt-0.5 size-3.5 shrink-0 text-ok-text" /> : <Circle aria-label={t('projects.stepOpen')} className="mt-0.5 size-3.5 shrink-0 text-ink-faint" />}
            <span className={step.done ? '' : 'text-ink-soft'}>{words(step)}<span className="block text-xs text-ink-faint">{when(step)}</span></span>
          </li>
        ))}
      </ul>
      {manual.length === 0 ? null : (
        <>
          <p className="text-xs text-ink-soft">{t('projects.checklistManual')}</p>
          <Field label={t('projects.checklistBy')} hint={by.trim() === '' ? t('projects.checklistByHint') : undefined}>{(ids) => <Input {...ids} value={by} maxLength={80} onChange={(event) => setBy(event.target.value)} />}</Field>
          <ul className="flex flex-col gap-1.5 text-sm">
            {manual.map((step) => (
              <li key={step.id}>
                <Checkbox label={words(step)} checked={step.done} disabled={by.trim() === ''} onChange={() => void set(step)} />
                {step.done ? <span className="block pl-6 text-xs text-ink-faint">{when(step)}</span> : null}
              </li>
            ))}
          </ul>
        </>
      )}
      <ErrorBox error={tick.error ?? asked.error} />
    </Section>
  );
}
