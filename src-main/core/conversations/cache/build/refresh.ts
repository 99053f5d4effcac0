/**
 * Makes the copy of a library, or brings it up to date. A new one is built beside and renamed when it is whole and on the disk; an existing one
 * changes in a single transaction, which readers do not see before it is complete. Whatever ends the program in between leaves the copy as it was.
 */
import { closeSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import { TravessiaError } from '../../../../../shared/contract/errors.ts';
import { fileError, openSqlite, sqliteCode, sqliteError, withProcessLock, type SqliteDb } from '../../../../drivers/sqlite/index.ts';
import type { Scan } from '../../ports.ts';
import type { RowMask } from '../../row-mask.ts';
import { currentFile, digestOf, emptyFile, lockPath, makeFolder, newFiles, removeOlder, writeNote } from '../files.ts';
import { createIndexes, createTables, schemaVersion, stageTables } from '../schema.ts';
import { createStemmer } from '../words/index.ts';
import { apply, createBreather, type Applied } from './apply.ts';
import { createIntake } from './intake.ts';

export interface RefreshProgress {
  readonly phase: 'read' | 'index';
  readonly rows: number;
  readonly rowsTotal: number;
}

export interface RefreshOptions {
  /** Folder of the library's copy. */
  readonly folder: string;
  readonly scan: Scan;
  readonly mask: RowMask;
  /** Version of the rules by which `mask` masks. */
  readonly masking: string;
  /** Text that changes with the mapping. */
  readonly mapping: string;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: RefreshProgress) => void;
  readonly now: () => number;
  /** Reads everything again even where the source says that nothing moved. */
  readonly force?: boolean;
}

export interface RefreshResult extends Applied {
  /** made: from nothing. changed: brought up to date. same: nothing had moved. */
  readonly outcome: 'made' | 'changed' | 'same';
  readonly conversations: number;
  readonly messages: number;
}

const indexes = ['words', 'heads', 'names'];
const gathered = 48 * 1024 * 1024;
const usually = 4 * 1024 * 1024;
const cacheKilobytes = 64 * 1024;

function readMeta(db: SqliteDb): Map<string, string> {
  return new Map(db.prepare<[], { key: string; value: string }>('SELECT key, value FROM meta').all().map((row) => [row.key, row.value]));
}

/** Whether the rows of a copy can be kept; one that is damaged, or made by other rules, is made anew. */
function isUsable(path: string, options: RefreshOptions): boolean {
  try {
    using file = openSqlite(path, { mode: 'read', safeIntegers: false });
    const meta = readMeta(file.db);
    return meta.get('schema') === schemaVersion && meta.get('masking') === options.masking && meta.get('mapping') === digestOf(options.mapping);
  } catch {
    return false;
  }
}

const count = (db: SqliteDb, table: string): number => Number(db.prepare(`SELECT count(*) FROM ${table}`).pluck().get());

async function fill(db: SqliteDb, options: RefreshOptions, isFresh: boolean): Promise<RefreshResult> {
  db.exec(stageTables);
  db.exec('BEGIN IMMEDIATE');
  try {
    // Words are gathered in memory before they are written: the larger the pieces, the less is merged afterwards.
    for (const table of indexes) db.exec(`INSERT INTO ${table} (${table}, rank) VALUES ('hashsize', ${isFresh ? gathered : usually})`);
    const intake = createIntake(db, options.mask, isFresh);
    const { scan, onProgress } = options;
    let rows = 0;
    const breathe = createBreather(options.signal, () => onProgress({ phase: 'read', rows, rowsTotal: Math.max(rows, scan.total ?? 0) }));
    for await (const records of scan.records(options.signal)) {
      for (const record of records) {
        rows += 1;
        intake.take(record);
        await breathe();
      }
    }
    options.signal.throwIfAborted();
    const applied = await apply(db, intake, isFresh ? () => createIndexes(db) : () => undefined, {
      isFresh, stemmer: createStemmer(), signal: options.signal, onProgress: (done, total) => onProgress({ phase: 'index', rows: done, rowsTotal: total }),
    });
    if (isFresh) {
      // One piece is read quicker than several.
      for (const table of indexes) db.exec(`INSERT INTO ${table} (${table}) VALUES ('optimize')`);
    }
    const put = db.prepare('INSERT OR REPLACE INTO meta VALUES (?, ?)');
    for (const [key, value] of Object.entries({ schema: schemaVersion, masking: options.masking, mapping: digestOf(options.mapping), fingerprint: digestOf(scan.fingerprint) })) put.run(key, value);
    // Every change of the copy has a number: answers that were remembered are known to be old.
    put.run('version', `${options.now()}-${rows}-${applied.written}-${applied.gone}`);
    const result: RefreshResult = { ...applied, outcome: isFresh ? 'made' : 'changed', conversations: count(db, 'conversation'), messages: count(db, 'message') };
    db.exec('COMMIT');
    return result;
  } catch (error) {
    if (db.inTransaction) db.exec('ROLLBACK');
    throw error;
  }
}

