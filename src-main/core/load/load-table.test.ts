import { readFileSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PgSession } from '../../drivers/postgres/index.ts';
import type { SqliteDb } from '../../drivers/sqlite/index.ts';
import { freshDatabase, hasPostgres, tempFolder, type TempFolder, type TestDatabase } from '../../test-support/index.ts';
import { openLoadSource } from './load-source.ts';
import { checkTotals, loadTable } from './load-table.ts';
import { buildFile, planTable, startRun, type ColumnSpec } from './test-fixture.ts';
import type { LoadTotals, LoadTask } from './types.ts';

/** Exchanges the third and the sixth cell of every leaf of a table (fileformat2.html, 1.6): what integrity_check calls "Rowid … out of order". */
function swapCells(path: string): void {
  const file = readFileSync(path);
  const pageSize = file.readUInt16BE(16);
  for (let page = pageSize; page < file.length; page += pageSize) {
    if (file[page] !== 0x0d || file.readUInt16BE(page + 3) < 6) continue;
    const [third, sixth] = [page + 8 + 4, page + 8 + 10];
    const pointer = file.readUInt16BE(third);
    file.writeUInt16BE(file.readUInt16BE(sixth), third);
    file.writeUInt16BE(pointer, sixth);
  }
  writeFileSync(path, file);
}

