import type { ConflictAction } from '../../../shared/pure/sqlite-sql/index.ts';
import { quoteIdent } from '../../../shared/pure/quote.ts';
import { columnOf, columnTerm, isPlain, targetColumns } from './plan-keys.ts';
import { reason, type DraftTable, type PlanContext } from './types.ts';
import { sameName } from '../../../shared/pure/fold-name.ts';

interface Clause {
  readonly constraint: 'PRIMARY KEY' | 'UNIQUE' | 'NOT NULL' | 'CHECK';
  readonly columns: readonly string[];
  readonly action: ConflictAction | undefined;
}

function clausesOf({ parsed }: DraftTable): Clause[] {
  if (parsed === undefined) return [];
  const { columns, constraints } = parsed.definition;
  return [
    ...columns.flatMap(({ name, primaryKey, notNull, unique }): Clause[] => [
      { constraint: 'PRIMARY KEY', columns: [name], action: primaryKey?.onConflict },
      { constraint: 'NOT NULL', columns: [name], action: notNull?.onConflict },
      ...unique.map(({ onConflict }): Clause => ({ constraint: 'UNIQUE', columns: [name], action: onConflict })),
    ]),
    ...constraints.flatMap((each): Clause[] => {
      if (each.type === 'primaryKey' || each.type === 'unique') return [{ constraint: each.type === 'unique' ? 'UNIQUE' : 'PRIMARY KEY', columns: each.columns.map(({ name }) => name), action: each.onConflict }];
      return each.type === 'check' ? [{ constraint: 'CHECK', columns: [], action: each.onConflict }] : [];
    }),
  ];
}

/** What PostgreSQL does where a statement breaks a constraint is the statement's to say, never the constraint's (manual, INSERT, ON CONFLICT). */
function codeOf({ constraint, action }: Clause): string {
  if (action === 'IGNORE' || action === 'REPLACE') return constraint === 'PRIMARY KEY' || constraint === 'UNIQUE' ? `plan.object.conflict-${action.toLowerCase()}` : action === 'REPLACE' && constraint === 'NOT NULL' ? 'plan.object.conflict-default' : 'plan.object.conflict-row';
  return action === 'ROLLBACK' ? 'plan.object.conflict-rollback' : 'plan.object.conflict-fail';
}

/** What an INSERT of the target has to name so that the server finds the index (manual, INSERT, conflict_target): of a folded key its expressions. */
function conflictTarget(table: DraftTable, columns: readonly string[]): string {
  const index = table.source.indexes.find((each) => each.unique && !each.partial && each.columns.length === columns.length && each.columns.every(({ name }, at) => sameName(name, columns[at])));
  if (index === undefined || isPlain(table, index)) return (targetColumns(table, columns) ?? columns).map(quoteIdent).join(', ');
  return index.columns.map(({ name, collation }) => {
    const column = columnOf(table, name ?? '');
    return column === undefined ? quoteIdent(name ?? '') : columnTerm(column, collation, false).sql;
  }).join(', ');
}

/** The clauses ON CONFLICT of a table's constraints: each is listed with its text and with what happens instead. ABORT is what PostgreSQL does too. */
export function planConflicts(table: DraftTable, context: PlanContext): void {
  for (const clause of clausesOf(table)) {
    const { constraint, columns, action } = clause;
    if (action === undefined || action === 'ABORT') continue;
    const names = columns.map((name) => columnOf(table, name)?.source ?? name);
    const targets = conflictTarget(table, columns);
    context.notes.objects.push({
      kind: 'conflict clause', name: [table.source.name, ...(names.length === 0 ? [] : [names.join(', ')])].join('.'), table: table.source.name, database: table.database, outcome: 'listed',
      reason: reason(codeOf(clause), { action, columns: targets }), source: `${constraint}${names.length > 0 ? ` (${names.join(', ')})` : ''} ON CONFLICT ${action}`,
    });
  }
}
