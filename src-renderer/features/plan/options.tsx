import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { collisionChoices, identifierPolicies, ifExistsModes } from '../../../shared/model/plan.ts';
import type { Plan, PlanOptions } from '../../../shared/model/plan.ts';
import { useFormat } from '../../i18n/use-format.ts';
import { useAction } from '../../stores/hooks.tsx';
import { href } from '../../stores/route.ts';
import { Button } from '../../ui/button.tsx';
import { Checkbox, Field, Input, Segmented, Select } from '../../ui/fields.tsx';
import { ErrorBox } from '../../ui/states.tsx';
import { stayWithPlan } from './stay-with-plan.ts';
import { TemplateOption } from './template-option.tsx';

/** What holds for the whole plan; saved as a new version. */
export function Options({ plan, next }: { plan: Plan; next: number }) {
  const { t } = useTranslation();
  const format = useFormat();
  const save = useAction('plans/override');
  const [options, setOptions] = useState<PlanOptions>(plan.options);
  const set = (change: Partial<PlanOptions>): void => setOptions((before) => ({ ...before, ...change }));
  const collisions = options.collisions ?? 'template';
  const changed = JSON.stringify(options) !== JSON.stringify(plan.options);
  const tooHigh = options.maxRejects !== 'all' && options.maxRejects > Number.MAX_SAFE_INTEGER;
  const whole = (text: string, least: number): number => Math.max(least, Math.trunc(Number(text)) || 0);
  const submit = async (): Promise<void> => {
    const { overrides: _, ...rest } = options;
    if (await save.run({ id: plan.id, options: rest })) stayWithPlan(plan.id, href(['plans', plan.id, 'options']));
  };
  return (
    <div className="min-h-0 flex-1 overflow-y-auto px-5 py-4">
      <form
        className="flex max-w-2xl flex-col gap-5"
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <TemplateOption value={options.template ?? ''} onChange={(template) => set({ template })} />
        <Field label={t('plan.optionSchema')} hint={t('plan.optionSchemaHint')} className="max-w-sm">
          {(ids) => <Input {...ids} mono value={options.schema} onChange={(event) => set({ schema: event.target.value })} />}
        </Field>
        <Segmented label={t('plan.optionIdentifiers')} value={options.identifiers} onChange={(identifiers) => set({ identifiers })} options={identifierPolicies.map((value) => ({ value, label: t(`plan.identifiers.${value}`) }))} />
        <Segmented label={t('plan.optionIfExists')} value={options.ifExists} onChange={(ifExists) => set({ ifExists })} options={ifExistsModes.map((value) => ({ value, label: t(`plan.ifExists.${value}`) }))} />
        <Checkbox label={t('plan.optionAdopt')} hint={t(options.ifExists === 'upsert' ? 'plan.optionAdoptUpsert' : 'plan.optionAdoptHint')} checked={options.adopt} onChange={(event) => set({ adopt: event.target.checked })} />
        {plan.sources.length > 1 ? (
          <Field label={t('plan.optionCollisions')} hint={t(`plan.collisionHints.${collisions}`)} className="max-w-lg">
            {(ids) => (
              <Select {...ids} value={collisions} onChange={(event) => set({ collisions: collisionChoices.find((each) => each === event.target.value) ?? 'template' })}>
                {collisionChoices.map((value) => <option key={value} value={value}>{t(`plan.collisions.${value}`)}</option>)}
              </Select>
            )}
          </Field>
        ) : null}
        <div className="flex items-end gap-3">
          <Segmented
            label={t('plan.optionMaxRejects')}
            value={options.maxRejects === 'all' ? 'all' : 'limit'}
            onChange={(value) => set({ maxRejects: value === 'all' ? 'all' : 0 })}
            options={[{ value: 'limit', label: t('plan.maxRejectsLimit') }, { value: 'all', label: t('plan.maxRejectsAll') }]}
          />
          {options.maxRejects === 'all' ? null : <Input className="tabular w-32" inputMode="numeric" aria-label={t('plan.optionMaxRejects')} aria-invalid={tooHigh ? true : undefined} value={options.maxRejects} onChange={(event) => set({ maxRejects: whole(event.target.value, 0) })} />}
          {tooHigh ? <p role="alert" className="text-xs text-danger-text">{t('runs.limitTooHigh', { amount: format.number(Number.MAX_SAFE_INTEGER) })}</p> : null}
        </div>
        <Field label={t('plan.optionRejectShare')}>
          {(ids) => <Input {...ids} type="number" step="any" min={0} max={100} className="tabular w-40" value={Number((options.rejectShare * 100).toPrecision(12))} onChange={(event) => set({ rejectShare: Math.min(1, Math.max(0, Number(event.target.value) / 100)) })} />}
        </Field>
        <Field label={t('plan.optionJobs')} hint={t('plan.optionJobsHint')}>
          {(ids) => <Input {...ids} type="number" min={1} max={16} className="tabular w-56" placeholder={t('plan.optionJobsAuto')} value={options.jobs === 'auto' ? '' : options.jobs} onChange={({ target: { value } }) => set({ jobs: value === '' ? 'auto' : Math.min(16, whole(value, 1)) })} />}
        </Field>
        <Checkbox label={t('plan.optionInfer')} checked={options.infer} onChange={(event) => set({ infer: event.target.checked })} />
        {plan.findings.some(({ code }) => code === 'plan.finding.moved-already') ? <Checkbox label={t('plan.optionMovedAgain')} checked={options.movedAgain === true} onChange={(event) => set({ movedAgain: event.target.checked })} /> : null}
        <ErrorBox error={save.error} />
        <div><Button type="submit" variant="primary" disabled={!changed || tooHigh} busy={save.pending}>{t('plan.saveOptions', { version: next })}</Button></div>
      </form>
    </div>
  );
}
