import { asText, lastDigits, mayHoldReals, plain } from './coerce.ts';
import type { ColumnTarget } from './context.ts';
import { Untranslatable } from './errors.ts';
import { fitValue } from './fit-value.ts';
import { baseType, isNumber } from './typed.ts';
import type { Typed } from './typed.ts';

const integers = new Set(['bigint', 'integer', 'smallint']);

/**
 * A value as it goes into a column that a trigger writes. The column's type came from the source's values, so a value that only some
 * rows could hold is refused rather than left to fail or to change.
 * @throws Untranslatable
 */
export function assign(value: Typed, column: ColumnTarget, note: (text: string) => void): string {
  const target = baseType(column.pgType);
  if (value.kind === 'null') return 'NULL';
  // Numbers among texts stand in the target as the loader wrote them.
  if (mayHoldReals(value)) note(lastDigits);
  const isAlike = value.pg === target && value.storedAs === column.storedAs && value.rewritten === column.rewritten;
  if (isAlike && (value.isColumn === true || target === 'boolean' || target === 'bytea')) return value.sql;
  const isPlain = value.literal !== undefined && /^[\x20-\x5b\x5d-\x7e]*$/.test(value.literal);
  if (column.rewritten !== undefined && !isPlain) throw new Untranslatable(`a value that would have to be written in the form of its column (${column.rewritten})`);
  // A condition is 0 or 1 to SQLite.
  const shown = value.pg === 'boolean' && target !== 'boolean' ? plain(value) : value;
  if (column.storedAs === undefined && shown.storedAs === undefined) {
    if (integers.has(target) && shown.kind === 'int' && shown.literal === undefined && shown.pg !== 'boolean') return shown.sql;
    if ((target === 'text' || target === 'character varying') && shown.kind !== 'blob') return asText(shown, note).sql;
    if ((target === 'double precision' || target === 'numeric') && isNumber(shown.kind) && shown.pg !== 'boolean') return shown.sql;
  }
  return fitValue(shown, column.pgType, column.storedAs, 'value');
}
