import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { timeFieldSchema } from '../../../../shared/model/conversation-mapping.ts';
import type { Field, TimeField } from '../../../../shared/model/conversation-mapping.ts';
import { cx } from '../../../ui/cx.ts';
import { Input, Select } from '../../../ui/fields.tsx';
import type { FieldKind } from './mapping-draft.ts';

interface FieldRowProps {
  readonly kind: FieldKind;
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly value: Field | TimeField | undefined;
  readonly problem: string | undefined;
  readonly onChange: (value: Field | TimeField | null) => void;
}

const units = timeFieldSchema.shape.as.unwrap().options;

/** One field: the column it stands in, the path in that column's JSON, and of a time its unit. */
export function FieldRow({ kind, columns, value, problem, onChange }: FieldRowProps) {
  const { t } = useTranslation();
  const id = useId();
  const label = t(`libraries.fields.${kind.name}`);
  const known = value === undefined || columns.some((column) => column.name === value.column);
  const setColumn = (column: string): void => {
    if (column === '') onChange(null);
    else onChange(kind.time ? { column, as: value && 'as' in value ? value.as : 'auto' } : { column });
  };
  const setPath = (text: string): void => {
    if (!value) return;
    const { path: _, ...rest } = value;
    const path = text.split('.').filter((part) => part !== '');
    onChange(path.length === 0 ? rest : { ...rest, path });
  };
  const type = columns.find((column) => column.name === value?.column)?.type;
  return (
    <div className="grid grid-cols-[7.5rem_1fr] items-start gap-2">
      <label htmlFor={id} className={cx('pt-1.5 text-xs', value === undefined && !kind.needed ? 'text-ink-faint' : 'text-ink-soft')}>{label}{kind.needed ? ' *' : ''}</label>
      <div className="min-w-0">
        <div className="flex gap-1.5">
          <Select id={id} className="w-full min-w-0 flex-[1.5] font-mono text-xs" title={type} aria-invalid={problem !== undefined || undefined} aria-describedby={problem === undefined ? undefined : `${id}-problem`} value={value?.column ?? ''} onChange={(event) => setColumn(event.target.value)}>
            <option value="">{t('libraries.noColumn')}</option>
            {known ? null : <option value={value.column}>{value.column}</option>}
            {columns.map((column) => <option key={column.name} value={column.name}>{column.name}</option>)}
          </Select>
          {value === undefined ? null : <Input mono className="w-full min-w-0 flex-1 text-ellipsis" aria-label={`${label}: ${t('libraries.path')}`} title={t('libraries.pathHint')} placeholder={t('libraries.path')} value={value.path?.join('.') ?? ''} onChange={(event) => setPath(event.target.value)} />}
          {value !== undefined && kind.time ? (
            <Select className="w-full min-w-0 flex-[1.1] text-xs" aria-label={`${label}: ${t('libraries.unit')}`} value={'as' in value ? value.as : 'auto'} onChange={(event) => onChange({ ...value, as: units.find((unit) => unit === event.target.value) ?? 'auto' })}>
              {units.map((unit) => <option key={unit} value={unit}>{t(`libraries.units.${unit}`)}</option>)}
            </Select>
          ) : null}
        </div>
        {problem === undefined ? null : <p id={`${id}-problem`} className="mt-0.5 text-xs text-danger-text">{problem}</p>}
      </div>
    </div>
  );
}
