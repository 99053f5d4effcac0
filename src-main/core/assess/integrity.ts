import type { Assessment } from '../../../shared/model/assessment.ts';
import type { SqliteDb } from '../../drivers/sqlite/index.ts';

/** Messages kept of each check; SQLite stops looking at this number. */
const maxMessages = 100;
/** Above this size only the quick check runs: the full one compares every index entry and takes minutes. */
const fullCheckBytes = 4 * 1024 ** 3;

/**
 * SQLite's own checks. `integrity_check` does all that `quick_check` does and compares indexes with their tables besides
 * (https://sqlite.org/pragma.html#pragma_integrity_check), so a clean full check answers both; the quick one is asked again only
 * where the full one found something, to tell damaged pages from damaged indexes. An empty `integrityCheck` means: not run.
 */
export function checkIntegrity(db: SqliteDb, bytes: number): Omit<Assessment['integrity'], 'foreignKeyCheck'> {
  if (bytes > fullCheckBytes) return { quickCheck: run(db, 'quick_check'), integrityCheck: [] };
  const integrityCheck = run(db, 'integrity_check');
  return { quickCheck: isClean(integrityCheck) ? ['ok'] : run(db, 'quick_check'), integrityCheck };
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
