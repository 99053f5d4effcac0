import type { SqliteColumn, SqliteIndex } from '../../../shared/model/catalog.ts';
import type { PlanColumn, PlanIndex, PlanKey, PlanTable, Reason } from '../../../shared/model/plan.ts';
import type { RepairChoice } from '../../../shared/model/repair.ts';
import { quoteIdent } from '../../../shared/pure/quote.ts';
import { isTextType } from '../../../shared/pure/value-policies.ts';
import { baseOf } from '../keys/index.ts';
import { countedAs } from './key-counts.ts';
import { addHashed, hashedKey, isHashed } from './long-keys.ts';
import { suffixed, takeTold } from './names.ts';
import { reason, type DraftTable, type PlanContext } from './types.ts';
import { foldName, sameName } from '../../../shared/pure/fold-name.ts';

export function columnOf(table: DraftTable, source: string): PlanColumn | undefined {
  const wanted = foldName(source);
  return table.columns.find((column) => column.include && foldName(column.source) === wanted);
}

/** Target columns of a list of source columns, or undefined where one of them does not cross. */
export function targetColumns(table: DraftTable, sources: readonly string[]): string[] | undefined {
  const found = sources.map((source) => columnOf(table, source)?.target);
  return found.every((name) => name !== undefined) ? found : undefined;
}

/** Bytes as text of ASCII, in which only what is no letter or space of ASCII is written otherwise (manual 8.4.2): what folds it, folds the bytes. */
function bytesText(name: string): string {
  return `encode(${name}, 'escape')`;
}

/** SQLite's own collations as an expression over a column; undefined for any other, and for types that have none to follow. */
export function foldedColumn({ target, type }: Pick<PlanColumn, 'target' | 'type'>, collation: string): string | undefined {
  const text = isTextType(type) ? quoteIdent(target) : baseOf(type) === 'bytea' ? bytesText(quoteIdent(target)) : undefined;
  if (text === undefined) return undefined;
  if (/^nocase$/i.test(collation)) return `lower(${text} COLLATE "C")`;
  return /^rtrim$/i.test(collation) ? `rtrim(${text} COLLATE "C", ' ')` : undefined;
}

/**
 * One term of an index on a plain column. NOCASE folds ASCII only, as `lower` does under COLLATE "C"; RTRIM ignores trailing
 * spaces (datatype3.html, section 7.1).
 */
export function columnTerm(column: PlanColumn, collation: string, desc: boolean): { sql: string; translated: boolean } {
  const name = quoteIdent(column.target);
  const order = desc ? ' DESC' : '';
  const folded = foldedColumn(column, collation);
  if (folded !== undefined) return { sql: `${folded}${order}`, translated: true };
  if (!isTextType(column.type)) return { sql: `${name}${order}`, translated: false };
  return { sql: `${name}${column.collation === 'C' ? '' : ' COLLATE "C"'}${order}`, translated: false };
}

/** True where a key on the columns themselves says what the index says; of bytes also where an expression would say too much (see `folded`). */
export function isPlain(table: DraftTable, index: SqliteIndex): boolean {
  return index.columns.every((part) => {
    const column = part.name === null ? undefined : columnOf(table, part.name);
    if (column === undefined) return false;
    if (baseOf(column.type) === 'bytea' && foldsTooMuch(table, index)) return true;
    return !isTextType(column.type) && foldedColumn(column, part.collation) === undefined ? true : /^binary$/i.test(part.collation);
  });
}

/** Blobs stand in the column that a folding of bytes would make equal, and SQLite does not. */
export function foldsTooMuch(table: DraftTable, index: SqliteIndex): boolean {
  return table.assessed.uniqueViolations.some((violation) => violation.index === index.name && violation.folded === true);
}

/** Why no index of PostgreSQL can stand on the columns; undefined where one can. `json` has no equality: it keeps a text as it was written. */
export function unindexed(table: DraftTable, sources: readonly string[]): Reason | undefined {
  const column = sources.map((source) => columnOf(table, source)).find((each) => each !== undefined && baseOf(each.type) === 'json');
  return column === undefined ? undefined : reason('plan.object.no-equality', { column: column.source, type: column.type });
}

/**
 * What keeps an index from being unique in the target, undefined where nothing does: the data is, or a repair makes it so.
 * @param object - its name in the target
 */
