import { useTranslation } from 'react-i18next';
import type { ColumnProfile } from '../../../shared/model/assessment.ts';
import { infinityPolicies, invalidPolicies, nulPolicies, type Override } from '../../../shared/model/plan.ts';
import type { Cast } from '../../../shared/model/values.ts';
import { useFormat } from '../../i18n/use-format.ts';
import { Field, Select } from '../../ui/fields.tsx';

interface ValuePoliciesProps {
  readonly profile: ColumnProfile;
  readonly type: string;
  readonly cast: Cast | undefined;
  readonly decided: Partial<Override>;
  readonly disabled: boolean;
  readonly onChoose: (change: Partial<Override>) => void;
}

const ofCast: Partial<Record<Cast, { nul: Override['nul']; invalid: Override['invalid'] }>> = {
  'nul escaped': { nul: 'escape', invalid: 'reject' },
  'bytes escaped': { nul: 'escape', invalid: 'escape' },
  'latin-1 decoded': { nul: 'reject', invalid: 'latin-1' },
  'windows-1252 decoded': { nul: 'reject', invalid: 'windows-1252' },
  'text as bytes': { nul: 'bytea', invalid: 'bytea' },
};

/** What becomes of the values PostgreSQL's types cannot hold as they are: only where the column has such values, each with its number. */
export function ValuePolicies({ profile, type, cast, decided, disabled, onChoose }: ValuePoliciesProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const now = (cast === undefined ? undefined : ofCast[cast]) ?? { nul: 'reject', invalid: 'reject' };
  const chosen = { nul: decided.nul ?? now.nul, invalid: decided.invalid ?? now.invalid };
  // One way does both kinds of texts: what one choice cannot go with is chosen anew, where the column holds both.
  const together = (change: Pick<Partial<Override>, 'nul' | 'invalid'>): Partial<Override> => {
    if (profile.nulTexts === '0' || profile.invalidTexts === '0') return change;
    if (change.invalid !== undefined) return { ...change, nul: change.invalid === 'bytea' || change.invalid === 'escape' ? change.invalid : change.invalid === 'reject' && chosen.nul === 'escape' ? 'escape' : 'reject' };
    return { ...change, invalid: change.nul === 'bytea' ? 'bytea' : change.nul === 'escape' && chosen.invalid === 'escape' ? 'escape' : 'reject' };
  };
  const misfits = (wanted: Cast): string => {
    const way = [...profile.candidates, ...(profile.policies ?? [])].find((each) => each.cast === wanted);
    return way === undefined || way.misfits === '0' ? '' : ` · ${t('plan.fitsNot', { amount: format.big(way.misfits) })}`;
  };
  const casts: Readonly<Record<string, Cast>> = { 'latin-1': 'latin-1 decoded', 'windows-1252': 'windows-1252 decoded', bytea: 'text as bytes' };
  const numeric = /^(smallint|integer|bigint|numeric|decimal)\b/.test(profile.candidates[0]?.type ?? '');
  return (
    <>
      {profile.nulTexts === '0' ? null : (
        <Field label={t('plan.policies.nul')} hint={t('plan.policies.count', { amount: format.big(profile.nulTexts) })}>
          {(ids) => (
            <Select {...ids} disabled={disabled} value={chosen.nul} onChange={(event) => onChoose(together({ nul: nulPolicies.find((each) => each === event.target.value) }))}>
              {nulPolicies.map((each) => <option key={each} value={each}>{t(`plan.policies.nulWays.${each}`)}{each === 'reject' ? '' : misfits(each === 'bytea' ? 'text as bytes' : 'nul escaped')}</option>)}
            </Select>
          )}
        </Field>
      )}
      {profile.invalidTexts === '0' ? null : (
        <Field label={t('plan.policies.invalid')} hint={t('plan.policies.invalidHint', { amount: format.big(profile.invalidTexts) })}>
          {(ids) => (
            <Select {...ids} disabled={disabled} value={chosen.invalid} onChange={(event) => onChoose(together({ invalid: invalidPolicies.find((each) => each === event.target.value) }))}>
              {invalidPolicies.map((each) => <option key={each} value={each}>{t(`plan.policies.invalidWays.${each}`)}{each === 'reject' ? '' : misfits(casts[each] ?? 'bytes escaped')}</option>)}
            </Select>
          )}
        </Field>
      )}
      {profile.infinities === '0' || !numeric ? null : (
        <Field label={t('plan.policies.infinity')} hint={t('plan.policies.count', { amount: format.big(profile.infinities) })}>
          {(ids) => (
            <Select {...ids} disabled={disabled} value={decided.infinity ?? infinityPolicies.find((each) => each === type) ?? 'reject'} onChange={(event) => onChoose({ infinity: infinityPolicies.find((each) => each === event.target.value) })}>
              {infinityPolicies.map((each) => <option key={each} value={each}>{t(`plan.policies.infinityWays.${each}`)}</option>)}
            </Select>
          )}
        </Field>
      )}
    </>
  );
}
