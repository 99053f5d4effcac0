/** What a role or a database sets for its sessions must not change what crosses, nor what is asked of it. */
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { hasPostgres, tempFolder } from '../../src-main/test-support/index.ts';
import { refusalOf } from './command-line.ts';
import { migrationOf, type Migration } from './migrate-file.ts';

function sourceOf(folder: string, sql: string): string {
  const path = join(folder, 'shop.db');
  const db = new Database(path);
  db.exec(sql);
  db.close();
  return path;
}

const set = (it: Migration, setting: string): Promise<void> => it.session.exec(`DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET ${setting.replaceAll("'", "''")}', current_database()); END $$`);

describe.skipIf(!hasPostgres())('settings of the target’s sessions', () => {
  test('types and functions of other schemas do not take the place of the server’s own, wherever the search path has them', async () => {
    using folder = tempFolder('search-path');
    await using it = await migrationOf(sourceOf(folder.path, `CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT NOT NULL CHECK (length(name) < 5), day DATE); INSERT INTO item VALUES (1, 'a', '2024-02-29'), (2, 'b', NULL);
      CREATE VIEW short AS SELECT lower(name) AS name FROM item`), folder.path);
    // As the compatibility layers of other databases set it.
    await it.session.exec(`CREATE SCHEMA layer; CREATE DOMAIN layer.date AS timestamp(0); CREATE DOMAIN layer.text AS pg_catalog.text; CREATE TABLE layer.pg_namespace (x int);
      CREATE FUNCTION layer.length(pg_catalog.text) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 99'; CREATE FUNCTION layer.lower(pg_catalog.text) RETURNS pg_catalog.text LANGUAGE sql IMMUTABLE AS $$SELECT 'other'$$`);
    await set(it, 'search_path = layer, pg_catalog, public');
    const { exit, result } = await it.migrate();
    expect([exit, result.status]).toEqual([0, 'verified']);
    expect(await it.session.arrays(`SELECT attname, atttypid::regtype::text FROM pg_attribute WHERE attrelid = 'public.item'::regclass AND attnum > 0`)).toEqual([['id', 'bigint'], ['name', 'text'], ['day', 'date']]);
    expect(await it.session.arrays('SELECT name FROM public.short ORDER BY 1')).toEqual([['a'], ['b']]);
    it.expectEveryCell(result);
  });

  test('foreign keys are asked of rows that join a table, also where sessions begin as a replica’s', async () => {
    using folder = tempFolder('replica-role');
    await using it = await migrationOf(sourceOf(folder.path, 'CREATE TABLE line (id INTEGER PRIMARY KEY, item INTEGER); INSERT INTO line VALUES (1, 1), (2, 99)'), folder.path);
    await it.session.exec('CREATE TABLE item (id bigint PRIMARY KEY); INSERT INTO item VALUES (1); CREATE TABLE line (id bigint PRIMARY KEY, item bigint REFERENCES item)');
    await set(it, 'session_replication_role = replica');
    expect(refusalOf(await it.run(['migrate', join(folder.path, 'shop.db'), '--target', it.target, '--adopt', '--format', 'json']))).toMatchObject({ code: 'ROWS_REFUSED' });
    expect(await it.session.arrays('SELECT count(*)::text FROM line')).toEqual([['0']]);
  });
});
