import type { Candidate, ColumnProfile, TableAssessment } from '../../../shared/model/assessment.ts';
import type { SqliteIndex, SqliteTable } from '../../../shared/model/catalog.ts';
import type { Cast, SourceValue } from '../../../shared/model/values.ts';
import { codecFor, type FieldWriter } from '../../../shared/pure/codec/index.ts';
import { hexOf } from '../../../shared/pure/key-text.ts';
import { quoteIdent } from '../../../shared/pure/quote.ts';
import { decideCandidate } from '../../../shared/pure/type-ladder/index.ts';
import type { SqliteDb } from '../../drivers/sqlite/index.ts';
import { nonNullOf } from './profile.ts';

export type UniqueViolation = TableAssessment['uniqueViolations'][number];

/** Keys held in memory at once; a larger index that needs the comparison is left to the load, which finds duplicates by itself. */
const maxKeys = 1_000_000;

/**
 * Unique indexes whose keys differ in SQLite and would be equal in the target: the integer 1 and the text '1' once both are text,
 * two spellings of one moment or one UUID. Only indexes with a column that can merge values are compared, by the very bytes the
 * loader would send. Partial indexes and those on expressions are left out.
 *
 * @param rejectShare - as in `decideCandidate`
 */
export function findUniqueViolations(db: SqliteDb, table: SqliteTable, profiles: readonly ColumnProfile[], rows: number, rejectShare: number): UniqueViolation[] {
  const found: UniqueViolation[] = [];
  for (const index of table.indexes) {
    if (!index.unique || index.partial || rows > maxKeys) continue;
    const columns = decidedColumns(index, profiles, rejectShare);
    if (columns === undefined) continue;
    const merging = columns.filter(({ profile, candidate }) => mayMerge(profile, candidate));
    if (merging.length === 0) continue;
    const { groups, surplus } = collisions(db, table, columns);
    if (groups > 0) {
      found.push({ index: index.name, columns: columns.map(({ profile }) => profile.name), groups: String(groups), rows: String(surplus), reason: merging.map(({ profile, candidate }) => `${profile.name} → ${candidate.type}`).join(', ') });
    }
  }
  return found;
}

interface Decided {
  readonly profile: ColumnProfile;
  readonly candidate: Candidate;
  readonly collation: string;
}

function decidedColumns(index: SqliteIndex, profiles: readonly ColumnProfile[], rejectShare: number): Decided[] | undefined {
  const columns = index.columns.map(({ name, collation }): Decided | undefined => {
    const profile = profiles.find((each) => each.name === name);
    const candidate = profile?.candidates[decideCandidate(profile.candidates, nonNullOf(profile), rejectShare)];
    return profile === undefined || candidate === undefined ? undefined : { profile, candidate, collation };
  });
  return columns.every((column) => column !== undefined) ? columns : undefined;
}

/** True where two values that differ in SQLite may become one value of the type. */
function mayMerge({ classes }: ColumnProfile, { type }: Candidate): boolean {
  const hasNumbers = classes.integer !== '0' || classes.real !== '0';
  const hasTexts = classes.text !== '0';
  if (type === 'text' || type === 'bytea' || type.startsWith('varchar')) return [hasNumbers, hasTexts, classes.blob !== '0'].filter(Boolean).length > 1;
  return hasTexts;
}

/** Keys that more than one row has, and the rows beyond the first of each. */
function collisions(db: SqliteDb, table: SqliteTable, columns: readonly Decided[]): { groups: number; surplus: number } {
  const forms = columns.map(({ candidate, collation }) => targetForm(candidate.type, candidate.cast, collation));
  const seen = new Map<string, number>();
  const sql = `SELECT ${columns.map(({ profile }) => quoteIdent(profile.name)).join(', ')} FROM ${quoteIdent(table.name)}`;
  for (const row of db.prepare<unknown[], SourceValue[]>(sql).raw().safeIntegers(true).iterate()) {
    const parts = forms.map((form, at) => form(row[at] ?? null));
    // A NULL is equal to nothing, in SQLite and in PostgreSQL; a value that does not fit becomes a reject.
    if (parts.includes(null)) continue;
    const key = parts.map((part) => `${part?.length}:${part}`).join('');
    seen.set(key, (seen.get(key) ?? 0) + 1);
  }
  let [groups, surplus] = [0, 0];
  for (const count of seen.values()) {
    if (count === 1) continue;
    groups += 1;
    surplus += count - 1;
  }
  return { groups, surplus };
}

/**
 * A value as the target will compare it, by the very bytes the loader would send: two values are one key there exactly where their
 * forms are equal. Null where there is no form: NULL, or a value that does not fit and becomes a reject.
 *
 * @param collation - the index's own in SQLite, which the target's index keeps (see plan-keys.ts)
 */
export function targetForm(type: string, cast: Cast | undefined, collation: string): (value: SourceValue) => string | null {
  const codec = codecFor(type, cast);
  const key = createKeyWriter();
  const fold = folding(type, collation);
  return (value) => {
    const folded = typeof value === 'string' ? fold(value) : value;
    key.start();
    return folded === null || codec.write(folded, key.fields) !== undefined ? null : key.text();
  };
}

function folding(type: string, collation: string): (text: string) => string {
  if (/^citext\b/i.test(type)) return (text) => text.toLowerCase();
  if (/^nocase$/i.test(collation)) return (text) => text.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase());
  return /^rtrim$/i.test(collation) ? (text) => text.replace(/ +$/, '') : (text) => text;
}

/** Gathers the fields a codec writes as one text, equal exactly where the bytes are. */
function createKeyWriter(): { readonly fields: FieldWriter; start(): void; text(): string } {
  let parts: string[] = [];
  const put = (value: unknown): void => { parts.push(String(value)); };
  const fields: FieldWriter = {
    nil: () => put('\0nil'),
    bool: put,
    int16: put,
    int32: put,
    int64: put,
    float32: put,
    float64: put,
    text: put,
    prefixedText: (_, value) => put(value),
    bytes: (value, length) => put(hexOf(length === undefined ? value : value.subarray(0, length))),
  };
  return { fields, start: () => { parts = []; }, text: () => parts.map((part) => `${part.length}:${part}`).join('') };
}
