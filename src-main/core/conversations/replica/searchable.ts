import type { MemoryPglite } from '../../../drivers/pglite/index.ts';

/** Until the index plan is there. */
export async function makeSearchable(_database: MemoryPglite): Promise<void> {
  return Promise.resolve();
}
