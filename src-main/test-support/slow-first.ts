import { BaseSequencer } from 'vitest/node';
import type { TestSpecification } from 'vitest/node';

/**
 * The slowest test files, the slowest first. A fresh clone has no times of earlier runs, and a slow file that starts last leaves a core
 * idle. A file that is missing here is no error: it is only started later.
 */
const slow = [
  'e2e/corpus/rollback',
  'e2e/property/engine',
  'e2e/kill/kill',
  'e2e/corpus/corpus',
  'e2e/corpus/postgres-source',
  'e2e/corpus/hostile',
  'e2e/corpus/pglite-target',
  'e2e/corpus/adopt',
  'drivers/json/snapshot',
  'core/reshape/reshape',
  'core/runs/upsert',
  'e2e/corpus/repairs',
  'e2e/corpus/triggers',
  'conversations/masked',
  'core/guard/audit',
  'conversations/scan/programs',
  'conversations/postgres/index-plan',
  'e2e/contract/contract',
  'e2e/corpus/full-text',
  'e2e/corpus/rejects',
  'e2e/contract/profile.exploit',
  'replica/offline',
  'core/repairs/repairs',
  'core/runs/run-plan',
  'e2e/corpus/under-way',
  'e2e/corpus/refusals',
] as const;

const rank = ({ moduleId }: TestSpecification): number => {
  const found = slow.findIndex((name) => moduleId.endsWith(`/${name}.test.ts`));
  return found === -1 ? slow.length : found;
};

/** Starts the slow files first; the others, as vitest does, the largest first. */
export class SlowFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return (await super.sort(files)).toSorted((a, b) => rank(a) - rank(b));
  }
}
