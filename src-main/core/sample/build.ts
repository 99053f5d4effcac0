import { statSync } from 'node:fs';
import { join } from 'node:path';
import { duiliocode } from './duiliocode.ts';
import { activeLearning, feedback, metrics, multiFeedback, thresholds } from './resync-learning.ts';
import { auditLog, auditQueue, contextStore, userBehavior } from './resync-stores.ts';
import { twsStatus } from './resync-tws.ts';
import { buildStore, type SampleStore } from './store.ts';

export type SampleSize = 'small' | 'realistic';

export interface SampleOptions {
  readonly signal: AbortSignal;
  /** Share of all rows written, 0 to 1. */
  readonly onProgress: (progress: number) => void;
}

export interface BuiltSamples {
  /** Paths of the ten files of the Resync-like set, then of the DuilioCode-like chat history. */
  readonly files: string[];
  readonly rows: number;
  readonly bytes: number;
}

/** `realistic`: about 300,000 rows; `small`: about one in a hundred, for tests. */
const scales: Readonly<Record<SampleSize, number>> = { small: 0.01, realistic: 1 };

function resyncStores(scale: number): readonly SampleStore[] {
  return [
    twsStatus(scale), contextStore(scale), auditLog(scale), auditQueue(scale), userBehavior(scale), feedback(scale), multiFeedback(scale), metrics(scale), thresholds(), activeLearning(scale),
  ];
}

/**
 * Builds the sample stores: `<folder>/resync/*.db` and `<folder>/duiliocode.db`. Made in code from fixed seeds, without a clock, so
 * that every build is equal. What is spoiled on purpose is told in resources/samples/README.md; none of it becomes a reject.
 *
 * @throws TravessiaError CANCELLED; FILE_EXISTS where a file of that name is no sample
 */
export async function buildSamples(folder: string, size: SampleSize, { signal, onProgress }: SampleOptions): Promise<BuiltSamples> {
  const scale = scales[size];
  const chat = duiliocode(scale);
  const sets = [...resyncStores(scale).map((store) => ({ store, path: join(folder, 'resync', store.file) })), { store: chat, path: join(folder, chat.file) }];
  const rowsTotal = sets.reduce((sum, { store }) => sum + store.tables.reduce((rows, table) => rows + table.rows, 0), 0);
  let rows = 0;
  for (const { store, path } of sets) {
    await buildStore(path, store, {
      signal,
      onRows: (more) => {
        rows += more;
        onProgress(rows / rowsTotal);
      },
    });
  }
  const files = sets.map(({ path }) => path);
  return { files, rows, bytes: files.reduce((sum, path) => sum + statSync(path).size, 0) };
}
