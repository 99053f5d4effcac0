import type { Assessment } from '../../../shared/model/assessment.ts';
import { quoteIdent } from '../../../shared/pure/quote.ts';
import type { SqliteDb } from '../../drivers/sqlite/index.ts';
import { indexesHold, PagesUnfit } from '../../drivers/sqlite/pages/index.ts';
import { troubleOf } from './trouble.ts';
import { askWorker } from '../../workers/ask-worker.ts';

/** Messages kept of damage, and of rows that break a rule of their own table: these alone must not fill the list. */
const maxMessages = 100;
/** SQLite itself stops looking at this number. */
const lookFor = 1_000_000;
/** Above this size SQLite is asked for its quick check alone: the full one compares every index entry and takes minutes. */
const fullCheckBytes = 4 * 1024 ** 3;
/** In such a file it may still be asked for tables of fewer rows. */
const manyRows = 1_000_000;
/** Below this size the checks are done before a second thread has started, and SQLite's own are quick. */
const worthThread = 16 * 1024 ** 2;

type Checks = Omit<Assessment['integrity'], 'foreignKeyCheck'>;

export interface CheckOptions {
  /** From so many bytes of the file on, indexes are compared with their tables from the pages where that can be; default 16 MB. */
  readonly pagesFromBytes?: number;
}

/**
 * SQLite's own checks. `integrity_check` does all that `quick_check` does and compares indexes with their tables besides
 * (https://sqlite.org/pragma.html#pragma_integrity_check), so a clean full check answers both; the quick one is asked again only
 * where the full one found something, to tell damaged pages from damaged indexes. An empty `integrityCheck` means: not run.
 *
 * Of a large file SQLite does the quick check, and the indexes are compared from the pages, which takes a quarter of the time (measured); SQLite is
 * asked of the tables where that cannot be done or finds something, so that every message is its own.
 */
export function checkIntegrity(db: SqliteDb, { pagesFromBytes = worthThread }: CheckOptions = {}): Checks {
  const bytes = Number(db.pragma('page_size', { simple: true })) * Number(db.pragma('page_count', { simple: true }));
  const isLarge = bytes > fullCheckBytes;
  if (bytes >= pagesFromBytes) {
    const quickCheck = run(db, 'quick_check');
    if (quickCheck.every(isOfRows)) return { quickCheck, ...compareIndexes(db, quickCheck, isLarge) };
    if (isLarge) return { quickCheck, integrityCheck: [] };
  }
  const integrityCheck = run(db, 'integrity_check');
  return { quickCheck: isClean(integrityCheck) ? ['ok'] : run(db, 'quick_check'), integrityCheck };
}

/** What SQLite's quick check finds amiss with the pages of a file; empty where nothing. */
export function pageDamage(db: SqliteDb): string[] {
  return run(db, 'quick_check').filter((message) => message !== 'ok' && troubleOf(message) === 'pages');
}

/** Compares every table's indexes with it, where the quick check found nothing amiss with any page. */
function compareIndexes(db: SqliteDb, quickCheck: readonly string[], isLarge: boolean): Pick<Checks, 'integrityCheck' | 'tablesByPages'> {
  let tablesByPages = 0;
  let isWhole = true;
  const found: string[] = [];
  for (const table of db.prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'table' AND rootpage > 0").pluck().all()) {
    const holds = holdByPages(db, table);
    if (holds === true) tablesByPages += 1;
    else if (holds === null && isLarge && hasManyRows(db, table)) isWhole = false;
    else found.push(...run(db, 'integrity_check', table).filter((message) => !isOfRows(message)));
  }
  if (found.length === 0) return { integrityCheck: isWhole ? [...quickCheck] : [], tablesByPages };
  return { integrityCheck: [...found, ...quickCheck.filter((message) => message !== 'ok')].slice(0, maxMessages * 2), tablesByPages };
}

/** True where nothing is damaged: at most rows break a rule of their own table. */
function isOfRows(message: string): boolean {
  return message === 'ok' || troubleOf(message) === 'rows';
}

/** Null where the pages do not tell. */
function holdByPages(db: SqliteDb, table: string): boolean | null {
  try {
    return indexesHold(db, db.name, table);
  } catch (error) {
    if (error instanceof PagesUnfit) return null;
    throw error;
  }
}

function hasManyRows(db: SqliteDb, table: string): boolean {
  return db.prepare<[number], number>(`SELECT count(*) FROM (SELECT 1 FROM ${quoteIdent(table)} LIMIT ?)`).pluck().safeIntegers(false).get(manyRows) === manyRows;
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

function run(db: SqliteDb, check: 'quick_check' | 'integrity_check', table?: string): string[] {
  try {
    const [damage, rows]: [string[], string[]] = [[], []];
    for (const answer of db.prepare<unknown[], string>(`PRAGMA ${check}(${table === undefined ? lookFor : quoteIdent(table)})`).pluck().iterate()) {
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
