import { isTextType } from '../../../shared/pure/value-policies.ts';
import { columnOf } from './plan-keys.ts';
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
    if (/^binary$/i.test(collation) || target === undefined || !isTextType(target.type)) continue;
    const object = { kind: 'collation', name: `${table.source.name}.${column.name}`, table: table.source.name, database: table.database, source: `COLLATE ${collation}` } as const;
    const write = expressions[collation.toUpperCase()];
    if (target.collation !== 'C') {
      // A person chose another one: citext, or a collation of the target.
      context.notes.objects.push({ ...object, outcome: 'translated', reason: reason('plan.object.collation-chosen', { collation, type: target.type, chosen: target.collation ?? '' }) });
    } else if (write === undefined) context.notes.objects.push({ ...object, outcome: 'listed', reason: reason('plan.object.collation-foreign', { collation }) });
    else context.notes.objects.push({ ...object, outcome: 'listed', reason: reason('plan.object.collation-column', { collation, expression: write(target.target) }) });
  }
}
