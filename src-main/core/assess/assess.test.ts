import { closeSync, openSync, readdirSync, statSync, writeSync } from 'node:fs';
import { join, relative } from 'node:path';
import Database from 'better-sqlite3';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assessmentSchema, thresholdsSchema, type Assessment, type ColumnProfile, type TableAssessment } from '../../../shared/model/assessment.ts';
import type { SourceValue } from '../../../shared/model/values.ts';
import { codecFor } from '../../../shared/pure/codec/index.ts';
import { decideCandidate } from '../../../shared/pure/type-ladder/index.ts';
import { corpusCopy, corpusFolder, hasCorpus } from '../../test-support/corpus.ts';
import { tempFolder, type TempFolder } from '../../test-support/temp-folder.ts';
import { sqliteSource } from '../sources/index.ts';
import { assessInWorker, assessSnapshot } from './index.ts';
import type { AssessProgress } from './assess.ts';
import { nonNullOf } from './profile.ts';

const thresholds = thresholdsSchema.parse({});
const quiet = () => ({ signal: new AbortController().signal, onProgress: () => {} });

async function assess(path: string): Promise<Assessment> {
  const found = await assessSnapshot({ source: sqliteSource(path), snapshotPath: `${path}.snapshot`, thresholds, answers: {} }, quiet());
  return assessmentSchema.parse(found);
}

async function assessSql(folder: TempFolder, build: (db: Database.Database) => void): Promise<Assessment> {
  const path = join(folder.path, 'made.db');
  const db = new Database(path);
  db.pragma('foreign_keys = OFF');
  db.pragma('synchronous = OFF');
  db.unsafeMode(true);
  build(db);
  db.close();
  return assess(path);
}

function tableOf(assessment: Assessment, name: string): TableAssessment {
  const table = assessment.tables.find((each) => each.name === name);
  if (table === undefined) throw new Error(`no table ${name}`);
  return table;
}

function columnOf(assessment: Assessment, table: string, name: string): ColumnProfile {
  const column = tableOf(assessment, table).columns.find((each) => each.name === name);
  if (column === undefined) throw new Error(`no column ${table}.${name}`);
  return column;
}

/** What a column becomes without a person, with its rejects. */
function chosen(column: ColumnProfile): string {
  const candidate = column.candidates[decideCandidate(column.candidates, nonNullOf(column), 0.01)];
  return [candidate?.type, candidate?.cast, candidate?.misfits === '0' ? undefined : `${candidate?.misfits} rejects`].filter((part) => part !== undefined).join(', ');
}

function codesOf(assessment: Assessment): string[] {
  return [...assessment.findings, ...assessment.tables.flatMap((table) => table.findings)].map((finding) => finding.code);
}

function corpusFiles(): string[] {
  if (!hasCorpus()) return [];
  const folder = join(corpusFolder(), 'sqlite');
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => /\.(db|sqlite)$/.test(name)).map((name) => relative(corpusFolder(), join(folder, name)));
}

