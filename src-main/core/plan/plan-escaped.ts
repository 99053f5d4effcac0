import type { Finding } from '../../../shared/model/finding.ts';
import { escapedCount, escapeParams } from '../keys/index.ts';
import { profileOf, type DraftTable } from './types.ts';

/** Columns whose texts are escaped: how many could not stand as they are, how many look otherwise, and how the source's bytes are had back. */
export function escapedFindings(table: DraftTable): Finding[] {
  return table.columns.flatMap((column): Finding[] => {
    const profile = profileOf(table.assessed, column.source);
    const params = profile === undefined || !column.include ? undefined : escapeParams(profile, column, column.target);
    return profile === undefined || params === undefined ? [] : [{ code: 'plan.finding.escaped', severity: 'warning', table: table.source.name, column: column.source, count: escapedCount(profile, column), params }];
  });
}
