import { useTranslation } from 'react-i18next';
import type { Assessment } from '../../../shared/model/assessment.ts';
import type { Plan } from '../../../shared/model/plan.ts';
import { useFormat } from '../../i18n/use-format.ts';
import { changedOptions } from '../../stores/drafts.ts';
import { useAction } from '../../stores/hooks.tsx';
import { Button } from '../../ui/button.tsx';
import { ErrorBox } from '../../ui/states.tsx';
import { isTooHigh } from './options.tsx';
import { stayWithPlan } from './stay-with-plan.ts';
import { openProposals } from './use-assessments.ts';
import type { DraftHandle } from './use-draft.ts';

interface DraftBarProps {
  readonly plan: Plan;
  /** The address of this view at the newest version: what is chosen stays chosen. */
  readonly here: string;
  readonly next: number;
  readonly handle: DraftHandle;
  readonly assessments: readonly Assessment[];
  /** Proposals are offered on the tables view; unsaved decisions are shown on all. */
  readonly visible: boolean;
}

/** What is decided and not saved, and the button that saves it as the next version. */
export function DraftBar({ plan, here, next, handle, assessments, visible }: DraftBarProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const save = useAction('plans/override');
  const open = visible ? openProposals(plan, assessments, handle.draft) : [];
  const changed = changedOptions(plan.options, handle.options);
  const count = handle.draft.length + Object.keys(changed).length;
  const unfit = handle.draft.some(({ targetName }) => targetName?.trim() === '') || changed.schema?.trim() === '' || isTooHigh(changed);
  if (count === 0 && open.length === 0) return null;
  const saveDraft = async (): Promise<void> => {
    const { overrides: _, ...options } = plan.options;
    const made = await save.run({ id: plan.id, overrides: [...handle.draft], ...(Object.keys(changed).length === 0 ? {} : { options: { ...options, ...changed } }) });
    if (!made) return;
    handle.clear();
    stayWithPlan(plan.id, here);
  };
  return (
    <div className="flex shrink-0 flex-col gap-2 border-t bg-canvas px-5 py-2" data-testid="draft-bar">
      <ErrorBox error={save.error} />
      <div className="flex flex-wrap items-center gap-2">
        {open.length > 0 ? <Button size="sm" onClick={() => open.forEach((override) => handle.decide(override))}>{t('plan.acceptProposals', { amount: format.number(open.length) })}</Button> : null}
        <span className="flex-1" />
        {count > 0 ? (
          <>
            <span role="status" className="text-sm text-ink-soft">{t('plan.draft', { amount: format.number(count) })}</span>
            <Button size="sm" onClick={handle.clear}>{t('common.discard')}</Button>
            <Button size="sm" variant="primary" busy={save.pending} disabled={unfit} onClick={() => void saveDraft()}>{t('plan.saveVersion', { version: format.number(next) })}</Button>
          </>
        ) : null}
      </div>
    </div>
  );
}