async function withStage<T>(path: string, stage: string, isFresh: boolean, work: (db: SqliteDb) => Promise<T>): Promise<T> {
  using file = openSqlite(path, { mode: 'write', create: true, safeIntegers: false });
  const { db } = file;
  emptyFile(stage);
  try {
    // A file that is made anew is thrown away when anything happens: it needs no journal.
    db.pragma(isFresh ? 'journal_mode = OFF' : 'journal_mode = WAL');
    db.pragma(isFresh ? 'synchronous = OFF' : 'synchronous = NORMAL');
    db.pragma(`cache_size = -${cacheKilobytes}`);
    db.prepare('ATTACH ? AS stage').run(stage);
    db.pragma('stage.journal_mode = OFF');
    db.pragma('stage.synchronous = OFF');
    return await work(db);
  } finally {
    file.close();
    rmSync(stage, { force: true });
  }
}

function flush(path: string): void {
  const handle = openSync(path, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

async function makeAnew(options: RefreshOptions): Promise<RefreshResult> {
  const { building, stage, final } = newFiles(options.folder);
  emptyFile(building);
  try {
    const result = await withStage(building, stage, true, async (db) => {
      db.pragma('page_size = 8192');
      createTables(db);
      const made = await fill(db, options, true);
      // From now on it is read while it is brought up to date.
      db.pragma('journal_mode = WAL');
      return made;
    });
    flush(building);
    renameSync(building, final);
    flush(options.folder);
    return result;
  } catch (error) {
    for (const part of ['', '-wal', '-shm', '-journal']) rmSync(building + part, { force: true });
    throw error;
  }
}

async function bringUpToDate(path: string, options: RefreshOptions): Promise<RefreshResult> {
  const { stage } = newFiles(options.folder);
  return withStage(path, stage, false, async (db) => {
    const meta = readMeta(db);
    if (options.force !== true && meta.get('fingerprint') === digestOf(options.scan.fingerprint)) {
      return { outcome: 'same', written: 0, gone: 0, doubles: 0, conversations: count(db, 'conversation'), messages: count(db, 'message') };
    }
    const result = await fill(db, options, false);
    db.pragma('wal_checkpoint(TRUNCATE)');
    return result;
  });
}

/**
 * @throws TravessiaError CANCELLED, DISK_FULL, RUN_BUSY (another program is at it), and what the scan throws
 */
export async function refreshFile(options: RefreshOptions): Promise<RefreshResult> {
  makeFolder(options.folder);
  return withProcessLock(lockPath(options.folder), async () => {
    const current = currentFile(options.folder);
    try {
      const result = current !== null && isUsable(current, options) ? await bringUpToDate(current, options) : await makeAnew(options);
      writeNote(options.folder, {
        schema: schemaVersion, masking: options.masking, mapping: digestOf(options.mapping), fingerprint: digestOf(options.scan.fingerprint), refreshedAt: new Date(options.now()).toISOString(),
        conversations: result.conversations, messages: result.messages,
      });
      removeOlder(options.folder);
      return result;
    } catch (error) {
      if (options.signal.aborted) throw new TravessiaError('CANCELLED', { message: 'The refresh was cancelled; the copy is as it was.', cause: error });
      if (error instanceof TravessiaError) throw error;
      throw sqliteCode(error) === null && error instanceof Error && 'code' in error ? fileError(error, options.folder) : sqliteError(error, options.folder);
    }
  }, 1000);
}
