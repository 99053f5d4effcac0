import { useTranslation } from 'react-i18next';

/** How the core names a table that tables of one name become. */
const merged = / \(merged\)$/;

/** A table's name as a person reads it. */
export function useTableName(): (table: string) => string {
  const { t } = useTranslation();
  return (table) => table.replace(merged, ` (${t('common.mergedTable')})`);
}

/** A source's table; where there are several sources its file stands behind the name, so that a narrow column cuts the file first. */
export function SourceTable({ database, table, several }: { readonly database: string; readonly table: string; readonly several: boolean }) {
  const name = useTableName();
  // It comes of several sources.
  const single = several && !merged.test(table);
  return (
    <span title={single ? `${database}/${table}` : name(table)}>
      {name(table)}
      {single ? <span className="text-xs text-ink-faint"> · {database}</span> : null}
    </span>
  );
}
