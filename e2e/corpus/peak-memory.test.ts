/** What the program's process takes of memory at most, however large a row is (`npm run bench` says the same of many rows). */
import { existsSync, readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { buildSqlite, freshDatabase, hasPostgres, tempFolder } from '../../src-main/test-support/index.ts';
import { resultOf, splitUrl, startCommand } from './command-line.ts';

const limit = 250;

/** The kernel's high-water mark of a process in megabytes (proc(5), VmHWM); 0 where it has ended. */
function peakOf(pid: number | undefined): number {
  try {
    return Math.round(Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024);
  } catch {
    return 0;
  }
}

describe.skipIf(!hasPostgres() || !existsSync('/proc/self/status'))('a run of blobs of 50 MB', () => {
  test(`assesses, loads and compares them in less than ${limit} MB`, async () => {
    using home = tempFolder('peak');
    const file = `${home.path}/blobs.db`;
    buildSqlite(file, 'PRAGMA synchronous = OFF; CREATE TABLE blobs (id INTEGER PRIMARY KEY, name TEXT NOT NULL, body BLOB NOT NULL); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 4) INSERT INTO blobs SELECT i, \'file \' || i, randomblob(50000000) FROM n');
    await using database = await freshDatabase();
    const { url, password } = splitUrl(database.url);
    const started = startCommand(['migrate', file, '--target', url, '--format', 'json'], { home: home.path, password });
    let peak = 0;
    let over = false;
    void started.ended.finally(() => (over = true));
    while (!over) {
      peak = Math.max(peak, peakOf(started.child.pid));
      await setTimeout(20);
    }
    expect(resultOf(await started.ended).status).toBe('verified');
    expect(peak).toBeLessThan(limit);
  });
});
