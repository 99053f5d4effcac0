import type { SqliteForeignKey } from '../../../shared/model/catalog.ts';
import type { PlanForeignKey, PlanTable, Reason } from '../../../shared/model/plan.ts';
import { changesRows } from '../../../shared/model/repair.ts';
import { canCompare, collationIn, shownWay } from '../keys/index.ts';
import { countedAs } from './key-counts.ts';
import { isHashed } from './long-keys.ts';
import { createNamer, suffixed, takeTold } from './names.ts';
import { columnOf, repairedReason, targetColumns } from './plan-keys.ts';
import { reason, type DraftTable, type PlanContext } from './types.ts';
import { foldName, sameName } from '../../../shared/pure/fold-name.ts';

function blockerOf(table: DraftTable, key: SqliteForeignKey, parent: DraftTable | undefined, planned: readonly PlanTable[], context: PlanContext) {
  if (parent === undefined) return reason('plan.object.parent-missing', { parent: key.parent });
  const columns = targetColumns(table, key.columns);
  const parentColumns = key.parentColumns.length === key.columns.length ? targetColumns(parent, key.parentColumns) : undefined;
  if (columns === undefined || parentColumns === undefined) return reason('plan.object.column-excluded');
  const mismatched = key.columns.find((name, index) => {
    const child = columnOf(table, name);
    const target = columnOf(parent, key.parentColumns[index] ?? '');
    return child === undefined || target === undefined || !canCompare(child, target);
  });
  if (mismatched !== undefined) {
    const other = columnOf(parent, key.parentColumns[key.columns.indexOf(mismatched)] ?? '');
    return reason('plan.object.key-types', { column: mismatched, parent: key.parent, type: columnOf(table, mismatched)?.type ?? '', other: other?.type ?? '' });
  }
  const parentPlan = planned.find((candidate) => candidate.source.database === parent.database && candidate.source.table === parent.source.name);
  const wanted = parentColumns.toSorted().join('\0');
  const keys = [parentPlan?.primaryKey, ...(parentPlan?.uniques ?? [])].map((candidate) => candidate?.columns.toSorted().join('\0'));
  const uniqueIndexes = (parentPlan?.indexes ?? [])
    .filter((index) => index.unique && index.where === undefined)
    .map((index) => index.terms.map((term) => /^"((?:[^"]|"")*)"$/.exec(term)?.[1]?.replaceAll('""', '"') ?? '\0\0').toSorted().join('\0'));
  const hashed = parent.source.indexes.find((index) => index.unique && index.columns.map(({ name }) => foldName(name ?? '')).toSorted().join('\0') === key.parentColumns.map(foldName).toSorted().join('\0') && isHashed(parent, index, context));
  if (hashed !== undefined) return reason('plan.object.parent-long-key', { parent: key.parent, columns: key.parentColumns.join(', ') });
  if (![...keys, ...uniqueIndexes].includes(wanted)) return reason('plan.object.parent-not-unique', { parent: key.parent, columns: key.parentColumns.join(', ') });
  return undefined;
}

/** Foreign keys of one table. Orphans leave the key NOT VALID: new rows are checked, the old ones kept and counted. */
export function planForeignKeys(table: DraftTable, tables: readonly DraftTable[], planned: readonly PlanTable[], context: PlanContext): PlanForeignKey[] {
  const own = planned.find((candidate) => candidate.source.database === table.database && candidate.source.table === table.source.name);
  // One namespace of constraints for each table.
  const names = createNamer('relation', [own?.primaryKey?.name ?? '', ...(own?.uniques ?? []).map((key) => key.name), ...(own?.checks ?? []).map((check) => check.name)]);
  const keys: PlanForeignKey[] = [];
  for (const key of table.source.foreignKeys) {
    const parent = tables.find((candidate) => candidate.database === table.database && sameName(candidate.source.name, key.parent));
    const parsed = table.parsed?.foreignKey(key.columns, key.parent);
    const name = parsed?.name === undefined ? names.take(suffixed(`${table.target}_${(targetColumns(table, key.columns) ?? key.columns).join('_')}`, '_fkey')).name
      : takeTold(names, parsed.name, { findings: context.notes.findings, table: table.source.name });
    const object = { kind: 'foreign key', name, table: table.source.name, database: table.database, source: `(${key.columns.join(', ')}) → ${key.parent} (${key.parentColumns.join(', ')})` } as const;
    const blocker = blockerOf(table, key, parent, planned, context);
    if (blocker !== undefined || parent === undefined) {
      context.notes.objects.push({ ...object, outcome: 'listed', ...(blocker === undefined ? {} : { reason: blocker }) });
      continue;
    }
    const assessed = table.assessed.orphans.find((candidate) => candidate.foreignKey === key.id);
    const { choice, count: orphans } = context.repairs.choose({
      problem: 'orphan', table: table.source, object: name, parts: key.columns.map((column) => ({ name: column, collation: 'BINARY' })), planned: table.columns, plannedParent: parent.columns, foreignKey: key,
      count: assessed?.count ?? '0', isCounted: countedAs(table, key.columns) && countedAs(parent, key.parentColumns),
    });
    if (choice === 'drop' && orphans !== '0') {
      context.notes.objects.push({ ...object, outcome: 'listed', reason: reason('plan.object.dropped', { count: orphans }) });
      continue;
    }
    const sound = orphans === '0' || changesRows(choice);
    keys.push({
      name,
      columns: targetColumns(table, key.columns) ?? [],
      references: { schema: parent.schema, table: parent.target, columns: targetColumns(parent, key.parentColumns) ?? [] },
      onUpdate: key.onUpdate,
      onDelete: key.onDelete,
      deferrable: parsed?.deferrable ?? 'no',
      validate: sound,
    });
    // SQLite counts no part of a table.
    const isPart = table.filter !== undefined || parent.filter !== undefined;
    const why = orphans !== '0' && sound ? repairedReason(choice, orphans) : orphansReason(table, key, parent, orphans, isPart ? orphans : (assessed?.inSource ?? assessed?.count ?? '0'));
    context.notes.objects.push({ ...object, outcome: 'created', ...(why === undefined ? {} : { reason: why }) });
  }
  return keys;
}

/** Why a key does without some rows, or finds more than SQLite does: what SQLite counts, and why PostgreSQL counts otherwise. */
function orphansReason(table: DraftTable, key: SqliteForeignKey, parent: DraftTable, orphans: string, inSource: string): Reason | undefined {
  if (orphans === inSource) return orphans === '0' ? undefined : reason('plan.object.orphans', { count: orphans });
  const collations = key.parentColumns.map((name) => collationIn(parent.source, name)).filter((name) => !/^binary$/i.test(name));
  const ways = key.columns.map((name) => columnOf(table, name)).filter((column) => column !== undefined);
  const params = { count: orphans, source: inSource, collation: collations.join(', '), type: ways.map(shownWay).join(', ') };
  if (BigInt(orphans) < BigInt(inSource)) return reason('plan.object.orphans-found', params);
  return reason(collations.length > 0 ? 'plan.object.orphans-collation' : 'plan.object.orphans-types', params);
}
