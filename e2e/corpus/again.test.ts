/** The same file once more over what an earlier run brought: tables and views move aside, come back on rollback, and go on completion. */
import { join } from 'node:path';
import { mkdirSync } from 'node:fs';
import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { freshDatabase, hasPostgres, tempFolder } from '../../src-main/test-support/index.ts';
import { catalogState } from './catalog-state.ts';
import { command, resultOf, splitUrl } from './command-line.ts';

describe.skipIf(!hasPostgres())('again', () => {
  test('a second migration replaces the views of the first with their grants, and gives them back', async () => {
    using folder = tempFolder('again');
    await using database = await freshDatabase();
    await using session = await database.connect();
    const source = join(folder.path, 'shop.db');
    const db = new Database(source);
    db.exec(`CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT); INSERT INTO item (name) VALUES ('a'), ('b');
      CREATE VIEW named AS SELECT id, name FROM item WHERE name IS NOT NULL; CREATE VIEW counted AS SELECT count(*) AS n FROM named`);
    const home = join(folder.path, 'home');
    mkdirSync(home);
    const target = splitUrl(database.url);
    const run = (...words: string[]) => command([...words, '--format', 'json'], { home, password: target.password });
    const migrate = async (...words: string[]) => resultOf(await run('migrate', source, '--target', target.url, ...words));

    const first = await migrate();
    expect((await run('complete', first.runId)).code).toBe(0);
    await session.exec(`GRANT SELECT ON public.named TO PUBLIC; COMMENT ON VIEW public.named IS 'with a name'; CREATE VIEW public.outside AS SELECT n FROM public.counted`);
    const before = await catalogState(session);
    db.exec("INSERT INTO item (name) VALUES ('c')");
    db.close();
    const counted = () => session.one('SELECT n::text AS n FROM public.outside');

    const second = await migrate('--if-exists', 'replace');
    expect([second.status, await counted()]).toEqual(['verified', { n: '3' }]);
    expect(await session.one(`SELECT has_table_privilege('public', 'public.named', 'SELECT')::text AS granted, obj_description('public.named'::regclass) AS comment`)).toEqual({ granted: 'true', comment: 'with a name' });
    expect((await run('rollback', second.runId)).code).toBe(0);
    expect(await catalogState(session)).toEqual(before);
    expect(await counted()).toEqual({ n: '2' });

    const third = await migrate('--if-exists', 'replace');
    expect((await run('complete', third.runId)).code).toBe(0);
    expect(await counted()).toEqual({ n: '3' });
    expect(await session.arrays(`SELECT nspname FROM pg_namespace WHERE nspname LIKE 'travessia%'`)).toEqual([]);
  });
});
