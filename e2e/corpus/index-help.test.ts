/** Indexes of a table of many rows, the last of them with a worker's help. */
import { describe, expect, test } from 'vitest';
import { endHelps } from '../../src-main/core/runs/build-table.ts';
import { freshDatabase, hasPostgres, buildSqlite, tempFolder } from '../../src-main/test-support/index.ts';
import { command, resultOf, splitUrl } from './command-line.ts';

const options = `SELECT c.relname, c.reloptions::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'public' AND c.relkind = 'r'`;

describe.skipIf(!hasPostgres())('a worker that helps to build an index', () => {
  test('leaves the table as it was planned, with all its indexes', async () => {
    using home = tempFolder('index-help');
    const file = `${home.path}/many.db`;
    buildSqlite(file, `CREATE TABLE many (id INTEGER PRIMARY KEY, a TEXT, b TEXT);
      WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200000) INSERT INTO many SELECT i, 'group_' || (i * 7919 % 5000), 'text ' || i FROM n;
      CREATE INDEX by_b ON many (b); CREATE INDEX by_a ON many (a, b)`);
    await using database = await freshDatabase();
    const { url, password } = splitUrl(database.url);
    const run = (words: readonly string[]) => command([...words, '--format', 'json'], { home: home.path, password });
    expect(resultOf(await run(['migrate', file, '--target', url])).status).toBe('verified');
    await using session = await database.connect();
    expect(await session.arrays(options)).toEqual([['many', null]]);
    expect(await session.arrays(`SELECT indexrelid::regclass::text, indisvalid::text FROM pg_index WHERE indrelid = 'many'::regclass ORDER BY 1`)).toEqual([['by_a', 'true'], ['by_b', 'true'], ['many_pkey', 'true']]);
  });

  test('is taken from tables whose build was cut off before it ended', async () => {
    await using database = await freshDatabase();
    await using session = await database.connect();
    await session.exec('CREATE TABLE helped (a int) WITH (parallel_workers = 1, fillfactor = 90); CREATE TABLE plain (a int)');
    await endHelps(session, ['public', 'elsewhere']);
    expect((await session.arrays(options)).toSorted()).toEqual([['helped', '{fillfactor=90}'], ['plain', null]]);
  });
});
