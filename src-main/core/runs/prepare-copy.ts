import type { Plan } from '../../../shared/model/plan.ts';
import { isActive, repairSource } from '../repairs/index.ts';
import { prepareCopy } from '../reshape/index.ts';
import type { RunSource } from './ports.ts';

/**
 * What is done to the run's own copies before anything reads them, in this order: tables are reshaped, rows that break
 * keys repaired. Each step makes a file of its own
 * beside the copy it began with, so a run that was killed begins again where a whole file stands.
 * @returns the sources with the copies to read
 * @throws TravessiaError PLAN_STALE where a copy no longer is what the plan was made for, REPAIR_NOT_POSSIBLE
 */
export async function prepareCopies(plan: Plan, sources: readonly RunSource[], signal: AbortSignal): Promise<RunSource[]> {
  const prepared: RunSource[] = [...sources];
  for (const preparation of plan.preparations ?? []) {
    const index = prepared.findIndex((source) => source.database === preparation.database);
    const source = prepared[index];
    if (source === undefined) continue;
    const reads = preparation.reads.flatMap((database) => prepared.find((each) => each.database === database)?.snapshotPath ?? []);
    prepared[index] = { ...source, snapshotPath: await prepareCopy(source.snapshotPath, preparation, reads, signal) };
  }
  for (const [index, source] of prepared.entries()) {
    if (isActive(plan, source.database)) prepared[index] = { ...source, snapshotPath: await repairSource(source.snapshotPath, plan, source.database, signal) };
  }
  return prepared;
}
