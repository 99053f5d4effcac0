import { CircleCheck } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { CallOutput } from '../../../shared/contract/contract.ts';
import { en } from '../../i18n/texts/connections.ts';
import { useFormat } from '../../i18n/use-format.ts';
import { Facts } from '../../ui/layout.tsx';
import { ErrorBox } from '../../ui/states.tsx';

type Detail = keyof (typeof en)['details'];
const isDetail = (code: string): code is Detail => Object.hasOwn(en.details, code);

/** What a tested connection answered, or why it did not. */
export function TestResult({ result, error }: { result: CallOutput<'connections/test'> | undefined; error: unknown }) {
  const { t } = useTranslation();
  const format = useFormat();
  if (error) return <ErrorBox error={error} title={t('connections.testFailed')} />;
  if (!result) return null;
  return (
    <div role="status" className="flex flex-col gap-2 rounded-md border border-ok/40 bg-ok-soft px-3 py-2.5">
      <p className="flex items-center gap-2 text-sm font-medium">
        <CircleCheck aria-hidden className="size-4 shrink-0 text-ok-text" />
        <span className="min-w-0 break-words">
          {t('connections.testOk', { version: result.version })} <span className="font-normal text-ink-soft">{t('connections.testTook', { time: format.duration(result.latencyMs / 1000) })}</span>
        </span>
      </p>
      {result.details.length === 0 ? null : <Facts facts={result.details.map(({ code, value }) => [isDetail(code) ? t(`connections.details.${code}`) : format.describe({ code }), value] as const)} />}
    </div>
  );
}
