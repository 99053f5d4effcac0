/** Files that SQLite accepts and others stumble over, built here; each is judged by every-cell.py as well. */
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, describe, expect, test } from 'vitest';
import { buildSqlite, hasPostgres, tempFolder } from '../../src-main/test-support/index.ts';
import { migrationOf } from './migrate-file.ts';

const folder = tempFolder('hostile');
afterAll(() => folder.remove());

/** As other programs leave it: SQLite itself does not enforce foreign keys unless asked. */
const build = (name: string, sql: string, fill?: (db: Database.Database) => void): string => buildSqlite(join(folder.path, name), `PRAGMA foreign_keys = OFF; ${sql}`, fill);

const clean = { exit: 0, status: 'verified' };

describe.skipIf(!hasPostgres())('values', () => {
  test('numbers at every edge cross bit by bit', async () => {
    const path = build('numbers.db', `
      CREATE TABLE edge (id INTEGER PRIMARY KEY, big INTEGER, r REAL, n NUMERIC, whole INT);
      INSERT INTO edge VALUES (1, 9007199254740993, 0.1 + 0.2, 9007199254740993, 1);
      INSERT INTO edge VALUES (2, -9223372036854775808, 5e-324, 12345678901234.567, -1);
      INSERT INTO edge VALUES (3, 9223372036854775807, 1.7976931348623157e308, -0.125, 2147483648);
      INSERT INTO edge VALUES (4, NULL, 9e999, 7, NULL), (5, 0, -9e999, 1e15, 0), (6, 1, -0.0, 0.1, 3), (-5, 2, 123456789.123456789, 3, 4);
      CREATE TABLE loose (id INTEGER PRIMARY KEY, x); INSERT INTO loose VALUES (1, -0.0), (2, 1.5);
      CREATE TABLE last_id (id INTEGER PRIMARY KEY AUTOINCREMENT, t TEXT);
      INSERT INTO last_id VALUES (9223372036854775807, 'the greatest');`);
    await using it = await migrationOf(path, folder.path);
    const { exit, result } = await it.migrate();
    expect({ exit, status: result.status }).toEqual(clean);
    expect((await it.shape()).tables).toMatchObject({
      edge: { rows: 7, columns: { id: 'integer', big: 'integer', r: 'float', n: 'numeric', whole: 'integer' }, identity: { next: '7' } },
      loose: { rows: 2, columns: { x: 'float' } },
      last_id: { rows: 1, primaryKey: ['id'] },
    });
    expect((await it.session.one(`SELECT encode(float8send(x), 'hex') AS zero FROM loose WHERE id = 1`))?.['zero']).toBe('8000000000000000');
    // Digits could hide a last bit: the bytes of the doubles themselves are compared.
    const db = new Database(path, { readonly: true });
    const doubles = db.prepare('SELECT r FROM edge ORDER BY id').pluck().all().map((value) => (value === null ? null : Number(value)));
    db.close();
    const bits = (value: number | null): string | null => {
      const bytes = Buffer.alloc(8);
      bytes.writeDoubleBE(value ?? 0);
      return value === null ? null : bytes.toString('hex');
    };
    const found = await it.session.query(`SELECT encode(float8send(r), 'hex') AS bits FROM edge ORDER BY id`);
    expect(found.rows.map((row) => row['bits'])).toEqual(doubles.map(bits));
    it.expectEveryCell(result);
  });

  test('a declared moment is read where it is one; integers and text are never read as moments', async () => {
    const path = build('dates.db', `
      CREATE TABLE moment (id INTEGER PRIMARY KEY, plain DATETIME, short TIMESTAMP, t DATETIME, milli DATETIME, zulu DATETIME, zone DATETIME, day DATE, day_only DATETIME,
        s DATETIME, ms DATETIME, julian DATETIME, leap DATETIME, midnight DATETIME, mixed DATETIME, iso_text TEXT, epoch_integer INTEGER, local_date DATE);
      INSERT INTO moment VALUES (1, '2024-02-29 23:59:59', '2024-02-29 23:59', '2024-02-29T23:59:59', '2024-02-29 23:59:59.123', '2024-02-29T23:59:59Z', '2024-02-29 23:59:59+05:30', '2024-02-29', '2024-02-29',
        1709251199, 1709251199123, 2460370.5, '2016-12-31 23:59:60', '2024-02-29 24:00:00', '2024-02-29 10:00:00', '2024-02-29T23:59:59Z', 1709251199123, '29/02/2024');
      INSERT INTO moment VALUES (2, '0001-01-01 00:00:00', '9999-12-31 23:59', '1969-12-31T23:59:59', '1900-01-01 00:00:00.000001', '1969-12-31T23:59:59.999999Z', '1900-01-01 00:00:00-11:00', '1582-10-10', '9999-12-31',
        0, 1600000000000, 2451544.5, '2016-12-31 23:59:59', '2024-02-29 00:00:00', '2024-02-29T10:00:00Z', 'not a date', 5, '01/03/2024');
      INSERT INTO moment (id) VALUES (3);`);
    await using it = await migrationOf(path, folder.path);
    const { exit, result } = await it.migrate();
    expect({ exit, status: result.status }).toEqual(clean);
    const columns = (await it.shape()).tables['moment']?.columns;
    expect(columns).toMatchObject({
      plain: 'timestamp', short: 'timestamp', t: 'timestamp', milli: 'timestamp', zulu: 'timestamp', zone: 'timestamp', day: 'date', day_only: 'timestamp',
      leap: 'text', iso_text: 'text', epoch_integer: 'integer', local_date: 'text',
    });
    it.expectEveryCell(result);
  });

  test('three kinds in one column, text in BLOBs, BLOBs in text, huge values', async () => {
    const path = build('mixed.db', `
      CREATE TABLE three (id INTEGER PRIMARY KEY, free, declared INTEGER, words, everything, bin BLOB, t TEXT, j JSON, vc VARCHAR(3), d DECIMAL(5,2));
      INSERT INTO three VALUES (1, 1, 1, 'a', 1, x'00FF', 'x', '{"a":1,"a":2,"n":12345678901234567890.10}', 'abc', 1.25);
      INSERT INTO three VALUES (2, 1.5, 1.5, 'b', 'é', 'text', 'y', '[]', 'longer than three', 123456.789);
      INSERT INTO three VALUES (3, 'word', 'word', NULL, x'00FF', NULL, x'416263', 'null', '✉✉✉', NULL);
      INSERT INTO three (id) VALUES (4);
      CREATE TABLE huge (id INTEGER PRIMARY KEY, body TEXT, bin BLOB);`, (db) => {
      db.prepare('INSERT INTO huge VALUES (1, ?, ?)').run('ü'.repeat(1_500_000), Buffer.alloc(4_000_000, 7));
      db.prepare('INSERT INTO huge VALUES (2, ?, ?)').run('', Buffer.alloc(0));
    });
    await using it = await migrationOf(path, folder.path);
    const { exit, result } = await it.migrate();
    expect({ exit, status: result.status }).toEqual(clean);
    expect((await it.shape()).tables['three']?.columns).toMatchObject({ id: 'integer', free: 'text', declared: 'text', words: 'text', everything: 'bytes', vc: 'text', d: 'numeric', j: 'json' });
    it.expectEveryCell(result);
  });

  test('numbers beside bytes are kept as their text, and a default that only text can hold stops nothing', async () => {
    const path = build('beside-bytes.db', `
      CREATE TABLE beside (id INTEGER PRIMARY KEY, v TEXT DEFAULT CURRENT_TIMESTAMP, w DEFAULT 'x', n);
      INSERT INTO beside VALUES (1, x'00FF', x'FE', x'FE'), (2, 'text', 1.5, 1e-5), (3, NULL, 'é', -9e999), (4, '', 7, 1e17), (5, 'x', 'y', -9223372036854775808);`);
    await using it = await migrationOf(path, folder.path);
    const { exit, result } = await it.migrate();
    expect({ exit, status: result.status }).toEqual(clean);
    expect((await it.shape()).tables['beside']?.columns).toEqual({ id: 'integer', v: 'bytes', w: 'bytes', n: 'bytes' });
    it.expectEveryCell(result);
  });

  test('a UTF-16 file, with a half character that no encoding allows', async () => {
    const path = build('utf16.db', `PRAGMA encoding = 'UTF-16le'; CREATE TABLE "Mensagem é" (id INTEGER PRIMARY KEY, corpo TEXT UNIQUE)`, (db) => {
      const insert = db.prepare('INSERT INTO "Mensagem é" VALUES (?, ?)');
      for (let id = 1; id <= 1200; id += 1) insert.run(id, `olá ${id} 😀 – ação`);
      db.exec(`UPDATE "Mensagem é" SET corpo = CAST(x'41003DD8' AS TEXT) WHERE id = 600`);
    });
    await using it = await migrationOf(path, folder.path);
    const { exit, result } = await it.migrate(['--max-rejects', '1']);
    expect({ exit, status: result.status }).toEqual({ exit: 1, status: 'rejects' });
    const reject = await it.session.one('SELECT "column", code FROM travessia.rejects WHERE run = $1', [result.runId]);
    expect(reject).toEqual({ column: 'corpo', code: 'INVALID_UTF8' });
    expect((await it.shape()).tables['Mensagem é']).toMatchObject({ rows: 1199, columns: { corpo: 'text' }, unique: [['corpo']] });
    it.expectEveryCell(result);
  });
});

