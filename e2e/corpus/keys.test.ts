/** Keys through the whole program: what a person says of one side, counted anew; and tables that the target has, whose keys are in force while rows come in. */
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, describe, expect, test } from 'vitest';
import { hasPostgres, tempFolder } from '../../src-main/test-support/index.ts';
import { migrationOf, type Migration } from './migrate-file.ts';

const folder = tempFolder('keys-whole');
afterAll(() => folder[Symbol.dispose]());

async function migrationFrom(name: string, sql: string): Promise<Migration> {
  const path = join(folder.path, `${name}.db`);
  const db = new Database(path);
  db.exec(`PRAGMA foreign_keys = OFF; ${sql}`);
  db.close();
  return migrationOf(path, folder.path);
}

describe.skipIf(!hasPostgres())('keys', () => {
  test('under types that a person chose are counted anew: two spellings of a UUID are one key there', async () => {
    await using it = await migrationFrom('chosen', `CREATE TABLE p (k TEXT PRIMARY KEY); INSERT INTO p VALUES ('123E4567-E89B-12D3-A456-426614174000');
      CREATE TABLE c (id INTEGER PRIMARY KEY, k TEXT REFERENCES p (k)); INSERT INTO c VALUES (1, '123e4567-e89b-12d3-a456-426614174000')`);
    const { exit, result } = await it.migrate(['--override', '*.k:type=uuid']);
    expect(exit).toBe(0);
    expect(result.objects.find(({ kind }) => kind === 'foreign key')).toMatchObject({ outcome: 'created', reason: expect.stringMatching(/^1 row points at nothing in SQLite and 0 in PostgreSQL/) });
    expect((await it.shape()).tables['c']?.foreignKeys).toEqual(['k -> p(k)']);
  });

  test('of the target’s own tables are kept: both sides of one are escaped, and it is said', async () => {
    await using it = await migrationFrom('own', String.raw`CREATE TABLE p (k TEXT PRIMARY KEY); INSERT INTO p VALUES ('C:\x'), ('a' || char(0) || 'b');
      CREATE TABLE c (id INTEGER PRIMARY KEY, k TEXT REFERENCES p (k)); INSERT INTO c VALUES (1, 'C:\x')`);
    await it.session.exec('CREATE TABLE p (k text PRIMARY KEY); CREATE TABLE c (id bigint PRIMARY KEY, k text REFERENCES p (k))');
    const { exit, result, stderr } = await it.migrate(['--adopt']);
    expect(exit, stderr).toBe(0);
    expect(result.findings.filter(({ code }) => code === 'plan.finding.escaped').map(({ table, count }) => [table, count]).toSorted()).toEqual([['c', '0'], ['p', '1']]);
    expect(await it.session.arrays('SELECT k FROM c')).toEqual([[String.raw`C:\\x`]]);
  });
});
