/** A second batch of a reshaped source beside the first: each is compared by its own rows, through the inverse, with the view left as it stands. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { freshDatabase, hasPostgres, tempFolder } from '../../src-main/test-support/index.ts';
import { command, resultOf, splitUrl } from './command-line.ts';

test.skipIf(!hasPostgres())('a reshaped batch is added to the one before', async () => {
  using folder = tempFolder('append-reshape');
  await using database = await freshDatabase();
  await using session = await database.connect();
  const home = join(folder.path, 'home');
  mkdirSync(home);
  const source = join(folder.path, 'duiliocode.db');
  const db = new Database(source);
  db.exec(`CREATE TABLE conversation_history (id INTEGER PRIMARY KEY, user_id TEXT NOT NULL, session_id TEXT NOT NULL, role TEXT NOT NULL, content TEXT NOT NULL, model TEXT, workspace_path TEXT, extra_data JSON, created_at DATETIME);
    INSERT INTO conversation_history VALUES (1, 'ana', 's1', 'user', 'a', NULL, NULL, NULL, '2025-01-01 00:00:00'), (2, 'ana', 's1', 'assistant', 'b', 'm', '/w', '{"x":1}', '2025-01-01 00:00:01')`);
  const target = splitUrl(database.url);
  const run = (...words: string[]) => command(words, { home, password: target.password });
  const migrate = () => run('migrate', source, '--target', target.url, '--template', 'duiliocode-conversations', '--if-exists', 'append', '--format', 'json');
  const first = await migrate();
  expect(first.code, first.stdout + first.stderr).toBe(0);
  expect((await run('complete', resultOf(first).runId)).code).toBe(0);
  db.exec(`UPDATE conversation_history SET id = id + 10, session_id = 's2', user_id = 'zoe'`);
  db.close();
  const second = await migrate();
  expect(second.code, second.stdout + second.stderr).toBe(0);
  expect(await session.arrays('SELECT c.id::text, c.session_id::text FROM conversation_history AS c ORDER BY c.id')).toEqual([['1', 's1'], ['2', 's1'], ['11', 's2'], ['12', 's2']]);
  const verified = await run('verify', resultOf(second).runId);
  expect(verified.code, verified.stdout + verified.stderr).toBe(0);
});
