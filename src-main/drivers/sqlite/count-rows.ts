import { TravessiaError } from '../../../shared/contract/errors.ts';
import { sqliteError } from './errors-map.ts';
import { countOfRows, tableItselfOf } from './table-itself.ts';
import type { SqliteDb } from './types.ts';

export interface RowCount {
  readonly rows: number;
  /** All rows of the table. */
  readonly of: number;
}

/**
 * Rows of a table that a condition lets through.
 * @throws TravessiaError INVALID_INPUT where SQLite does not understand the condition
 */
export function countWhere(db: SqliteDb, table: string, condition: string): RowCount {
  const from = `FROM ${tableItselfOf(db, table)}`;
  const count = (sql: string): number => Number(db.prepare<unknown[], bigint | number>(sql).pluck().get() ?? 0);
  let of: number;
  try {
    of = count(`SELECT ${countOfRows} ${from}`);
  } catch (error) {
    throw sqliteError(error, db.name);
  }
  try {
    return { rows: count(`SELECT ${countOfRows} ${from} WHERE (${condition}\n)`), of };
  } catch (error) {
    throw new TravessiaError('INVALID_INPUT', {
      message: `The condition on table ${table} cannot be used: ${error instanceof Error ? error.message : String(error)}.`,
      hint: 'Write it as after WHERE in SQLite, on the names of the source’s columns, for example: user_id <= 500.', cause: error,
    });
  }
}
