import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { tempFolder } from '../../test-support/temp-folder.ts';
import { createCore } from '../composition.ts';

test('an assessment’s job ends at the rows that were read, however few and in whatever kind of table', async () => {
  using folder = tempFolder('assess-job');
  const source = join(folder.path, 'words.db');
  const db = new Database(source);
  // Many small tables within one interval of messages; and one whose rows stand between its leaves as well.
  for (let index = 0; index < 20; index += 1) db.exec(`CREATE TABLE t${index} (id INTEGER PRIMARY KEY, v TEXT); INSERT INTO t${index} VALUES (1, 'a'), (2, 'b')`);
  db.exec(`CREATE TABLE word (name TEXT PRIMARY KEY, n INTEGER) WITHOUT ROWID; WITH RECURSIVE k(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM k WHERE i < 5000) INSERT INTO word SELECT printf('%040d', i), i FROM k`);
  db.close();
  const core = await createCore({ home: join(folder.path, 'home') });
  try {
    const job = await core.jobs.wait((await core.handlers['assess/start']({ source })).jobId);
    expect(job).toMatchObject({ state: 'done', progress: 1, rows: 5040, rowsTotal: 5040 });
  } finally {
    await core.close();
  }
});
