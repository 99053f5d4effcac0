import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Plan } from '../../../shared/model/plan.ts';
import type { RunResult, Verification } from '../../../shared/model/run.ts';
import type { PgSession } from '../../drivers/postgres/index.ts';
import { openSqlite } from '../../drivers/sqlite/index.ts';
import { freshDatabase, hasPostgres, tempFolder } from '../../test-support/index.ts';
import { createCore } from '../composition.ts';
import { serveThreadsHere } from '../../test-support/threads-here.ts';

serveThreadsHere();

type Core = Awaited<ReturnType<typeof createCore>>;

function file(path: string, sql: string): string {
  using opened = openSqlite(path, { mode: 'write', create: true });
  opened.db.exec(sql);
  return path;
}

const authors = (type: string): string => `
CREATE TABLE authors (id INTEGER PRIMARY KEY, name TEXT NOT NULL COLLATE NOCASE UNIQUE, born ${type});
CREATE TABLE books (id INTEGER PRIMARY KEY, author_id INTEGER NOT NULL REFERENCES authors (id), title VARCHAR(20) NOT NULL, price REAL DEFAULT 1.5 CHECK (price >= 0), source TEXT);
CREATE INDEX books_title ON books (title);`;

describe.skipIf(!hasPostgres())('several files with tables of one name', () => {
  const folder = tempFolder('merge');
  let core: Core;
  let assessmentIds: string[];
  let paths: string[];
  const done = async ({ jobId }: { jobId: string }): Promise<string> => {
    const job = await core.jobs.wait(jobId);
    if (job.error !== null || job.resultId === null) throw new Error(job.error?.message ?? job.state);
    return job.resultId;
  };
  beforeAll(async () => {
    core = await createCore({ home: join(folder.path, 'home') });
    paths = [
      file(join(folder.path, 'north.db'), `${authors('INTEGER')} INSERT INTO authors VALUES (1, 'Ana', 1970), (2, 'Bia', NULL); INSERT INTO books VALUES (1, 1, 'Rio', 9.5, 'x'), (7, 2, 'Mar', 0.1, NULL);
        CREATE VIEW cheap AS SELECT title FROM books WHERE price < 1; CREATE TABLE only_here (a TEXT); INSERT INTO only_here VALUES ('1');`),
      file(join(folder.path, 'south.db'), `${authors('TEXT')} INSERT INTO authors VALUES (1, 'ana', 'c. 1900'), (2, 'Rui', '0012'); INSERT INTO books VALUES (1, 2, 'Rio', 0.3, 'y'), (3, 1, 'Sol', 2, NULL), (4, 1, 'Sal', 3, ''); CREATE INDEX books_price ON books (price);`),
    ];
    assessmentIds = [];
    for (const source of paths) assessmentIds.push(await done(await core.handlers['assess/start']({ source })));
  });
  afterAll(async () => {
    await core.close();
    folder[Symbol.dispose]();
  });

  async function migrate(collisions: Plan['options']['collisions'], look: (session: PgSession, crossed: { plan: Plan; result: RunResult; verification: Verification; id: string }) => Promise<void>, change: (plan: Plan) => Plan = (plan) => plan): Promise<void> {
    await using database = await freshDatabase();
    const { handlers } = core;
    const made = await handlers['plans/create']({ assessmentIds, target: database.url, options: { collisions } });
    const plan = await handlers['plans/import']({ text: JSON.stringify(change(made)), target: database.url });
    const { id, result } = await handlers['runs/get']({ id: await done(await handlers['runs/migrate']({ planId: plan.id })) });
    const verification = await handlers['verify/get']({ runId: id });
    if (result === null || verification === null) throw new Error('no result');
    await using session = await database.connect();
    await look(session, { plan, result, verification, id });
  }

  it('end in an error that names the tables and the choices', async () => {
    await expect(core.handlers['plans/create']({ assessmentIds, target: 'embedded', options: { collisions: 'fail' } })).rejects.toThrow(/authors \(north\.db, south\.db\); books/);
  });

  it('get the name of their file', async () => {
    await migrate('prefix', async (session, { result }) => {
      expect(result.status).toBe('verified');
      expect((await session.arrays(`SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1`)).flat()).toEqual(['north_authors', 'north_books', 'north_only_here', 'south_authors', 'south_books']);
    });
  });

  it('become one table, told apart by a column that is part of every key, and are compared source by source', async () => {
    await migrate('merge', async (session, { plan, result, verification, id }) => {
      expect([result.status, result.tables.map(({ target }) => target.table).toSorted()]).toEqual(['verified', ['authors', 'books', 'only_here']]);
      // A column named source is there already.
      expect(await session.arrays(`SELECT source_database, id, author_id, title, source FROM books ORDER BY 1, 2`)).toEqual([
        ['north.db', '1', '1', 'Rio', 'x'], ['north.db', '7', '2', 'Mar', null], ['south.db', '1', '2', 'Rio', 'y'], ['south.db', '3', '1', 'Sol', null], ['south.db', '4', '1', 'Sal', ''],
      ]);
      // The wider of both types.
      expect(await session.arrays(`SELECT born FROM authors ORDER BY source_database, id`)).toEqual([['1970'], [null], ['c. 1900'], ['0012']]);
      const constraints = (await session.arrays(`SELECT conrelid::regclass::text || ': ' || pg_get_constraintdef(oid) FROM pg_constraint WHERE contype IN ('p', 'f', 'c') AND connamespace = 'public'::regnamespace ORDER BY 1`)).flat();
      expect(constraints).toEqual([
        'authors: PRIMARY KEY (source_database, id)', "books: CHECK ((price >= (0)::double precision))", 'books: FOREIGN KEY (source_database, author_id) REFERENCES authors(source_database, id)', 'books: PRIMARY KEY (source_database, id)',
      ]);
      expect((await session.arrays(`SELECT indexname FROM pg_indexes WHERE schemaname = 'public' AND indexname LIKE 'books%' ORDER BY 1`)).flat()).toEqual(['books_pkey', 'books_price', 'books_title']);
      expect(await session.arrays('SELECT title FROM cheap')).toEqual([['Mar']]);
      expect(verification.tables.filter(({ table }) => table === 'books').map(({ database, rowsSource, rowsTarget, cells, equal }) => [database, rowsSource, rowsTarget, cells, equal])).toEqual([['north.db', 2, 2, 10, true], ['south.db', 3, 3, 15, true]]);
      // New rows get the next number of all.
      expect(await session.one(`INSERT INTO books (author_id, title, source_database) VALUES (1, 'novo', 'north.db') RETURNING id::text, price::text`)).toEqual({ id: '8', price: '1.5' });
      expect(plan.objects.filter(({ kind }) => kind === 'table').map(({ name, database, outcome }) => [name, database, outcome])).toEqual([['authors', 'north.db', 'translated'], ['authors', 'south.db', 'translated'], ['books', 'north.db', 'translated'], ['books', 'south.db', 'translated']]);
      const { hash } = await core.handlers['runs/rollback-plan']({ id });
      await done(await core.handlers['runs/rollback']({ id, hash }));
    });
  });

  it('are found unequal where a source gives its rows to another', async () => {
    const wrong = (plan: Plan): Plan => ({ ...plan, preparations: (plan.preparations ?? []).map((each) => ({ ...each, steps: each.steps.map((step) => ({ ...step, sql: step.sql.replace(/SELECT 'south\.db'(.*FROM s1\."books")/, `SELECT CASE id WHEN 4 THEN 'north.db' ELSE 'south.db' END$1`) })) })) });
    await migrate('merge', (_, { result, verification }) => {
      expect([result.status, result.swapped]).toEqual(['differences', false]);
      expect(verification.tables.filter(({ equal }) => !equal).map(({ database, missing, extra }) => [database, missing, extra])).toEqual([['north.db', 0, 1], ['south.db', 1, 0]]);
      return Promise.resolve();
    }, wrong);
  });

  it('keep what is rejected under its source', async () => {
    await using database = await freshDatabase();
    const { handlers } = core;
    const plan = await handlers['plans/create']({ assessmentIds, target: database.url, options: { collisions: 'merge', overrides: [{ table: 'authors', column: 'born', type: 'bigint' }], maxRejects: 'all' } });
    const { id, result } = await handlers['runs/get']({ id: await done(await handlers['runs/migrate']({ planId: plan.id })) });
    const verification = await handlers['verify/get']({ runId: id });
    expect([result?.status, result?.rejects.rows]).toEqual(['rejects', 2]);
    expect(verification?.tables.filter(({ table }) => table === 'authors').map(({ database: from, rowsSource, rowsTarget, rowsRejected, equal }) => [from, rowsSource, rowsTarget, rowsRejected, equal])).toEqual([['north.db', 2, 2, 0, true], ['south.db', 2, 0, 2, true]]);
    expect((await handlers['runs/rejects']({ id, limit: 10 })).rows.map(({ row }) => row['source_database'])).toEqual([['text', 'south.db'], ['text', 'south.db']]);
  });

  it('say what only some of them demand, and whose rows point at nothing', async () => {
    const make = (name: string, ddl: string) => file(join(folder.path, `${name}.db`), `PRAGMA foreign_keys = OFF; CREATE TABLE users (id INTEGER PRIMARY KEY, ${ddl}); CREATE TABLE posts (id INTEGER PRIMARY KEY, uid INTEGER REFERENCES users (id)); INSERT INTO users (id, n, mail) VALUES (1, 5, 'a')`);
    const [one, two] = [make('one', 'n INTEGER NOT NULL DEFAULT 1, mail TEXT UNIQUE'), make('two', 'n INTEGER DEFAULT 2, mail TEXT')];
    file(two, 'PRAGMA foreign_keys = OFF; INSERT INTO posts VALUES (1, 1), (2, 99)');
    const ids = [await done(await core.handlers['assess/start']({ source: one })), await done(await core.handlers['assess/start']({ source: two }))];
    await using database = await freshDatabase();
    const plan = await core.handlers['plans/create']({ assessmentIds: ids, target: database.url, options: { collisions: 'merge' } });
    expect(plan.findings.filter(({ code }) => code === 'plan.finding.merge-looser').map(({ table, params }) => [table, params])).toEqual([['users', { what: 'NOT NULL "n" (one.db); DEFAULT "n" (1 one.db, 2 two.db); UNIQUE ("mail") (one.db)' }]]);
    const { result } = await core.handlers['runs/get']({ id: await done(await core.handlers['runs/migrate']({ planId: plan.id })) });
    expect(result?.status).toBe('verified');
    expect(result?.objects.find(({ kind, outcome }) => kind === 'foreign key' && outcome === 'created')).toMatchObject({ reason: expect.stringContaining('NOT VALID: in two.db rows point at nothing') });
    await using session = await database.connect();
    expect(await session.arrays(`SELECT column_default, is_nullable FROM information_schema.columns WHERE table_schema = 'public' AND table_name = 'users' AND column_name = 'n'`)).toEqual([[null, 'YES']]);
  });

  it('are unique by what all of them demand; what only some do is said, and keys that cannot hold are listed', async () => {
    const make = (name: string, collation: string, more: string) => file(join(folder.path, `${name}.db`), `PRAGMA foreign_keys = OFF; CREATE TABLE codes (k TEXT PRIMARY KEY ${collation});
      CREATE TABLE people (id INTEGER PRIMARY KEY AUTOINCREMENT, mail TEXT ${collation} UNIQUE, nick TEXT, n INTEGER CHECK (${name === 'strict' ? 'n > 0' : 'n < 9'})); CREATE TABLE logins (id INTEGER PRIMARY KEY, mail TEXT REFERENCES people (mail), nick TEXT REFERENCES people (nick)); ${more}`);
    const paths = [
      make('strict', 'COLLATE NOCASE', `CREATE UNIQUE INDEX people_nick ON people (nick); INSERT INTO codes VALUES ('a'); INSERT INTO people VALUES (7, 'a', 'x', 1), (9223372036854775807, 'b', 'y', 2)`),
      make('plain', '', `INSERT INTO codes VALUES ('a'), ('A'); INSERT INTO people VALUES (1, 'a', 'x', 1), (2, 'A', 'x', 2); INSERT INTO logins VALUES (1, 'A', NULL)`),
    ];
    const ids: string[] = [];
    for (const source of paths) ids.push(await done(await core.handlers['assess/start']({ source })));
    await using database = await freshDatabase();
    for (const [order, assessmentIds] of [ids, ids.toReversed()].entries()) {
      const plan = await core.handlers['plans/create']({ assessmentIds, target: database.url, options: { collisions: 'merge' } });
      expect(plan.findings.filter(({ code }) => code === 'plan.finding.merge-looser').map(({ table, params }) => [table, params?.['what']]), `order ${order}`).toEqual([
        ['codes', 'UNIQUE (lower("k" COLLATE "C")) (strict.db)'], ['people', expect.stringMatching(/^UNIQUE \("nick"\) \(strict\.db\); UNIQUE \(lower\("mail" COLLATE "C"\)\) \(strict\.db\)$|^UNIQUE \(lower\("mail" COLLATE "C"\)\) \(strict\.db\); UNIQUE \("nick"\) \(strict\.db\)$/)],
      ]);
      const of = (kind: string, table: string) => plan.objects.filter((each) => each.kind === kind && each.table === `${table} (merged)`).map(({ name, outcome, reason }) => [name, outcome, reason?.code]);
      expect(of('sequence', 'people')).toEqual([['people.id', 'translated', 'plan.object.merged-identity-full']]);
      expect(of('foreign key', 'logins')).toEqual([['logins_nick_fkey', 'listed', 'plan.object.parent-not-unique'], ['logins_mail_fkey', 'created', 'plan.object.merged-from-parts']]);
      // Both orders are planned alike, and loaded once.
      if (order === 0) continue;
      const { result } = await core.handlers['runs/get']({ id: await done(await core.handlers['runs/migrate']({ planId: plan.id })) });
      // What the plan creates, the server takes.
      expect([result?.status, result?.objects.filter(({ reason }) => reason?.includes('refused') === true)]).toEqual(['verified', []]);
      await using session = await database.connect();
      expect((await session.arrays(`SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename <> 'logins' AND indexdef LIKE '%UNIQUE%' ORDER BY 1`)).flat().map((sql) => sql?.replace(/.* ON public\./, ''))).toEqual(['codes USING btree (source, k)', 'people USING btree (source, mail)', 'people USING btree (source, id)']);
      expect((await session.arrays(`SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE contype IN ('c', 'f') AND connamespace = 'public'::regnamespace ORDER BY 1`)).flat()).toEqual(['CHECK ((n < 9))', 'CHECK ((n > 0))', 'FOREIGN KEY (source, mail) REFERENCES people(source, mail)']);
    }
  });

  it('cross in part by what each file says, also of other tables, and views of a file read that part', async () => {
    const make = (name: string, wanted: number) => file(join(folder.path, `${name}.db`), `CREATE TABLE chosen (id INTEGER PRIMARY KEY); INSERT INTO chosen VALUES (${wanted}); CREATE TABLE things (id INTEGER PRIMARY KEY AUTOINCREMENT, what TEXT);
      INSERT INTO things VALUES (1, 'x'), (2, 'y'), (${wanted * 50}, 'gone'); CREATE VIEW ${name}_things AS SELECT id, what FROM things`);
    const ids: string[] = [];
    for (const source of [make('first', 1), make('second', 2)]) ids.push(await done(await core.handlers['assess/start']({ source })));
    await using database = await freshDatabase();
    const plan = await core.handlers['plans/create']({ assessmentIds: ids, target: database.url, options: { collisions: 'merge', overrides: [{ table: 'things', filter: 'id IN (SELECT id FROM chosen)' }] } });
    const { result } = await core.handlers['runs/get']({ id: await done(await core.handlers['runs/migrate']({ planId: plan.id })) });
    expect([result?.status, result?.objects.filter(({ kind }) => kind === 'view').map(({ name, outcome }) => [name, outcome])]).toEqual(['verified', [['first_things', 'translated'], ['second_things', 'translated']]]);
    await using session = await database.connect();
    expect(await session.arrays('SELECT source, id, what FROM things ORDER BY 1')).toEqual([['first.db', '1', 'x'], ['second.db', '2', 'y']]);
    expect(await session.arrays(`INSERT INTO things (what) VALUES ('new') RETURNING id`)).toEqual([['101']]);
  });

  it('are not merged where their columns differ', async () => {
    const odd = file(join(folder.path, 'odd.db'), 'CREATE TABLE authors (id INTEGER PRIMARY KEY, name TEXT, died INTEGER); INSERT INTO authors VALUES (1, NULL, 2)');
    const id = await done(await core.handlers['assess/start']({ source: odd }));
    await expect(core.handlers['plans/create']({ assessmentIds: [...assessmentIds, id], target: 'embedded', options: { collisions: 'merge' } })).rejects.toThrow(/born only in north\.db, died only in odd\.db/);
  });
});
