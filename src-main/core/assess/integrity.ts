import type { Assessment } from '../../../shared/model/assessment.ts';
import type { SqliteDb } from '../../drivers/sqlite/index.ts';
import { troubleOf } from './trouble.ts';
import { askWorker } from '../../workers/ask-worker.ts';

/** Messages kept of damage, and of rows that break a rule of their own table: these alone must not fill the list. */
const maxMessages = 100;
/** SQLite itself stops looking at this number. */
const lookFor = 1_000_000;
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

function isClean(messages: readonly string[]): boolean {
  return messages.length === 0 || (messages.length === 1 && messages[0] === 'ok');
}

function run(db: SqliteDb, check: 'quick_check' | 'integrity_check'): string[] {
  try {
    const [damage, rows]: [string[], string[]] = [[], []];
    for (const answer of db.prepare<unknown[], string>(`PRAGMA ${check}(${lookFor})`).pluck().iterate()) {
      for (const message of answer.split('\n')) {
        const kept = troubleOf(message) === 'rows' ? rows : damage;
        if (kept.length < maxMessages) kept.push(message);
      }
      if (damage.length >= maxMessages) break;
    }
    return [...damage, ...rows];
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  }
}
