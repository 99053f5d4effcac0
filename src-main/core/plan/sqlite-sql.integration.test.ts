/** The SQLite SQL understanding against the real engines: what SQLite answers, the translation answers in PostgreSQL. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TravessiaError } from '../../../shared/contract/errors.ts';
import type { PgSession } from '../../drivers/postgres/index.ts';
import * as sql from '../../../shared/pure/sqlite-sql/index.ts';
import type { ColumnTarget, TableTarget, TranslationContext } from '../../../shared/pure/sqlite-sql/index.ts';
import { corpusCopy, corpusFolder, freshDatabase, hasCorpus, hasPostgres, tempFolder } from '../../test-support/index.ts';
import type { TempFolder, TestDatabase } from '../../test-support/index.ts';
import { dateExpressions, expressions, refusals, selects } from './sqlite-sql.cases.ts';

/** TRAVESSIA_RUNS asks for more than the usual number of random expressions. */
const runs = Number(process.env['TRAVESSIA_RUNS'] ?? 400);

const quote = (name: string): string => `"${name.replaceAll('"', '""')}"`;
const isSame = (wanted: unknown, got: string | null): boolean => {
  if (wanted === null || got === null) return wanted === got;
  if (Buffer.isBuffer(wanted)) return got === `\\x${wanted.toString('hex')}`;
  if (typeof wanted !== 'number' && typeof wanted !== 'bigint') return String(wanted) === got;
  // A column the plan made a boolean or a timestamptz stays one where it is shown as it is.
  const isZoned = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\+00$/.test(got);
  const number = got === 't' ? 1 : got === 'f' ? 0 : isZoned ? Date.parse(got.replace(' ', 'T').replace('+00', 'Z')) / 1000 : Number(got);
  return Math.abs(number - Number(wanted)) <= 1e-9 * Math.max(1, Math.abs(number), Math.abs(Number(wanted)));
};

const hasRows = (value: unknown): value is unknown[][] => Array.isArray(value) && value.every(Array.isArray);
function rowsOf(db: Database.Database, text: string): unknown[][] {
  const rows: unknown = db.prepare(text).raw().all();
  if (!hasRows(rows)) throw new Error('rows expected');
  return rows;
}
const textOf = (value: unknown): string => (typeof value === 'string' ? value : String(value));

const column = (name: string, pgType: string, declaredType: string, more: Partial<ColumnTarget> = {}): [string, ColumnTarget] => [name, { name, pgType, declaredType, ...more }];
const tableT: TableTarget = {
  qualified: '"x"."t"',
  rowidAlias: 'id',
  primaryKey: ['id'],
  columns: new Map([
    column('id', 'bigint', 'INTEGER'), column('i', 'bigint', 'INTEGER'), column('r', 'double precision', 'REAL'),
    column('n', 'numeric(10,2)', 'NUMERIC(10,2)'), column('s', 'text', 'TEXT'), column('nc', 'text', 'TEXT', { collate: 'NOCASE' }),
    column('b', 'bytea', 'BLOB'), column('f', 'boolean', 'BOOLEAN'), column('ts', 'timestamp', 'TIMESTAMP', { textFormat: 'YYYY-MM-DD HH24:MI:SS' }),
    column('d', 'date', 'DATE', { textFormat: 'YYYY-MM-DD' }), column('ep', 'timestamptz', 'INTEGER', { storedAs: 'epoch-s' }),
    column('j', 'json', 'TEXT'), column('u', 'uuid', 'TEXT'), ['Sel ect', { name: 'sel_ect', pgType: 'text', declaredType: 'TEXT' }], column('dt', 'text', 'TEXT'),
  ]),
};
const tableK: TableTarget = {
  qualified: '"x"."k"',
  rowidAlias: 'id',
  columns: new Map([column('id', 'integer', 'INTEGER'), column('tid', 'bigint', 'INTEGER'), column('label', 'text', 'TEXT')]),
};
const context: TranslationContext = { table: (name) => ({ t: tableT, k: tableK })[name.toLowerCase()], serverVersion: 15 };

