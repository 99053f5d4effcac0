import { castSchema, type SourceValue } from '../../../shared/model/values.ts';
import { quoteLiteral } from '../../../shared/pure/quote.ts';
import { targetForm } from '../assess/unique-violations.ts';
import type { SqliteDb } from '../../drivers/sqlite/index.ts';

/** The one function that the repairs' SQL needs besides SQLite's own: a value as the target will compare it. */
export function formCall(expression: string, type: string, cast: string | undefined, collation: string): string {
  return `target_form(${expression}, ${quoteLiteral(type)}, ${cast === undefined ? 'NULL' : quoteLiteral(cast)}, ${quoteLiteral(collation)})`;
}

/** Makes `target_form` known to a connection. */
export function registerForm(db: SqliteDb): void {
  const forms = new Map<string, (value: SourceValue) => string | null>();
  db.function('target_form', { deterministic: true, safeIntegers: true }, (value: unknown, type: unknown, cast: unknown, collation: unknown) => {
    const id = `${String(type)}\0${String(cast)}\0${String(collation)}`;
    let form = forms.get(id);
    if (form === undefined) {
      form = targetForm(String(type), cast === null ? undefined : castSchema.parse(cast), String(collation));
      forms.set(id, form);
    }
    // Text that is not valid reads as U+FFFD, so that two different ones would look alike: it is a reject, or rare enough to stay.
    if (typeof value === 'string' && value.includes('\uFFFD')) return null;
    return form(asSource(value));
  });
}

function asSource(value: unknown): SourceValue {
  return value === null || typeof value === 'bigint' || typeof value === 'number' || typeof value === 'string' || value instanceof Uint8Array ? value : null;
}
