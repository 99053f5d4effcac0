import type { SqliteIndex } from '../../../shared/model/catalog.ts';
import type { PlanColumn, PlanIndex, PlanObject, PlanTable, Reason } from '../../../shared/model/plan.ts';
import { quoteIdent } from '../../../shared/pure/quote.ts';
import { isTextType } from '../../../shared/pure/value-policies.ts';
import { overridesFor } from './plan-columns.ts';
import { columnOf, columnTerm } from './plan-keys.ts';
import { reason, type DraftTable, type PlanContext } from './types.ts';

/** What becomes of an index with entries that a b-tree cannot hold. */
export type HashedKey =
  | { readonly kind: 'omitted'; readonly why: Reason }
  | { readonly kind: 'constraint'; readonly definition: string; readonly why: Reason }
  | { readonly kind: 'index'; readonly index: Pick<PlanIndex, 'terms' | 'definition'>; readonly why: Reason };

/** True for a key or index that the target has in another form, or not at all, because its entries are too long. */
export function isHashed(table: DraftTable, index: SqliteIndex | undefined, context: Pick<PlanContext, 'options'>): boolean {
  return index !== undefined && longIn(table, index).length > 0 && wayOf(table, index, context) !== 'plain';
}

/** Columns of an index whose values make it too long, as they cross. */
function longIn(table: DraftTable, index: SqliteIndex): PlanColumn[] {
  const found = table.assessed.longKeys?.find((each) => each.index === index.name);
  return (found?.columns ?? []).flatMap((name) => {
    const column = columnOf(table, name);
    return column !== undefined && (isTextType(column.type) || column.type === 'bytea') ? [column] : [];
  });
}

function wayOf(table: DraftTable, index: SqliteIndex, { options }: Pick<PlanContext, 'options'>): 'hash' | 'plain' | 'omit' {
  return index.columns.map(({ name }) => (name === null ? undefined : overridesFor(options.overrides, table.source.name, name).keys)).findLast((way) => way !== undefined) ?? 'hash';
}

/**
 * The form in which an index with long entries can stand. One column: a hash index, whose entries are numbers, so that no length is too
 * long (manual 64.6), with an exclusion constraint where it is unique, which compares the values themselves. Several: a b-tree with the MD5
 * of the long ones. Undefined where the index is built as it is. It is said as a finding, with the choices there are.
 */
export function hashedKey(table: DraftTable, index: SqliteIndex, name: string, context: PlanContext): HashedKey | undefined {
  const long = longIn(table, index);
  if (long.length === 0) return undefined;
  const bytes = table.assessed.longKeys?.find((each) => each.index === index.name)?.bytes ?? '';
  const way = wayOf(table, index, context);
  context.notes.findings.push({ code: `plan.finding.long-key-${way}`, severity: 'warning', table: table.source.name, object: name, params: { name, bytes, column: `${table.source.name}.${long[0]?.source ?? ''}` } });
  if (way === 'plain') return undefined;
  if (way === 'omit') return { kind: 'omitted', why: reason('plan.object.long-key-omitted', { bytes }) };
  const terms = index.columns.flatMap((part) => {
    const column = columnOf(table, part.name ?? '');
    return column === undefined ? [] : [{ column, part, hashed: long.includes(column), value: valueOf(column, part.collation) }];
  });
  const [only] = terms;
  if (terms.length === 1 && only !== undefined) {
    if (index.unique) return { kind: 'constraint', definition: `EXCLUDE USING hash (${only.value} WITH =)`, why: reason('plan.object.long-key-exclusion', { bytes }) };
    return { kind: 'index', index: { terms: [only.value], definition: `USING hash (${only.value})` }, why: reason('plan.object.long-key-hash', { bytes }) };
  }
  const sql = terms.map(({ column, part, hashed, value }) => (hashed ? `md5(${value})` : columnTerm(column, part.collation, part.desc).sql));
  return { kind: 'index', index: { terms: sql }, why: reason('plan.object.long-key-md5', { bytes, columns: long.map((column) => column.target).join(', '), expression: terms.filter(({ hashed }) => hashed).map(({ value }) => `md5(${value})`).join(', ') }) };
}

/** What is compared: the column, folded as the index's collation folds. */
function valueOf(column: PlanColumn, collation: string): string {
  return isTextType(column.type) && /^(nocase|rtrim)$/i.test(collation) ? columnTerm(column, collation, false).sql : quoteIdent(column.target);
}

/** Where a hashed key goes in the plan. */
export interface HashedPlaces {
  readonly indexes: PlanIndex[];
  readonly constraints: NonNullable<PlanTable['constraints']>;
}

/** Adds a hashed key to the plan, and says what it became. */
export function addHashed(hashed: HashedKey, name: string, index: SqliteIndex, object: Omit<PlanObject, 'name' | 'outcome' | 'reason'>, places: HashedPlaces, context: PlanContext): void {
  if (hashed.kind === 'constraint') places.constraints.push({ kind: 'exclusion', name, definition: hashed.definition });
  else if (hashed.kind === 'index') places.indexes.push({ name, source: index.name, unique: index.unique, ...hashed.index });
  context.notes.objects.push({ ...object, name, outcome: hashed.kind === 'omitted' ? 'listed' : 'translated', reason: hashed.why });
}
