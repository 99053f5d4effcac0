import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Plan, PlanTable } from '../../../shared/model/plan.ts';
import { useFormat } from '../../i18n/use-format.ts';
import { useAction } from '../../stores/hooks.tsx';
import { draftFor } from '../../stores/drafts.ts';
import { Button } from '../../ui/button.tsx';
import { Field, Input } from '../../ui/fields.tsx';
import { ErrorBox } from '../../ui/states.tsx';
import { placeOf } from './place.ts';
import type { DraftHandle } from './use-draft.ts';

/** Which rows of a table cross: a condition on the source's columns, counted before it is decided. */
export function RowFilter({ plan, table, handle, disabled }: { plan: Plan; table: PlanTable; handle: DraftHandle; disabled: boolean }) {
  const { t } = useTranslation();
  const format = useFormat();
  const check = useAction('plans/check-filter');
  const place = placeOf(plan, table.source);
  const decided = draftFor(handle.draft, place)?.filter;
  const stands = decided === undefined ? (table.filter ?? '') : (decided ?? '');
  const [text, setText] = useState(stands);
  const [counted, setCounted] = useState<{ condition: string; rows: number; of: number } | null>(null);
  // Taken back elsewhere, or saved: what is written follows what holds.
  useEffect(() => setText(stands), [stands]);
  const condition = text.trim();
  const { database, table: name } = table.source;
  const count = async (): Promise<void> => {
    const answer = await check.run({ id: plan.id, database, table: name, condition });
    setCounted(answer ? { condition, ...answer } : null);
    if (answer) handle.decide({ ...place, filter: condition });
  };
  return (
    <div className="flex flex-col gap-2" data-testid="row-filter">
      <Field label={t('plan.rowFilter')} hint={t('plan.rowFilterHint')}>
        {(ids) => (
          <Input
            {...ids}
            mono
            spellCheck={false}
            disabled={disabled}
            placeholder={t('plan.rowFilterNone')}
            value={text}
            onChange={(event) => {
              setText(event.target.value);
              check.clear();
            }}
            onKeyDown={(event) => {
              if (event.key === 'Enter' && condition !== '') void count();
            }}
          />
        )}
      </Field>
      <div className="flex flex-wrap gap-2">
        <Button size="sm" disabled={disabled || condition === '' || condition === stands} busy={check.pending} onClick={() => void count()}>{t('plan.rowFilterUse')}</Button>
        {stands === '' ? null : <Button size="sm" variant="ghost" disabled={disabled} onClick={() => { handle.decide({ ...place, filter: null }); setText(''); setCounted(null); check.clear(); }}>{t('plan.rowFilterRemove')}</Button>}
      </div>
      {check.error === undefined ? null : <ErrorBox error={check.error} />}
      {counted && counted.condition === condition ? <p role="status" className="tabular text-sm">{t('plan.rowFilterCounted', { rows: format.number(counted.rows), of: format.number(counted.of) })}</p> : null}
    </div>
  );
}
