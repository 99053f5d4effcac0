import { useTranslation } from 'react-i18next';
import type { ColumnProfile } from '../../../shared/model/assessment.ts';
import type { Cast } from '../../../shared/model/values.ts';
import { useFormat } from '../../i18n/use-format.ts';
import { Badge } from '../../ui/badges.tsx';
import { Button } from '../../ui/button.tsx';
import { Section } from '../../ui/layout.tsx';

interface WaysProps {
  readonly profile: ColumnProfile;
  readonly type: string;
  readonly onUse: (way: { type: string; cast?: Cast | undefined }) => void;
}

/** Proposals of the data and the measured candidates, each with its misfits and examples, each usable at once. */
export function Ways({ profile, type, onUse }: WaysProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const fits = (misfits: string) => (misfits === '0' ? <Badge tone="ok">{t('plan.fitsAll')}</Badge> : <Badge tone="warn">{t('plan.fitsNot', { amount: format.big(misfits) })}</Badge>);
  const name = (way: { type: string; cast?: Cast | undefined }): string => (way.cast === undefined ? way.type : `${way.type} · ${way.cast}`);
  const others = profile.candidates.filter((each) => each.type !== type);
  return (
    <>
      {profile.proposals.length === 0 ? null : (
        <Section title={t('plan.proposals')}>
          <ul className="flex flex-col gap-2">
            {profile.proposals.map((proposal) => (
              <li key={name(proposal)} className="flex flex-col gap-1 rounded-md border p-2">
                <span className="flex items-center gap-2">
                  <span className="min-w-0 flex-1 font-mono text-xs break-words">{name(proposal)}</span>
                  {proposal.type === type ? null : <Button size="sm" onClick={() => onUse(proposal)}>{t('plan.useThis')}<span className="sr-only"> {name(proposal)}</span></Button>}
                </span>
                <span className="text-xs text-ink-soft">{format.describe(proposal)}</span>
                <span className="flex flex-wrap gap-1">
                  <Badge tone="info">{t('plan.matches', { amount: format.big(proposal.matches) })}</Badge>
                  {fits(proposal.misfits)}
                  {proposal.ambiguous ? <Badge tone="warn" title={t('plan.ambiguousHint')}>{t('plan.ambiguous')}</Badge> : null}
                </span>
              </li>
            ))}
          </ul>
        </Section>
      )}
      {others.length === 0 ? null : (
        <Section title={t('plan.candidates')}>
          <ul className="flex flex-col gap-2">
            {others.map((candidate) => (
              <li key={name(candidate)} className="flex flex-col gap-1">
                <span className="flex items-center gap-2">
                  <span className="min-w-0 flex-1 font-mono text-xs break-words">{name(candidate)}</span>
                  {fits(candidate.misfits)}
                  <Button size="sm" onClick={() => onUse(candidate)}>{t('plan.useThis')}<span className="sr-only"> {name(candidate)}</span></Button>
                </span>
                {candidate.examples.slice(0, 3).map((example) => (
                  <span key={example.key} className="border-l-2 border-line pl-2 font-mono text-xs break-words text-ink-soft">{example.key}: {example.value}</span>
                ))}
              </li>
            ))}
          </ul>
        </Section>
      )}
    </>
  );
}
