import { sameWay } from '../keys/index.ts';
import { columnOf } from './plan-keys.ts';
import type { DraftTable } from './types.ts';
import { sameName } from '../../../shared/pure/fold-name.ts';

/**
 * True where the assessment counted a key's rows under the ways that the plan gives its columns; a person, a template or another share of
 * rejects may have changed them since.
 */
export function countedAs(table: DraftTable, columns: readonly string[]): boolean {
  const { keyWays } = table.assessed;
  if (keyWays === undefined) return true;
  return columns.every((name) => {
    const counted = keyWays.find((each) => sameName(each.column, name));
    const planned = columnOf(table, name);
    return counted === undefined || planned === undefined || sameWay({ type: counted.type, cast: counted.cast }, { type: planned.type, cast: planned.cast });
  });
}