describe.skipIf(!hasPostgres())('names', () => {
  const long = 'é'.repeat(40);
  const ddl = `
    CREATE TABLE "select" ("from" TEXT, "Order" INTEGER, "a b" TEXT, "we""ird" TEXT, "it's" TEXT, "ctid" TEXT, "xmin" TEXT, "😀" TEXT, "UPPER" TEXT, "${long}1" TEXT, "${long}2" TEXT);
    INSERT INTO "select" VALUES ('f', 1, 'a', 'w', 'i', 'c', 'x', 's', 'u', 'l1', 'l2');
    CREATE TABLE "😀 table" (id INTEGER PRIMARY KEY, x TEXT); INSERT INTO "😀 table" VALUES (1, 'smile');
    CREATE TABLE "${long}_a" (id INTEGER PRIMARY KEY); INSERT INTO "${long}_a" VALUES (1);
    CREATE TABLE "${long}_b" (id INTEGER PRIMARY KEY, a REFERENCES "${long}_a"); INSERT INTO "${long}_b" VALUES (1, 1), (2, 1);
    CREATE TABLE "pg_like" (x TEXT); CREATE TABLE "travessia" (x TEXT); INSERT INTO "travessia" VALUES ('not the journal');
    CREATE TABLE "back\\slash ""quoted"" %s" (x TEXT); INSERT INTO "back\\slash ""quoted"" %s" VALUES ('y');
    CREATE TABLE userName (x TEXT); INSERT INTO userName VALUES ('camel'); CREATE TABLE user_name (x TEXT, userId INTEGER, user_id INTEGER); INSERT INTO user_name VALUES ('snake', 1, 2);
    CREATE INDEX "user_name_idx" ON user_name (x); CREATE INDEX "idx" ON userName (x);`;

  test('every name that SQLite takes arrives, cut and told apart only where PostgreSQL must', async () => {
    await using it = await migrationOf(build('names.db', ddl), folder.path);
    const { exit, result } = await it.migrate();
    expect({ exit, status: result.status }).toEqual(clean);
    const { tables } = await it.shape();
    expect(Object.keys(tables)).toEqual(expect.arrayContaining(['select', '😀 table', 'pg_like', 'travessia', 'back\\slash "quoted" %s', 'userName', 'user_name']));
    expect(Object.keys(tables)).toHaveLength(9);
    const columns = Object.keys(tables['select']?.columns ?? {});
    expect(columns).toEqual(expect.arrayContaining(['from', 'Order', 'a b', 'we"ird', "it's", '😀', 'UPPER']));
    expect(columns).toHaveLength(11);
    for (const name of [...Object.keys(tables), ...columns]) {
      expect(Buffer.byteLength(name), name).toBeLessThanOrEqual(63);
      expect(name, 'no character is cut in two').not.toContain('�');
    }
    const child = Object.entries(tables).find(([, table]) => table.rows === 2);
    expect(child?.[1].foreignKeys).toHaveLength(1);
    it.expectEveryCell(result);
  });

  test.each(['lower', 'snake'])('the policy %s never lets two names become one', async (policy) => {
    await using it = await migrationOf(build(`names-${policy}.db`, ddl), folder.path);
    const { exit, result } = await it.migrate(['--identifiers', policy]);
    expect({ exit, status: result.status }).toEqual(clean);
    const { tables } = await it.shape();
    expect(Object.keys(tables)).toHaveLength(9);
    expect(Object.keys(tables).filter((name) => name !== name.toLowerCase())).toEqual([]);
    it.expectEveryCell(result);
  });
});

