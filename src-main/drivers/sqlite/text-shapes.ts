import { quoteIdent } from '../../../shared/pure/quote.ts';
import { tableItselfOf } from './table-itself.ts';
import type { SqliteDb } from './types.ts';

export interface ShapedColumn {
  readonly table: string;
  readonly column: string;
}

/**
 * The one shape all texts of a column share, every digit written as 9 (`9999-99-99 99:99:99`), or null where there are several,
 * or where a value is no text. In the order of the columns asked for.
 */
export function readTextShapes(db: SqliteDb, columns: readonly ShapedColumn[]): (string | null)[] {
  return columns.map(({ table, column }) => {
    const name = quoteIdent(column);
    const shape = [...'012345678'].reduce((inner, digit) => `replace(${inner}, '${digit}', '9')`, name);
    const rows = db
      .prepare<[], { shape: string | null }>(`SELECT DISTINCT CASE WHEN typeof(${name}) = 'text' THEN ${shape} END AS shape FROM ${tableItselfOf(db, table)} WHERE ${name} IS NOT NULL LIMIT 2`)
      .all();
    return rows.length === 1 ? (rows[0]?.shape ?? null) : null;
  });
}
