import type { SqliteCatalog } from '../../../shared/model/catalog.ts';
import type { PlanColumn } from '../../../shared/model/plan.ts';
import { columnId, joinedPairs, keyColumn, settleWays, shownWay, type KeyColumn, type SettledWay } from '../keys/index.ts';
import { isTextType } from '../../../shared/pure/value-policies.ts';
import { keyPairs } from '../assess/joined-ways.ts';
import { planDefault } from './plan-columns.ts';
import { columnOf } from './plan-keys.ts';
import { profileOf, reason, type DraftTable, type PlanContext } from './types.ts';
import { undoReason } from './value-policies.ts';

/**
 * Columns that foreign keys join, directly or over other tables, get one type and one policy where one holds the values of all: equal keys
 * stay equal. What a person or a template chose stays as it is, and the others follow. Each change is a finding. Must run before keys are planned.
 */
export function joinColumns(drafts: readonly DraftTable[], catalog: SqliteCatalog, context: PlanContext): void {
  const draftOf = (table: string): DraftTable | undefined => drafts.find((draft) => draft.source.name === table);
  const pairs = joinedPairs(catalog).filter(({ child, parent }) => [child, parent].every(({ table, column }) => {
    const draft = draftOf(table.name);
    return draft !== undefined && columnOf(draft, column) !== undefined;
  }));
  if (pairs.length === 0) return;
  const columns = new Map<string, KeyColumn>();
  for (const { table, column } of pairs.flatMap(({ child, parent }) => [child, parent])) {
    const draft = draftOf(table.name);
    const planned = draft === undefined ? undefined : columnOf(draft, column);
    const profile = draft === undefined ? undefined : profileOf(draft.assessed, column);
    if (planned === undefined || profile === undefined) continue;
    const { type, cast, misfits } = planned;
    columns.set(columnId(table.name, column), keyColumn(table.name, profile, { type, ...(cast === undefined ? {} : { cast }), misfits }, planned.decidedBy !== 'rule' || planned.identity));
  }
  const settled = settleWays([...columns.values()], keyPairs(pairs, (table) => draftOf(table.name)?.assessed.lostKeys ?? []));
  for (const draft of drafts) {
    draft.columns = draft.columns.map((column) => {
      const found = settled.get(columnId(draft.source.name, column.source));
      return found === undefined ? column : joined(draft, column, found, context);
    });
  }
}

function joined(draft: DraftTable, column: PlanColumn, { way, others }: SettledWay, context: PlanContext): PlanColumn {
  const { cast: _dropped, collation: _old, default: _former, ...rest } = column;
  const { type, cast, misfits } = way;
  const declared = draft.source.columns.find((each) => each.name === column.source);
  const defaultSql = declared === undefined ? undefined : planDefault(draft.source, declared, { type, cast }, context, draft.database);
  const params = { from: shownWay(column), type: shownWay(way), others: others.join(', '), declared: column.declared };
  // What it was by itself, and what of it would have been rejected, no longer holds.
  const { findings } = context.notes;
  const earlier = findings.findIndex((each) => ['plan.finding.widened', 'plan.finding.rejects'].includes(each.code) && each.table === draft.source.name && each.column === column.source && each.database === undefined);
  if (earlier !== -1) findings.splice(earlier, 1);
  findings.push({ code: misfits === '0' ? 'plan.finding.joined' : 'plan.finding.joined-rejects', severity: 'warning', table: draft.source.name, column: column.source, ...(misfits === '0' ? {} : { count: misfits }), params });
  return {
    ...rest, type,
    ...(cast === undefined ? {} : { cast }),
    ...(isTextType(type) && !type.startsWith('citext') ? { collation: 'C' } : {}),
    ...(defaultSql === undefined ? {} : { default: defaultSql }),
    identity: false,
    misfits,
    why: [...column.why.filter(({ code }) => code !== 'plan.why.undone-by' && code !== 'plan.why.rejects'), reason('plan.why.foreign-key', { other: others.join(', '), type: shownWay(way) }), ...undoReason({ target: column.target, type, cast })],
  };
}
