import { columnSql, selectSql, tableFrom } from '../sql.ts';
import { cellText, type Row } from '../cells.ts';
import type { ScanContext } from '../program.ts';
import type { RowReader } from '../row-source.ts';

/** Rows of a table beside the messages, by the message they belong to; empty where there is no such table or column. `columns` that are missing are left out. */
export async function rowsBeside(context: ScanContext, reader: RowReader, name: string, link: string, columns: readonly string[], keys: readonly string[], order: readonly string[] = []): Promise<ReadonlyMap<string, readonly Row[]>> {
  const table = context.beside(name);
  const found = new Map<string, Row[]>();
  if (table === null || !table.columns.includes(link) || keys.length === 0) return found;
  const read = [link, ...columns.filter((column) => column !== link && table.columns.includes(column))];
  const { sql, columns: names } = selectSql(context.dialect, `${tableFrom(table).sql} x`, 'x', read);
  const own = columnSql('x', link);
  const where = context.dialect === 'sqlite' ? `${own} IN (SELECT value FROM json_each(@keys))` : `${own}::text IN (SELECT jsonb_array_elements_text($1::jsonb))`;
  const ordered = order.filter((column) => table.columns.includes(column) || column === 'rowid').map((column) => columnSql('x', column));
  const rows = await reader.all({ sql: `${sql} WHERE ${where}${ordered.length === 0 ? '' : ` ORDER BY ${ordered.join(', ')}`}`, columns: names, keys });
  for (const row of rows) {
    const key = cellText(row[link]) ?? '';
    const list = found.get(key) ?? [];
    list.push(row);
    found.set(key, list);
  }
  return found;
}

/** Key of the row behind a message. */
export const baseKey = (key: string): string => key.replace(/#[01s]$/, '');
