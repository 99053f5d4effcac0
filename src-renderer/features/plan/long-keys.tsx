import { useTranslation } from 'react-i18next';
import { longKeyWays, type Override, type Plan, type PlanTable } from '../../../shared/model/plan.ts';
import { useFormat } from '../../i18n/use-format.ts';
import { Field, Select } from '../../ui/fields.tsx';

interface LongKeysProps {
  readonly plan: Plan;
  readonly table: PlanTable;
  /** As the source names it. */
  readonly column: string;
  readonly decided: Partial<Override>;
  readonly disabled: boolean;
  readonly onChoose: (change: Partial<Override>) => void;
}

const finding = 'plan.finding.long-key-';

/** What becomes of indexes and keys whose entries are too long for PostgreSQL: only at the column that makes them so. */
export function LongKeys({ plan, table, column, decided, disabled, onChoose }: LongKeysProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const found = plan.findings.filter(({ code, table: name, params, database }) => code.startsWith(finding) && name === table.source.table && params?.['column'] === `${name}.${column}` && (database === undefined || database === table.source.database));
  const now = longKeyWays.find((way) => found.some(({ code }) => code === `${finding}${way}`));
  if (now === undefined) return null;
  const names = found.map(({ params }) => params?.['name'] ?? '').join(', ');
  return (
    <Field label={t('plan.longKeys.label')} hint={t('plan.longKeys.hint', { names, bytes: format.big(found[0]?.params?.['bytes']) })}>
      {(ids) => (
        <Select {...ids} disabled={disabled} value={decided.keys ?? now} onChange={(event) => onChoose({ keys: longKeyWays.find((each) => each === event.target.value) })}>
          {longKeyWays.map((each) => <option key={each} value={each}>{t(`plan.longKeys.ways.${each}`)}</option>)}
        </Select>
      )}
    </Field>
  );
}
