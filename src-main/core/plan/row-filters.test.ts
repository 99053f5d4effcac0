import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { freshDatabase, hasPostgres, tempFolder } from '../../test-support/index.ts';
import { createCore } from '../composition.ts';
import { openSqlite, readSqliteCatalog } from '../../drivers/sqlite/index.ts';
import { assertCondition, assertOverridesMatch } from './row-filters.ts';
import { serveThreadsHere } from '../../test-support/threads-here.ts';

serveThreadsHere();

test('a condition is one expression that answers alike whenever it is asked', () => {
  for (const good of ['user_id <= 500', "note LIKE '%)% -- the rest'", 'id IN (SELECT id FROM t WHERE (a OR b))', "day < date('2025-01-01')", "at < strftime('%s', '2025-01-01')", 'now = 1']) expect(() => assertCondition(good), good).not.toThrow();
  for (const bad of ['', '  -- nothing', 'a = 1 -- one', '1) OR (1', '(1', "a = 'x", 'a = ?', '1; DROP TABLE t', 'random() % 2', "day < date('now')", 'day < datetime()', "at > strftime('%s')", 'at < CURRENT_TIMESTAMP']) expect(() => assertCondition(bad), bad).toThrow(/cannot be used/);
});

test('a choice for what is not there is refused by name; a pattern may meet nothing', () => {
  using folder = tempFolder('overrides');
  using opened = openSqlite(join(folder.path, 'a.db'), { mode: 'write', create: true });
  opened.db.exec('CREATE TABLE Users (id INTEGER, "Full name" TEXT); CREATE VIEW v AS SELECT 1 AS one');
  const sources = [{ database: 'a.db', catalog: readSqliteCatalog(opened.db) }];
  const check = (override: { table: string; column?: string; database?: string }) => () => assertOverridesMatch([override], sources);
  for (const good of [{ table: 'users' }, { table: 'USERS', column: 'full NAME' }, { table: 'x*' }, { table: 'users', column: 'y*' }, { table: '*', column: 'gone' }, { table: 'v' }]) expect(check(good), JSON.stringify(good)).not.toThrow();
  expect(check({ table: 'user' })).toThrow(/No table is named user/);
  expect(check({ table: 'users', column: 'name' })).toThrow(/has no column name/);
  expect(check({ table: 'users', database: 'b.db' })).toThrow(/No table is named users/);
});

type Core = Awaited<ReturnType<typeof createCore>>;

/** A core with a home of its own, and what waits for one of its jobs. */
async function withCore(folder: string, look: (core: Core, done: (started: { jobId: string }) => Promise<string>) => Promise<void>): Promise<void> {
  const core = await createCore({ home: join(folder, 'home') });
  try {
    await look(core, async ({ jobId }) => {
      const job = await core.jobs.wait(jobId);
      if (job.error !== null || job.resultId === null) throw new Error(job.error?.message ?? job.state);
      return job.resultId;
    });
  } finally {
    await core.close();
  }
}

