/** What the property test found, smallest first, each as the file that showed it. */
import { describe, expect, test, vi } from 'vitest';
import { openSqlite } from '../../src-main/drivers/sqlite/index.ts';
import { hasPostgres } from '../../src-main/test-support/index.ts';
import { crossFile, type Settings } from './migrate.ts';
import { placeOfTests } from './place.ts';

vi.mock('node:worker_threads', async (original) => ({ ...(await original<object>()), Worker: (await import('./stand-in.ts')).LoadWorkerHere }));

const place = placeOfTests('regressions');

const plain: Settings = { schema: 'plain', options: { identifiers: 'preserve', rejectShare: 0.01, infer: false, jobs: 1 }, overrides: [], undo: true };
const utf16 = "PRAGMA encoding = 'UTF-16le';";

const found: readonly { readonly what: string; readonly sql: string; readonly settings?: Partial<Settings> }[] = [
  { what: 'rejects of a table with a column named __proto__', sql: "CREATE TABLE t (__proto__ INTEGER, constructor TEXT); INSERT INTO t VALUES ('x', 'y'), (1, NULL)", settings: { options: { ...plain.options, rejectShare: 1 } } },
  { what: 'a key that holds invalid UTF-16, in a rejected row', sql: `${utf16} CREATE TABLE t (k TEXT PRIMARY KEY NOT NULL, n INTEGER); INSERT INTO t VALUES (CAST(x'00d8' AS TEXT), 1), ('a', 2)`, settings: { options: { ...plain.options, rejectShare: 1 } } },
  { what: 'a key that holds invalid UTF-8, in a rejected row', sql: "CREATE TABLE t (k TEXT PRIMARY KEY NOT NULL, n INTEGER); INSERT INTO t VALUES (CAST(x'61ff' AS TEXT), 1), ('a', 2)", settings: { options: { ...plain.options, rejectShare: 1 } } },
  { what: 'half pairs that SQLite joins with what follows, beside some that it cannot', sql: `${utf16} CREATE TABLE t (v); INSERT INTO t VALUES (CAST(x'04ac8f53add87b3eda43' AS TEXT)), (CAST(x'00d8' AS TEXT)), ('a'), (x'00')` },
  { what: 'invalid UTF-16 where text is kept as bytes', sql: `${utf16} CREATE TABLE t (v); INSERT INTO t VALUES (CAST(x'f8dc' AS TEXT)), (x'00'), (5)` },
  { what: 'an identity column at its end', sql: 'CREATE TABLE t (id INTEGER PRIMARY KEY, v); INSERT INTO t VALUES (9223372036854775807, 1)' },
  { what: 'a primary key with NULLs of a type that cannot be indexed', sql: "CREATE TABLE t (k JSON PRIMARY KEY); INSERT INTO t VALUES (NULL), ('{}')" },
  { what: 'a default of a column that takes its parent\'s type', sql: "CREATE TABLE p (k BLOB PRIMARY KEY); CREATE TABLE c (k INTEGER DEFAULT 7 REFERENCES p (k), d TEXT DEFAULT (datetime('now')) REFERENCES p (k)); INSERT INTO p VALUES (x'00'), (CAST(x'61ff' AS TEXT))" },
  { what: 'an invalid byte read as Latin-1 beside a rejected row', sql: "CREATE TABLE t (v); INSERT INTO t VALUES (CAST(x'80' AS TEXT)), (x'')", settings: { overrides: [{ table: 0, column: 0, as: { type: 'text', cast: 'latin-1 decoded' } }], undo: false } },
  { what: 'a type chosen after another one that had a cast', sql: "CREATE TABLE t (v DATE); INSERT INTO t VALUES ('2000-01-01')", settings: { overrides: [{ table: 0, column: 0, as: { type: 'text', cast: 'blob as utf-8' } }, { table: 0, column: 0, as: { type: 'timestamptz(3)' } }], undo: false } },
  { what: 'a trigger that measures texts which cross as bytes', sql: "CREATE TABLE t (v); INSERT INTO t VALUES (CAST(x'80' AS TEXT)), (x'00'), ('ção'); CREATE TABLE log (what TEXT); CREATE TRIGGER r BEFORE DELETE ON t BEGIN INSERT INTO log VALUES (length(OLD.v)); END" },
  { what: 'a trigger that writes whole reals of a column without a type as text', sql: "CREATE TABLE t (v); INSERT INTO t VALUES (0.0), (1.5); CREATE TABLE log (what TEXT); CREATE TRIGGER r BEFORE UPDATE ON t BEGIN INSERT INTO log VALUES (NEW.v); END" },
  { what: 'a trigger that measures a real of many digits, whose text differs in the last one', sql: "CREATE TABLE t (r REAL); INSERT INTO t VALUES (5.192566404658119e-256); CREATE TABLE trigger_log (id INTEGER PRIMARY KEY, what TEXT); CREATE TRIGGER x BEFORE UPDATE ON t BEGIN INSERT INTO trigger_log (what) VALUES (length(NEW.r)); END" },
  { what: 'a trigger that copies a large real from among texts', sql: "CREATE TABLE t (v XML, w); INSERT INTO t VALUES (9.2233720368547758e+18, 9.2233720368547758e+18), ('a', 'b'), (0, 1.5); CREATE TABLE trigger_log (id INTEGER PRIMARY KEY, what TEXT); CREATE TRIGGER x AFTER UPDATE ON t BEGIN INSERT INTO trigger_log (what) VALUES (NEW.v); INSERT INTO trigger_log (what) VALUES (NEW.w || 'x'); END" },
  { what: 'a trigger that writes epoch seconds with a fraction as text', sql: "CREATE TABLE t (v NUMERIC, r REAL, x TEXT); INSERT INTO t VALUES (0.02, 5, '7.5'), (12, 1700000000.5, '8'); CREATE TABLE trigger_log (id INTEGER PRIMARY KEY, what TEXT); CREATE TRIGGER d BEFORE DELETE ON t BEGIN INSERT INTO trigger_log (what) VALUES ('v' || OLD.v || ' ' || OLD.r); END", settings: { overrides: [{ table: 0, column: 0, as: { type: 'timestamptz', cast: 'epoch s' } }, { table: 0, column: 1, as: { type: 'timestamptz', cast: 'epoch s' } }] } },
  { what: 'a trigger that writes large and small numbers of a NUMERIC column as text', sql: "CREATE TABLE t (v NUMERIC); INSERT INTO t VALUES (1e+300), (12), (-2.5), (9007199254740993), (1e19), (1e-7), (0); CREATE TABLE trigger_log (id INTEGER PRIMARY KEY, what TEXT); CREATE TRIGGER d BEFORE DELETE ON t BEGIN INSERT INTO trigger_log (what) VALUES (OLD.v); END" },
  { what: 'a trigger that writes integers as text that a person sent to floats', sql: "CREATE TABLE t (a INT, b NUMERIC, c INTEGER); INSERT INTO t VALUES (1700000000000000, 1e15, 16000000), (-9007199254740992, 2.5, -1000000), (7, 1e300, 0), (NULL, 9223372036854775808.0, 1); CREATE TABLE trigger_log (id INTEGER PRIMARY KEY, what TEXT); CREATE TRIGGER d BEFORE DELETE ON t BEGIN INSERT INTO trigger_log (what) VALUES (OLD.a || ' ' || OLD.b); INSERT INTO trigger_log (what) VALUES (length(OLD.c)); END", settings: { overrides: [0, 1, 2].map((column) => ({ table: 0, column, as: { type: column === 2 ? 'real' : 'double precision' } })) } },
  { what: 'a default TRUE of a column of epoch numbers', sql: 'CREATE TABLE t (at DATETIME DEFAULT TRUE); INSERT INTO t VALUES (1700000000)' },
  { what: 'names that are one only where letters other than A to Z are folded', sql: `CREATE TABLE "É" ("É" TEXT, "é" INTEGER NOT NULL DEFAULT 7, "k" INTEGER, "\u212A" TEXT, s GENERATED ALWAYS AS ("é" + 1) STORED, PRIMARY KEY ("É", "é"), UNIQUE ("k", "\u212A"), CHECK ("é" > 0));
    CREATE TABLE "é" ("é" TEXT, n INTEGER, "É" INTEGER, FOREIGN KEY ("é", "É") REFERENCES "É" ("É", "é")); CREATE INDEX i ON "É" ("é" DESC, "É");
    CREATE VIEW w AS SELECT "É"."é" AS x FROM "É" WHERE "É"."k" = 3; CREATE VIEW v AS SELECT a."É" AS "é", b."é" AS "É" FROM "É" a JOIN "é" b ON b."é" = a."É";
    INSERT INTO "É" ("É", "é", "k", "\u212A") VALUES ('a', 1, 3, 'x'), ('a', 2, 3, 'y'); INSERT INTO "é" VALUES ('a', 5, 2)` },
  { what: 'a key that names a column twice', sql: 'CREATE TABLE t (a INTEGER, b TEXT, UNIQUE (a, A), UNIQUE (b, a, b)); CREATE TABLE k (a TEXT NOT NULL, PRIMARY KEY (a, a)) WITHOUT ROWID; CREATE UNIQUE INDEX i ON t (b, b); INSERT INTO t VALUES (1, NULL), (2, NULL), (NULL, NULL), (NULL, NULL); INSERT INTO k VALUES (1)' },
];

describe.skipIf(!hasPostgres())('found by the property test', () => {
  test.each(found)('$what', async ({ sql, settings }) => {
    const build = (path: string) => {
      using opened = openSqlite(path, { mode: 'write', create: true });
      opened.db.exec(sql);
      return { statements: [sql], refused: [] };
    };
    const { problems } = await crossFile(build, { ...plain, ...settings }, place().folder, place().database, place().session);
    expect(problems).toEqual([]);
  });
});
