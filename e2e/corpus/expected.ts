/** What the assessment and the plan say will become of each object, held against what the run made of it. */
import { expect } from 'vitest';
import type { Assessment } from '../../shared/model/assessment.ts';
import type { Plan } from '../../shared/model/plan.ts';
import type { RunResult } from '../../shared/model/run.ts';
import type { Ended } from './command-line.ts';

/** Findings whose words tell an outcome, and whether that is to be listed. */
const telling: Readonly<Record<string, readonly [kind: string, isListed: boolean]>> = {
  'finding.trigger-crosses': ['trigger', false], 'finding.trigger-needless': ['trigger', false], 'finding.trigger-listed': ['trigger', true], 'finding.index-listed': ['index', true],
  'finding.view-listed': ['view', true], 'finding.view-broken': ['view', true], 'finding.check-listed': ['check', true], 'finding.default-listed': ['default', true],
  'finding.generated': ['generated column', true], 'finding.generated-crosses': ['generated column', false],
};

/** @param run - a command of the console that migrated, against the same target */
export async function foretold(run: (words: readonly string[]) => Promise<Ended>, path: string, target: string): Promise<{ readonly assessed: Assessment; readonly plan: Plan }> {
  return { assessed: JSON.parse((await run(['assess', path, '--format', 'json'])).stdout), plan: JSON.parse((await run(['plan', path, '--target', target])).stdout) };
}

export function expectForetold({ assessed, plan }: { readonly assessed: Assessment; readonly plan: Plan }, result: RunResult): void {
  const of = ({ kind, name, table = '', outcome }: { kind: string; name: string; table?: string | undefined; outcome: string }) => `${kind} ${table} ${name}: ${outcome}`;
  expect(result.objects.map(of)).toEqual(plan.objects.map(of));
  const objects = result.objects.map(({ kind, name, table, outcome, reason }) => ({ kind, name, table, isListed: outcome === 'listed', isOfTarget: /needs PostgreSQL \d/.test(reason ?? '') }));
  const findings = [...assessed.findings, ...assessed.tables.flatMap((table) => table.findings)];
  expect(findings.map(({ code }) => code)).not.toContain('finding.trigger');
  const said = findings.flatMap(({ code, object, table, column }) => {
    const [kind, isListed] = telling[code] ?? [];
    return kind === undefined ? [] : [{ kind, name: column === undefined ? (object ?? '') : `${table}.${column}`, isListed }];
  });
  for (const { kind, name, isListed } of said) expect(objects.filter((each) => each.kind === kind && each.name === name).map((each) => [kind, name, each.isListed])).toEqual([[kind, name, isListed]]);
  // And nothing of these kinds stays behind without a finding, but for what an older server does not know: the assessment asks none.
  const mute = objects.filter(({ kind, name, isListed, isOfTarget }) => isListed && !isOfTarget && Object.values(telling).some(([told]) => told === kind) && !said.some((each) => each.kind === kind && each.name === name));
  expect(mute.filter(({ kind, name, table }) => !(kind === 'check' && findings.some((each) => each.code === 'finding.check-broken-listed' && each.table === table)) && name !== '')).toEqual([]);
  // Keys: what is said of orphans and of NULL in keys.
  for (const finding of findings) {
    const key = { 'finding.orphans': ['foreign key', false], 'finding.orphans-listed': ['foreign key', true], 'finding.null-in-key': ['primary key', false], 'finding.null-in-key-listed': ['primary key', true] }[finding.code];
    if (key !== undefined) expect(objects.filter((each) => each.kind === key[0] && each.table === finding.table).some((each) => each.isListed === key[1]), `${finding.code} ${finding.table}`).toBe(true);
  }
}
