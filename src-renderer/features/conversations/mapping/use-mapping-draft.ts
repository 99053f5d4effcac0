import { useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CallInput, CallOutput } from '../../../../shared/contract/contract.ts';
import { mappingSchema } from '../../../../shared/model/conversation-mapping.ts';
import type { Mapping } from '../../../../shared/model/conversation-mapping.ts';
import { en } from '../../../i18n/texts/libraries.ts';
import { useFormat } from '../../../i18n/use-format.ts';
import { useCall } from '../../../stores/hooks.tsx';
import type { Problem } from './mapping-editor.tsx';
import { draftOf, inputOf, lackingIn } from './mapping-draft.ts';
import type { MappingDraft } from './mapping-draft.ts';

type Told = keyof (typeof en)['problemTexts'];
const isTold = (code: string): code is Told => Object.hasOwn(en.problemTexts, code);

export interface MappingWork {
  readonly draft: MappingDraft;
  set(draft: MappingDraft): void;
  /** null while something needed is missing. */
  readonly mapping: Mapping | null;
  readonly preview: CallOutput<'libraries/preview'> | undefined;
  readonly pending: boolean;
  readonly error: unknown;
  readonly problems: readonly Problem[];
}

/** A mapping being edited, with what the core reads by it: asked again a moment after the last change. */
export function useMappingDraft(source: string, start: Mapping): MappingWork {
  const { t } = useTranslation();
  const format = useFormat();
  const [draft, setDraft] = useState<MappingDraft>(() => draftOf(start));
  const parsed = useMemo(() => mappingSchema.safeParse(inputOf(draft)), [draft]);
  const lacking = useMemo(() => lackingIn(draft), [draft]);
  const mapping = parsed.success && lacking.size === 0 ? parsed.data : null;
  const [settled, setSettled] = useState<Mapping | null>(mapping);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(mapping), 300);
    return () => clearTimeout(timer);
  }, [mapping]);
  const input: CallInput<'libraries/preview'> | null = settled === null ? null : { source, mapping: settled };
  const answer = useCall('libraries/preview', input);
  const [kept, setKept] = useState(answer.data);
  if (answer.data && answer.data !== kept) setKept(answer.data);
  const preview = answer.data ?? kept;
  const told = (code: string, params: Readonly<Record<string, string>>): string => {
    const short = code.replace(/^mapping\./u, '');
    if (!isTold(short)) return format.describe({ code, params });
    const text = t(`libraries.problemTexts.${short}`, { table: params['table'] ?? '', column: params['column'] ?? '' });
    return params['suggestion'] === undefined || params['suggestion'] === '' ? text : `${text} ${t('libraries.perhaps', { name: params['suggestion'] })}`;
  };
  const problems: Problem[] = [
    ...[...lacking].map((place) => ({ place, text: t('libraries.needed') })),
    ...(settled === null ? [] : (preview?.problems ?? [])).map(({ place, code, params }) => ({ place, text: told(code, params) })),
  ];
  return { draft, set: setDraft, mapping, preview, pending: answer.pending, error: answer.error, problems };
}