describe.skipIf(!hasPostgres())('a batch of users', () => {
  test('only part of the rows crosses: counted, planned, verified with the view over it, said in result and evidence', async () => {
    using folder = tempFolder('filter');
    const source = join(folder.path, 'shop.db');
    const db = new Database(source);
    db.exec(`CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT); CREATE TABLE orders (id INTEGER PRIMARY KEY, user_id INTEGER REFERENCES users (id), total REAL);
      CREATE VIEW totals AS SELECT u.id, count(o.id) AS orders FROM users u LEFT JOIN orders o ON o.user_id = u.id GROUP BY u.id;
      CREATE VIEW busy AS SELECT id FROM totals WHERE orders > 0;
      WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100) INSERT INTO users SELECT i, 'user ' || i FROM n;
      WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 900) INSERT INTO orders SELECT i, 1 + i % 100, i * 1.5 FROM n`);
    db.close();
    await using database = await freshDatabase();
    await withCore(folder.path, async ({ handlers }, done) => {
      const assessmentIds = [await done(await handlers['assess/start']({ source }))];
      const plan = await handlers['plans/create']({ assessmentIds, target: database.url, options: {} });
      const ask = (table: string, condition: string) => handlers['plans/check-filter']({ id: plan.id, database: 'shop.db', table, condition });
      expect(await ask('users', 'id <= 40')).toEqual({ rows: 40, of: 100 });
      await expect(ask('users', 'nobody = 1')).rejects.toMatchObject({ code: 'INVALID_INPUT', message: expect.stringContaining('no such column: nobody') });
      await expect(ask('nothing', '1')).rejects.toMatchObject({ code: 'NOT_FOUND' });
      await expect(handlers['plans/override']({ id: plan.id, overrides: [{ table: 'users', filter: '1) OR (1' }], options: {} })).rejects.toMatchObject({ code: 'INVALID_INPUT' });

      await expect(handlers['plans/override']({ id: plan.id, overrides: [{ table: 'user', filter: '1' }], options: {} })).rejects.toMatchObject({ code: 'INVALID_INPUT', hint: expect.stringContaining('users') });

      const filtered = await handlers['plans/override']({ id: plan.id, options: {}, overrides: [{ table: 'users', filter: 'id <= 40' }, { table: 'orders', filter: 'user_id <= 40' }] });
      expect(filtered.tables.map(({ source: { table }, rows, filter }) => [table, rows, filter])).toEqual([['users', '40', 'id <= 40'], ['orders', '360', 'user_id <= 40']]);
      expect(filtered.findings).toMatchObject([{ code: 'plan.finding.filtered', table: 'users', params: { rows: '40', of: '100' } }, { code: 'plan.finding.filtered', table: 'orders', params: { rows: '360', of: '900' } }]);
      const runId = await done(await handlers['runs/migrate']({ planId: plan.id }));
      const { result } = await handlers['runs/get']({ id: runId });
      expect([result?.status, result?.tables.map(({ rows, filter }) => [rows.source, rows.loaded, filter])]).toEqual(['verified', [[40, 40, 'id <= 40'], [360, 360, 'user_id <= 40']]]);
      // The views stand: their answers are those SQLite gives over the same rows.
      expect(result?.objects.filter(({ kind }) => kind === 'view').map(({ name, outcome }) => [name, outcome])).toEqual([['totals', 'translated'], ['busy', 'translated']]);
      expect(result?.objects.find(({ kind }) => kind === 'foreign key')?.outcome).toBe('created');
      const { html } = await handlers['evidence/get']({ id: runId, language: 'en' });
      expect(html).toContain('Only part of its rows crosses: 40 of 100, those with id &#60;= 40');

      const whole = await handlers['plans/override']({ id: plan.id, options: {}, overrides: [{ table: 'users', filter: null }] });
      expect(whole.tables.map(({ rows }) => rows)).toEqual(['100', '360']);
    });
  });

  test('rows that break keys are counted among those that cross, and conditions may name their table', async () => {
    using folder = tempFolder('filter-keys');
    const source = join(folder.path, 'shop.db');
    const db = new Database(source);
    // 1 and '1' are two values to SQLite, and one text.
    db.exec(`PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = 1;
      CREATE TABLE users (id INTEGER PRIMARY KEY, live INTEGER);
      CREATE TABLE orders (id INTEGER PRIMARY KEY, user_id INTEGER REFERENCES users (id), n INTEGER CHECK (n > 0));
      CREATE TABLE tags (code UNIQUE, live INTEGER);
      WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10) INSERT INTO users SELECT i, i % 2 FROM n;
      WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100) INSERT INTO orders SELECT i, 1 + i % 12, i - 3 FROM n;
      INSERT INTO tags VALUES ('1', 1), ('a', 1), (1, 0)`);
    db.close();
    await using database = await freshDatabase();
    await withCore(folder.path, async ({ handlers }, done) => {
      const assessmentIds = [await done(await handlers['assess/start']({ source }))];
      const plan = await handlers['plans/create']({ assessmentIds, target: database.url, options: {} });
      const told = ({ repairs }: typeof plan): unknown => Object.fromEntries((repairs ?? []).map(({ id, count, offers }) => [id.slice(0, id.indexOf('.')), [count, offers.map(({ choice }) => choice).includes('quarantine')]]));
      expect(told(plan)).toEqual({ 'check orders': ['3', true], 'orphan orders': ['16', true], 'unique-violation tags': ['1', true] });
      const filtered = await handlers['plans/override']({ id: plan.id, options: {}, overrides: [
        { table: 'users', filter: 'users.live = 1' }, { table: 'tags', filter: 'live = 1' },
        { table: 'orders', filter: 'EXISTS (SELECT 1 FROM users AS u WHERE u.id = orders.user_id AND u.id <= 6) AND id > 3' },
      ] });
      // Users 2, 4 and 6 stay behind: what points at them are orphans. No row crosses that breaks the condition, nor a second tag.
      expect(told(filtered)).toEqual({ 'orphan orders': ['24', false] });
      // A repair for all keys asks for nothing where no row breaks one.
      const sound = { ...filtered.options, overrides: [{ table: 'orders', filter: 'user_id <= 10 AND id > 3' }], repairs: [{ problem: 'orphan' as const, choice: 'quarantine' as const }] };
      expect((await handlers['plans/create']({ assessmentIds, target: database.url, options: sound })).repairs?.filter(({ problem }) => problem === 'orphan') ?? []).toEqual([]);
      await expect(handlers['plans/create']({ assessmentIds, target: database.url, options: { ...sound, overrides: [{ table: 'orders', filter: 'id > 3' }] } })).rejects.toMatchObject({ code: 'REPAIR_NOT_POSSIBLE' });
      const runId = await done(await handlers['runs/migrate']({ planId: plan.id }));
      const { result } = await handlers['runs/get']({ id: runId });
      expect([result?.status, result?.objects.flatMap(({ kind, outcome, reason }) => (['foreign key', 'check', 'unique'].includes(kind) ? [[kind, outcome, reason]] : []))]).toEqual(['verified', [
        ['check', 'translated', undefined], ['unique', 'created', undefined], ['foreign key', 'created', 'NOT VALID: 24 rows point at nothing; they cross, and new rows are checked'],
      ]]);
      await using session = await database.connect();
      expect(await session.arrays('SELECT count(*) FROM orders AS o WHERE NOT EXISTS (SELECT 1 FROM users AS u WHERE u.id = o.user_id)')).toEqual([['24']]);
    });
  });

  test('a key that is NULL only in rows that stay behind is a primary key; numbers go on behind all rows there were', async () => {
    using folder = tempFolder('filter-null-keys');
    const source = join(folder.path, 'shop.db');
    const db = new Database(source);
    db.exec(`CREATE TABLE tags (lang TEXT, code TEXT, live INTEGER, PRIMARY KEY (lang, code)); CREATE TABLE loose (code TEXT PRIMARY KEY, live INTEGER); CREATE TABLE notes (id INTEGER PRIMARY KEY AUTOINCREMENT, text TEXT);
      INSERT INTO tags VALUES ('en', 'a', 1), ('pt', 'a', 1), (NULL, 'a', 0), ('en', NULL, 0); INSERT INTO loose VALUES ('a', 1), (NULL, 1), (NULL, 0);
      INSERT INTO notes VALUES (1, 'a'), (40, 'b'), (90, 'gone'); DELETE FROM notes WHERE id = 90; CREATE VIEW by_code AS SELECT lang, code, count(*) AS n FROM tags GROUP BY lang, code`);
    db.close();
    await using database = await freshDatabase();
    await withCore(folder.path, async ({ handlers }, done) => {
      const assessmentIds = [await done(await handlers['assess/start']({ source }))];
      const plan = await handlers['plans/create']({ assessmentIds, target: database.url, options: { overrides: [{ table: 'tags', filter: 'live = 1' }, { table: 'loose', filter: 'live = 1' }, { table: 'notes', filter: 'id < 10' }] } });
      expect(plan.tables.map(({ source: { table }, primaryKey, uniques, rowKey, identityNext }) => [table, primaryKey?.columns, uniques.map(({ columns }) => columns), rowKey, identityNext])).toEqual([
        ['tags', ['lang', 'code'], [], ['lang', 'code'], undefined], ['loose', undefined, [['code']], ['rowid'], undefined], ['notes', ['id'], [], ['id'], '91'],
      ]);
      expect((plan.repairs ?? []).map(({ id, count }) => [id, count])).toEqual([['null-key loose.loose_pkey', '1']]);
      const { result } = await handlers['runs/get']({ id: await done(await handlers['runs/migrate']({ planId: plan.id })) });
      expect([result?.status, result?.objects.filter(({ kind, outcome }) => kind === 'primary key' || outcome === 'listed').map(({ name, outcome }) => [name, outcome])]).toEqual(['verified', [['tags_pkey', 'created'], ['loose_key', 'translated'], ['notes_pkey', 'created']]]);
      await using session = await database.connect();
      expect(await session.arrays(`INSERT INTO notes (text) VALUES ('new') RETURNING id`)).toEqual([['91']]);
    });
  });

  test('a condition speaks of whole tables also where views over the rows that cross are compared', async () => {
    using folder = tempFolder('filter-views');
    const source = join(folder.path, 'shop.db');
    const db = new Database(source);
    db.exec(`CREATE TABLE users (id INTEGER PRIMARY KEY, live INTEGER); CREATE TABLE orders (id INTEGER PRIMARY KEY, user_id INTEGER, total INTEGER);
      WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10) INSERT INTO users SELECT i, i % 2 FROM n;
      WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100) INSERT INTO orders SELECT i, 1 + i % 10, i FROM n;
      CREATE VIEW gone AS SELECT count(*) AS n FROM users WHERE live = 0; CREATE VIEW sums AS SELECT o.user_id, sum(o.total) AS total, count(u.id) AS users FROM orders o LEFT JOIN users u ON u.id = o.user_id GROUP BY o.user_id`);
    db.close();
    await using database = await freshDatabase();
    await withCore(folder.path, async ({ handlers }, done) => {
      const assessmentIds = [await done(await handlers['assess/start']({ source }))];
      // Orders of users that stay behind, of a view that answers otherwise of the rows that cross, and above the mean of all orders.
      const filter = 'user_id IN (SELECT id FROM users WHERE live = 0) AND (SELECT n FROM gone) = 5 AND total > (SELECT avg(total) FROM orders AS o WHERE o.rowid > 0)';
      const plan = await handlers['plans/create']({ assessmentIds, target: database.url, options: { overrides: [{ table: 'users', filter: 'live = 1' }, { table: 'orders', filter }] } });
      expect(plan.tables.map(({ rows }) => rows)).toEqual(['5', '25']);
      const { result } = await handlers['runs/get']({ id: await done(await handlers['runs/migrate']({ planId: plan.id })) });
      expect([result?.status, result?.objects.filter(({ kind }) => kind === 'view').map(({ name, outcome, reason }) => [name, outcome, outcome === 'listed' ? reason : ''])]).toEqual(['verified', [['gone', 'translated', ''], ['sums', 'translated', '']]]);
    });
  });
});
