import { copyFileSync, existsSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { corpusCopy, hasCorpus } from '../../test-support/corpus.ts';
import { tempFolder } from '../../test-support/temp-folder.ts';
import { snapshotSqlite, sourceMoved } from './snapshot.ts';

function make(path: string, rows: number, journal: string): void {
  const db = new Database(path);
  db.pragma(`journal_mode = ${journal}`);
  db.exec('CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER, pad TEXT)');
  const insert = db.prepare('INSERT INTO t (a, pad) VALUES (?, ?)');
  db.transaction(() => { for (let i = 0; i < rows; i += 1) insert.run(i, 'p'.repeat(500)); })();
  db.close();
}

describe('a snapshot', () => {
  it.skipIf(!hasCorpus())('of a file whose tables all live in the WAL has 1,900 rows', async () => {
    using folder = tempFolder();
    const source = corpusCopy('sqlite/wal-traps/fc.db', folder.path);
    const snapshot = await snapshotSqlite(source, join(folder.path, 'run', 'copy.db'));
    const db = new Database(snapshot.path, { readonly: true });
    const tables = db.prepare<unknown[], string>("SELECT name FROM sqlite_schema WHERE type = 'table'").pluck().all();
    const rows = tables.map((name) => Number(db.prepare(`SELECT count(*) FROM "${name}"`).pluck().get()));
    db.close();
    expect(rows.reduce((a, b) => a + b, 0)).toBe(1900);
    expect(snapshot.journalMode).toBe('wal');
    expect(existsSync(`${snapshot.path}-wal`)).toBe(false);
    expect(await sourceMoved(source, snapshot.fingerprint)).toBe(false);
  });

  it.each(['delete', 'wal'])('says when the source moved on (%s)', async (journal) => {
    using folder = tempFolder();
    const source = join(folder.path, 'a.db');
    make(source, 10, journal);
    const { fingerprint } = await snapshotSqlite(source, join(folder.path, 'copy.db'));
    expect(await sourceMoved(source, fingerprint)).toBe(false);
    const db = new Database(source);
    db.exec('UPDATE t SET a = a + 1 WHERE id = 1');
    expect(await sourceMoved(source, fingerprint)).toBe(true);
    db.close();
    expect(await sourceMoved(source, fingerprint)).toBe(true);
  });

  it.each(['delete', 'wal'])('is consistent and ends while another thread keeps writing (%s)', async (journal) => {
    using folder = tempFolder();
    const source = join(folder.path, 'busy.db');
    make(source, 20_000, journal);
    // Each transaction keeps the sum of the column: a torn copy would show another one.
    const writer = new Worker(
      `const Database = require('better-sqlite3'); const { parentPort, workerData } = require('node:worker_threads');
       const db = new Database(workerData, { timeout: 20000 }); let stop = false; parentPort.on('message', () => { stop = true; });
       const move = db.transaction((a, b) => { db.prepare('UPDATE t SET a = a - 1 WHERE id = ?').run(a); db.prepare('UPDATE t SET a = a + 1 WHERE id = ?').run(b); });
       let n = 0; parentPort.postMessage('ready');
       (function step() { if (stop) { db.close(); parentPort.postMessage(n); return; } move.immediate(1 + (n * 7919) % 20000, 1 + (n * 104729) % 20000); n++; setImmediate(step); })();`,
      { eval: true, workerData: source },
    );
    // Ended with the test whatever becomes of it: a writer without its file would fail in a later one.
    await using _writer = { [Symbol.asyncDispose]: async () => void (await writer.terminate()) };
    await new Promise((ready) => writer.once('message', ready));
    const snapshot = await snapshotSqlite(source, join(folder.path, 'copy.db'));
    const done = new Promise<number>((resolve) => writer.once('message', resolve));
    writer.postMessage('stop');
    expect(await done).toBeGreaterThan(0);
    const db = new Database(snapshot.path, { readonly: true });
    expect(db.prepare('SELECT count(*), sum(a) FROM t').raw().get()).toEqual([20_000, (20_000 * 19_999) / 2]);
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
    db.close();
  });

  it.each([['delete', 6], ['delete', 1500], ['wal', 6]])('of a file that lost its last bytes is refused, though SQLite reads it as sound (%s, %i bytes)', async (journal, lost) => {
    using folder = tempFolder();
    const source = join(folder.path, 'a.db');
    const db = new Database(source);
    db.exec(`PRAGMA journal_mode = ${journal}; CREATE TABLE t (id INTEGER PRIMARY KEY, r REAL); WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000) INSERT INTO t SELECT i, i * 0.1 FROM n`);
    db.close();
    truncateSync(source, statSync(source).size - lost);
    if (lost === 6) {
      const cut = new Database(source);
      expect(cut.pragma('integrity_check', { simple: true })).toBe('ok');
      cut.close();
    }
    const copy = join(folder.path, 'copy.db');
    await expect(snapshotSqlite(source, copy)).rejects.toMatchObject({ code: 'DATABASE_CORRUPT', message: expect.stringContaining('cut off') });
    expect(existsSync(copy)).toBe(false);
  });

  it('of a file whose log holds the page that a checkpoint was writing is whole', async () => {
    using folder = tempFolder();
    const [source, killed] = [join(folder.path, 'a.db'), join(folder.path, 'killed.db')];
    make(source, 10, 'wal');
    const db = new Database(source);
    db.pragma('wal_autocheckpoint = 0');
    db.exec("INSERT INTO t (pad) SELECT printf('%500s', 'late') FROM t, t AS b");
    copyFileSync(`${source}-wal`, `${killed}-wal`);
    db.pragma('wal_checkpoint(FULL)');
    copyFileSync(source, killed);
    db.close();
    truncateSync(killed, statSync(killed).size - 6);
    const { path } = await snapshotSqlite(killed, join(folder.path, 'copy.db'));
    const copy = new Database(path, { readonly: true });
    expect([copy.prepare('SELECT count(*) FROM t').pluck().get(), copy.pragma('integrity_check', { simple: true })]).toEqual([110, 'ok']);
    copy.close();
  });

  it('is removed and says so when the source was cut while it was copied', async () => {
    using folder = tempFolder();
    const source = join(folder.path, 'a.db');
    make(source, 20_000, 'delete');
    const copy = join(folder.path, 'copy.db');
    let cut = false;
    const work = snapshotSqlite(source, copy, {
      onProgress: () => {
        if (!cut) truncateSync(source, statSync(source).size - 6);
        cut = true;
      },
    });
    await expect(work).rejects.toMatchObject({ code: 'DATABASE_CORRUPT' });
    expect(existsSync(copy)).toBe(false);
  });

  it('is removed when it was cancelled', async () => {
    using folder = tempFolder();
    const source = join(folder.path, 'a.db');
    make(source, 20_000, 'delete');
    const abort = new AbortController();
    const target = join(folder.path, 'copy.db');
    const work = snapshotSqlite(source, target, { signal: abort.signal, onProgress: () => abort.abort() });
    await expect(work).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(existsSync(target)).toBe(false);
  });
});