export function violationOf(table: DraftTable, index: SqliteIndex, object: string, context: PlanContext): { readonly kept?: string; readonly repaired?: Reason } {
  const found = table.assessed.uniqueViolations.find((violation) => violation.index === index.name && violation.groups !== '0');
  const parts = index.columns.flatMap(({ name, collation }) => (name === null ? [] : [{ name, collation }]));
  // What only a folding of bytes makes equal keeps no constraint away: that stands on the bytes themselves (isPlain).
  const counts = found?.folded === true ? undefined : found;
  const detail = counts === undefined ? undefined : `${counts.groups}: ${counts.reason}`;
  if (!index.unique || index.partial || parts.length < index.columns.length) return detail === undefined ? {} : { kept: detail };
  const { choice, count } = context.repairs.choose({
    problem: index.origin === 'pk' ? 'duplicate-key' : 'unique-violation', table: table.source, object, index: index.name, parts, planned: table.columns,
    count: counts?.rows ?? counts?.groups ?? '0', isCounted: countedAs(table, parts.map(({ name }) => name)),
  });
  if (count === '0') return {};
  return choice === 'keep' ? { kept: table.filter === undefined ? (detail ?? count) : count } : { repaired: repairedReason(choice, count) };
}

/** Why a key can stand although rows break it. */
export function repairedReason(choice: RepairChoice, count: string): Reason {
  return reason(`plan.object.repaired-${choice}`, { count });
}

export interface PlannedKeys {
  readonly primaryKey: PlanKey | undefined;
  readonly uniques: PlanKey[];
  /** Unique indexes that stand in for keys with a collation PostgreSQL constraints cannot express. */
  readonly indexes: PlanIndex[];
  /** Uniqueness of values too long for a b-tree. */
  readonly constraints: NonNullable<PlanTable['constraints']>;
}

/** Primary key and UNIQUE constraints, wherever the data allows; what does not cross is listed. */
export function planKeys(table: DraftTable, tables: readonly DraftTable[], context: PlanContext): PlannedKeys {
  const { objects, findings } = context.notes;
  const names = context.relationNames(table.schema);
  // A name of the program's own making may be cut as PostgreSQL cuts its own; one that somebody gave is missed.
  const take = (given: string | undefined, wanted: string): string => (given === undefined ? names.take(wanted).name : takeTold(names, given, { findings, table: table.source.name }));
  const base = { table: table.source.name, database: table.database };
  const indexes: PlanIndex[] = [];
  const uniques: PlanKey[] = [];
  const constraints: PlannedKeys['constraints'] = [];
  let primaryKey: PlanKey | undefined;

  const keyColumns = table.source.columns.filter((column) => column.pk > 0).toSorted((a, b) => a.pk - b.pk);
  const keyTargets = targetColumns(table, keyColumns.map((column) => column.name));
  const keyIndex = table.source.indexes.find((index) => index.origin === 'pk');
  if (keyColumns.length > 0) {
    const wantedName = table.parsed?.primaryKeyName ?? suffixed(table.target, '_pkey');
    const repaired = keyTargets === undefined ? [] : [repairNullKeys(table, keyColumns, wantedName, context)];
    const violation = keyIndex === undefined || keyTargets === undefined ? {} : violationOf(table, keyIndex, wantedName, context);
    repaired.push(violation.repaired);
    if (keyTargets === undefined) {
      objects.push({ ...base, kind: 'primary key', name: wantedName, outcome: 'listed', reason: reason('plan.object.column-excluded') });
    } else if (unindexed(table, keyColumns.map(({ name }) => name)) !== undefined) {
      objects.push({ ...base, kind: 'primary key', name: wantedName, outcome: 'listed', reason: unindexed(table, keyColumns.map(({ name }) => name)) });
    } else if (violation.kept !== undefined) {
      objects.push({ ...base, kind: 'primary key', name: wantedName, outcome: 'listed', reason: reason('plan.object.not-unique', { detail: violation.kept }) });
    } else if (isHashed(table, keyIndex, context) && keyIndex !== undefined) {
      const name = take(table.parsed?.primaryKeyName, wantedName);
      const hashed = hashedKey(table, keyIndex, name, context);
      if (hashed !== undefined) addHashed(hashed, name, keyIndex, { ...base, kind: 'primary key' }, { indexes, constraints }, context);
    } else if (keyColumns.some((column) => table.columns.find((planned) => planned.source === column.name)?.nullable === true)) {
      const name = names.take(suffixed(table.target, '_key')).name;
      uniques.push({ name, columns: keyTargets });
      objects.push({ ...base, kind: 'primary key', name, outcome: 'translated', reason: reason('plan.object.null-key', { count: table.assessed.nullKeys }) });
    } else {
      const name = take(table.parsed?.primaryKeyName, wantedName);
      primaryKey = { name, columns: keyTargets };
      const why = repaired.find((each) => each !== undefined);
      objects.push({ ...base, kind: 'primary key', name, outcome: 'created', ...(why === undefined ? {} : { reason: why }) });
      if (keyIndex !== undefined && !isPlain(table, keyIndex)) indexes.push(collatedUnique(table, keyIndex, context));
    }
  }

  for (const index of table.source.indexes.filter((candidate) => candidate.origin === 'u')) {
    const sources = index.columns.map((column) => column.name ?? '');
    const targets = targetColumns(table, sources);
    const wantedName = table.parsed?.uniqueName(sources) ?? suffixed(`${table.target}_${(targets ?? sources).join('_')}`, '_key');
    const violation = targets === undefined ? {} : violationOf(table, index, wantedName, context);
    if (targets === undefined) {
      objects.push({ ...base, kind: 'unique', name: wantedName, outcome: 'listed', reason: reason('plan.object.column-excluded') });
    } else if (unindexed(table, sources) !== undefined) {
      objects.push({ ...base, kind: 'unique', name: wantedName, outcome: 'listed', reason: unindexed(table, sources) });
    } else if (violation.kept !== undefined) {
      objects.push({ ...base, kind: 'unique', name: wantedName, outcome: 'listed', reason: reason('plan.object.not-unique', { detail: violation.kept }) });
    } else if (isHashed(table, index, context)) {
      const name = take(table.parsed?.uniqueName(sources), wantedName);
      const hashed = hashedKey(table, index, name, context);
      if (hashed !== undefined) addHashed(hashed, name, index, { ...base, kind: 'unique' }, { indexes, constraints }, context);
    } else if (isPlain(table, index)) {
      const name = take(table.parsed?.uniqueName(sources), wantedName);
      uniques.push({ name, columns: once(targets) });
      objects.push({ ...base, kind: 'unique', name, outcome: 'created', ...(violation.repaired === undefined ? {} : { reason: violation.repaired }) });
    } else {
      indexes.push(collatedUnique(table, index, context));
      // What is unique under a collation is unique by its bytes too, and a foreign key can only point at columns themselves.
      if (!isPointedAt(table, sources, tables)) continue;
      const name = names.take(wantedName).name;
      uniques.push({ name, columns: once(targets) });
      objects.push({ ...base, kind: 'unique', name, outcome: 'created', reason: reason('plan.object.unique-for-key') });
    }
  }
  return { primaryKey, uniques, indexes, constraints };
}