describe.skipIf(!hasCorpus())('the corpus', () => {
  it.each(corpusFiles())('%s: every table, every row', async (file) => {
    using folder = tempFolder();
    const path = corpusCopy(file, folder.path);
    const found = await assess(path);
    const db = new Database(path, { readonly: true });
    const names = db.prepare<unknown[], string>("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'").pluck().all();
    expect(found.tables.map((table) => table.name).toSorted()).toEqual(names.toSorted());
    for (const table of found.tables.filter((each) => each.kind === 'table')) {
      expect([table.name, table.rows]).toEqual([table.name, String(db.prepare(`SELECT count(*) FROM "${table.name}"`).pluck().get())]);
      expect(table.error).toBeUndefined();
      for (const column of table.columns) expect(column.candidates.at(-1)?.misfits).toBe('0');
    }
    db.close();
    expect(found.integrity.integrityCheck).toEqual(['ok']);
    expect(codesOf(found)).not.toContain('finding.rejects');
  });

  it('keeps declared types where they fit, and widens where they do not', async () => {
    using folder = tempFolder();
    const chinook = await assess(corpusCopy('sqlite/chinook/chinook.sqlite', folder.path));
    expect([chinook.rows, chinook.grade]).toEqual(['15607', 'A']);
    expect(chosen(columnOf(chinook, 'Invoice', 'Total'))).toBe('numeric(10,2)');
    expect(chosen(columnOf(chinook, 'Invoice', 'InvoiceDate'))).toBe('timestamp');
    expect(columnOf(chinook, 'Customer', 'City').untrimmed).toBe('1');
    expect(columnOf(chinook, 'Invoice', 'BillingCity').untrimmed).toBe('7');
    const zoo = await assess(corpusCopy('sqlite/pgloader/type-mismatch.db', folder.path));
    expect(chosen(columnOf(zoo, 'products', 'qty'))).toBe('text');
    const bytes = await assess(corpusCopy('sqlite/pgloader/bad-utf8.db', folder.path));
    expect(chosen(columnOf(bytes, 'files', 'filename'))).toBe('bytea, text as bytes');
    const wal = await assess(corpusCopy('sqlite/wal-traps/fc.db', folder.path));
    expect([wal.rows, wal.file.journalMode, codesOf(wal).includes('finding.wal')]).toEqual(['1900', 'wal', true]);
  });
});

