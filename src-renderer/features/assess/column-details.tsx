import { useTranslation } from 'react-i18next';
import type { ColumnProfile } from '../../../shared/model/assessment.ts';
import { useFormat } from '../../i18n/use-format.ts';
import { Badge } from '../../ui/badges.tsx';
import { ClassLegend } from '../../ui/class-bar.tsx';
import { Facts, Section } from '../../ui/layout.tsx';

/** Everything measured about one column: classes, ranges, ways to cross with examples, proposals. */
export function ColumnDetails({ column }: { column: ColumnProfile }) {
  const { t } = useTranslation();
  const format = useFormat();
  const special = [
    [t('assess.nulTexts'), column.nulTexts],
    [t('assess.invalidTexts'), column.invalidTexts],
    [t('assess.infinities'), column.infinities],
    [t('assess.beyond32'), column.beyond32],
    [t('assess.beyond53'), column.beyond53],
    [t('assess.untrimmed'), column.untrimmed],
  ].filter(([, count]) => count !== '0');
  return (
    <div className="flex flex-col gap-5 p-4" data-testid="column-details">
      <div>
        <h2 className="font-semibold break-words">{column.name}</h2>
        <p className="font-mono text-xs text-ink-soft">{column.declared === '' ? t('assess.undeclared') : column.declared}</p>
      </div>
      <Section title={t('assess.stored')}><ClassLegend classes={column.classes} /></Section>
      <Facts
        columns={1}
        facts={[
          column.minInteger === undefined ? null : [t('assess.range'), `${format.big(column.minInteger)} … ${format.big(column.maxInteger)}`],
          column.minReal === undefined ? null : [t('assess.range'), `${column.minReal} … ${column.maxReal ?? ''}`],
          column.maxChars === undefined ? null : [t('assess.longest'), `${t('assess.chars', { amount: format.number(column.maxChars) })}${column.maxBytes === undefined ? '' : ` · ${format.bytes(column.maxBytes)}`}`],
          column.distinctEstimate === undefined ? null : [t('assess.distinct'), format.big(column.distinctEstimate)],
        ]}
      />
      {special.length === 0 ? null : (
        <Section title={t('assess.special')}>
          <Facts columns={1} facts={special.map(([name = '', count]) => [name, format.big(count)] as const)} />
        </Section>
      )}
      <Section title={t('assess.candidates')}>
        <ul className="flex flex-col gap-3">
          {column.candidates.map((candidate) => (
            <li key={`${candidate.type} ${candidate.cast ?? ''}`} className="text-sm">
              <span className="flex items-center gap-2">
                <span className="min-w-0 flex-1 font-mono text-xs break-words">{candidate.type}{candidate.cast === undefined ? '' : ` · ${t(`plan.casts.${candidate.cast}`)}`}</span>
                <Badge tone={candidate.misfits === '0' ? 'ok' : 'warn'}>{candidate.misfits === '0' ? t('assess.allFit') : t('assess.someMisfit', { amount: format.big(candidate.misfits) })}</Badge>
              </span>
              {candidate.examples.length === 0 ? null : (
                <ul className="mt-1 flex flex-col gap-0.5 border-l-2 border-line pl-2 text-xs text-ink-soft">
                  {candidate.examples.map((example) => (
                    <li key={example.key} className="break-words"><span className="font-mono">{example.key}</span>: <span className="font-mono text-ink">{example.value}</span> ({format.describe({ code: example.code })})</li>
                  ))}
                </ul>
              )}
            </li>
          ))}
        </ul>
      </Section>
      {column.proposals.length === 0 ? null : (
        <Section title={t('assess.proposals')}>
          <ul className="flex flex-col gap-2 text-sm">
            {column.proposals.map((proposal) => (
              <li key={`${proposal.type} ${proposal.cast ?? ''}`}>
                <span className="font-mono text-xs">{proposal.type}{proposal.cast === undefined ? '' : ` · ${proposal.cast}`}</span>{' '}
                {proposal.ambiguous ? <Badge tone="warn">{t('assess.ambiguous')}</Badge> : null}
                <span className="block text-xs text-ink-soft">{format.describe(proposal)} · {t('assess.proposalMatches', { amount: format.big(proposal.matches) })}{proposal.misfits === '0' ? '' : ` · ${t('assess.someMisfit', { amount: format.big(proposal.misfits) })}`}</span>
              </li>
            ))}
          </ul>
        </Section>
      )}
    </div>
  );
}
