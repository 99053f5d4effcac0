import { isDouble, numberKind } from './numbers.ts';
import { kindAt, sourceOf, stringOf, type Slice } from './scan.ts';

/** How a column's values are kept; each holds every value that is there, told apart as the source tells them apart. */
export type Storage = 'text' | 'integer' | 'double' | 'numeric' | 'boolean' | 'json' | 'mixed';

/** Declared types that the type ladder reads; `blob as` and `text as` keep SQLite from converting what it is given. */
export const declarations: Readonly<Record<Storage, string>> = {
  text: 'TEXT',
  integer: 'BIGINT',
  double: 'blob as double precision',
  numeric: 'text as numeric',
  boolean: 'BOOLEAN',
  json: 'text as json',
  mixed: '',
};

/** What one pass over the values of a property learns. */
export class ColumnStats {
  present = 0;
  nulls = 0;
  strings = 0;
  booleans = 0;
  nested = 0;
  integers = 0;
  reals = 0;
  exact = 0;
  beyond = 0;
  #integersBeyondDouble = false;
  #negativeZero = false;
  /** Some text that no UTF-8 holds (half a surrogate pair), or that holds NUL: it cannot be part of a key. */
  hasOddText = false;

  add(value: Slice): void {
    this.present += 1;
    switch (kindAt(value)) {
      case 'null': this.nulls += 1; return;
      case 'boolean': this.booleans += 1; return;
      case 'object':
      case 'list': this.nested += 1; return;
      case 'string': {
        this.strings += 1;
        if (sourceOf(value).includes('\\u') && !this.hasOddText) {
          const text = stringOf(value);
          this.hasOddText = text.includes('\0') || !text.isWellFormed();
        }
        return;
      }
      case 'number': this.#addNumber(sourceOf(value));
    }
  }

  #addNumber(source: string): void {
    const kind = numberKind(source);
    if (kind === 'integer') {
      this.integers += 1;
      if (source.length > 15 && !isDouble(source)) this.#integersBeyondDouble = true;
    } else if (kind === 'real') {
      this.reals += 1;
      if (Object.is(Number(source), -0)) this.#negativeZero = true;
    } else if (kind === 'exact') this.exact += 1;
    else this.beyond += 1;
  }

  get storage(): Storage {
    const numbers = this.integers + this.reals + this.exact + this.beyond;
    const filled = this.present - this.nulls;
    if (filled === this.strings) return 'text';
    if (filled === this.booleans) return 'boolean';
    if (filled === numbers) return this.#numbers();
    // In SQLite a text and a number stay apart by their class; true and an object have none of their own.
    const apart = this.booleans === 0 && this.nested === 0 && this.exact === 0 && this.beyond === 0;
    return apart ? 'mixed' : 'json';
  }

  #numbers(): Storage {
    if (this.beyond > 0) return 'json';
    if (this.reals === 0 && this.exact === 0) return 'integer';
    if (this.exact === 0 && !this.#integersBeyondDouble) return 'double';
    return this.#negativeZero ? 'json' : 'numeric';
  }

  /** For people: `string 3, number 2`. */
  describe(): string {
    const counts = { string: this.strings, boolean: this.booleans, number: this.integers + this.reals + this.exact + this.beyond, nested: this.nested };
    return Object.entries(counts).filter(([, count]) => count > 0).map(([kind, count]) => `${kind} ${count}`).join(', ');
  }
}