describe('values', () => {
  it('are counted exactly where they were planted', async () => {
    using folder = tempFolder();
    const found = await assessSql(folder, (db) => {
      db.exec('CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER, body TEXT, r REAL, at TEXT, d DATETIME, flag INTEGER)');
      const insert = db.prepare('INSERT INTO t VALUES (?, ?, ?, ?, ?, ?, ?)');
      db.transaction(() => {
        for (let id = 1; id <= 12_000; id += 1) {
          const n = id % 1000 === 0 ? 'abc' : id === 7 ? 2n ** 53n : id === 8 ? -(2n ** 40n) : BigInt(id);
          const body = id === 11_111 ? 'a\0b' : id % 4000 === 1 ? ' spaced' : `text ${id}`;
          insert.run(BigInt(id), n, body, id === 5 ? Infinity : id / 4, new Date(1.7e12 + id * 1000).toISOString(), BigInt(1_700_000_000_000 + id), BigInt(id % 2));
        }
      })();
    });
    const n = columnOf(found, 't', 'n');
    expect(n).toMatchObject({ classes: { integer: '11988', text: '12' }, beyond53: '1', beyond32: '2', minInteger: '-1099511627776', maxInteger: '9007199254740992' });
    expect(n.candidates[0]).toMatchObject({ type: 'bigint', misfits: '12', codes: { NOT_AN_INTEGER: '12' } });
    expect(n.candidates[0]?.examples[0]).toEqual({ key: 'id=1000', value: "'abc'", code: 'NOT_AN_INTEGER' });
    expect(chosen(n)).toBe('bigint, 12 rejects');
    expect(columnOf(found, 't', 'body')).toMatchObject({ nulTexts: '1', untrimmed: '3', candidates: [{ type: 'text', misfits: '1', codes: { NUL_IN_TEXT: '1' } }, { misfits: '0' }, { misfits: '1' }, { misfits: '0' }] });
    expect(columnOf(found, 't', 'r')).toMatchObject({ infinities: '1', maxReal: 'Infinity', minReal: '0.25' });
    expect(columnOf(found, 't', 'at').proposals).toMatchObject([{ code: 'proposal.iso-zoned', type: 'timestamptz', matches: '12000', misfits: '0', ambiguous: false }]);
    expect(chosen(columnOf(found, 't', 'd'))).toBe('timestamptz, epoch ms');
    expect(columnOf(found, 't', 'flag').proposals).toMatchObject([{ code: 'proposal.zero-one', type: 'boolean', ambiguous: false }]);
    expect(tableOf(found, 't').grade).toBe('C');
    expect(tableOf(found, 't').findings).toContainEqual(expect.objectContaining({ code: 'finding.rejects', column: 'n', count: '12' }));
  });

  it('propose what the data suggests, and doubt what only looks so', async () => {
    using folder = tempFolder();
    const found = await assessSql(folder, (db) => {
      db.exec('CREATE TABLE t (day TEXT, naive TEXT, mixed TEXT, id16 BLOB, uid TEXT, doc TEXT, price TEXT, code TEXT, yes TEXT, created_at INTEGER, size INTEGER, jd REAL, clock TEXT, prose TEXT)');
      const insert = db.prepare('INSERT INTO t VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
      for (let i = 0; i < 40; i += 1) {
        const day = `2024-01-${String(i % 28 + 1).padStart(2, '0')}`;
        insert.run(day, `${day} 10:00:00`, i % 2 === 0 ? `${day}T10:00:00Z` : `${day}T10:00:00`, Buffer.alloc(16, i), `00000000-0000-4000-8000-0000000000${String(i).padStart(2, '0')}`, `{"a":${i}}`, `${i}.50`, String(1000 + i), i % 2 === 0 ? 'yes' : 'no',
          BigInt(1_700_000_000 + i), BigInt(1_700_000_000 + i), 2_460_000.5 + i, '10:00:00', i === 0 ? '5' : `nothing ${i}`);
      }
    });
    const of = (name: string) => columnOf(found, 't', name).proposals.map((each) => `${each.code.replace('proposal.', '')} ${each.type} ${each.matches}/${each.misfits}${each.ambiguous ? '?' : ''}`);
    expect(Object.fromEntries(tableOf(found, 't').columns.map(({ name }) => [name, of(name)]))).toEqual({
      day: ['iso-date date 40/0'], naive: ['iso-timestamp timestamp 40/0?'], mixed: ['iso-mixed timestamptz 40/0?'], id16: ['uuid-blob uuid 40/0?'], uid: ['uuid uuid 40/0'], doc: ['json json 40/0'],
      price: ['decimal-text numeric 40/0'], code: ['integer-text bigint 40/0?'], yes: ['true-false boolean 40/0'], created_at: ['epoch-s timestamptz 40/0'], size: ['epoch-s timestamptz 40/0?'], jd: [], clock: ['iso-time time 40/0'], prose: [],
    });
  });

  it('tell invalid UTF-8 from a genuine U+FFFD, also WITHOUT ROWID and across chunks', async () => {
    using folder = tempFolder();
    const found = await assessSql(folder, (db) => {
      for (const [name, tail] of [['a', ''], ['b', 'WITHOUT ROWID']] as const) {
        db.exec(`CREATE TABLE ${name} (id INTEGER PRIMARY KEY, v TEXT) ${tail}`);
        db.exec(`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 11000)
          INSERT INTO ${name} SELECT i, CASE WHEN i % 1000 = 1 THEN CAST(x'61ff62' AS TEXT) WHEN i % 1000 = 2 THEN 'a' || char(65533) ELSE 'ok' END FROM n`);
      }
    });
    for (const name of ['a', 'b']) {
      const column = columnOf(found, name, 'v');
      expect(column).toMatchObject({ invalidTexts: '11', classes: { text: '11000' } });
      expect(column.candidates[0]).toMatchObject({ type: 'text', misfits: '11', codes: { INVALID_UTF8: '11' } });
      expect(column.candidates[0]?.examples[1]).toEqual({ key: 'id=1001', value: "x'61ff62'", code: 'INVALID_UTF8' });
      expect(column.candidates.at(-1)?.misfits).toBe('0');
    }
  });

  it('of a UTF-16 file are read as text', async () => {
    using folder = tempFolder();
    const found = await assessSql(folder, (db) => db.exec("PRAGMA encoding = 'UTF-16le'; CREATE TABLE t (v TEXT); INSERT INTO t VALUES ('ação'), (char(65533)), ('x')"));
    expect(columnOf(found, 't', 'v')).toMatchObject({ invalidTexts: '0', maxChars: 4, classes: { text: '3' } });
    expect(codesOf(found)).toContain('finding.utf16');
  });

  it('agree with a plain count by SQL and by the codecs, whatever they are', async () => {
    const value: fc.Arbitrary<SourceValue> = fc.oneof(
      fc.constant(null), fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), fc.bigInt({ min: 0n, max: 2n }), fc.double({ noNaN: true }), fc.string({ unit: 'binary' }).filter((text) => text.isWellFormed()),
      fc.constantFrom('2024-01-01', '2024-01-01T10:00:00Z', 'true', '1.50', '{}', '\0', '12'), fc.uint8Array({ maxLength: 18 }),
    );
    const declared = fc.constantFrom('', 'INTEGER', 'TEXT', 'BLOB', 'NUMERIC(8,2)', 'BOOLEAN', 'DATETIME', 'VARCHAR(5)', 'UUID', 'JSON', 'REAL');
    await fc.assert(fc.asyncProperty(declared, fc.array(value, { maxLength: 60 }), async (type, values) => {
      using folder = tempFolder();
      let stored: SourceValue[] = [];
      const found = await assessSql(folder, (db) => {
        db.exec(`CREATE TABLE t (v ${type})`);
        const insert = db.prepare('INSERT INTO t VALUES (?)');
        for (const each of values) insert.run(each);
        stored = db.prepare<unknown[], SourceValue>('SELECT v FROM t').pluck().safeIntegers(true).all();
      });
      const column = columnOf(found, 't', 'v');
      const classOf = (each: SourceValue): string => (each === null ? 'null' : typeof each === 'bigint' ? 'integer' : typeof each === 'number' ? 'real' : typeof each === 'string' ? 'text' : 'blob');
      for (const name of ['null', 'integer', 'real', 'text', 'blob'] as const) expect(column.classes[name]).toBe(String(stored.filter((each) => classOf(each) === name).length));
      for (const candidate of column.candidates) {
        const codec = codecFor(candidate.type, candidate.cast);
        expect([candidate.type, candidate.misfits]).toEqual([candidate.type, String(stored.filter((each) => codec.misfit(each) !== undefined).length)]);
      }
    }), { numRuns: 60 });
  });
});

