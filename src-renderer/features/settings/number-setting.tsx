import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../i18n/use-format.ts';
import { Field, Input } from '../../ui/fields.tsx';

interface NumberSettingProps {
  readonly label: string;
  readonly hint?: string;
  readonly value: number;
  readonly min: number;
  readonly max?: number;
  readonly onSave: (value: number) => void;
}

/** A number saved when the field is left or Enter is pressed; what is not a number is said and not saved. */
export function NumberSetting({ label, hint, value, min, max, onSave }: NumberSettingProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const [text, setText] = useState(String(value));
  useEffect(() => setText(String(value)), [value]);
  const parsed = Number(text.replace(',', '.'));
  const valid = text.trim() !== '' && Number.isFinite(parsed) && parsed >= min && parsed <= (max ?? Number.MAX_SAFE_INTEGER);
  const save = (): void => {
    if (valid && parsed !== value) onSave(parsed);
  };
  return (
    <Field label={label} hint={hint} problem={valid ? undefined : max === undefined ? t('settings.invalid', { min: format.number(min) }) : t('settings.invalidRange', { min: format.number(min), max: format.number(max) })}>
      {(ids) => <Input {...ids} inputMode="decimal" className="tabular max-w-52" value={text} onChange={(event) => setText(event.target.value)} onBlur={save} onKeyDown={(event) => event.key === 'Enter' && save()} />}
    </Field>
  );
}
