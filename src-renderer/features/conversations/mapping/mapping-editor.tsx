import { useTranslation } from 'react-i18next';
import { contentAs } from '../../../../shared/model/conversation-mapping.ts';
import type { Field, SourceShape, TimeField } from '../../../../shared/model/conversation-mapping.ts';
import { useFormat } from '../../../i18n/use-format.ts';
import { Checkbox, Select } from '../../../ui/fields.tsx';
import { FieldRow } from './field-row.tsx';
import { MetadataColumns } from './metadata-columns.tsx';
import { entityFrom, entityNames, exchangeFields, fieldsOf, tableOf } from './mapping-draft.ts';
import type { EntityDraft, EntityName, FieldName, MappingDraft } from './mapping-draft.ts';

export interface Problem {
  readonly place: string;
  readonly text: string;
}

interface EditorProps {
  readonly shape: SourceShape;
  readonly draft: MappingDraft;
  readonly problems: readonly Problem[];
  readonly onChange: (draft: MappingDraft) => void;
}

/** Which tables and columns hold what. Everything is chosen from what the database has. */
export function MappingEditor({ shape, draft, problems, onChange }: EditorProps) {
  return (
    <div className="flex flex-col gap-3">
      {entityNames.map((name) => (
        <EntityEditor
          key={name}
          name={name}
          shape={shape}
          entity={draft[name]}
          problems={problems}
          onChange={(entity) => {
            const { [name]: _, ...rest } = draft;
            onChange(entity === null ? rest : { ...rest, [name]: entity });
          }}
        />
      ))}
    </div>
  );
}

interface EntityProps {
  readonly name: EntityName;
  readonly shape: SourceShape;
  readonly entity: EntityDraft | undefined;
  readonly problems: readonly Problem[];
  readonly onChange: (entity: EntityDraft | null) => void;
}

const tableName = (table: { readonly schema: string | null; readonly name: string }): string => (table.schema === null ? table.name : `${table.schema}.${table.name}`);

function EntityEditor({ name, shape, entity, problems, onChange }: EntityProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const table = entity && tableOf(shape, entity.table);
  const problemAt = (place: string): string | undefined => problems.find((each) => each.place === `${name}.${place}` || (place === 'table' && each.place === name))?.text;
  const choose = (chosen: string): void => {
    const found = shape.tables.find((each) => tableName(each) === chosen);
    if (found) onChange(entityFrom(name, found));
    else onChange(null);
  };
  const setField = (field: FieldName, value: Field | TimeField | null): void => {
    if (!entity) return;
    const { [field]: _, ...rest } = entity.fields;
    onChange({ ...entity, fields: value === null ? rest : { ...rest, [field]: value } });
  };
  const setExchange = (field: FieldName, value: Field | null): void => {
    if (!entity?.exchange) return;
    const { [field]: _, ...rest } = entity.exchange;
    onChange({ ...entity, exchange: value === null ? rest : { ...rest, [field]: value } });
  };
  const columns = table?.columns ?? [];
  const tableProblem = problemAt('table');
  return (
    <section aria-label={t(`libraries.entities.${name}`)} className="rounded-lg border">
      <header className="flex flex-wrap items-center gap-x-3 gap-y-1 px-3 py-2">
        <div className="min-w-0 flex-1">
          <h3 className="text-sm font-semibold">{t(`libraries.entities.${name}`)}</h3>
          <p className="text-xs text-ink-faint">{t(`libraries.entityTexts.${name}`)}</p>
        </div>
        <Select fit aria-label={`${t(`libraries.entities.${name}`)}: ${t('libraries.table')}`} aria-invalid={tableProblem !== undefined || undefined} className="font-mono text-xs" value={entity ? tableName(entity.table) : ''} onChange={(event) => choose(event.target.value)}>
          <option value="">{t('libraries.noTable')}</option>
          {entity && !table ? <option value={tableName(entity.table)}>{tableName(entity.table)}</option> : null}
          {shape.tables.map((each) => <option key={tableName(each)} value={tableName(each)}>{tableName(each)}{each.rows === null ? '' : ` (≈ ${format.number(each.rows)})`}</option>)}
        </Select>
        {tableProblem === undefined ? null : <p className="basis-full text-xs text-danger-text">{tableProblem}</p>}
      </header>
      {entity ? (
        <div className="flex flex-col gap-1.5 border-t px-3 py-2.5">
          {name === 'messages' ? <Checkbox label={t('libraries.exchange')} checked={entity.exchange !== null} onChange={(event) => onChange({ ...entity, exchange: event.target.checked ? {} : null })} /> : null}
          {entity.exchange ? exchangeFields.map((field) => (
            <FieldRow key={field.name} kind={field} columns={columns} value={entity.exchange?.[field.name]} problem={problemAt(`exchange.${field.name}`)} onChange={(value) => setExchange(field.name, value)} />
          )) : null}
          {fieldsOf[name].filter((field) => !(entity.exchange && (field.name === 'content' || field.name === 'role' || field.name === 'parts'))).map((field) => (
            <FieldRow key={field.name} kind={field} columns={columns} value={entity.fields[field.name]} problem={problemAt(field.name)} onChange={(value) => setField(field.name, value)} />
          ))}
          {(name === 'messages' && !entity.exchange) || name === 'parts' ? (
            <label className="grid grid-cols-[7.5rem_1fr] items-center gap-2 text-xs text-ink-soft">
              {t('libraries.contentAs')}
              <Select fit value={entity.contentAs} onChange={(event) => onChange({ ...entity, contentAs: contentAs.find((each) => each === event.target.value) ?? 'auto' })}>
                {contentAs.map((each) => <option key={each} value={each}>{t(`libraries.contents.${each}`)}</option>)}
              </Select>
            </label>
          ) : null}
          {name === 'conversations' || name === 'messages' || name === 'tasks' ? <MetadataColumns columns={columns} value={entity.metadata} onChange={(metadata) => onChange({ ...entity, metadata })} /> : null}
        </div>
      ) : null}
    </section>
  );
}
