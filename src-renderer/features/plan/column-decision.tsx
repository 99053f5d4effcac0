import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Assessment } from '../../../shared/model/assessment.ts';
import type { Override, Plan, PlanColumn, PlanTable } from '../../../shared/model/plan.ts';
import { casts } from '../../../shared/model/values.ts';
import { useFormat } from '../../i18n/use-format.ts';
import { draftFor } from '../../stores/drafts.ts';
import { Badge } from '../../ui/badges.tsx';
import { Button } from '../../ui/button.tsx';
import { Checkbox, Field, Input, Select } from '../../ui/fields.tsx';
import { Section } from '../../ui/layout.tsx';
import { LongKeys } from './long-keys.tsx';
import { decidedOf, placeOf, wayOf } from './place.ts';
import { overrideOf, profileOf } from './use-assessments.ts';
import type { DraftHandle } from './use-draft.ts';
import { ValuePolicies } from './value-policies.tsx';
import { Ways } from './ways.tsx';

const commonTypes = ['bigint', 'integer', 'smallint', 'numeric', 'double precision', 'text', 'boolean', 'date', 'timestamptz', 'timestamp', 'time', 'uuid', 'json', 'jsonb', 'bytea'] as const;

/** A type or cast chosen by itself counts, not what was chosen before for single values. */
const noPolicy = { nul: undefined, invalid: undefined, infinity: undefined };

interface ColumnDecisionProps {
  readonly plan: Plan;
  readonly table: PlanTable;
  readonly column: PlanColumn;
  readonly assessments: readonly Assessment[];
  readonly handle: DraftHandle;
}

/** One column: how it crosses, why, and the fields that change it. Changes wait in the draft until a version is saved. */
export function ColumnDecision({ plan, table, column, assessments, handle }: ColumnDecisionProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const listId = useId();
  const everywhere = { table: '*', column: column.source };
  const own = placeOf(plan, table.source, column.source);
  const [everyTable, setEveryTable] = useState(() => draftFor(handle.draft, everywhere) !== undefined);
  const place = everyTable ? everywhere : own;
  const decided = decidedOf(handle.draft, own);
  const pending = Object.keys(decided).length > 0;
  const profile = profileOf(assessments, table.source.database, table.source.table, column.source);
  const set = (change: Partial<Override>): void => handle.decide({ ...place, ...change });
  const { type, cast = '' } = wayOf(column, decided, profile);
  const collation = decided.collation === undefined ? column.collation : (decided.collation ?? undefined);
  const excluded = decided.exclude ?? !column.include;
  const isNameless = decided.targetName?.trim() === '';
  const textual = /^(text|varchar|char|citext)/i.test(type);

  return (
    <div className="flex flex-col gap-4 p-4" data-testid="column-decision">
      <div className="flex items-start gap-2">
        <h2 className="min-w-0 flex-1 font-semibold break-words">{column.source}</h2>
        {pending ? (
          <Button size="sm" variant="ghost" onClick={() => { handle.withdraw(everywhere); handle.withdraw(own); }}>{t('plan.undo')}</Button>
        ) : null}
      </div>
      <Section title={t('plan.why')}>
        <ul className="flex flex-col gap-1 text-sm text-ink-soft">
          {(column.include || column.excluded === undefined ? column.why : [column.excluded]).map((reason, index) => <li key={index} className="border-l-2 border-line pl-2 break-words">{format.describe(reason)}</li>)}
        </ul>
      </Section>
      <Field label={t('plan.targetName')} problem={isNameless ? t('plan.nameNeeded') : undefined}>
        {(ids) => <Input {...ids} mono disabled={excluded} value={decided.targetName ?? column.target} onChange={(event) => set({ targetName: event.target.value })} />}
      </Field>
      <Field label={t('plan.targetType')} hint={t('plan.typeHint')}>
        {(ids) => (
          <>
            <Input {...ids} mono list={listId} disabled={excluded} value={type} onChange={(event) => set({ type: event.target.value, ...noPolicy })} />
            <datalist id={listId}>
              {[...new Set([...(profile?.candidates.map((each) => each.type) ?? []), ...commonTypes])].map((each) => <option key={each} value={each}>{each}</option>)}
            </datalist>
          </>
        )}
      </Field>
      <Field label={t('plan.cast')}>
        {(ids) => (
          <Select {...ids} disabled={excluded} value={cast} onChange={(event) => set({ cast: casts.find((each) => each === event.target.value) ?? null, ...noPolicy })}>
            <option value="">{t('plan.castNone')}</option>
            {casts.map((each) => <option key={each} value={each}>{t(`plan.casts.${each}`)}</option>)}
          </Select>
        )}
      </Field>
      {profile ? (
        <ValuePolicies profile={profile} type={type} cast={casts.find((each) => each === cast)} decided={decided} disabled={excluded} onChoose={(change) => set(everyTable ? change : { ...change, cast: null })} />
      ) : null}
      <LongKeys plan={plan} table={table} column={column.source} decided={decided} disabled={excluded} onChoose={set} />
      {textual ? (
        <Field label={t('plan.collation')}>
          {(ids) => (
            <Select {...ids} disabled={excluded} value={collation === 'C' ? 'C' : ''} onChange={(event) => set({ collation: event.target.value === 'C' ? 'C' : null })}>
              <option value="C">{t('plan.collationC')}</option>
              <option value="">{t('plan.collationDefault')}</option>
            </Select>
          )}
        </Field>
      ) : null}
      <Checkbox label={t('plan.exclude')} checked={excluded} onChange={(event) => set({ exclude: event.target.checked, ...(isNameless ? { targetName: undefined } : {}) })} />
      <Checkbox label={t('plan.everyTable')} hint={t('plan.everyTableHint', { column: column.source })} checked={everyTable} onChange={(event) => setEveryTable(event.target.checked)} />
      {column.misfits === '0' ? null : (
        <p className="flex items-center gap-2 text-sm"><Badge tone="warn">{t('plan.fitsNot', { amount: format.big(column.misfits) })}</Badge><span className="text-xs text-ink-soft">{t('plan.misfitsHint')}</span></p>
      )}
      {profile ? <Ways profile={profile} type={type} onUse={(way) => set({ ...overrideOf(place, way), ...noPolicy })} /> : null}
    </div>
  );
}
