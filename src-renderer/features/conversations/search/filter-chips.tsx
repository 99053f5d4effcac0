import { useState } from 'react';
import type { ReactNode } from 'react';
import { ChevronDown, X } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { hasValues } from '../../../../shared/model/conversation-query.ts';
import { withFilter, withoutPart } from '../../../../shared/pure/conversation-query/index.ts';
import type { OperatorName, QueryPart } from '../../../../shared/pure/conversation-query/index.ts';
import { Button, buttonClass } from '../../../ui/button.tsx';
import { cx } from '../../../ui/cx.ts';
import { Checkbox, Field, Input } from '../../../ui/fields.tsx';
import { Popover } from '../../../ui/popover.tsx';
import { parseOptions, useParse } from './use-parse.ts';

interface ChipsProps {
  readonly line: string;
  readonly onSearch: (line: string) => void;
  /** Models and users seen in what is loaded, offered for choosing. */
  readonly models: readonly string[];
  readonly users: readonly string[];
}

const roles = ['user', 'assistant', 'system', 'tool'] as const;

/** Filters as chips. They are pieces of the search line: adding or taking one away edits that line. */
export function FilterChips({ line, onSearch, models, users }: ChipsProps) {
  const { t } = useTranslation();
  const { parts } = useParse(line);
  const filters = parts.filter((part) => part.kind === 'filter');
  const add = (operator: OperatorName, value: string, not = false): void => onSearch(withFilter(line, { operator, value, not }, parseOptions()));
  return (
    <div className="flex min-w-0 flex-1 flex-wrap items-center gap-1 compact:basis-auto">
      {filters.map((part) => <Chip key={part.from} part={part} text={line.slice(part.from, part.to)} onRemove={() => onSearch(withoutPart(line, part))} />)}
      <Choice label={t('reader.chips.role')} options={roles.map((value) => ({ value, label: t(`reader.roles.${value}`) }))} onChoose={(value, not) => add('role', value, not)} />
      <Choice label={t('reader.chips.model')} options={models.map((value) => ({ value, label: value }))} free onChoose={(value, not) => add('model', value, not)} />
      <Choice label={t('reader.chips.user')} options={users.map((value) => ({ value, label: value }))} free onChoose={(value, not) => add('user', value, not)} />
      <Choice label={t('reader.chips.after')} date onChoose={(value) => add('after', value)} />
      <Choice label={t('reader.chips.before')} date onChoose={(value) => add('before', value)} />
      <Choice label={t('reader.chips.has')} options={hasValues.map((value) => ({ value, label: t(`reader.chips.hasValues.${value}`) }))} onChoose={(value, not) => add('has', value, not)} />
    </div>
  );
}

function Chip({ part, text, onRemove }: { part: QueryPart; text: string; onRemove: () => void }) {
  const { t } = useTranslation();
  return (
    <span className={cx('inline-flex h-6 max-w-72 items-center gap-0.5 rounded-full pr-0.5 pl-2 text-xs', part.not ? 'bg-warn-soft text-warn-text' : 'bg-accent-soft text-accent-text')}>
      <span className="truncate" title={text}>{text}</span>
      <button type="button" aria-label={t('reader.chips.remove', { text })} onClick={onRemove} className="grid size-5 place-items-center rounded-full hover:bg-hover">
        <X aria-hidden className="size-3" />
      </button>
    </span>
  );
}

interface ChoiceProps {
  readonly label: string;
  readonly options?: readonly { readonly value: string; readonly label: string }[];
  /** Any value may be written. */
  readonly free?: boolean;
  readonly date?: boolean;
  readonly onChoose: (value: string, not: boolean) => void;
}

function Choice({ label, options = [], free = false, date = false, onChoose }: ChoiceProps) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const [not, setNot] = useState(false);
  const [text, setText] = useState('');
  const choose = (value: string): void => {
    if (value.trim() === '') return;
    setOpen(false);
    setText('');
    onChoose(value.trim(), not);
    setNot(false);
  };
  const trigger: ReactNode = (
    <button type="button" className={cx(buttonClass('ghost', 'sm'), 'h-6 rounded-full px-2 font-normal')}>
      {label}
      <ChevronDown aria-hidden className="size-3" />
    </button>
  );
  return (
    <Popover trigger={trigger} label={label} open={open} onOpenChange={setOpen} className="flex w-56 flex-col gap-2">
      {options.length === 0 ? null : (
        <ul className="-mx-1.5 flex max-h-60 flex-col overflow-y-auto">
          {options.map((option) => (
            <li key={option.value}>
              <button type="button" onClick={() => choose(option.value)} className="w-full truncate rounded-sm px-1.5 py-1 text-left text-sm hover:bg-hover" title={option.label}>{option.label}</button>
            </li>
          ))}
        </ul>
      )}
      {free || date ? (
        <form
          className="flex items-end gap-1.5"
          onSubmit={(event) => {
            event.preventDefault();
            choose(text);
          }}
        >
          <Field className="flex-1" label={date ? label : t('reader.chips.value')}>{(ids) => <Input {...ids} autoFocus type={date ? 'date' : 'text'} value={text} onChange={(event) => setText(event.target.value)} />}</Field>
          <Button type="submit">{t('reader.chips.apply')}</Button>
        </form>
      ) : null}
      {date ? null : <Checkbox className="text-xs" label={t('reader.chips.exclude')} checked={not} onChange={(event) => setNot(event.target.checked)} />}
    </Popover>
  );
}