describe.skipIf(!hasPostgres()).each([{ way: 'rows', pagesFrom: Number.MAX_SAFE_INTEGER }, { way: 'pages', pagesFrom: 0 }])('loading a table from its $way', ({ way, pagesFrom }) => {
  let folder: TempFolder;
  let database: TestDatabase;
  let session: PgSession;
  beforeEach(async () => {
    folder = tempFolder('load');
    database = await freshDatabase();
    session = await database.connect();
  });
  afterEach(async () => {
    await session.close();
    await database.close();
    folder.remove();
  });

  const run = async (task: LoadTask | undefined, signal = new AbortController().signal): Promise<LoadTotals> => {
    if (task === undefined) throw new Error('no task');
    using source = openLoadSource(task.snapshotPath);
    await using own = await database.connect();
    const totals = await loadTable(own, { ...task, pagesFrom }, source, { signal });
    checkTotals(task, source, totals);
    return totals;
  };
  const load = async (build: (db: SqliteDb) => void, name: string, specs: Record<string, ColumnSpec>, more: Parameters<typeof planTable>[3] = {}): Promise<LoadTotals> => {
    const path = buildFile(folder.path, build);
    const [task] = await startRun(session, database, path, [planTable(path, name, specs, more)]);
    return await run(task);
  };
  const rejects = async (): Promise<unknown[]> => (await session.query('SELECT key, "column", code, row::text AS row FROM travessia.rejects ORDER BY id')).rows.map((row) => ({ ...row, row: JSON.parse(row['row'] ?? '') }));

  it('carries the extremes of every storage class', async () => {
    const result = await load(
      (db) => {
        db.exec('CREATE TABLE t (id INTEGER PRIMARY KEY, i, r, t TEXT, b BLOB)');
        const insert = db.prepare('INSERT INTO t (i, r, t, b) VALUES (?, ?, ?, ?)');
        insert.run(9223372036854775807n, -0, '', Buffer.alloc(0));
        insert.run(-9223372036854775808n, Infinity, 'ç€𝄞\uFFFD', Buffer.from([0, 255]));
        insert.run(null, -Infinity, null, null);
        insert.run(0n, 0.1 + 0.2, '\uFEFFbom', Buffer.from('x'));
        insert.run(9007199254740993n, 1.7976931348623157e308, 'a\tb\n\\', Buffer.alloc(70_000, 1));
      },
      't',
      { id: { type: 'bigint' }, i: { type: 'bigint' }, r: { type: 'double precision' }, b: { type: 'bytea' } },
    );
    expect(result).toMatchObject({ rows: 5, loaded: 5, rejected: 0, read: way });
    const rows = await session.arrays('SELECT i, r, t, md5(b), length(b) FROM staging.t ORDER BY id');
    expect(rows.map((row) => row.slice(0, 3))).toEqual([
      ['9223372036854775807', '-0', ''],
      ['-9223372036854775808', 'Infinity', 'ç€𝄞\uFFFD'],
      [null, '-Infinity', null],
      ['0', '0.30000000000000004', '\uFEFFbom'],
      ['9007199254740993', '1.7976931348623157e+308', 'a\tb\n\\'],
    ]);
    expect(rows.map((row) => row[4])).toEqual(['0', '2', null, '1', '70000']);
  });

  it('keeps every misfit whole and loads all other rows', async () => {
    const result = await load(
      (db) => {
        db.exec('CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER, t TEXT, extra)');
        const insert = db.prepare('INSERT INTO t VALUES (?, ?, ?, ?)');
        insert.run(1n, 1n, 'fits', 5);
        insert.run(2n, 'abc', 'nul\0here', Buffer.from([1, 2]));
        insert.run(3n, Infinity, 'fine', 9007199254740993n);
        db.exec("INSERT INTO t VALUES (4, 4, CAST(x'61ff62' AS TEXT), NULL), (5, 5, CAST(x'efbfbd' AS TEXT), 0.5), (6, 6, CAST(x'eda080' AS TEXT), ''), (7, 3000000000, 'x', 'y')");
        insert.run(8n, null, 'no number', null);
      },
      't',
      { id: { type: 'bigint' }, n: { type: 'integer', nullable: false }, extra: { type: 'text', include: false } },
    );
    expect(result).toMatchObject({ rows: 8, loaded: 2, rejected: 6 });
    expect(await session.arrays('SELECT id, t FROM staging.t ORDER BY id')).toEqual([['1', 'fits'], ['5', '\uFFFD']]);
    expect(await rejects()).toEqual([
      { key: 'id=2', column: 'n', code: 'NOT_AN_INTEGER', row: { id: ['integer', '2'], n: ['text', 'abc'], t: ['text-hex', '6e756c0068657265'], extra: ['blob', '0102'] } },
      { key: 'id=3', column: 'n', code: 'INFINITE', row: { id: ['integer', '3'], n: ['real', 'Infinity'], t: ['text', 'fine'], extra: ['integer', '9007199254740993'] } },
      { key: 'id=4', column: 't', code: 'INVALID_UTF8', row: { id: ['integer', '4'], n: ['integer', '4'], t: ['text-hex', '61ff62'], extra: null } },
      { key: 'id=6', column: 't', code: 'INVALID_UTF8', row: { id: ['integer', '6'], n: ['integer', '6'], t: ['text-hex', 'eda080'], extra: ['text', ''] } },
      { key: 'id=7', column: 'n', code: 'OUT_OF_RANGE', row: { id: ['integer', '7'], n: ['integer', '3000000000'], t: ['text', 'x'], extra: ['text', 'y'] } },
      { key: 'id=8', column: 'n', code: 'NULL_NOT_ALLOWED', row: { id: ['integer', '8'], n: null, t: ['text', 'no number'], extra: null } },
    ]);
    const { rows } = await session.query('SELECT reason FROM travessia.rejects ORDER BY id');
    expect(rows[0]?.['reason']).toBe("Column n: 'abc' is not an integer, as integer needs. Column t: the text 'nul\\x00here' holds a NUL character, which text cannot store.");
  });

  it('rejects by the thousand, in a table with and without a rowid', async () => {
    const build = (db: SqliteDb): void => {
      for (const [name, tail] of [['r', ''], ['w', 'WITHOUT ROWID']]) {
        db.exec(`CREATE TABLE ${name} (k TEXT, v INTEGER, PRIMARY KEY (k)) ${tail}`);
        db.exec(`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 7000) INSERT INTO ${name} SELECT 'k' || i, CASE WHEN i % 2 THEN i ELSE 'text' || i END FROM n`);
      }
    };
    const path = buildFile(folder.path, build);
    const tasks = await startRun(session, database, path, ['r', 'w'].map((name) => planTable(path, name, { v: { type: 'bigint' } })));
    for (const task of tasks) {
      expect(await run(task)).toMatchObject({ rows: 7000, loaded: 3500, rejected: 3500 });
      const name = task.table.source.table;
      expect(await session.arrays(`SELECT count(*), count(DISTINCT key), bool_and(row->'v'->>1 = 'text' || substr(row->'k'->>1, 2)), min(key) FROM travessia.rejects WHERE "table" = $1`, [name])).toEqual([['3500', '3500', 't', "k='k10'"]]);
      expect(await session.arrays(`SELECT count(*), sum(v), bool_and(k = 'k' || v) FROM staging.${name}`)).toEqual([['3500', '12250000', 't']]);
    }
  });

  it('judges one text by itself that the server would refuse amid megabytes on their way', async () => {
    const result = await load(
      (db) => db.exec("CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60000) INSERT INTO t SELECT i, iif(i = 30000, CAST(x'61c3' AS TEXT), printf('%0600d', i)) FROM n"),
      't',
      { id: { type: 'integer' } },
    );
    expect(result).toMatchObject({ rows: 60_000, loaded: 59_999, rejected: 1, read: 'rows' });
    expect(await session.arrays('SELECT count(*), sum(id), min(length(v)) FROM staging.t')).toEqual([['59999', String(1_800_030_000 - 30_000), '600']]);
  });

  it('goes on through SQLite where later rows are not what the pages began with', async () => {
    const path = buildFile(folder.path, (db) => db.exec("PRAGMA page_size = 512; CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 9000) INSERT INTO t SELECT i, 'value ' || i FROM n; ALTER TABLE t ADD COLUMN late TEXT DEFAULT 'x'; UPDATE t SET late = 'y' WHERE id <= 8000"));
    const [task] = await startRun(session, database, path, [planTable(path, 't', { id: { type: 'integer' } })]);
    const result = await run(task === undefined ? undefined : { ...task, rowsPerTransaction: 2000 });
    expect(result).toMatchObject({ rows: 9000, loaded: 9000, read: way === 'pages' ? 'both' : 'rows' });
    expect(await session.arrays("SELECT count(*), count(DISTINCT id), count(*) FILTER (WHERE late = 'x') FROM staging.t")).toEqual([['9000', '9000', '1000']]);
  });

  it('writes the rows of its first transaction as settled for every reader, and none of a later one twice', async () => {
    const path = buildFile(folder.path, (db) => db.exec("CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 30000) INSERT INTO t SELECT i, 'v' || i FROM n"));
    const [task] = await startRun(session, database, path, [planTable(path, 't', { id: { type: 'integer' } })]);
    if (task !== undefined) await run({ ...task, rowsPerTransaction: 100_000 });
    await session.exec('ANALYZE staging.t');
    // A page that two batches of the server share is not.
    expect(await session.arrays("SELECT round(relallvisible::numeric / relpages) FROM pg_class WHERE oid = 'staging.t'::regclass")).toEqual([['1']]);
    await session.exec('TRUNCATE staging.t; DELETE FROM travessia.chunks');
    // Each reading is a transaction of its own.
    if (task !== undefined) await run({ ...task, secondsPerTransaction: 0 });
    expect(await session.arrays('SELECT count(*), count(DISTINCT id), (SELECT count(*) > 1 FROM travessia.chunks) FROM staging.t')).toEqual([['30000', '30000', 't']]);
  });

  it('loads every row once where a damaged file holds them out of order', async () => {
    const path = buildFile(folder.path, (db) => db.exec("CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) INSERT INTO t SELECT i, 'v' || i FROM n"));
    swapCells(path);
    const [task] = await startRun(session, database, path, [planTable(path, 't', { id: { type: 'integer' } })]);
    expect(await run(task === undefined ? undefined : { ...task, rowsPerTransaction: 500 })).toMatchObject({ rows: 20_000, loaded: 20_000, rejected: 0 });
    expect(await session.arrays("SELECT count(*), count(DISTINCT id), bool_and(v = 'v' || id) FROM staging.t")).toEqual([['20000', '20000', 't']]);
  });

  it('reads faulty UTF-16 for what it is', async () => {
    const result = await load(
      (db) => {
        db.exec("PRAGMA encoding = 'UTF-16le'");
        db.exec("CREATE TABLE t (id INTEGER PRIMARY KEY, t TEXT); INSERT INTO t VALUES (1, 'plain ç𝄞'), (2, CAST(x'6100620000d8' AS TEXT)), (3, CAST(x'fdff' AS TEXT)), (4, CAST(x'34d81edd' AS TEXT))");
      },
      't',
      { id: { type: 'bigint' } },
    );
    expect(result).toMatchObject({ rows: 4, loaded: 3, rejected: 1 });
    expect(await session.arrays('SELECT id, t FROM staging.t ORDER BY id')).toEqual([['1', 'plain ç𝄞'], ['3', '\uFFFD'], ['4', '𝄞']]);
    expect(await rejects()).toMatchObject([{ key: 'id=2', code: 'INVALID_UTF8', row: { t: ['text-hex', '6100620000d8'] } }]);
  });

  it('keeps raw bytes of any text under "text as bytes"', async () => {
    await load(
      (db) => db.exec("CREATE TABLE t (id INTEGER PRIMARY KEY, b); INSERT INTO t VALUES (1, CAST(x'61ff00' AS TEXT)), (2, 'é'), (3, x'00'), (4, 7), (5, 5.0)"),
      't',
      { id: { type: 'bigint' }, b: { type: 'bytea', cast: 'text as bytes' } },
    );
    expect(await session.arrays('SELECT b FROM staging.t ORDER BY id')).toEqual([['\\x61ff00'], ['\\xc3a9'], ['\\x00'], ['\\x37'], ['\\x352e30']]);
  });

  it('does not trust "plain integers" blindly', async () => {
    const result = await load(
      (db) => {
        db.exec('CREATE TABLE t (id INTEGER PRIMARY KEY, i, t)');
        db.exec('WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000) INSERT INTO t SELECT i, 9007199254740992 + i, CASE i % 3 WHEN 0 THEN 5 WHEN 1 THEN 5.0 ELSE \'five\' END FROM n');
      },
      't',
      { id: { type: 'bigint' }, i: { type: 'bigint' }, t: { type: 'text' } },
      { reading: { by: 'rowid', columns: ['id'], plainIntegers: true } },
    );
    expect(result).toMatchObject({ rows: 5000, loaded: 5000, rejected: 0 });
    expect(await session.arrays("SELECT count(DISTINCT id), bool_and(i = 9007199254740992 + id), bool_and(t = CASE id % 3 WHEN 0 THEN '5' WHEN 1 THEN '5.0' ELSE 'five' END) FROM staging.t")).toEqual([['5000', 't', 't']]);
  });

  it.each([
    ['a table named select', 'CREATE TABLE "select" ("from" INTEGER, "order" TEXT)', 'select'],
    ['columns that hide every name of the rowid', 'CREATE TABLE "t" (rowid TEXT, _rowid_ TEXT, oid TEXT)', 't'],
    ['a compound key without rowid', 'CREATE TABLE "t" (b TEXT COLLATE NOCASE, a INTEGER, c BLOB, PRIMARY KEY (a, b)) WITHOUT ROWID', 't'],
  ])('reads %s', async (_what, sql, name) => {
    const path = buildFile(folder.path, (db) => {
      db.exec(sql);
      const columns = db.prepare<unknown[], { name: string }>('SELECT name FROM pragma_table_info(?)').all(name).length;
      const insert = db.prepare(`INSERT INTO "${name}" VALUES (${Array.from({ length: columns }, () => '?').join(', ')})`);
      db.transaction(() => {
        for (let index = 0; index < 3500; index += 1) insert.run(...Array.from({ length: columns }, (_, at) => (at === 1 ? BigInt(index) : `v${index}`)));
      })();
    });
    const [task] = await startRun(session, database, path, [planTable(path, name, {})]);
    expect(await run(task)).toMatchObject({ rows: 3500, loaded: 3500, rejected: 0 });
    const { rows } = await session.query(`SELECT count(*), count(DISTINCT t.*) AS different FROM staging."${name}" t`);
    expect(rows[0]).toEqual({ count: '3500', different: '3500' });
  });

  it('carries blobs of 20 MB, one by one', async () => {
    const result = await load(
      (db) => {
        db.exec('CREATE TABLE t (id INTEGER PRIMARY KEY, b BLOB, t TEXT)');
        const insert = db.prepare('INSERT INTO t VALUES (?, ?, ?)');
        for (let index = 1; index <= 4; index += 1) insert.run(index, Buffer.alloc(20_000_000, index), 'é'.repeat(3_000_000));
      },
      't',
      { id: { type: 'bigint' }, b: { type: 'bytea' } },
      { maxRowBytes: 26_000_000 },
    );
    expect(result).toMatchObject({ rows: 4, loaded: 4 });
    expect(await session.arrays("SELECT id, length(b), get_byte(b, 19999999), length(t), right(t, 1) FROM staging.t ORDER BY id")).toEqual([1, 2, 3, 4].map((id) => [String(id), '20000000', String(id), '3000000', 'é']));
  });

  it('loads only the rows of a filter, and columns under other names', async () => {
    const result = await load(
      (db) => db.exec("CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b TEXT); INSERT INTO t VALUES (1, 'x', 'p'), (2, 'y', 'q'), (3, 'x', 'r')"),
      't',
      { id: { type: 'integer' }, a: { type: 'text', include: false }, b: { type: 'text', target: 'renamed "b"' } },
      { filter: "a = 'x'" },
    );
    expect(result).toMatchObject({ rows: 2, loaded: 2 });
    expect(await session.arrays('SELECT id, "renamed ""b""" FROM staging.t ORDER BY id')).toEqual([['1', 'p'], ['3', 'r']]);
  });

  it('loads nothing twice when asked again, and an empty table', async () => {
    const path = buildFile(folder.path, (db) => db.exec('CREATE TABLE t (id INTEGER PRIMARY KEY); CREATE TABLE e (id INTEGER PRIMARY KEY); INSERT INTO t VALUES (-9223372036854775808), (0), (9223372036854775807)'));
    const [task, empty] = await startRun(session, database, path, ['t', 'e'].map((name) => planTable(path, name, { id: { type: 'bigint' } })));
    const first = await run(task);
    expect(await run(task)).toMatchObject({ rows: first.rows, loaded: first.loaded, bytes: first.bytes });
    expect(await session.arrays('SELECT id FROM staging.t ORDER BY id')).toEqual([['-9223372036854775808'], ['0'], ['9223372036854775807']]);
    expect(await run(empty)).toMatchObject({ rows: 0, loaded: 0, rejected: 0 });
  });

  describe('stopped half-way', () => {
    const many = (db: SqliteDb): void => void db.exec("CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) INSERT INTO t SELECT i, 'value ' || i FROM n");
    const manyTask = async (): Promise<LoadTask> => {
      const path = buildFile(folder.path, many);
      const [task] = await startRun(session, database, path, [planTable(path, 't', { id: { type: 'bigint' } })]);
      if (task === undefined) throw new Error('no task');
      return { ...task, rowsPerTransaction: 3000 };
    };
    const complete = async (task: LoadTask): Promise<void> => {
      expect(await run(task)).toMatchObject({ rows: 20_000, loaded: 20_000, rejected: 0 });
      expect(await session.arrays("SELECT count(*), count(DISTINCT id), sum(id), bool_and(v = 'value ' || id) FROM staging.t")).toEqual([['20000', '20000', '200010000', 't']]);
      expect(await session.arrays("SELECT sum(rows), sum(loaded) FROM travessia.chunks WHERE run = 'r1'")).toEqual([['20000', '20000']]);
    };
    /** Makes the server answer the 10,000th row with an error of its own. */
    const failAt = (sqlState: string): Promise<void> => session.exec(`CREATE FUNCTION staging.fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.id = 10000 THEN RAISE EXCEPTION 'no room' USING ERRCODE = '${sqlState}'; END IF; RETURN NEW; END $$; CREATE TRIGGER fail BEFORE INSERT ON staging.t FOR EACH ROW EXECUTE FUNCTION staging.fail()`);

    it('by a full disk: DISK_FULL, then goes on', async () => {
      const task = await manyTask();
      await failAt('53100');
      await expect(run(task)).rejects.toMatchObject({ code: 'DISK_FULL' });
      const [kept] = await session.arrays('SELECT count(*), (SELECT sum(loaded) FROM travessia.chunks) FROM staging.t');
      // Whole chunks before the row, each with its line.
      expect([kept?.[0] === kept?.[1], Number(kept?.[0]) >= 6000 && Number(kept?.[0]) < 10_000]).toEqual([true, true]);
      await session.exec('DROP TRIGGER fail ON staging.t');
      await complete(task);
    });

    it('by a lost connection: CONNECTION_LOST, then goes on', async () => {
      const task = await manyTask();
      await session.exec("CREATE FUNCTION staging.cut() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.id = 10000 THEN PERFORM pg_terminate_backend(pg_backend_pid()); END IF; RETURN NEW; END $$; CREATE TRIGGER cut BEFORE INSERT ON staging.t FOR EACH ROW EXECUTE FUNCTION staging.cut()");
      await expect(run(task)).rejects.toMatchObject({ code: 'CONNECTION_LOST' });
      await session.exec('DROP TRIGGER cut ON staging.t');
      await complete(task);
    });

    it('by another program that took the run: RUN_BUSY', async () => {
      const task = await manyTask();
      await session.query("UPDATE travessia.runs SET fence = 'f2'");
      await expect(run(task)).rejects.toMatchObject({ code: 'RUN_BUSY' });
      expect(await session.arrays('SELECT count(*) FROM staging.t')).toEqual([['0']]);
      await complete({ ...task, fence: 'f2' });
    });

    it('by two programs with the same fence at once: no row twice', async () => {
      const task = await manyTask();
      const outcomes = await Promise.allSettled([run(task), run(task)]);
      // Both end well where one is through before the other begins, as happens on a busy machine.
      expect(outcomes.map((outcome) => (outcome.status === 'fulfilled' ? 'loaded' : outcome.reason.code)).toSorted()).toEqual(expect.toBeOneOf([['RUN_BUSY', 'loaded'], ['loaded', 'loaded']]));
      await complete(task);
    });

    it('by a person while the server waits for a lock: CANCELLED', async () => {
      const task = await manyTask();
      await using blocker = await database.connect();
      await blocker.exec('BEGIN; LOCK TABLE staging.t');
      const controller = new AbortController();
      const running = run(task, controller.signal);
      const waiting = async (): Promise<boolean> => (await session.arrays("SELECT 1 FROM pg_locks l JOIN pg_class c ON c.oid = l.relation WHERE NOT granted AND relname = 't'")).length > 0;
      while (!(await waiting()));
      controller.abort();
      await expect(running).rejects.toMatchObject({ code: 'CANCELLED' });
      await blocker.exec('ROLLBACK');
      await complete(task);
    });
  });
});
