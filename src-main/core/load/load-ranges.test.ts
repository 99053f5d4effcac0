import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PgSession } from '../../drivers/postgres/index.ts';
import { freshDatabase, hasPostgres, tempFolder, type TempFolder, type TestDatabase } from '../../test-support/index.ts';
import { loadTables, type LoadPoolOptions } from './load-pool.ts';
import { buildFile, planTable, startRun } from './test-fixture.ts';
import type { LoadProgress, LoadResult, LoadTask } from './types.ts';

/** Rows of the file; of them the filter keeps what is not a multiple of 11. */
const rows = 60_000;
/** Rowids from far below zero on, a gap of a million in the middle, and the two ends of what a rowid can be. */
const rowidOf = `CASE i WHEN 1 THEN -9223372036854775807 - 1 WHEN ${rows} THEN 9223372036854775807 ELSE (i - 20000) * 7 + (i > 40000) * 1000000 END`;
const large = { minRows: 1000, minBytes: 2 ** 40 };

describe.skipIf(!hasPostgres())('loading a table by ranges of its rowids', () => {
  let folder: TempFolder;
  let database: TestDatabase;
  let session: PgSession;
  let path: string;
  let big: LoadTask;
  let small: LoadTask;
  beforeEach(async () => {
    folder = tempFolder('ranges');
    database = await freshDatabase();
    session = await database.connect();
    path = buildFile(folder.path, (db) => {
      db.exec('CREATE TABLE big (id INTEGER PRIMARY KEY, i INTEGER, v TEXT, n INTEGER, b BLOB)');
      db.exec(`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${rows}) INSERT INTO big SELECT ${rowidOf}, i, 'value ' || i, CASE i % 100 WHEN 0 THEN 'odd ' || i ELSE i END, CASE i % 500 WHEN 7 THEN zeroblob(3000) END FROM n`);
      db.exec('CREATE TABLE small (word TEXT PRIMARY KEY, n INTEGER) WITHOUT ROWID');
      db.exec("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000) INSERT INTO small SELECT 'w' || i, i FROM n");
    });
    const tables = [
      planTable(path, 'big', { id: { type: 'bigint' }, i: { type: 'integer' }, n: { type: 'bigint' }, b: { type: 'bytea' } }, { rows: String(rows), filter: 'i % 11 <> 0', maxRowBytes: 3100 }),
      planTable(path, 'small', { n: { type: 'bigint' } }, { rows: '3000' }),
    ];
    const tasks = (await startRun(session, database, path, tables)).map((task) => ({ ...task, rowsPerTransaction: 1000 }));
    const [first, second] = tasks;
    if (first === undefined || second === undefined) throw new Error('no tasks');
    [big, small] = [first, second];
  });
  afterEach(async () => {
    await session.close();
    await database.close();
    folder.remove();
  });

  const load = async (options: Partial<LoadPoolOptions>, tasks = [big, small]): Promise<LoadResult[]> => loadTables(tasks, { jobs: 4, lanes: 4, large, ...options });
  const kept = Array.from({ length: rows }, (_, index) => index + 1).filter((i) => i % 11 !== 0);
  const rejected = kept.filter((i) => i % 100 === 0).length;
  /** Every cell, every reject once, and a journal that adds up and whose ranges join. */
  const checkAll = async (): Promise<void> => {
    const id = `CASE i WHEN 1 THEN -9223372036854775808 WHEN ${rows} THEN 9223372036854775807 ELSE (i - 20000) * 7 + CASE WHEN i > 40000 THEN 1000000 ELSE 0 END END`;
    const right = `id = ${id} AND v = 'value ' || i AND n = i AND i % 11 <> 0 AND i % 100 <> 0 AND b IS NOT DISTINCT FROM CASE i % 500 WHEN 7 THEN decode(repeat('00', 3000), 'hex') END`;
    expect(await session.arrays(`SELECT count(*), count(DISTINCT id), bool_and(${right}) FROM staging.big`)).toEqual([[String(kept.length - rejected), String(kept.length - rejected), 't']]);
    expect(await session.arrays(`SELECT count(*), count(DISTINCT key), bool_and(row->'n'->>1 = 'odd ' || (row->'i'->>1)) FROM travessia.rejects WHERE "table" = 'big'`)).toEqual([[String(rejected), String(rejected), 't']]);
    expect(await session.arrays("SELECT count(*), count(DISTINCT word), bool_and(word = 'w' || n) FROM staging.small")).toEqual([['3000', '3000', 't']]);
    expect(await session.arrays('SELECT "table", sum(rows), sum(loaded), sum(rejected) FROM travessia.chunks GROUP BY 1 ORDER BY 1')).toEqual([['big', String(kept.length), String(kept.length - rejected), String(rejected)], ['small', '3000', '3000', '0']]);
    const joined = `SELECT bool_and(from_key IS NOT DISTINCT FROM before) FROM (SELECT c.from_key, coalesce(lag(c.to_key) OVER (PARTITION BY r.range ORDER BY c.chunk), r.after_key) AS before
      FROM travessia.chunks c JOIN travessia.ranges r USING (run, database, "table") WHERE c.chunk / 1000000 = r.range) AS chunks`;
    expect(await session.arrays(joined)).toEqual([['t']]);
  };
  const ranges = (): Promise<(string | null)[][]> => session.arrays('SELECT range, after_key, until_key FROM travessia.ranges WHERE "table" = \'big\' ORDER BY range');
  const rowsOfRanges = async (): Promise<number[]> => (await session.arrays('SELECT sum(rows) FROM travessia.chunks WHERE "table" = \'big\' GROUP BY chunk / 1000000 ORDER BY chunk / 1000000')).map(([count]) => Number(count));

  it('brings every cell once, by ranges of about as many rows, and tells the table as one', async () => {
    const shown: LoadProgress[] = [];
    const done: string[] = [];
    const [first, second] = await load({ onProgress: (task, progress) => void (task === big && shown.push(progress)), onTableDone: ({ table }) => void done.push(table.source.table) });
    await checkAll();
    expect(first).toMatchObject({ rows: kept.length, loaded: kept.length - rejected, rejected });
    expect(first?.lanes).toBeGreaterThan(1);
    expect(first?.lanes).toBeLessThanOrEqual(4);
    expect(second).toMatchObject({ rows: 3000, lanes: 1 });
    expect(done.toSorted()).toEqual(['big', 'small']);
    expect(shown.map((each) => each.rows)).toEqual(shown.map((each) => each.rows).toSorted((a, b) => a - b));
    const counts = await rowsOfRanges();
    expect(counts).toHaveLength(16);
    // Gaps and the two far rowids do not matter: the pages of the file tell where the rows are.
    expect(Math.max(...counts)).toBeLessThan((kept.length / 16) * 2);
    expect((await ranges()).map(([, after]) => after).slice(1)).toEqual((await ranges()).map(([, , until]) => until).slice(0, -1));
    // Asked again, nothing is loaded twice.
    expect((await load({}))[0]).toMatchObject({ rows: kept.length, lanes: 0 });
    await checkAll();
  });

  it.each([1, 3])('cancelled in the middle, goes on by the same ranges over %i threads', async (jobs) => {
    const controller = new AbortController();
    const outcome = load({ signal: controller.signal }).catch((error: unknown) => error);
    const committed = async (): Promise<number> => Number((await session.arrays("SELECT coalesce(sum(rows), 0) FROM travessia.chunks WHERE \"table\" = 'big'"))[0]?.[0] ?? 0);
    while ((await committed()) < rows / 4);
    controller.abort();
    expect(await outcome).toMatchObject({ code: 'CANCELLED' });
    while ((await session.arrays("SELECT 1 FROM pg_stat_activity WHERE application_name = 'travessia load' AND datname = current_database()")).length > 0);
    const before = await committed();
    const began = await ranges();
    expect(before).toBeLessThan(kept.length);
    expect(began).toHaveLength(16);
    const shown: number[] = [];
    const [result] = await load({ jobs, lanes: jobs, onProgress: (task, progress) => void (task === big && shown.push(progress.rows)) });
    expect(result).toMatchObject({ rows: kept.length, loaded: kept.length - rejected, rejected });
    expect(result?.lanes).toBeLessThanOrEqual(jobs);
    for (const each of shown) expect(each).toBeGreaterThanOrEqual(before);
    expect(await ranges()).toEqual(began);
    await checkAll();
  });

  it('goes on in one piece with a table, or in a target, that knows of no ranges', async () => {
    const controller = new AbortController();
    await session.exec('DROP TABLE travessia.ranges');
    const outcome = load({ signal: controller.signal }).catch((error: unknown) => error);
    while ((await session.arrays('SELECT 1 FROM travessia.chunks WHERE "table" = \'big\'')).length === 0);
    controller.abort();
    expect(await outcome).toMatchObject({ code: 'CANCELLED' });
    await session.exec('CREATE TABLE travessia.ranges (run text, database text, "table" text, range integer, after_key text, until_key text)');
    const [result] = await load({});
    expect(result).toMatchObject({ rows: kept.length, loaded: kept.length - rejected });
    expect(await ranges()).toEqual([]);
    expect((await session.arrays('SELECT max(chunk) < 1000000 FROM travessia.chunks'))).toEqual([['t']]);
    await session.exec(`INSERT INTO travessia.ranges VALUES ('r1', 'source.db', 'big', 0, NULL, NULL)`);
    await checkAll();
  });

  it('takes rowids as spread evenly where the pages cannot be read, and leaves tables that must stay in order alone', async () => {
    const utf16 = buildFile(folder.path, (db) => {
      db.exec("PRAGMA encoding = 'UTF-16le'");
      for (const name of ['even', 'ordered']) db.exec(`CREATE TABLE ${name} (v TEXT); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 8000) INSERT INTO ${name} SELECT 'v' || i FROM n`);
    }, 'utf16.db');
    const [even, ordered] = await startRun(session, database, utf16, ['even', 'ordered'].map((name) => planTable(utf16, name, {}, { rows: '8000' })), 'r2');
    if (even === undefined || ordered === undefined) throw new Error('no tasks');
    const results = await load({ jobs: 3, lanes: 2 }, [even, { ...ordered, inOrder: true }]);
    expect(results.map((each) => each.loaded)).toEqual([8000, 8000]);
    expect(await session.arrays('SELECT "table", count(*) FROM travessia.ranges GROUP BY 1')).toEqual([['even', '8']]);
    for (const name of ['even', 'ordered']) expect(await session.arrays(`SELECT count(*), count(DISTINCT v) FROM staging.${name}`)).toEqual([['8000', '8000']]);
    expect(await session.arrays("SELECT bool_and(v = 'v' || n) FROM (SELECT v, row_number() OVER (ORDER BY ctid) AS n FROM staging.ordered) AS ordered")).toEqual([['t']]);
  });

  it('parts a table of few rows by its bytes, and none that is small', async () => {
    const blobs = buildFile(folder.path, (db) => {
      for (const [name, bytes] of [['heavy', 30_000], ['light', 30]] as const) db.exec(`CREATE TABLE ${name} (id INTEGER PRIMARY KEY, b BLOB); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 400) INSERT INTO ${name} SELECT i * 3, randomblob(${bytes}) FROM n`);
      db.exec('UPDATE light SET b = zeroblob(3000000) WHERE id = 600');
    }, 'blobs.db');
    const tasks = await startRun(session, database, blobs, ['heavy', 'light'].map((name) => planTable(blobs, name, { id: { type: 'bigint' }, b: { type: 'bytea' } }, { rows: '400', maxRowBytes: 3_000_100 })), 'r3');
    expect((await load({ large: { minRows: 500_000, minBytes: 4_000_000 } }, tasks)).map((each) => each.loaded)).toEqual([400, 400]);
    expect(await session.arrays('SELECT DISTINCT "table" FROM travessia.ranges')).toEqual([['heavy']]);
    expect(await session.arrays('SELECT count(*), count(DISTINCT b), sum(length(b)) FROM staging.heavy')).toEqual([['400', '400', '12000000']]);
    expect(await session.arrays('SELECT count(*), sum(length(b)) FROM staging.light')).toEqual([['400', String(399 * 30 + 3_000_000)]]);
  });
});
