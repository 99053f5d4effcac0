import { isTextType } from '../../../shared/pure/value-policies.ts';
import { baseOf } from '../keys/index.ts';
import { columnOf, foldedColumn, foldsTooMuch } from './plan-keys.ts';
import { reason, type DraftTable, type PlanContext } from './types.ts';

/** SQLite's own collations as expressions of the target (datatype3.html, section 7.1); any other one is the program's. */
const expressions: Readonly<Record<string, (name: string) => string>> = {
  NOCASE: (name) => `lower(${name})`,
  RTRIM: (name) => `rtrim(${name})`,
};

/**
 * Columns whose texts SQLite compares by another rule than their bytes. Keys and indexes keep that rule by an expression (plan-keys.ts);
 * plain comparisons in queries do not, since no deterministic collation of PostgreSQL folds ASCII alone: it is said, with what to write.
 */
export function planCollations(table: DraftTable, context: PlanContext): void {
  for (const column of table.source.columns) {
    const collation = table.parsed?.collationOf(column.name) ?? 'BINARY';
    const target = columnOf(table, column.name);
    if (/^binary$/i.test(collation) || target === undefined) continue;
    const object = { kind: 'collation', name: `${table.source.name}.${column.name}`, table: table.source.name, database: table.database, source: `COLLATE ${collation}` } as const;
    const write = expressions[collation.toUpperCase()];
    if (!isTextType(target.type)) {
      const folded = foldedColumn(target, collation);
      const index = table.source.indexes.find((each) => each.unique && each.columns.some((part) => part.name === column.name) && foldsTooMuch(table, each));
      const groups = table.assessed.uniqueViolations.find((each) => each.index === index?.name)?.groups ?? '0';
      if (index !== undefined) context.notes.objects.push({ ...object, outcome: 'listed', reason: reason('plan.object.collation-blobs', { collation, type: target.type, groups, index: index.name }) });
      else if (folded !== undefined) context.notes.objects.push({ ...object, outcome: 'listed', reason: reason('plan.object.collation-bytes', { collation, type: target.type, expression: folded }) });
      else if (['bytea', 'json', 'jsonb'].includes(baseOf(target.type))) context.notes.objects.push({ ...object, outcome: 'listed', reason: reason('plan.object.collation-lost', { collation, type: target.type }) });
      else context.notes.objects.push({ ...object, outcome: 'listed', reason: reason('plan.object.collation-values', { collation, type: target.type }) });
    } else if (target.collation !== 'C') {
      // A person chose another one: citext, or a collation of the target.
      context.notes.objects.push({ ...object, outcome: 'translated', reason: reason('plan.object.collation-chosen', { collation, type: target.type, chosen: target.collation ?? '' }) });
    } else if (write === undefined) context.notes.objects.push({ ...object, outcome: 'listed', reason: reason('plan.object.collation-foreign', { collation }) });
    else context.notes.objects.push({ ...object, outcome: 'listed', reason: reason('plan.object.collation-column', { collation, expression: write(target.target) }) });
  }
}
