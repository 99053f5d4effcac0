import { TravessiaError } from '../../../shared/contract/errors.ts';
import type { SqliteCatalog } from '../../../shared/model/catalog.ts';
import type { RepairRule } from '../../../shared/model/repair.ts';
import { matchesPattern } from '../plan/patterns.ts';
import type { FoundProblem } from './draft.ts';
import { foldName } from '../../../shared/pure/fold-name.ts';

const listed = (text: string): string => text.split(',').map((part) => foldName(part.trim())).join(',');

/** True where a rule speaks of a key: by its name, its index's, or its columns. */
export function speaksOf(rule: RepairRule, database: string, found: FoundProblem): boolean {
  if (rule.problem !== undefined && rule.problem !== found.problem) return false;
  if (rule.database !== undefined && rule.database !== database) return false;
  if (rule.table !== undefined && !matchesPattern(rule.table, found.table.name)) return false;
  if (rule.object === undefined) return true;
  // A column's name means its keys; a condition on it is meant by its own name.
  const names = found.problem === 'check' ? [found.object] : [found.object, found.index ?? '', found.parts.map(({ name }) => name).join(',')];
  return names.some((name) => name !== '' && listed(name) === listed(rule.object ?? ''));
}

/** How a rule is written on the command line. */
export function ruleText({ problem, table, object, choice }: RepairRule): string {
  const what = [table, object].filter((part) => part !== undefined).join('.');
  return `${what === '' ? (problem ?? '*') : what}=${choice}`;
}

/**
 * A rule that names a table or a key nobody has met is a slip of the pen, and must not pass for "nothing to repair". Tables that exist
 * and do not cross are no slip.
 *
 * @throws TravessiaError REPAIR_NOT_POSSIBLE
 */
export function assertMet(rules: readonly RepairRule[], met: ReadonlySet<RepairRule>, known: readonly string[], sources: readonly { readonly database: string; readonly catalog: SqliteCatalog; readonly crossing: readonly string[] }[]): void {
  for (const rule of rules) {
    if (met.has(rule) || (rule.table === undefined && rule.object === undefined && rule.database === undefined)) continue;
    const left = sources.some(({ database, catalog, crossing }) => (rule.database === undefined || rule.database === database)
      && catalog.tables.some(({ name }) => (rule.table === undefined ? false : matchesPattern(rule.table, name)) && !crossing.includes(name)));
    if (left) continue;
    throw new TravessiaError('REPAIR_NOT_POSSIBLE', {
      message: `The repair ${ruleText(rule)} speaks of no key of the plan.`,
      hint: known.length === 0 ? 'No row breaks a key of this source; there is nothing to repair.' : `Keys that rows break: ${known.join('; ')}.`,
    });
  }
}
