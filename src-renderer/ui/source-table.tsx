/** A source's table; where there are several sources its file stands behind the name, so that a narrow column cuts the file first. */
export function SourceTable({ database, table, several }: { readonly database: string; readonly table: string; readonly several: boolean }) {
  return (
    <span title={several ? `${database}/${table}` : table}>
      {table}
      {several ? <span className="text-xs text-ink-faint"> · {database}</span> : null}
    </span>
  );
}
