/** kill -9 in the middle of the load of a template that reshapes: resume ends verified, and the inverse view gives the flat table back. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { freshDatabase, hasPostgres, tempFolder } from '../../src-main/test-support/index.ts';
import { templateStores } from '../support/template-stores.ts';
import { command, resultOf, splitUrl, startCommand, until } from './command-line.ts';

const template = 'duiliocode-conversations';

test.skipIf(!hasPostgres())('a reshaping run that is killed while it loads is resumed', async () => {
  using folder = tempFolder('kill-reshape');
  await using database = await freshDatabase();
  await using session = await database.connect();
  await using holder = await database.connect();
  const home = join(folder.path, 'home');
  mkdirSync(home);
  const [source = ''] = (await templateStores.find(({ name }) => name === template)?.make(folder.path)) ?? [];
  const target = splitUrl(database.url);
  const options = { home, password: target.password };
  const started = startCommand(['migrate', source, '--target', target.url, '--template', template, '--jobs', '2', '--format', 'json'], options);
  const { run, staging } = await until(async () => {
    if ((await session.one(`SELECT to_regclass('travessia.runs')::text AS name`))?.['name'] == null) return null;
    const row = await session.one('SELECT run, staging FROM travessia.runs');
    return row === null ? null : { run: row['run'] ?? '', staging: row['staging'] ?? '' };
  }, started);
  // Whatever the machine's speed, the load cannot end: one of its tables is held, while another thread loads the others.
  await holder.exec(`BEGIN; LOCK TABLE "${staging}".messages IN ACCESS EXCLUSIVE MODE`);
  const before = await until(async () => {
    const row = await session.one(`SELECT state, (SELECT count(*) FROM travessia.chunks)::text AS chunks, (SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = to_regclass($1))::text AS waiting FROM travessia.runs`, [`"${staging}".messages`]);
    return row?.['chunks'] !== '0' && row?.['waiting'] !== '0' ? row : null;
  }, started);
  expect(before?.['state']).toBe('loading');
  started.child.kill('SIGKILL');
  await started.ended;
  await holder.exec('ROLLBACK');

  const resumed = await command(['resume', run, '--format', 'json'], options);
  expect(resumed.code, resumed.stderr).toBe(0);
  const result = resultOf(resumed);
  expect(result).toMatchObject({ runId: run, status: 'verified', swapped: true, rejects: { rows: 0 } });
  expect(result.tables.every(({ verified }) => verified)).toBe(true);
  using db = Object.assign(new Database(source, { readonly: true }), { [Symbol.dispose]() { db.close(); } });
  const flat = db.prepare('SELECT CAST(id AS TEXT), session_id, role, content FROM conversation_history ORDER BY id').raw().all();
  expect(flat.length).toBeGreaterThan(100);
  expect(await session.arrays('SELECT id::text, session_id::text, role::text, content::text FROM conversation_history AS c ORDER BY c.id')).toEqual(flat);
  // Compared again, cell by cell, by the program itself.
  const verified = await command(['verify', run], options);
  expect(verified.code, verified.stdout + verified.stderr).toBe(0);
});
