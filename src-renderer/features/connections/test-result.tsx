import { CircleCheck, TriangleAlert } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { CallOutput } from '../../../shared/contract/contract.ts';
import { en } from '../../i18n/texts/connections.ts';
import { useFormat } from '../../i18n/use-format.ts';
import { ErrorBox } from '../../ui/states.tsx';

type Detail = CallOutput<'connections/test'>['details'][number];
type Code = keyof (typeof en)['details'];
type Meaning = keyof (typeof en)['meanings'];
const isCode = (code: string): code is Code => Object.hasOwn(en.details, code);
const isMeaning = (name: string): name is Meaning => Object.hasOwn(en.meanings, name);

/** Answers a migration has to be warned of. */
const warned: ReadonlySet<string> = new Set(['can-create-schema=false', 'read-only=true', 'standby=true', 'pooled=true', 'tls=false', 'encoding=other']);

/** An answer of yes or no, or another one that matters, as the name its meaning has. */
function meaningOf({ code, value }: Detail): string {
  return code === 'encoding' ? (/^utf-?8$/i.test(value) || value.startsWith('UTF-16') ? 'encoding=UTF8' : 'encoding=other') : `${code}=${value}`;
}

/** What a tested connection answered, each answer with what it means, or why it did not answer. */
export function TestResult({ result, error, network = true }: { result: CallOutput<'connections/test'> | undefined; error: unknown; /** Whether the way to it is a network. */ network?: boolean }) {
  const { t } = useTranslation();
  const format = useFormat();
  if (error) return <ErrorBox error={error} title={t('connections.testFailed')} />;
  if (!result) return null;
  const valueOf = ({ code, value }: Detail): string => {
    if (value === '') return '–';
    if (code === 'size-bytes') return format.bytes(value);
    if (code === 'tables') return format.big(value);
    return value === 'true' ? t('common.yes') : value === 'false' ? t('common.no') : value;
  };
  // A replica is read-only anyway, and nobody listens between a program and a server of the same machine.
  const shown = result.details.filter(({ code, value }) => !(code === 'standby' && value === 'false') && !(code === 'pooled' && value === 'false'));
  return (
    <div role="status" className="flex flex-col gap-2.5 rounded-md border border-ok/40 bg-ok-soft px-3 py-2.5">
      <p className="flex items-start gap-2 text-sm font-medium">
        <CircleCheck aria-hidden className="mt-0.5 size-4 shrink-0 text-ok-text" />
        <span className="min-w-0 break-words">
          {t('connections.testOk', { version: t(result.kind === 'sqlite' ? 'connections.sqliteVersion' : 'connections.postgresVersion', { version: result.version }) })} <span className="font-normal text-ink-soft">{t('connections.testTook', { time: format.microseconds(String(Math.round(result.latencyMs * 1000))) })}</span>
        </span>
      </p>
      {shown.length === 0 ? null : (
        <dl className="flex flex-col divide-y divide-ok/25">
          {shown.map((detail) => {
            const name = meaningOf(detail);
            const isWarning = warned.has(name) && (detail.code !== 'tls' || network);
            return (
              <div key={detail.code} className="grid grid-cols-[minmax(0,1fr)_auto] gap-x-3 py-1">
                <dt className="text-xs text-ink-soft">{isCode(detail.code) ? t(`connections.details.${detail.code}`) : detail.code}</dt>
                <dd className="tabular text-right text-xs font-medium break-words">
                  {isWarning ? <TriangleAlert aria-hidden className="mr-1 inline size-3.5 align-[-2px] text-warn-text" /> : null}
                  {valueOf(detail)}
                </dd>
                {isMeaning(name) && (isWarning || !warned.has(name)) ? <dd className="col-span-2 text-xs text-ink-soft">{t(`connections.meanings.${name}`)}</dd> : null}
              </div>
            );
          })}
        </dl>
      )}
    </div>
  );
}