describe('structure', () => {
  it('finds keys that point nowhere, as the target will compare them, beside what SQLite counts', async () => {
    using folder = tempFolder();
    const found = await assessSql(folder, (db) => db.exec(`
      CREATE TABLE parent (id INTEGER PRIMARY KEY, name TEXT COLLATE NOCASE UNIQUE);
      CREATE TABLE child (id INTEGER PRIMARY KEY, p TEXT REFERENCES parent (id), n TEXT REFERENCES parent (name), gone INTEGER REFERENCES nowhere);
      CREATE TABLE wrong (id INTEGER PRIMARY KEY, x REFERENCES parent (missing));
      INSERT INTO parent VALUES (1, 'Ana'), (2, 'Bia');
      INSERT INTO child VALUES (1, '1', 'ANA', NULL), (2, '9', 'bia', 5), (3, NULL, 'nobody', 6), (4, '02', NULL, NULL);
      INSERT INTO wrong VALUES (1, 1);`));
    const orphans = Object.fromEntries(tableOf(found, 'child').orphans.map((each) => [each.columns.join(), [each.count, each.inSource, each.examples]]));
    expect(orphans).toEqual({
      p: ['2', '1', ["id=2: p='9'", "id=4: p='02'"]], n: ['3', '1', ["id=1: n='ANA'", "id=2: n='bia'", "id=3: n='nobody'"]], gone: ['2', undefined, ['id=2: gone=5', 'id=3: gone=6']],
    });
    expect(tableOf(found, 'wrong').findings).toContainEqual(expect.objectContaining({ code: 'finding.foreign-key-mismatch' }));
    expect(found.integrity.foreignKeyCheck).toBe('4');
  });

  it('finds keys that would collide in the target, and NULL in keys', async () => {
    using folder = tempFolder();
    const found = await assessSql(folder, (db) => db.exec(`
      CREATE TABLE mixed (k UNIQUE, v); INSERT INTO mixed VALUES (1, 0), ('1', 0), (2, 0), ('b', 0), (NULL, 0), (NULL, 0);
      CREATE TABLE moments (at DATETIME PRIMARY KEY); INSERT INTO moments VALUES ('2024-01-01 10:00:00'), ('2024-01-01T10:00:00'), (NULL);
      CREATE TABLE fine (k TEXT UNIQUE COLLATE NOCASE); INSERT INTO fine VALUES ('a'), ('B');`));
    expect(tableOf(found, 'mixed').uniqueViolations).toMatchObject([{ columns: ['k'], groups: '1', reason: 'k → text' }]);
    expect(tableOf(found, 'moments').uniqueViolations).toMatchObject([{ groups: '1' }]);
    expect(tableOf(found, 'moments').nullKeys).toBe('1');
    expect(tableOf(found, 'fine').uniqueViolations).toEqual([]);
    expect(found.grade).toBe('C');
  });

  it('lists what does not cross, and reads what is unusual', async () => {
    using folder = tempFolder();
    const long = 'x'.repeat(70);
    const found = await assessSql(folder, (db) => db.exec(`
      CREATE TABLE "select" (id INTEGER PRIMARY KEY AUTOINCREMENT, a INT, g AS (a * 2) STORED, ${long}1 TEXT, ${long}2 TEXT); INSERT INTO "select" (a) VALUES (4);
      CREATE TABLE hidden (rowid TEXT, _rowid_ TEXT, oid TEXT); INSERT INTO hidden VALUES ('a', 'b', 'c'), ('d', 'e', 'f');
      CREATE TABLE tidy (id INTEGER PRIMARY KEY, v ANY) STRICT; INSERT INTO tidy VALUES (1, 'x'), (2, 5);
      CREATE INDEX part ON "select" (a) WHERE a > 1; CREATE INDEX expr ON "select" (a + 1); CREATE INDEX folded ON hidden (oid COLLATE NOCASE);
      CREATE VIRTUAL TABLE words USING fts5(body); INSERT INTO words VALUES ('olá');
      CREATE VIRTUAL TABLE boxes USING rtree(id, x0, x1); CREATE VIRTUAL TABLE terms USING fts5vocab(words, row);
      CREATE VIEW broken AS SELECT * FROM gone; CREATE TRIGGER tr AFTER INSERT ON hidden BEGIN SELECT 1; END;
      PRAGMA writable_schema = ON; INSERT INTO sqlite_schema VALUES ('table', 'vec', 'vec', 0, 'CREATE VIRTUAL TABLE vec USING vec0(e float[3])'); PRAGMA writable_schema = RESET;`));
    expect(codesOf(found)).toEqual(expect.arrayContaining([
      'finding.autoincrement', 'finding.generated-crosses', 'finding.long-name', 'finding.collision-63', 'finding.partial-index', 'finding.expression-index', 'finding.collation', 'finding.virtual', 'finding.virtual-unloadable',
      'finding.shadow', 'finding.strict', 'finding.view-broken', 'finding.trigger-crosses', 'finding.no-key',
    ]));
    expect(found.tables.map((table) => [table.name, table.kind, table.rows])).toEqual(expect.arrayContaining([['select', 'table', '1'], ['hidden', 'table', '2'], ['words', 'table', '1'], ['terms', 'virtual', '1'], ['words_data', 'shadow', expect.any(String)], ['vec', 'virtual', '0']]));
    expect(columnOf(found, 'select', 'g').maxInteger).toBe('8');
    expect(chosen(columnOf(found, 'tidy', 'v'))).toBe('text');
    expect(found.views).toEqual([{ name: 'broken', broken: expect.any(String) }]);
  });
});

