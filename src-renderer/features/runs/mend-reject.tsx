import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { mendedValueSchema, type MendedValue, type Reject, type Run } from '../../../shared/model/run.ts';
import { storageClasses, type StorageClass, type TypedValue } from '../../../shared/model/values.ts';
import { useAction } from '../../stores/hooks.tsx';
import { Button } from '../../ui/button.tsx';
import { Checkbox, Field, Input, Select, TextArea } from '../../ui/fields.tsx';
import { ErrorBox } from '../../ui/states.tsx';

interface Draft {
  readonly column: string;
  readonly kind: StorageClass;
  readonly text: string;
}

/** What stands in the row, to be changed; bytes that are no valid text are no place to begin. */
function draftOf(column: string, value: TypedValue): Draft {
  if (value === null) return { column, kind: 'text', text: '' };
  const [kind, text] = value;
  return kind === 'text-hex' ? { column, kind: 'text', text: '' } : { column, kind, text };
}

function valueOf({ column, kind, text }: Draft): MendedValue {
  return kind === 'null' ? { column, value: null } : { column, value: [kind, text] };
}

/** By the rules that the core itself goes by. */
function isValid(draft: Draft): boolean {
  return mendedValueSchema.safeParse(valueOf(draft)).success;
}

/** Other values for a rejected row of a run that waits: it is loaded with them at once, and stands in the target when the run goes on. */
export function MendReject({ run, reject, onDone }: { run: Run; reject: Reject; onDone: () => void }) {
  const { t } = useTranslation();
  const mend = useAction('runs/mend');
  const [drafts, setDrafts] = useState<readonly Draft[]>([draftOf(reject.column, reject.row[reject.column] ?? null)]);
  const [alike, setAlike] = useState(false);
  const others = Object.keys(reject.row).filter((name) => !drafts.some(({ column }) => column === name));
  const change = (column: string, part: Partial<Draft>): void => {
    mend.clear();
    setDrafts(drafts.map((each) => (each.column === column ? { ...each, ...part } : each)));
  };
  const go = async (): Promise<void> => {
    const done = await mend.run({ id: run.id, reject: reject.id, values: drafts.map(valueOf), ...(alike ? { alike } : {}) });
    if (done !== undefined) onDone();
  };
  return (
    <form
      aria-label={t('runs.mend')}
      data-testid="mend"
      className="flex flex-col gap-2 rounded-md border px-3 py-2"
      onSubmit={(event) => {
        event.preventDefault();
        void go();
      }}
    >
      <h3 className="text-sm font-semibold">{t('runs.mend')}</h3>
      <p className="text-xs text-ink-soft">{t('runs.mendText')}</p>
      {drafts.map((draft) => (
        <div key={draft.column} className="flex flex-col gap-1">
          <div className="flex items-end gap-2">
            <Field label={draft.column} className="min-w-0 flex-1" {...(isValid(draft) ? {} : { problem: t('runs.mendInvalid') })}>
              {(ids) => (draft.kind === 'text' && draft.text.includes('\n')
                ? <TextArea {...ids} rows={3} value={draft.text} onChange={(event) => change(draft.column, { text: event.target.value })} />
                : <Input {...ids} mono disabled={draft.kind === 'null'} value={draft.kind === 'null' ? '' : draft.text} placeholder={draft.kind === 'null' ? 'NULL' : ''} onChange={(event) => change(draft.column, { text: event.target.value })} />)}
            </Field>
            <Select className="w-24 shrink-0" aria-label={t('runs.mendType', { column: draft.column })} value={draft.kind} onChange={(event) => change(draft.column, { kind: storageClasses.find((each) => each === event.target.value) ?? 'text' })}>
              {storageClasses.map((each) => <option key={each} value={each}>{each === 'blob' ? t('runs.mendHex') : t(`common.classes.${each}`)}</option>)}
            </Select>
          </div>
        </div>
      ))}
      {others.length === 0 ? null : (
        <Select fit aria-label={t('runs.mendMore')} value="" onChange={(event) => setDrafts([...drafts, draftOf(event.target.value, reject.row[event.target.value] ?? null)])}>
          <option value="">{t('runs.mendMore')}</option>
          {others.map((name) => <option key={name} value={name}>{name}</option>)}
        </Select>
      )}
      <Checkbox checked={alike} onChange={(event) => setAlike(event.target.checked)} label={t('runs.mendAlike')} hint={t('runs.mendAlikeHint', { table: reject.table, column: reject.column })} />
      <ErrorBox error={mend.error} />
      <div><Button type="submit" variant="primary" busy={mend.pending} disabled={!drafts.every(isValid)}>{t('runs.mendLoad')}</Button></div>
    </form>
  );
}
