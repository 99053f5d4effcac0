import type { MemoryPglite } from '../../../drivers/pglite/index.ts';
import { planIndex, readIndexable } from '../postgres/index.ts';
import { replicaMapping } from './tables.ts';

/** Makes a new, empty replica searchable by the same plan as a server: its triggers index whatever comes in. */
export async function makeSearchable(database: MemoryPglite): Promise<void> {
  const source = await readIndexable({ rows: (sql, values) => database.rows(sql, values), close: () => Promise.resolve() }, 'replica', replicaMapping);
  const { steps } = await planIndex(source, { concurrently: false });
  await database.write(async (_rows, exec) => {
    // There is nothing to fill yet, and nothing to mend.
    for (const step of steps) if (step.kind === 'once') await exec(step.sql);
  });
}
