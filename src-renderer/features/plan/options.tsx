import { useTranslation } from 'react-i18next';
import { collisionChoices, identifierPolicies, ifExistsModes } from '../../../shared/model/plan.ts';
import type { Plan, PlanOptions } from '../../../shared/model/plan.ts';
import { useFormat } from '../../i18n/use-format.ts';
import { Checkbox, Field, Input, Segmented, Select } from '../../ui/fields.tsx';
import { TemplateOption } from './template-option.tsx';
import type { DraftHandle } from './use-draft.ts';

/** More rejected rows than can be counted exactly. */
export function isTooHigh({ maxRejects }: Partial<Pick<PlanOptions, 'maxRejects'>>): boolean {
  return typeof maxRejects === 'number' && maxRejects > Number.MAX_SAFE_INTEGER;
}

/** What holds for the whole plan. Changes wait in the draft until a version is saved, as decisions do. */
export function Options({ plan, handle }: { plan: Plan; handle: DraftHandle }) {
  const { t } = useTranslation();
  const format = useFormat();
  const options: PlanOptions = { ...plan.options, ...handle.options };
  const set = handle.choose;
  const collisions = options.collisions ?? 'template';
  const tooHigh = isTooHigh(options);
  const whole = (text: string, least: number): number => Math.max(least, Math.trunc(Number(text)) || 0);
  return (
    <div className="min-h-0 flex-1 overflow-y-auto px-5 py-4">
      <div className="flex max-w-2xl flex-col gap-5">
        <TemplateOption value={options.template ?? ''} onChange={(template) => set({ template })} />
        <Field label={t('plan.optionSchema')} hint={t('plan.optionSchemaHint')} problem={options.schema.trim() === '' ? t('plan.nameNeeded') : undefined} className="max-w-sm">
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
      </div>
    </div>
  );
}
