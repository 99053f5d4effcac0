import { existsSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { TravessiaError } from '../../../shared/contract/errors.ts';
import type { Assessment } from '../../../shared/model/assessment.ts';
import { originPath } from '../../../shared/model/origin.ts';
import type { Plan } from '../../../shared/model/plan.ts';
import type { CoreDeps } from '../deps.ts';

/** Names that would be one file's name on some disk, or one schema's. */
const folded = (name: string): string => name.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '_');

/**
 * Names for sources by which no two are one: a source's own where no other has it, else its reference's last parts, as many as it takes
 * (`north/sales.db`, `south/sales.db`).
 *
 * @returns names in the order of the sources
 * @throws TravessiaError INVALID_INPUT where one source stands there twice
 */
export function namesApart(sources: readonly Pick<Assessment, 'source' | 'database'>[]): string[] {
  const alike = Map.groupBy(sources, ({ database }) => folded(database));
  const taken = new Set([...alike].flatMap(([name, those]) => (those.length === 1 ? [name] : [])));
  const names = new Map<Pick<Assessment, 'source' | 'database'>, string>();
  for (const those of alike.values()) {
    if (those.length === 1) continue;
    const [twice] = those.filter(({ source }, index) => those.findIndex((other) => other.source === source) !== index);
    if (twice !== undefined) throw new TravessiaError('INVALID_INPUT', { message: `The source ${twice.source} is given twice.`, hint: 'Give each source once.' });
    const parts = those.map(({ source }) => source.split(/[\\/]+/).filter((part) => part !== ''));
    const most = Math.max(...parts.map(({ length }) => length));
    let count = 1;
    const labels = (): string[] => parts.map((each) => each.slice(-count).join('/'));
    const areApart = (): boolean => new Set(labels().map(folded)).size === those.length && labels().every((label) => !taken.has(folded(label)));
    while (count < most && !areApart()) count += 1;
    // Paths that only punctuation tells apart are numbered.
    for (const [index, label] of labels().entries()) {
      const source = those[index];
      if (source === undefined) continue;
      const name = taken.has(folded(label)) ? `${label} (${index + 1})` : label;
      taken.add(folded(name));
      names.set(source, name);
    }
  }
  return sources.map((source) => names.get(source) ?? source.database);
}

/**
 * Gives assessed sources that are to cross together names by which they can be told apart: everything of a plan and of its runs, their copies, their journal
 * and the comparison, goes by the name. The assessment keeps it from then on, and its copy goes by it.
 */
export async function nameApart(deps: CoreDeps, assessments: readonly Assessment[]): Promise<Assessment[]> {
  const names = namesApart(assessments);
  return Promise.all(assessments.map(async (assessment, index) => {
    const database = names[index] ?? assessment.database;
    if (database === assessment.database) return assessment;
    const named = { ...assessment, database };
    const [from, to] = [deps.folders.snapshot(assessment.id, assessment.database), deps.folders.snapshot(assessment.id, database)];
    for (const [old, now] of [[from, to], [originPath(from), originPath(to)]] as const) if (existsSync(old)) await rename(old, now);
    await deps.store.assessments.put(named);
    deps.emit({ type: 'changed', noun: 'assessments', id: assessment.id });
    return named;
  }));
}

/** Plans of former versions may name two sources alike, of which one would be read twice. @throws TravessiaError PLAN_INVALID */
export function assertTellsApart({ sources }: Pick<Plan, 'sources'>): void {
  const [twice] = sources.filter(({ database }, index) => sources.findIndex((other) => other.database === database) !== index);
  if (twice === undefined) return;
  throw new TravessiaError('PLAN_INVALID', { message: `The plan names two sources alike: ${twice.database}.`, hint: 'Make the plan anew: it gives them names that tell them apart.' });
}
