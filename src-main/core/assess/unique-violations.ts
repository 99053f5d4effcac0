import type { ColumnProfile, TableAssessment } from '../../../shared/model/assessment.ts';
import type { SqliteTable } from '../../../shared/model/catalog.ts';
import { quoteIdent } from '../../../shared/pure/quote.ts';
import { tableItself, type SqliteDb } from '../../drivers/sqlite/index.ts';
import { baseOf, formCall, type Way, type WayOf } from '../keys/index.ts';

export type UniqueViolation = TableAssessment['uniqueViolations'][number];

interface Part {
  readonly profile: ColumnProfile;
  readonly way: Way;
  readonly collation: string;
}

/**
 * Unique indexes whose keys differ in SQLite and would be equal in the target: the integer 1 and the text '1' once both are text, the text
 * 'b' and the blob x'62' once both are bytes, two spellings of one moment or one UUID. Only indexes with a column that can merge values
 * are compared, by what the loader would send. Partial indexes and those on expressions are left out.
 *
 * @param wayOf - how the columns cross without a person; `db` must know `target_form`
 * @param doubted - damaged indexes that could not be built anew: whether they are unique has to be counted
 */
export function findUniqueViolations(db: SqliteDb, table: SqliteTable, profiles: readonly ColumnProfile[], wayOf: WayOf, doubted: ReadonlySet<string>): UniqueViolation[] {
  const found: UniqueViolation[] = [];
  for (const index of table.indexes) {
    if (!index.unique || index.partial) continue;
    const parts = index.columns.map(({ name, collation }): Part | undefined => {
      const profile = profiles.find((each) => each.name === name);
      const way = profile === undefined ? undefined : wayOf(table, profile.name);
      return profile === undefined || way === undefined ? undefined : { profile, way, collation };
    });
    if (!parts.every((part) => part !== undefined)) continue;
    const merging = parts.filter(mayMerge);
    const hides = doubted.has(index.name);
    if (merging.length === 0 && !hides) continue;
    const folded = collisions(db, table, parts);
    if (folded.groups === 0n) continue;
    const hasFolded = parts.some(isFolded);
    const plain = hasFolded ? collisions(db, table, parts.map((part) => (isFolded(part) ? { ...part, collation: 'BINARY' } : part))) : folded;
    const { groups, surplus } = plain.groups === 0n ? folded : plain;
    found.push({
      index: index.name, columns: parts.map(({ profile }) => profile.name), groups: String(groups), rows: String(surplus), ...(plain.groups === 0n ? { folded: true } : {}),
      reason: hides ? `${index.name} is damaged and hides rows` : merging.map(({ profile, way }) => `${profile.name} → ${way.type}`).join(', '),
    });
  }
  return found;
}

/** Bytes have no collation: an index follows one by an expression, which folds blobs too, and SQLite does not. */
function isFolded({ way, collation }: Part): boolean {
  return baseOf(way.type) === 'bytea' && !/^binary$/i.test(collation);
}

/** True where two values that differ in SQLite may become one value of the type. */
function mayMerge(part: Part): boolean {
  const { classes } = part.profile;
  const base = baseOf(part.way.type);
  const hasNumbers = classes.integer !== '0' || classes.real !== '0';
  const hasTexts = classes.text !== '0';
  if (isFolded(part) && classes.blob !== '0') return true;
  if (base === 'text' || base === 'bytea' || base === 'varchar') return [hasNumbers, hasTexts, classes.blob !== '0'].filter(Boolean).length > 1;
  return hasTexts;
}

/** Keys that more than one row has, and the rows beyond the first of each. A NULL is equal to nothing; a value that does not fit becomes a reject. */
function collisions(db: SqliteDb, table: SqliteTable, parts: readonly Part[]): { groups: bigint; surplus: bigint } {
  const forms = parts.map(({ profile, way, collation }) => formCall(quoteIdent(profile.name), way.type, way.cast, collation));
  const [groups = 0n, surplus = 0n] = db.prepare<unknown[], bigint[]>(
    `SELECT count(*), coalesce(sum(n - 1), 0) FROM (SELECT count(*) AS n FROM ${tableItself(table)} WHERE ${forms.map((form) => `${form} IS NOT NULL`).join(' AND ')} GROUP BY ${forms.join(', ')} HAVING count(*) > 1)`,
  ).raw().safeIntegers(true).get() ?? [];
  return { groups, surplus };
}