describe.skipIf(!hasPostgres())('structure', () => {
  test('keys, references, rules and indexes cross where the data allows, and say so where not', async () => {
    const path = build('structure.db', `
      CREATE TABLE parent (id INTEGER PRIMARY KEY AUTOINCREMENT, a TEXT, b TEXT, code TEXT COLLATE NOCASE UNIQUE, note TEXT, UNIQUE (a, b));
      INSERT INTO parent VALUES (1, 'x', 'y', 'abc', 'n'), (2, 'x', 'z', 'É', 'n'), (3, 'w', 'z', 'é', NULL);
      INSERT INTO parent (id) VALUES (50); DELETE FROM parent WHERE id = 50;
      CREATE TABLE child (id INTEGER PRIMARY KEY, parent_id INTEGER REFERENCES parent ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED, pa TEXT, pb TEXT,
        lost INTEGER REFERENCES parent (id), nowhere INTEGER REFERENCES missing (id), loose TEXT REFERENCES parent (note), self INTEGER REFERENCES child (id),
        qty INTEGER DEFAULT 3 CHECK (qty > 0), FOREIGN KEY (pa, pb) REFERENCES parent (a, b) ON UPDATE CASCADE);
      INSERT INTO child VALUES (1, 1, 'x', 'y', 99, 1, 'n', NULL, 5), (2, NULL, 'x', NULL, 1, NULL, NULL, 1, 1), (3, 3, 'w', 'z', NULL, 7, 'q', 2, NULL);
      CREATE INDEX child_partial ON child (qty) WHERE qty > 1; CREATE UNIQUE INDEX child_once ON child (parent_id) WHERE parent_id IS NOT NULL; CREATE INDEX child_expr ON child (lower(pa));
      CREATE TABLE null_key (code TEXT PRIMARY KEY, v INTEGER); INSERT INTO null_key VALUES (NULL, 1), (NULL, 2), ('a', 3);
      CREATE TABLE null_pair (a INTEGER, b TEXT, PRIMARY KEY (a, b)); INSERT INTO null_pair VALUES (1, NULL), (1, 'x'), (NULL, 'x');
      CREATE TABLE no_rowid (k TEXT, n INTEGER, v REAL NOT NULL, PRIMARY KEY (k, n)) WITHOUT ROWID; INSERT INTO no_rowid VALUES ('b', 2, 1.5), ('a', 1, 2.5), ('a', -1, 0);
      CREATE TABLE strict_one (id INTEGER PRIMARY KEY, i INT NOT NULL, r REAL, t TEXT, b BLOB, any_one ANY) STRICT; INSERT INTO strict_one VALUES (1, 1, 1.5, 't', x'01', 'x'), (2, 2, NULL, '', x'', 'y');
      CREATE TABLE made (id INTEGER PRIMARY KEY, price INTEGER, twice INTEGER GENERATED ALWAYS AS (price * 2) STORED, label TEXT AS ('p' || price) VIRTUAL);
      INSERT INTO made (id, price) VALUES (1, 10), (2, NULL);
      CREATE TABLE nothing_yet (id INTEGER PRIMARY KEY, t TEXT NOT NULL DEFAULT 'x', at DATETIME DEFAULT CURRENT_TIMESTAMP);
      CREATE VIEW fine AS SELECT p.id, count(*) AS n FROM parent p JOIN child c ON c.parent_id = p.id GROUP BY p.id;
      CREATE TABLE gone (x TEXT); CREATE VIEW broken AS SELECT x FROM gone; DROP TABLE gone;
      CREATE TRIGGER watch AFTER INSERT ON child BEGIN UPDATE parent SET note = 'seen' WHERE id = new.parent_id; END;
      CREATE VIRTUAL TABLE search USING fts5(body); INSERT INTO search VALUES ('words to find');`);
    await using it = await migrationOf(path, folder.path);
    const { exit, result } = await it.migrate();
    expect({ exit, status: result.status }).toEqual(clean);
    const { tables, views } = await it.shape();
    expect(tables['parent']).toMatchObject({ primaryKey: ['id'], identity: { next: '51' }, unique: expect.arrayContaining([['a', 'b']]) });
    expect(tables['parent']?.unique).toHaveLength(2);
    expect(tables['child']?.foreignKeys).toEqual([
      'lost -> parent(id) NOT VALID', 'pa,pb -> parent(a,b) ON UPDATE CASCADE', 'parent_id -> parent(id) ON DELETE SET NULL', 'self -> child(id)',
    ]);
    expect(tables['child']).toMatchObject({ rows: 3, checks: 1, defaults: ['qty'] });
    expect(tables['child']?.indexes).toHaveLength(2);
    expect(tables['child']?.unique).toEqual([['parent_id']]);
    expect(tables['null_key']).toMatchObject({ rows: 3, unique: [['code']], notNull: [] });
    expect(tables['null_key']).not.toHaveProperty('primaryKey');
    expect(tables['null_pair']).toMatchObject({ rows: 3, unique: [['a', 'b']] });
    expect(tables['no_rowid']).toMatchObject({ primaryKey: ['k', 'n'], notNull: ['k', 'n', 'v'] });
    expect(tables['strict_one']).toMatchObject({ columns: { i: 'integer', r: 'float', t: 'text', b: 'bytes', any_one: 'text' }, notNull: ['id', 'i'] });
    expect(tables['made']).toMatchObject({ rows: 2, columns: { twice: 'integer', label: 'text' } });
    expect(tables['nothing_yet']).toMatchObject({ rows: 0, defaults: ['t', 'at'], notNull: ['id', 't'], identity: { next: '1' } });
    expect(views).toEqual(['fine']);
    expect(tables['search']).toMatchObject({ rows: 1, columns: { rowid: 'integer', body: 'text', search_search: 'tsvector' }, primaryKey: ['rowid'] });

    const listed = result.objects.filter((object) => object.outcome === 'listed');
    for (const [kind, name] of [['view', 'broken'], ['foreign key', 'child_nowhere_fkey'], ['foreign key', 'child_loose_fkey']]) {
      expect(listed.find((object) => object.kind === kind && object.name === name)?.reason ?? '', `${kind} ${name}`).toMatch(/\w{4}/);
    }
    expect(listed.find((object) => object.kind === 'collation' && object.name === 'parent.code')?.reason).toMatch(/lower\(code\)/);
    expect(result.objects.find((object) => object.kind === 'trigger' && object.name === 'watch')?.outcome).toBe('translated');
    const orphans = result.objects.find((object) => object.kind === 'foreign key' && object.name === 'child_lost_fkey');
    expect(orphans?.reason ?? '', 'orphans are told').toMatch(/1/);

    // NOCASE folds ASCII only: É and é are two, abc and ABC are one.
    await expect(it.session.exec(`INSERT INTO parent (id, code) VALUES (900, 'ABC')`)).rejects.toMatchObject({ code: 'STATEMENT_FAILED' });
    await expect(it.session.exec(`INSERT INTO child (id, qty) VALUES (900, 0)`)).rejects.toMatchObject({ code: 'STATEMENT_FAILED' });
    await expect(it.session.exec(`INSERT INTO child (id, lost) VALUES (901, 98)`)).rejects.toMatchObject({ code: 'STATEMENT_FAILED' });
    await it.session.exec(`INSERT INTO nothing_yet DEFAULT VALUES; DELETE FROM nothing_yet`);
    it.expectEveryCell(result);
  });
});
