import { useTranslation } from 'react-i18next';
import { useCall } from '../../stores/hooks.tsx';
import { Field, Select } from '../../ui/fields.tsx';
import { useFormat } from '../../i18n/use-format.ts';

/** The templates of known programs: what one decides, and the way such a migration goes. */
export function TemplateOption({ value, onChange }: { value: string; onChange: (name: string) => void }) {
  const { t } = useTranslation();
  const { language } = useFormat();
  const templates = useCall('templates/list', {});
  const known = templates.data;
  if (!known) return null;
  const chosen = known.find((template) => template.name === value);
  return (
    <>
      <Field label={t('plan.optionTemplate')} hint={t('plan.optionTemplateHint')} className="max-w-lg">
        {(ids) => (
          <Select {...ids} value={value} onChange={(event) => onChange(event.target.value)}>
            <option value="">{t('plan.noTemplate')}</option>
            {known.map((template) => <option key={template.name} value={template.name}>{template.title[language]}</option>)}
          </Select>
        )}
      </Field>
      {chosen ? (
        <div className="flex flex-col gap-2 rounded border bg-sunken px-4 py-3 text-sm" data-testid="template">
          <p>{chosen.about[language]}</p>
          <ol className="list-decimal pl-5 text-ink-soft">{chosen.steps.map((step) => <li key={step.en}>{step[language]}</li>)}</ol>
        </div>
      ) : null}
    </>
  );
}
