import type { Assessment } from '../../../shared/model/assessment.ts';
import type { SqliteDb } from '../../drivers/sqlite/index.ts';
import { askWorker } from '../../workers/ask-worker.ts';

/** Messages kept of each check; SQLite stops looking at this number. */
const maxMessages = 100;
/** Above this size only the quick check runs: the full one compares every index entry and takes minutes. */
const fullCheckBytes = 4 * 1024 ** 3;
/** Below this size the checks are done before a second thread has started. */
const worthThread = 16 * 1024 ** 2;

type Checks = Omit<Assessment['integrity'], 'foreignKeyCheck'>;

/**
 * SQLite's own checks. `integrity_check` does all that `quick_check` does and compares indexes with their tables besides
 * (https://sqlite.org/pragma.html#pragma_integrity_check), so a clean full check answers both; the quick one is asked again only
 * where the full one found something, to tell damaged pages from damaged indexes. An empty `integrityCheck` means: not run.
 */
export function checkIntegrity(db: SqliteDb): Checks {
  const bytes = Number(db.pragma('page_size', { simple: true })) * Number(db.pragma('page_count', { simple: true }));
  if (bytes > fullCheckBytes) return { quickCheck: run(db, 'quick_check'), integrityCheck: [] };
  const integrityCheck = run(db, 'integrity_check');
  return { quickCheck: isClean(integrityCheck) ? ['ok'] : run(db, 'quick_check'), integrityCheck };
}

/**
 * Starts `checkIntegrity` for a file of `bytes` and gives the way to its answer: for a large file in a thread of its own, since the
 * checks take as long as the reading of every value and neither waits for the other.
 *
 * @throws TravessiaError CANCELLED
 */
export function startIntegrityChecks(db: SqliteDb, path: string, bytes: number, signal: AbortSignal): () => Promise<Checks> {
  if (bytes < worthThread) return () => Promise.resolve(checkIntegrity(db));
  const checks = askWorker<Checks>('integrity', path, signal);
  // Whoever asks for the answer learns of a failure; the reading of the tables may have failed before.
  checks.catch(() => undefined);
  return () => checks;
}

export function isClean(messages: readonly string[]): boolean {
  return messages.length === 0 || (messages.length === 1 && messages[0] === 'ok');
}

function run(db: SqliteDb, check: 'quick_check' | 'integrity_check'): string[] {
  try {
    return db.prepare<unknown[], string>(`PRAGMA ${check}(${maxMessages})`).pluck().all().flatMap((message) => message.split('\n')).slice(0, maxMessages);
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  }
}
