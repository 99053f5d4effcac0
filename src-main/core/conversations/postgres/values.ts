import type { PgValue } from '../../../drivers/postgres/index.ts';

/** Collects the parameters of one statement; `add` returns the placeholder. */
export class Values {
  readonly #list: PgValue[] = [];

  add(value: PgValue): string {
    this.#list.push(value);
    return `$${this.#list.length}`;
  }

  get list(): readonly PgValue[] {
    return this.#list;
  }
}

/** `a AND b`, or TRUE where there is nothing to ask. */
export function all(conditions: readonly string[]): string {
  return conditions.length === 0 ? 'TRUE' : conditions.map((condition) => `(${condition})`).join(' AND ');
}

export function any(conditions: readonly string[]): string {
  return conditions.length === 0 ? 'FALSE' : conditions.map((condition) => `(${condition})`).join(' OR ');
}

/** PostgreSQL's text holds no NUL, and half a surrogate pair is no character. */
export function clean(text: string): string {
  return text.replaceAll('\0', '').toWellFormed();
}