function fillSource(db: Database.Database): void {
  db.exec(`CREATE TABLE t(id INTEGER PRIMARY KEY, i INTEGER, r REAL, n NUMERIC(10,2), s TEXT, nc TEXT COLLATE NOCASE, b BLOB, f BOOLEAN,
    ts TIMESTAMP, d DATE, ep INTEGER, j TEXT, u TEXT, "Sel ect" TEXT, dt TEXT);
    CREATE TABLE k(id INTEGER PRIMARY KEY, tid INTEGER, label TEXT)`);
  const insert = db.prepare(`INSERT INTO t VALUES (${Array(15).fill('?').join(',')})`);
  const texts = ['abc', 'ABC', '12', '3.5x', ' 7 ', '', 'Ünï', 'a%b_c', 'x,y', '-4', '1e3'];
  const folded = ['Foo', 'foo', 'BAR', 'bar', 'Baz', 'qux', 'Q', 'FOO', 'a', 'b', 'c'];
  const dates: Record<number, string> = { 3: 'not a date', 4: '2021-02-28 10:20:30.500', 5: '2021-05-05T06:07:08Z', 6: '2021-05-05 06:07+02:00' };
  for (let k = 1; k <= 11; k += 1) {
    const json = k % 4 === 0 ? `{"a":${k},"b":"x","c":true,"l":[1,2,3],"o":{"z":null}}` : `{"a":"t${k}","b":null,"c":false,"l":[]}`;
    insert.run(
      k, k * 7 - 30, k * 1.25 - 5, k % 3 === 0 ? k : k + 0.25, texts[k - 1], folded[k - 1], Buffer.from([k, 255, 0]), k % 2,
      `202${k % 5}-0${(k % 9) + 1}-${10 + k} 0${k % 9}:3${k % 9}:15`, `2021-0${(k % 9) + 1}-28`, 1_600_000_000 + k * 86_400, json,
      `0000000${k % 10}-aaaa-4bbb-8ccc-dddddddddddd`, `q${k}`, dates[k] ?? `2021-1${k % 3}-0${(k % 9) + 1}`,
    );
    if (k < 9) db.prepare('INSERT INTO k VALUES (?,?,?)').run(k, ((k * 5) % 12) + 1, ['x', 'y', null][k % 3]);
  }
  db.exec('INSERT INTO t(id) VALUES (12)');
}

async function fillTarget(db: Database.Database, session: PgSession): Promise<void> {
  await session.exec(`CREATE SCHEMA x; CREATE TABLE x.t(id bigint PRIMARY KEY, i bigint, r double precision, n numeric(10,2), s text, nc text, b bytea,
    f boolean, ts timestamp, d date, ep timestamptz, j json, u uuid, sel_ect text, dt text); CREATE TABLE x.k(id integer PRIMARY KEY, tid bigint, label text)`);
  const places = Array.from({ length: 15 }, (_, index) => (index === 7 ? '$8::integer::boolean' : index === 10 ? 'to_timestamp($11::float8)' : `$${index + 1}`));
  for (const [name, list] of [['t', places], ['k', ['$1', '$2', '$3']]] as const) {
    for (const row of rowsOf(db, `SELECT * FROM ${name}`)) {
      await session.query(`INSERT INTO x.${name} VALUES (${list.join(',')})`, row.map((value) => (value === null || Buffer.isBuffer(value) ? value : String(value))));
    }
  }
}