describe('trouble', () => {
  it.each([20_000, 60_000])('in one table leaves the others readable, be it read through SQLite or from its pages (%s rows)', async (rows) => {
    using folder = tempFolder();
    const path = join(folder.path, 'hurt.db');
    const db = new Database(path);
    db.exec("CREATE TABLE hurt (id INTEGER PRIMARY KEY, v TEXT); CREATE TABLE well (v TEXT); INSERT INTO well VALUES ('a')");
    const insert = db.prepare('INSERT INTO hurt (v) VALUES (?)');
    db.transaction(() => { for (let i = 0; i < rows; i += 1) insert.run('x'.repeat(100)); })();
    db.close();
    const file = openSync(path, 'r+');
    const page = 4096;
    writeSync(file, Buffer.alloc(page, 0xff), 0, page, Math.floor(statSync(path).size / page / 2) * page);
    closeSync(file);
    const found = await assess(path);
    expect(tableOf(found, 'hurt').error?.code).toBe('DATABASE_CORRUPT');
    expect(tableOf(found, 'hurt').error?.message).toMatch(/^hurt\.db, table hurt/);
    expect(Number(tableOf(found, 'hurt').rows)).toBeGreaterThan(0);
    expect(tableOf(found, 'hurt').grade).toBe('C');
    expect([tableOf(found, 'well').rows, tableOf(found, 'well').error]).toEqual(['1', undefined]);
    expect(codesOf(found)).toEqual(expect.arrayContaining(['finding.unreadable', 'finding.damaged']));
  });

  it('elsewhere in the file has a large table read through SQLite', async () => {
    using folder = tempFolder();
    const path = join(folder.path, 'hurt.db');
    const db = new Database(path);
    db.exec("CREATE TABLE hurt (v TEXT); INSERT INTO hurt VALUES ('a'); CREATE TABLE well (v INT); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60000) INSERT INTO well SELECT i FROM n");
    db.close();
    const file = openSync(path, 'r+');
    writeSync(file, Buffer.alloc(4096, 0xff), 0, 4096, 4096);
    closeSync(file);
    const found = await assess(path);
    expect([tableOf(found, 'hurt').error?.code, tableOf(found, 'well').rows, tableOf(found, 'well').error]).toEqual(['DATABASE_CORRUPT', '60000', undefined]);
  });

  it('large values are read one row at a time', async () => {
    using folder = tempFolder();
    const found = await assessSql(folder, (db) => db.exec(`CREATE TABLE t (id INTEGER PRIMARY KEY, b BLOB); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 6) INSERT INTO t SELECT i, zeroblob(17000000) FROM n`));
    expect(columnOf(found, 't', 'b')).toMatchObject({ maxBytes: 17_000_000, classes: { blob: '6' } });
    expect(codesOf(found)).toContain('finding.large-value');
  });

  it('a blob of which no more than its beginning is read is counted whole and shown by its beginning', async () => {
    using folder = tempFolder();
    const found = await assessSql(folder, (db) => {
      db.exec('CREATE TABLE t (id INTEGER PRIMARY KEY, b BLOB)');
      for (const bytes of [16, 64, 65, 5000, 1_048_577]) db.prepare('INSERT INTO t (b) VALUES (?)').run(Buffer.alloc(bytes, 0xca));
    });
    const column = columnOf(found, 't', 'b');
    const text = column.candidates.find(({ type }) => type === 'text');
    expect([column.classes.blob, column.maxBytes, tableOf(found, 't').maxRowBytes, text?.examples.map(({ value }) => value.replace(/(ca)+c?/, '#'))]).toEqual(['5', 1_048_577, 1_048_585, ["x'#'", "x'#…", "x'#…", "x'#…", "x'…"]]);
  });

  it('a worker answers the same, says how far it is, and stops when told', async () => {
    using folder = tempFolder();
    const path = join(folder.path, 'big.db');
    const db = new Database(path);
    db.exec("CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200000) INSERT INTO t SELECT i, 'text ' || i FROM n");
    db.close();
    const input = { source: sqliteSource(path), snapshotPath: `${path}.1`, thresholds, answers: { instances: 2 } };
    const told: AssessProgress[] = [];
    const found = await assessInWorker(input, { signal: new AbortController().signal, onProgress: (progress) => told.push(progress) });
    expect([found.rows, found.decision.verdict]).toEqual(['200000', 'migrate-now']);
    expect(told.at(-1)).toMatchObject({ phase: 'integrity', rows: 200_000, rowsTotal: 200_000, progress: 0.85 });
    const abort = new AbortController();
    await expect(assessInWorker(input, { signal: abort.signal, onProgress: () => abort.abort() })).rejects.toMatchObject({ code: 'CANCELLED' });
    await expect(assessInWorker({ ...input, source: sqliteSource(join(folder.path, 'none.db')) }, quiet())).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
  });
});
