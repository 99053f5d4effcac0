import { parentPort, workerData } from 'node:worker_threads';
import { toErrorReply } from '../../shared/contract/errors.ts';
import { checkMapping, detectIn, openRows, previewIn } from '../core/conversations/scan/index.ts';
import type { LibraryQuestion } from '../core/conversations/ask-library.ts';

/** Looks at a database that is, or may become, a library: one question, one answer. SQLite and PGlite are read in this thread. */
const { source, ask }: LibraryQuestion = workerData;
try {
  const rows = openRows(source);
  try {
    const answer = async (): Promise<unknown> => {
      if (ask.kind === 'detect') return detectIn(rows);
      if (ask.kind === 'preview') return previewIn(rows, ask.mapping);
      checkMapping((await rows.shape()).shape, ask.mapping, rows.dialect);
      return null;
    };
    parentPort?.postMessage({ ok: true, value: await answer() });
  } finally {
    await rows.close();
  }
} catch (error) {
  parentPort?.postMessage({ ok: false, error: toErrorReply(error) });
}
