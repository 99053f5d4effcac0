import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { describe } from '../../shared/pure/texts/index.ts';
import type { Language } from '../../shared/pure/texts/index.ts';
import { retell, retellDetail, retellError, retellReject } from '../../shared/pure/texts/retell.ts';
import { formatAgo, formatBig, formatBytes, formatDateTime, formatDay, formatDuration, formatMicroseconds, formatNumber, formatShare, formatShortDay, formatSpan, formatTime } from './format.ts';

interface Coded {
  readonly code: string;
  readonly params?: Readonly<Record<string, string>> | undefined;
  readonly table?: string | undefined;
  readonly column?: string | undefined;
  readonly object?: string | undefined;
  readonly count?: string | undefined;
}

/** The formatters of the language shown. */
export function useFormat() {
  const { i18n } = useTranslation();
  const language: Language = i18n.language === 'pt-BR' ? 'pt-BR' : 'en';
  return useMemo(
    () => ({
      language,
      big: (text: string | null | undefined) => formatBig(text, language),
      number: (value: number | null | undefined, digits?: number) => formatNumber(value, language, digits),
      bytes: (value: number | string | null | undefined) => formatBytes(value, language),
      duration: (seconds: number | null | undefined) => formatDuration(seconds, language),
      microseconds: (text: string) => formatMicroseconds(text, language),
      share: (value: number | null | undefined) => formatShare(value, language),
      dateTime: (iso: string | null | undefined, seconds?: boolean) => formatDateTime(iso, language, seconds),
      time: (iso: string | null | undefined) => formatTime(iso, language),
      shortDay: (iso: string | null | undefined) => formatShortDay(iso, language, Date.now()),
      day: (milliseconds: number, whole?: boolean) => formatDay(milliseconds, language, whole),
      span: (seconds: number) => formatSpan(seconds, language),
      ago: (iso: string | null | undefined) => formatAgo(iso, language, Date.now()),
      /** A sentence the core kept instead of its code, in the language shown; null where it cannot be told. */
      retell: (sentence: string, prefix: string) => retell(sentence, prefix, language),
      /** What an error says or advises, in the language shown; null where it cannot be told. */
      retellError: (sentence: string, part: 'message' | 'hint') => retellError(sentence, part, language),
      retellDetail: (detail: string) => retellDetail(detail, language),
      retellReject: (reason: string) => retellReject(reason, language),
      /** The kind of an object of a database (index, foreign key …) as the evidence names it. */
      objectKind: (kind: string) => { const code = `evidence.kind.${kind}`; const name = describe(code, {}, language); return name === code ? kind : name; },
      /** The sentence of a finding, a reason or a reject code, as the command line and the evidence say it. */
      describe: (coded: Coded) => describe(coded.code, paramsOf(coded, language), language),
    }),
    [language],
  );
}

export type Format = ReturnType<typeof useFormat>;

/** Parameters that are numbers of something wherever they stand. */
const amounts = ['bytes', 'rows', 'pages', 'misfits', 'backslashes'] as const;

function paramsOf(coded: Coded, language: Language): Record<string, string> {
  const params: Record<string, string> = { ...coded.params };
  // A finding names what an error said.
  const { message } = params;
  if (message !== undefined) params['message'] = retellError(message, 'message', language) ?? message;
  if (coded.table !== undefined) params['table'] ??= coded.table;
  if (coded.column !== undefined) params['column'] ??= coded.column;
  if (coded.object !== undefined) params['object'] ??= coded.object;
  for (const name of amounts) if (/^\d+$/.test(params[name] ?? '')) params[name] = formatBig(params[name], language);
  if (coded.count !== undefined) params['count'] = formatBig(coded.count, language);
  return params;
}
