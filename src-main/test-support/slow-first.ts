import { BaseSequencer } from 'vitest/node';
import type { TestSpecification } from 'vitest/node';

/**
 * The slowest test files, the slowest first. A fresh clone has no times of earlier runs, and a slow file that starts last leaves a core
 * idle. A file that is missing here is no error: it is only started later.
 */
const slow = [
  'e2e/property/engine',
  'e2e/kill/kill',
  'e2e/corpus/rollback',
  'e2e/corpus/corpus',
  'e2e/corpus/pglite-target',
  'e2e/corpus/postgres-source',
  'core/verify/verify-plan',
  'drivers/json/snapshot',
  'hosts/cli/closed-output',
  'conversations/scan/programs',
  'replica/sealed-file',
  'e2e/corpus/under-way',
  'e2e/corpus/hostile',
  'conversations/masked-keys',
  'conversations/masked-columns',
  'conversations/masked',
  'replica/replica',
  'core/load/load-table',
  'core/runs/upsert',
  'core/reshape/reshape',
  'e2e/property/random-keys',
  'core/load/load-ranges',
  'e2e/contract/contract',
  'e2e/contract/profile.exploit',
  'e2e/corpus/adopt',
  'e2e/corpus/triggers',
  'e2e/corpus/repairs',
  'e2e/corpus/full-text',
  'core/guard/audit',
  'conversations/postgres/index-plan',
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
