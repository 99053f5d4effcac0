import type { Assessment } from '../../../shared/model/assessment.ts';

/** What SQLite's checks complain of. rows: values that break a rule of their own table; search: full-text words that are not those of the rows. Neither damages a row. */
export type Trouble = 'rows' | 'search' | 'indexes' | 'pages';

/** By the words of SQLite's own messages (pragma.c, sqlite3Pragma, PragTyp_INTEGRITY_CHECK). */
const sayings: readonly (readonly [Trouble, RegExp])[] = [
  ['rows', /^(?:NULL value in|CHECK constraint failed in|(?:non-)?[A-Z]+ value in) /],
  ['search', /^(?:malformed inverted index for FTS\d|unable to validate the inverted index for FTS\d) /],
  ['indexes', /^(?:row \d+ missing from index|row \d+ values differ from index|rowid not at end-of-record for row|wrong # of entries in index|non-unique entry in index) ?/],
];

export function troubleOf(message: string): Trouble {
  return sayings.find(([, saying]) => saying.test(message))?.[0] ?? 'pages';
}

/** The messages of both checks that tell of one kind of trouble, each once. */
export function messagesOf({ quickCheck, integrityCheck }: Pick<Assessment['integrity'], 'quickCheck' | 'integrityCheck'>, trouble: Trouble): string[] {
  return [...new Set([...quickCheck, ...integrityCheck])].filter((message) => message !== 'ok' && troubleOf(message) === trouble);
}
