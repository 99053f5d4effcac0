/** Ctrl-C while SQLite is inside a call that nothing interrupts. The whole program, as a shell sees it. */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { commandLineEntry, tempFolder } from '../../test-support/index.ts';

/** A condition that takes SQLite some 50 ms a row, which its integrity check judges too, in a file large enough for a thread of that check's own. */
function writeSlowFile(path: string): void {
  const db = new Database(path);
  db.pragma('ignore_check_constraints = ON');
  db.exec(`CREATE TABLE slow (id INTEGER PRIMARY KEY, CHECK (length(hex(zeroblob(20000000 + id))) > 40000000));
    WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000) INSERT INTO slow SELECT i FROM n;
    CREATE TABLE wide (b BLOB); INSERT INTO wide VALUES (zeroblob(20000000))`);
  db.close();
}

/** Processor time of a process in hundredths of a second (proc(5), fields 14 and 15). */
function spent(pid: number): number {
  const [user = 0, system = 0] = readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /s, '').split(' ').slice(11, 13).map(Number);
  return user + system;
}

test.skipIf(!existsSync('/proc/self/stat'))('the program ends by the signal, not minutes later', async () => {
  using temp = tempFolder('stopped');
  const path = join(temp.path, 'slow.db');
  writeSlowFile(path);
  const child = spawn(process.execPath, [commandLineEntry(), 'assess', path], { env: { ...process.env, LC_ALL: 'C', TRAVESSIA_HOME: join(temp.path, 'home') }, stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  const ended = new Promise((resolve) => child.on('close', (code, signal) => resolve({ code, signal, said: said.includes('The assessment was cancelled.') })));
  // Beyond its start and its reading of so few rows.
  while (spent(child.pid ?? 0) < 500) await setTimeout(100);
  child.kill('SIGINT');
  expect(await ended).toEqual({ code: null, signal: 'SIGINT', said: true });
}, 120_000);
