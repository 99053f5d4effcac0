import { X } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { Field } from '../../../../shared/model/conversation-mapping.ts';
import { Select } from '../../../ui/fields.tsx';

interface MetadataProps {
  readonly columns: readonly { readonly name: string }[];
  readonly value: readonly Field[];
  readonly onChange: (value: readonly Field[]) => void;
}

/** Columns that are shown as they are, and searched by `meta.`. */
export function MetadataColumns({ columns, value, onChange }: MetadataProps) {
  const { t } = useTranslation();
  const left = columns.filter((column) => !value.some((field) => field.column === column.name));
  const name = (field: Field): string => [field.column, ...(field.path ?? [])].join('.');
  return (
    <div className="grid grid-cols-[7.5rem_1fr] items-start gap-2 text-xs text-ink-soft">
      <span className="pt-1.5">{t('libraries.metadata')}</span>
      <div className="flex flex-wrap items-center gap-1">
        {value.map((field, index) => (
          <span key={name(field)} className="inline-flex h-6 items-center gap-0.5 rounded-full bg-hover pr-0.5 pl-2 font-mono">
            {name(field)}
            <button type="button" aria-label={t('reader.chips.remove', { text: name(field) })} onClick={() => onChange(value.filter((_, other) => other !== index))} className="grid size-5 place-items-center rounded-full hover:bg-raised"><X aria-hidden className="size-3" /></button>
          </span>
        ))}
        {left.length === 0 ? null : (
          <Select fit aria-label={t('libraries.metadataAdd')} className="h-6.5 text-xs" value="" onChange={(event) => event.target.value !== '' && onChange([...value, { column: event.target.value }])}>
            <option value="">{t('libraries.metadataAdd')}</option>
            {left.map((column) => <option key={column.name} value={column.name}>{column.name}</option>)}
          </Select>
        )}
      </div>
    </div>
  );
}