/** SQLite takes a column that a key names twice as if it stood there once; PostgreSQL refuses it. */
function once(columns: readonly string[]): string[] {
  return [...new Set(columns)];
}

/** A foreign key points at just these columns. */
function isPointedAt(table: DraftTable, columns: readonly string[], tables: readonly DraftTable[]): boolean {
  const list = (names: readonly string[]): string => names.map(foldName).toSorted().join('\0');
  return tables.some(({ database, source }) => database === table.database && source.foreignKeys.some((key) => sameName(key.parent, table.source.name) && list(key.parentColumns) === list(columns)));
}

/** NULL stands in the key: where those rows leave first, its columns hold none any more. */
function repairNullKeys(table: DraftTable, keyColumns: readonly SqliteColumn[], object: string, context: PlanContext): Reason | undefined {
  if (table.source.rowidAlias !== null || table.source.withoutRowid) return undefined;
  const parts = keyColumns.map(({ name }) => ({ name, collation: 'BINARY' }));
  const { choice, count } = context.repairs.choose({ problem: 'null-key', table: table.source, object, parts, planned: table.columns, count: table.assessed.nullKeys });
  if (choice === 'keep' || count === '0') return undefined;
  table.columns = table.columns.map((column) => (parts.some(({ name }) => name === column.source) ? { ...column, nullable: false } : column));
  return repairedReason(choice, count);
}

function collatedUnique(table: DraftTable, index: SqliteIndex, context: PlanContext): PlanIndex {
  const sources = index.columns.map((column) => column.name ?? '');
  const name = context.relationNames(table.schema).take(suffixed(`${table.target}_${sources.join('_')}`, '_key')).name;
  const terms = index.columns.map((part) => {
    const column = columnOf(table, part.name ?? '');
    return column === undefined ? quoteIdent(part.name ?? '') : columnTerm(column, part.collation, part.desc).sql;
  });
  context.notes.objects.push({
    kind: 'unique', name, table: table.source.name, database: table.database, outcome: 'translated',
    reason: reason('plan.object.collation', { collation: index.columns.map((column) => column.collation).join(', ') }),
  });
  return { name, source: index.name, unique: true, terms };
}
