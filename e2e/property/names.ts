import fc from 'fast-check';

/** Two names that are equal in their first 63 bytes and more. */
const long = 'a_name_that_goes_on_and_on_beyond_what_postgresql_keeps_of_an_identifier';

const hostile = [
  'select', 'Order', 'user', 'TABLE', 'group', 'end', 'a"b', "a'b", 'a`b', '[a]', 'a/b', 'a\\b', 'a.b', '..', 'a b', ' ', ' a', 'a ', '', '"', '""', "'", '$1', '$$', '%s', '%I', '?', ':a', '@x',
  '-- a', '/* a', 'a;b', 'a\nb', 'a\tb', '😀', '👩‍👩‍👧', 'é', 'É', 'e\u0301', 'ß', 'ı', 'İ', 'naïve', '表', '\uFEFFx', '\u200B', '名前'.repeat(11), '😀'.repeat(16), `${long}_1`, `${long}_2`, long,
  'xmin', 'ctid', 'tableoid', 'cmax', 'oid', 'rowid', '_rowid_', 'ROWID', 'id', 'ID_', 'name', 'value', 'pg_class', 'pg_x', 'travessia', 'public', 'null', 'true', 'current_user', 'default',
  '__proto__', 'constructor', 'toString', 'hasOwnProperty', 'camelCase', 'camel_case', 'CamelCase', '1st', '0', '-1', 't_pkey', 't_a_key', 't_a_fkey', 't_id_seq', 'a,b', '(a)', '{a}', 'a=b', 'U&"a"', 'E\'\\n',
] as const;

/** SQLite folds ASCII letters only when it compares names. */
export function folded(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase());
}

/** Names of tables, columns and indexes: plain ones, those that break programs, and any text at all. */
export const nameArbitrary: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom('t', 'a', 'b', 'c', 'd', 'T2', 'Aa', 'item', 'note') },
  { weight: 5, arbitrary: fc.constantFrom(...hostile) },
  { weight: 1, arbitrary: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 }).filter((name) => !name.includes('\0') && name.isWellFormed() && !/^sqlite_/i.test(name)) },
);

/** A name in one of the ways SQLite reads it; not every way can hold every name. */
export function quoted(name: string, style: number): string {
  if (style === 1 && !name.includes(']') && name !== '') return `[${name}]`;
  if (style === 2) return `\`${name.replaceAll('`', '``')}\``;
  return `"${name.replaceAll('"', '""')}"`;
}