describe.skipIf(!hasPostgres())('translations answer in PostgreSQL as the originals in SQLite', () => {
  let database: TestDatabase;
  let session: PgSession;
  const source = new Database(':memory:');

  beforeAll(async () => {
    fillSource(source);
    database = await freshDatabase();
    session = await database.connect();
    await session.exec("SET TIME ZONE 'UTC'");
    await fillTarget(source, session);
  });
  afterAll(async () => {
    await session?.close();
    await database?.close();
    source.close();
  });

  /** Rows in one order on both sides, for statements without ORDER BY. */
  function sorted<Row extends readonly unknown[]>(rows: readonly Row[]): Row[] {
    const key = (row: Row): string => row.map((value) => (value === null ? '' : Number.isNaN(Number(value)) ? textOf(value) : Number(value).toPrecision(9))).join('|');
    return rows.toSorted((a, b) => (key(a) < key(b) ? -1 : 1));
  }

  /** Undefined if the answers are equal, else what differs. */
  async function difference(query: string): Promise<string | undefined> {
    const isOrdered = /order by/i.test(query);
    const translated = sql.translateSelect(query, context);
    const wanted = isOrdered ? rowsOf(source, query) : sorted(rowsOf(source, query));
    const got = isOrdered ? await session.arrays(translated.sql) : sorted(await session.arrays(translated.sql));
    const isEqual = wanted.length === got.length && wanted.every((row, at) => row.every((value, index) => isSame(value, got[at]?.[index] ?? null)));
    return isEqual ? undefined : `${query}\n${translated.sql}\nSQLite ${textOf(wanted.map(String).join(' | '))}\nPostgreSQL ${got.map(String).join(' | ')}`;
  }

  test.each([...expressions, ...dateExpressions])('%s', async (expression) => {
    expect(await difference(`SELECT ${expression} AS v FROM t ORDER BY id`)).toBeUndefined();
  });

  test.each(selects)('%s', async (query) => {
    expect(await difference(query)).toBeUndefined();
  });

  test.each(refusals)('%s is refused: %s', (query, reason) => {
    expect(() => sql.translateSelect(query, context)).toThrowError(expect.objectContaining({ name: 'Untranslatable', message: expect.stringContaining(reason) }));
  });

  test('random expressions: translated and equal, or refused with a reason', async () => {
    const { expression } = fc.letrec<{ expression: string }>((tie) => ({
      expression: fc.oneof(
        { maxDepth: 3, withCrossShrink: true },
        fc.constantFrom('i', 'r', 's', 'nc', 'f', 'ts', 'd', 'id', 'n', '0', '1', '3', '(-2)', '2.5', "'abc'", "'12'", "''", 'NULL', 'ep', "'2021-06-01'"),
        fc.tuple(tie('expression'), fc.constantFrom('+', '-', '*', '/', '%', '=', '<>', '<', '<=', '>', '>=', 'IS', 'IS NOT', 'AND', 'OR', '||', 'LIKE', '&'), tie('expression')).map(([a, op, b]) => `(${a} ${op} ${b})`),
        fc.tuple(fc.constantFrom('NOT ', '- ', '+ '), tie('expression')).map(([op, a]) => `(${op}${a})`),
        fc.tuple(fc.constantFrom('abs', 'length', 'lower', 'upper', 'typeof', 'trim', 'round'), tie('expression')).map(([name, a]) => `${name}(${a})`),
        fc.tuple(fc.constantFrom('date', 'datetime', 'julianday'), fc.constantFrom('ts', 'd', 'dt', "'2021-03-31'")).map(([name, a]) => `${name}(${a}, '+1 month')`),
        fc.tuple(fc.constantFrom('coalesce', 'ifnull', 'nullif', 'max', 'min', 'instr', 'substr'), tie('expression'), tie('expression')).map(([name, a, b]) => `${name}(${a}, ${b})`),
        fc.tuple(tie('expression'), tie('expression'), tie('expression')).map(([a, b, c]) => `CASE WHEN ${a} THEN ${b} ELSE ${c} END`),
        fc.tuple(tie('expression'), tie('expression'), tie('expression')).map(([a, b, c]) => `(${a} BETWEEN ${b} AND ${c})`),
        fc.tuple(tie('expression'), tie('expression'), tie('expression')).map(([a, b, c]) => `(${a} IN (${b}, ${c}))`),
        fc.tuple(fc.constantFrom('INTEGER', 'TEXT', 'REAL'), tie('expression')).map(([type, a]) => `CAST(${a} AS ${type})`),
      ),
    }));
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(expression, async (text) => {
        try {
          const query = `SELECT ${text} AS v FROM t ORDER BY id`;
          // The last digits of a real written as text are the one difference a note gives leave for.
          const isLoose = sql.translateSelect(query, context).notes.some((note) => note.includes('last digits'));
          const differs = await difference(query);
          expect(isLoose ? undefined : differs).toBeUndefined();
        } catch (error) {
          // A number or date out of range fails aloud in PostgreSQL, where SQLite may go on with a NULL or a real.
          const isOutOfRange = error instanceof TravessiaError && /SQLSTATE 22(003|008|011|P02)/.test(error.hint ?? '');
          if (!(error instanceof sql.Untranslatable) && !isOutOfRange) throw error;
          refused += 1;
        }
      }),
      { numRuns: runs, verbose: 1 },
    );
    expect(refused).toBeLessThan(runs * 0.8);
  });

  test('an integer as a default crosses into every type that holds it, and into no other', async () => {
    const bits = { smallint: 16n, integer: 32n, bigint: 64n } as const;
    const edges = Object.values(bits).flatMap((n) => [-(2n ** (n - 1n)) - 1n, -(2n ** (n - 1n)), 2n ** (n - 1n) - 1n, 2n ** (n - 1n)]).filter((value) => value >= -(2n ** 63n) && value < 2n ** 63n);
    const any = fc.oneof(fc.constantFrom(...edges), fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), fc.bigInt({ min: -40_000n, max: 40_000n }));
    await fc.assert(fc.asyncProperty(any, fc.constantFrom<keyof typeof bits>('smallint', 'integer', 'bigint'), fc.constantFrom((text: string) => text, (text: string) => `(${text})`, (text: string) => `'${text}'`), async (value, type, write) => {
      const text = write(String(value));
      const read = new Database(':memory:');
      read.exec(`CREATE TABLE t (a, v INTEGER DEFAULT ${text}); INSERT INTO t (a) VALUES (1)`);
      expect(read.prepare('SELECT v FROM t').pluck().safeIntegers().get()).toBe(value);
      read.close();
      if (value < -(2n ** (bits[type] - 1n)) || value >= 2n ** (bits[type] - 1n)) {
        expect(() => sql.translateDefault(text, type)).toThrow(sql.Untranslatable);
        return;
      }
      await session.exec(`CREATE TEMP TABLE defaulted (k integer, v ${type} DEFAULT ${sql.translateDefault(text, type).sql}); INSERT INTO defaulted (k) VALUES (1)`);
      expect(await session.arrays('SELECT v::text FROM defaulted')).toEqual([[String(value)]]);
      await session.exec('DROP TABLE defaulted');
    }), { numRuns: 100, examples: edges.flatMap((value) => (['smallint', 'integer', 'bigint'] as const).map((type): [bigint, keyof typeof bits, (text: string) => string] => [value, type, (text) => text])) });
    // Beyond 64 bits SQLite keeps a real, whatever the column is called.
    for (const text of ['9223372036854775808', "'9223372036854775808'", '-9223372036854775809']) expect(() => sql.translateDefault(text, 'bigint')).toThrow(sql.Untranslatable);
  });

  test('defaults, checks, generated columns and indexes are accepted by the server', async () => {
    for (const [text, type] of [['CURRENT_TIMESTAMP', 'timestamp'], ["strftime('%s','now')", 'bigint'], ['lower(hex(randomblob(16)))', 'text'], ["datetime('now')", 'text']] as const) {
      const { sql: value } = sql.translateDefault(text, type);
      await session.exec(`CREATE TEMP TABLE defaulted(k integer, v ${type} DEFAULT ${value}); INSERT INTO defaulted(k) VALUES (1)`);
      expect((await session.arrays('SELECT v IS NOT NULL FROM defaulted'))[0]).toEqual(['t']);
      await session.exec('DROP TABLE defaulted');
    }
    for (const text of ['i > 0 OR i IS NULL', "s IN ('a', 'b')", 'length(s) < 10', "nc LIKE 'a%'", "s GLOB '[a-z]*'", "typeof(i) = 'integer'", "typeof(s) IN ('text', 'null')", 'f IN (0, 1)', 'json_valid(j)']) {
      const check = sql.translateCheck(text, 't', context);
      await session.exec(`ALTER TABLE x.t ADD CONSTRAINT c CHECK (${check.sql}) NOT VALID; ALTER TABLE x.t DROP CONSTRAINT c`);
    }
    for (const [text, type] of [['i * 2', 'bigint'], ["s || '-' || id", 'text'], ['lower(nc)', 'text'], ['n * 2', 'numeric'], ["json_extract(j, '$.a')", 'text'], ['substr(s, 1, 2)', 'text'], ['i > 3', 'boolean']] as const) {
      const generated = sql.translateGenerated(text, 't', type, context);
      await session.exec(`ALTER TABLE x.t ADD COLUMN g ${type} GENERATED ALWAYS AS (${generated.sql}) STORED; ALTER TABLE x.t DROP COLUMN g`);
    }
    for (const text of ['CREATE INDEX a ON t(lower(s))', 'CREATE UNIQUE INDEX a ON t(nc, id DESC) WHERE f = 1', "CREATE INDEX a ON t(json_extract(j, '$.a'))", 'CREATE INDEX a ON t(s COLLATE NOCASE)', 'CREATE INDEX a ON t(i + 1) WHERE s IS NOT NULL', "CREATE INDEX a ON t(ts) WHERE ts > '2021-01-01'"]) {
      const index = sql.translateIndex(sql.parseCreateIndex(text), context);
      await session.exec(`CREATE INDEX a ON x.t (${index.terms.join(', ')})${index.where === undefined ? '' : ` WHERE ${index.where}`}; DROP INDEX x.a`);
    }
    expect(() => sql.translateGenerated('date(ts)', 't', 'text', context)).toThrow(sql.Untranslatable);
    expect(() => sql.translateCheck("ts <= datetime('now')", 't', context)).toThrow(sql.Untranslatable);
  });
});

