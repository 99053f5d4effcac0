import type { ColumnProfile } from '../../../shared/model/assessment.ts';
import type { SqliteForeignKey } from '../../../shared/model/catalog.ts';
import type { PlanColumn, PlanForeignKey, PlanTable } from '../../../shared/model/plan.ts';
import { createNamer, suffixed } from './names.ts';
import { planDefault } from './plan-columns.ts';
import { columnOf, repairedReason, targetColumns } from './plan-keys.ts';
import { profileOf, reason, type DraftTable, type PlanContext } from './types.ts';

function baseType(type: string): string {
  return type.replace(/\(.*\)/, '').replace('character varying', 'varchar').trim().toLowerCase();
}

/** Text and varchar compare with one another; all else must be the same type for a foreign key to use the parent's index. */
function comparable(a: PlanColumn, b: PlanColumn): boolean {
  const texts = new Set(['text', 'varchar']);
  const [left, right] = [baseType(a.type), baseType(b.type)];
  return left === right || (texts.has(left) && texts.has(right));
}

function holds(profile: ColumnProfile | undefined, like: PlanColumn): boolean {
  return profile?.candidates.some((candidate) => candidate.type === like.type && candidate.cast === like.cast && candidate.misfits === '0') ?? false;
}

function adopt(table: DraftTable, column: PlanColumn, like: PlanColumn, other: string, context: PlanContext): void {
  const { cast: _dropped, collation: _old, default: _former, ...rest } = column;
  const declared = table.source.columns.find((each) => each.name === column.source);
  const defaultSql = declared === undefined ? undefined : planDefault(table.source, declared, { type: like.type, cast: like.cast }, context, table.database);
  const changed: PlanColumn = {
    ...rest,
    type: like.type,
    ...(like.cast === undefined ? {} : { cast: like.cast }),
    ...(like.collation === undefined ? {} : { collation: like.collation }),
    ...(defaultSql === undefined ? {} : { default: defaultSql }),
    identity: false,
    misfits: '0',
    why: [...column.why, reason('plan.why.foreign-key', { other, type: like.type })],
  };
  table.columns = table.columns.map((candidate) => (candidate === column ? changed : candidate));
}

/**
 * Columns joined by a foreign key get one type, where one of both sides' types holds all values of the other. Must run before
 * keys are planned; repeated until nothing changes, since keys form chains.
 */
export function unifyKeyTypes(tables: readonly DraftTable[], context: PlanContext): void {
  for (let pass = 0; pass < 5; pass += 1) {
    let changed = false;
    for (const table of tables) {
      for (const key of table.source.foreignKeys) {
        const parent = tables.find((candidate) => candidate.database === table.database && candidate.source.name.toLowerCase() === key.parent.toLowerCase());
        if (parent === undefined) continue;
        key.columns.forEach((name, index) => {
          const child = columnOf(table, name);
          const target = columnOf(parent, key.parentColumns[index] ?? '');
          if (child === undefined || target === undefined || comparable(child, target)) return;
          if (child.decidedBy === 'rule' && holds(profileOf(table.assessed, child.source), target)) {
            adopt(table, child, target, `${key.parent}.${target.source}`, context);
            changed = true;
          } else if (target.decidedBy === 'rule' && !target.identity && holds(profileOf(parent.assessed, target.source), child)) {
            adopt(parent, target, child, `${table.source.name}.${child.source}`, context);
            changed = true;
          }
        });
      }
    }
    if (!changed) return;
  }
}

function blockerOf(table: DraftTable, key: SqliteForeignKey, parent: DraftTable | undefined, planned: readonly PlanTable[]) {
  if (parent === undefined) return reason('plan.object.parent-missing', { parent: key.parent });
  const columns = targetColumns(table, key.columns);
  const parentColumns = key.parentColumns.length === key.columns.length ? targetColumns(parent, key.parentColumns) : undefined;
  if (columns === undefined || parentColumns === undefined) return reason('plan.object.column-excluded');
  const mismatched = key.columns.find((name, index) => {
    const child = columnOf(table, name);
    const target = columnOf(parent, key.parentColumns[index] ?? '');
    return child === undefined || target === undefined || !comparable(child, target);
  });
  if (mismatched !== undefined) return reason('plan.object.key-types', { column: mismatched, parent: key.parent });
  const parentPlan = planned.find((candidate) => candidate.source.database === parent.database && candidate.source.table === parent.source.name);
  const wanted = parentColumns.toSorted().join('\0');
  const keys = [parentPlan?.primaryKey, ...(parentPlan?.uniques ?? [])].map((candidate) => candidate?.columns.toSorted().join('\0'));
  const uniqueIndexes = (parentPlan?.indexes ?? [])
    .filter((index) => index.unique && index.where === undefined)
    .map((index) => index.terms.map((term) => /^"((?:[^"]|"")*)"$/.exec(term)?.[1]?.replaceAll('""', '"') ?? '\0\0').toSorted().join('\0'));
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
    const parent = tables.find((candidate) => candidate.database === table.database && candidate.source.name.toLowerCase() === key.parent.toLowerCase());
    const parsed = table.parsed?.foreignKey(key.columns, key.parent);
    const name = names.take(parsed?.name ?? suffixed(`${table.target}_${(targetColumns(table, key.columns) ?? key.columns).join('_')}`, '_fkey')).name;
    const object = { kind: 'foreign key', name, table: table.source.name, database: table.database, source: `(${key.columns.join(', ')}) → ${key.parent} (${key.parentColumns.join(', ')})` } as const;
    const blocker = blockerOf(table, key, parent, planned);
    if (blocker !== undefined || parent === undefined) {
      context.notes.objects.push({ ...object, outcome: 'listed', ...(blocker === undefined ? {} : { reason: blocker }) });
      continue;
    }
    const { choice, count: orphans } = context.repairs.choose({
      problem: 'orphan', table: table.source, object: name, parts: key.columns.map((column) => ({ name: column, collation: 'BINARY' })), planned: table.columns, foreignKey: key,
      count: table.assessed.orphans.find((candidate) => candidate.foreignKey === key.id)?.count ?? '0',
    });
    const sound = orphans === '0' || choice !== 'keep';
    keys.push({
      name,
      columns: targetColumns(table, key.columns) ?? [],
      references: { schema: parent.schema, table: parent.target, columns: targetColumns(parent, key.parentColumns) ?? [] },
      onUpdate: key.onUpdate,
      onDelete: key.onDelete,
      deferrable: parsed?.deferrable ?? 'no',
      validate: sound,
    });
    const why = orphans === '0' ? undefined : sound ? repairedReason(choice, orphans) : reason('plan.object.orphans', { count: orphans });
    context.notes.objects.push({ ...object, outcome: 'created', ...(why === undefined ? {} : { reason: why }) });
  }
  return keys;
}
