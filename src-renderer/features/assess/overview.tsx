import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Assessment } from '../../../shared/model/assessment.ts';
import { useFormat } from '../../i18n/use-format.ts';
import type { Format } from '../../i18n/use-format.ts';
import { useAction } from '../../stores/hooks.tsx';
import { Badge, Grade } from '../../ui/badges.tsx';
import { Button } from '../../ui/button.tsx';
import { Field, Input } from '../../ui/fields.tsx';
import { Facts, Section } from '../../ui/layout.tsx';
import { ErrorBox } from '../../ui/states.tsx';

const gibibyte = 1024 ** 3;
type Measure = Assessment['decision']['reasons'][number]['measure'];

function measureText(measure: Measure, value: number | null, format: Format): string {
  if (measure === 'memoryBytes') return format.bytes(value);
  if (measure === 'startupSeconds') return format.duration(value);
  return format.number(value);
}

export function Overview({ assessment }: { assessment: Assessment }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { file, integrity, estimate, decision } = assessment;
  const amiss = (lines: readonly string[]): readonly string[] => lines.filter((line) => line !== 'ok');
  const check = (lines: readonly string[]): string => (lines.length === 0 ? t('assess.notRun') : amiss(lines).length === 0 ? t('assess.ok') : t('assess.messages', { amount: format.number(amiss(lines).length) }));
  const messages = [...new Set([...amiss(integrity.quickCheck), ...amiss(integrity.integrityCheck)])];
  const broken = assessment.views.filter((view) => view.broken !== undefined).length;
  return (
    <div className="grid max-w-6xl gap-x-10 gap-y-8 pb-6 lg:grid-cols-2">
      <div className="flex flex-col gap-8">
        <Section title={t('assess.grade')}>
          <div className="flex items-center gap-3">
            <Grade grade={assessment.grade} large />
            <p className="text-sm">{t(`assess.gradeTexts.${assessment.grade}`)}</p>
          </div>
        </Section>
        <Section title={t('assess.decision')}>
          <p className="text-lg font-semibold" data-testid="verdict">{t(`assess.verdicts.${decision.verdict}`)}</p>
          <table className="tabular w-full text-sm">
            <thead>
              <tr className="border-b text-left text-xs text-ink-soft">
                <th scope="col" className="py-1 font-medium"><span className="sr-only">{t('assess.decision')}</span></th>
                <th scope="col" className="py-1 pr-3 text-right font-medium">{t('assess.measured')}</th>
                <th scope="col" className="py-1 pr-3 text-right font-medium">{t('assess.threshold')}</th>
                <th scope="col" className="py-1 font-medium"><span className="sr-only">{t('common.state')}</span></th>
              </tr>
            </thead>
            <tbody>
              {decision.reasons.map((reason) => (
                <tr key={reason.measure} className="border-b border-line/60">
                  <th scope="row" className="py-1.5 text-left font-normal">{t(`assess.measures.${reason.measure}`)}</th>
                  <td className="py-1.5 pr-3 text-right">{measureText(reason.measure, reason.value, format)}</td>
                  <td className="py-1.5 pr-3 text-right text-ink-soft">{measureText(reason.measure, reason.threshold, format)}</td>
                  <td className="py-1.5">
                    {reason.over === null ? <Badge>{t('assess.open')}</Badge> : reason.over ? <Badge tone="warn">{t('assess.over')}</Badge> : <Badge tone="ok">{t('assess.under')}</Badge>}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </Section>
        <Questions key={JSON.stringify(assessment.answers)} assessment={assessment} />
      </div>
      <div className="flex flex-col gap-8">
        <Section title={t('assess.file')}>
          <Facts
            facts={[
              [t('assess.path'), <span key="path" className="font-mono text-xs break-all">{assessment.source}</span>],
              [t('assess.fileSize'), format.bytes(file.bytes)],
              [t('assess.rows'), format.big(assessment.rows)],
              [t('assess.tableCount'), format.number(assessment.tables.length)],
              [t('assess.views'), `${format.number(assessment.views.length)}${broken > 0 ? ` (${t('assess.viewsBroken', { amount: format.number(broken) })})` : ''}`],
              [t('assess.triggers'), format.number(assessment.triggers.length)],
              [t('assess.encoding'), file.encoding],
              [t('assess.journal'), file.journalMode],
              [t('assess.wal'), format.bytes(file.walBytes)],
              [t('assess.pages'), `${format.number(file.pageCount)} (${format.number(file.freePages)})`],
              [t('assess.sqlite'), file.sqliteVersion],
            ]}
          />
        </Section>
        <Section title={t('assess.estimate')}>
          <Facts facts={[[t('assess.estimateSeconds'), format.duration(estimate.seconds)], [t('assess.estimateBytes'), format.bytes(estimate.targetBytes)]]} />
          <p className="text-xs text-ink-faint">{t('assess.estimateHint')}</p>
        </Section>
        <Section title={t('assess.integrity')}>
          <Facts
            facts={[
              [t('assess.quickCheck'), check(integrity.quickCheck)],
              [t('assess.integrityCheck'), check(integrity.integrityCheck)],
              ...((integrity.tablesByPages ?? 0) > 0 ? [[t('assess.tablesByPages'), format.number(integrity.tablesByPages ?? 0)] as const] : []),
              [t('assess.foreignKeyCheck'), format.big(integrity.foreignKeyCheck)],
            ]}
          />
          {messages.length === 0 ? null : (
            // SQLite's own words, of which there may be hundreds.
            <ul aria-label={t('assess.messageList')} lang="en" tabIndex={0} className="flex max-h-40 flex-col gap-0.5 overflow-y-auto rounded-md border bg-sunken px-3 py-2 font-mono text-xs break-words" data-testid="integrity-messages">
              {messages.map((message) => <li key={message}>{message}</li>)}
            </ul>
          )}
        </Section>
      </div>
    </div>
  );
}

/** Start-up time, memory and instances: asked for, because the file cannot tell. */
function Questions({ assessment }: { assessment: Assessment }) {
  const { t } = useTranslation();
  const answer = useAction('assess/answer');
  const { startupSeconds, memoryBytes, instances } = assessment.answers;
  const [text, setText] = useState({
    startup: startupSeconds?.toString() ?? '',
    memory: memoryBytes === undefined ? '' : String(memoryBytes / gibibyte),
    instances: instances?.toString() ?? '',
  });
  const number = (value: string): number | undefined => {
    const parsed = Number(value.replace(',', '.'));
    return value.trim() === '' || !Number.isFinite(parsed) || parsed < 0 ? undefined : parsed;
  };
  const save = (): void => {
    const startup = number(text.startup);
    const memory = number(text.memory);
    const count = number(text.instances);
    void answer.run({
      id: assessment.id,
      answers: {
        ...(startup === undefined ? {} : { startupSeconds: startup }),
        ...(memory === undefined ? {} : { memoryBytes: Math.round(memory * gibibyte) }),
        ...(count === undefined ? {} : { instances: count }),
      },
    });
  };
  const field = (label: string, key: keyof typeof text) => (
    <Field label={label}>{(ids) => <Input {...ids} inputMode="decimal" className="tabular" value={text[key]} onChange={(event) => setText({ ...text, [key]: event.target.value })} />}</Field>
  );
  return (
    <Section title={t('assess.questions')}>
      <p className="text-sm text-ink-soft">{t('assess.questionsHint')}</p>
      <form
        className="flex flex-col gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          save();
        }}
      >
        <div className="grid grid-cols-3 gap-3">
          {field(t('assess.startupSeconds'), 'startup')}
          {field(t('assess.memoryGiB'), 'memory')}
          {field(t('assess.instances'), 'instances')}
        </div>
        <div><Button type="submit" busy={answer.pending}>{t('assess.answer')}</Button></div>
        <ErrorBox error={answer.error} />
      </form>
    </Section>
  );
}