describe.skipIf(!hasCorpus())('the corpus', () => {
  let folder: TempFolder;
  beforeAll(() => {
    folder = tempFolder('sqlite-sql');
  });
  afterAll(() => folder?.remove());

  const files = hasCorpus()
    ? readdirSync(join(corpusFolder(), 'sqlite'), { recursive: true }).map(String).filter((path) => /\.(db|sqlite)$/.test(path))
    : [];

  test.each(files)('every statement of %s parses as SQLite sees it', (path) => {
    const db = new Database(corpusCopy(`sqlite/${path}`, join(folder.path, path.replaceAll('/', '_'))));
    for (const [type, name, text] of rowsOf(db, 'SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL')) {
      const statement = textOf(text);
      if (type === 'view') expect(sql.parseCreateView(statement).name).toBe(name);
      else if (type === 'trigger') expect(sql.parseCreateTrigger(statement).body).not.toBe('');
      else if (type === 'index') {
        const columns = rowsOf(db, `PRAGMA index_xinfo(${quote(textOf(name))})`).filter((row) => row[5] === 1).map((row) => row[2]);
        expect(sql.parseCreateIndex(statement).terms.map((term) => term.column?.toLowerCase() ?? null)).toEqual(columns.map((one) => (one === null ? null : textOf(one).toLowerCase())));
      } else if (/^create\s+virtual/i.test(statement)) expect(sql.parseCreateVirtualTable(statement).name).toBe(name);
      else {
        const normal = (value: unknown): string => textOf(value).replace(/\s+/g, ' ').toUpperCase();
        const wanted = rowsOf(db, `PRAGMA table_xinfo(${quote(textOf(name))})`).map((row) => [row[1], normal(row[2]), row[4] ?? null, Number(row[5]) > 0]);
        const definition = sql.parseCreateTable(statement);
        const keys = definition.constraints.flatMap((one) => (one.type === 'primaryKey' ? one.columns.map((key) => key.name.toLowerCase()) : []));
        expect(
          definition.columns.map((one) => [one.name, normal(one.declaredType), one.default?.text ?? null, one.primaryKey !== undefined || keys.includes(one.name.toLowerCase())]),
        ).toEqual(wanted);
      }
    }
    db.close();
  });

  const views = [
    ['apps/northwind.db', 'text', 16], ['apps/northwind.db', 'timestamp', 16], ['apps/datasette_fixtures_partial.db', 'text', 4],
  ] as const;
  test.skipIf(!hasPostgres()).each(views)('the views of %s, dates as %s, answer alike', async (path, dates, count) => {
    await using database = await freshDatabase();
    await using session = await database.connect();
    const db = new Database(corpusCopy(`sqlite/${path}`, join(folder.path, `views-${dates}`)));
    const tables = new Map<string, TableTarget>();
    for (const [name, text] of rowsOf(db, "SELECT name, sql FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND sql NOT LIKE 'CREATE VIRTUAL%'")) {
      const table = textOf(name);
      const columns = sql.parseCreateTable(textOf(text)).columns.map((one): [string, ColumnTarget] => {
        const classes = rowsOf(db, `SELECT DISTINCT typeof(${quote(one.name)}) FROM ${quote(table)}`).map((row) => textOf(row[0])).filter((kind) => kind !== 'null');
        const isDate = /DATE/i.test(one.declaredType);
        const byClass = { INTEGER: 'bigint', REAL: 'double precision', NUMERIC: isDate ? dates : 'numeric', TEXT: 'text', BLOB: 'bytea', NONE: 'text' }[sql.affinityOf(one.declaredType)];
        const holds = { bigint: ['integer'], 'double precision': ['real'], numeric: ['integer', 'real'], bytea: ['blob'] }[byClass] ?? ['text'];
        const pgType = classes.every((kind) => holds.includes(kind)) ? byClass : 'text';
        return [one.name, { name: one.name, pgType, declaredType: one.declaredType, ...(pgType === 'timestamp' ? { textFormat: 'YYYY-MM-DD HH24:MI:SS.MS' } : {}) }];
      });
      const target: TableTarget = { qualified: quote(table), columns: new Map(columns) };
      tables.set(table.toLowerCase(), target);
      await session.exec(`CREATE TABLE ${target.qualified} (${columns.map(([, one]) => `${quote(one.name)} ${one.pgType}`).join(', ')})`);
      const places = columns.map((_, index) => `$${index + 1}`).join(', ');
      await session.transaction(async (inner) => {
        for (const row of rowsOf(db, `SELECT * FROM ${quote(table)}`)) {
          await inner.query(`INSERT INTO ${target.qualified} VALUES (${places})`, row.map((value) => (value === null || Buffer.isBuffer(value) ? value : String(value))));
        }
      });
    }
    const known: TranslationContext = { table: (name) => tables.get(name.toLowerCase()) };
    let translated = 0;
    for (const [name, text] of rowsOf(db, "SELECT name, sql FROM sqlite_schema WHERE type = 'view'")) {
      const view = textOf(name);
      const result = sql.translateView(sql.parseCreateView(textOf(text)), known);
      tables.set(view.toLowerCase(), { qualified: quote(view), columns: result.columns });
      await session.exec(`CREATE VIEW ${quote(view)} AS ${result.sql}`);
      const statement = db.prepare(`SELECT * FROM ${quote(view)}`);
      expect([...result.columns.keys()]).toEqual(statement.columns().map((one) => one.name));
      const canonical = (value: unknown): string => {
        const shown = value === null ? 'null' : textOf(value).replace(/^(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)$/, '$1.000');
        return shown !== '' && Number.isFinite(Number(shown)) ? Number(shown).toPrecision(10) : shown;
      };
      const sorted = (rows: readonly (readonly unknown[])[]): string[] => rows.map((row) => row.map(canonical).join('|')).toSorted();
      expect([view, ...sorted(await session.arrays(`SELECT * FROM ${quote(view)}`))]).toEqual([view, ...sorted(rowsOf(db, `SELECT * FROM ${quote(view)}`))]);
      translated += 1;
    }
    expect(translated).toBe(count);
    db.close();
  });
});
