/** Keys as the target compares them: what SQLite holds as a key stands in PostgreSQL, or the plan says beforehand that it cannot, and why. */
import { describe, expect, test, vi } from 'vitest';
import { openSqlite } from '../../src-main/drivers/sqlite/index.ts';
import { hasPostgres } from '../../src-main/test-support/index.ts';
import { crossFile, type Crossing, type Settings } from './migrate.ts';
import { placeOfTests } from './place.ts';

vi.mock('node:worker_threads', async (original) => ({ ...(await original<object>()), Worker: (await import('./stand-in.ts')).LoadWorkerHere }));

const place = placeOfTests('keys');

const plain: Settings = { schema: 'plain', options: { identifiers: 'preserve', rejectShare: 0.01, infer: false, jobs: 1 }, overrides: [], undo: true };

async function crossing(sql: string, settings: Partial<Settings> = {}): Promise<Crossing> {
  const build = (path: string) => {
    using opened = openSqlite(path, { mode: 'write', create: true });
    opened.db.exec(sql);
    return { statements: [sql], refused: [] };
  };
  const crossed = await crossFile(build, { ...plain, ...settings }, place().folder, place().database, place().session);
  expect(crossed.problems).toEqual([]);
  return crossed;
}

const typeOf = ({ plan }: Crossing, name: string): string => {
  const [table, column] = name.split('.');
  const found = plan.tables.find((each) => each.source.table === table)?.columns.find((each) => each.source === column);
  return [found?.type, found?.cast].filter(Boolean).join(' ');
};
/** What a plan promises of a key, and what became of it. */
const keyOf = ({ plan, output }: Crossing, kind: string, table: string) => {
  const planned = plan.objects.filter((each) => each.kind === kind && each.table === table).map(({ outcome, reason }) => [outcome, ...(reason === undefined ? [] : [reason.code])].join(' '));
  const done = output.result.objects.filter((each) => each.kind === kind && each.table === table).map(({ outcome, reason }) => [outcome, ...(reason === undefined ? [] : [reason])].join(' '));
  return { planned, done };
};
const codes = ({ plan }: Crossing): string[] => plan.findings.map(({ code, table, column }) => `${code} ${table}.${column}`);
const held = { planned: ['created'], done: ['created'] };
const pair = (parent: string, parents: string, child: string, children: string) => `PRAGMA foreign_keys = OFF; CREATE TABLE p (k ${parent}); INSERT INTO p VALUES ${parents}; CREATE TABLE c (id INTEGER PRIMARY KEY, k ${child} REFERENCES p (k)); INSERT INTO c (k) VALUES ${children}`;

describe.skipIf(!hasPostgres())('a foreign key between columns of different types', () => {
  test.each([
    ['numeric and the text of numbers', pair('NUMERIC PRIMARY KEY', '(2), (3)', 'TEXT', "('2'), ('3.0'), (NULL)"), 'numeric', 'numeric'],
    ['whole numbers and reals that are whole', pair('INTEGER PRIMARY KEY', '(2), (3)', 'REAL', '(2), (3.0)'), 'bigint', 'bigint'],
    ['whole numbers and reals that are not all whole', pair('INTEGER UNIQUE', '(2), (3)', 'REAL', '(2), (NULL)'), 'bigint', 'bigint'],
    ['text and reals', pair('TEXT PRIMARY KEY', "('2.0')", 'REAL', '(2)'), 'text', 'text'],
    ['text and whole numbers', pair('TEXT PRIMARY KEY', "('7'), ('8')", 'INTEGER', '(7), (8)'), 'text', 'text'],
    ['an identity and the text of numbers', pair('INTEGER PRIMARY KEY', '(7), (8)', 'TEXT', "('7'), ('8')"), 'bigint', 'bigint'],
    ['a column of numbers without a type and whole numbers', pair('PRIMARY KEY', '(1.5), (2)', 'INTEGER', '(2)'), 'double precision', 'double precision'],
    ['numeric and whole numbers, which need no widening', pair('NUMERIC PRIMARY KEY', '(1.5), (2)', 'INTEGER', '(2)'), 'numeric', 'bigint'],
  ])('%s', async (_, sql, parent, child) => {
    const crossed = await crossing(sql);
    expect([typeOf(crossed, 'p.k'), typeOf(crossed, 'c.k')]).toEqual([parent, child]);
    expect(keyOf(crossed, 'foreign key', 'c')).toEqual(held);
  });

  test('every column that is widened for it is a finding', async () => {
    const crossed = await crossing(pair('NUMERIC PRIMARY KEY', '(2), (3)', 'TEXT', "('2'), ('3.0')"));
    expect(codes(crossed)).toContain('plan.finding.joined c.k');
  });

  test('that cannot hold is said beforehand, with the number of rows', async () => {
    const crossed = await crossing(pair('NUMERIC PRIMARY KEY', "(1.5), (2), ('abc')", 'REAL', '(1.5), (2.0)'));
    const { planned, done } = keyOf(crossed, 'foreign key', 'c');
    expect(planned).toEqual(['created plan.object.orphans-types']);
    expect(done[0]).toMatch(/1 row points at nothing in PostgreSQL, 0 in SQLite/);
  });

  test('over three tables, and a table that points at itself', async () => {
    const crossed = await crossing(`CREATE TABLE a (k NUMERIC PRIMARY KEY); INSERT INTO a VALUES (1), (2);
      CREATE TABLE b (k TEXT PRIMARY KEY REFERENCES a (k)); INSERT INTO b VALUES ('1'), ('2');
      CREATE TABLE c (k REAL REFERENCES b (k)); INSERT INTO c VALUES (NULL);
      CREATE TABLE s (k INTEGER UNIQUE, up TEXT REFERENCES s (k)); INSERT INTO s VALUES (1, NULL), (2, '1')`);
    expect([typeOf(crossed, 'b.k'), typeOf(crossed, 's.up')]).toEqual(['numeric', 'bigint']);
    for (const table of ['b', 'c', 's']) expect(keyOf(crossed, 'foreign key', table)).toEqual(held);
  });

  test('of several columns, and of a table without rowid', async () => {
    const crossed = await crossing(`CREATE TABLE p (a INTEGER, b TEXT, PRIMARY KEY (a, b)) WITHOUT ROWID; INSERT INTO p VALUES (1, 'x'), (1, 'y');
      CREATE TABLE c (a TEXT, b VARCHAR(5), FOREIGN KEY (a, b) REFERENCES p); INSERT INTO c VALUES ('1', 'x'), ('1', 'y'), (NULL, 'zz')`);
    expect([typeOf(crossed, 'c.a'), typeOf(crossed, 'c.b')]).toEqual(['bigint', 'varchar(5)']);
    expect(keyOf(crossed, 'foreign key', 'c')).toEqual(held);
  });

  test('of which a person chose one side: the other follows, or the plan says why it does not', async () => {
    const follows = await crossing(pair('INTEGER UNIQUE', '(1), (2)', 'INTEGER', '(1), (2)'), { overrides: [{ table: 0, column: 0, as: { type: 'text' } }] });
    expect([typeOf(follows, 'p.k'), typeOf(follows, 'c.k')]).toEqual(['text', 'text']);
    expect(keyOf(follows, 'foreign key', 'c')).toEqual(held);
    const other = await crossing(pair('INTEGER PRIMARY KEY', '(1), (2)', 'INTEGER', '(1), (2)'), { overrides: [{ table: 1, column: 1, as: { type: 'text' } }] });
    expect(keyOf(other, 'foreign key', 'c').planned).toEqual(['listed plan.object.key-types']);
    const narrower = await crossing(pair('INTEGER PRIMARY KEY', '(1), (2)', 'INTEGER', '(1), (2)'), { overrides: [{ table: 1, column: 1, as: { type: 'integer' } }] });
    expect(keyOf(narrower, 'foreign key', 'c')).toEqual(held);
  });

  test('where a key holds by the type that a person chose, what points at it is counted too', async () => {
    const crossed = await crossing(`PRAGMA foreign_keys = OFF; CREATE TABLE p (k, l INTEGER, PRIMARY KEY (k, l)); INSERT INTO p VALUES (-0.0, 0);
      CREATE TABLE c (k, l, UNIQUE (k, l), FOREIGN KEY (k, l) REFERENCES p (k, l)); INSERT INTO c VALUES (-0.0, 0), (0, '-0'); CREATE TABLE g (k, l, FOREIGN KEY (k, l) REFERENCES c (k, l)); INSERT INTO g VALUES ('-0', -0.0)`,
    { options: { ...plain.options, rejectShare: 0 }, overrides: [{ table: 0, column: 0, as: { type: 'text' } }] });
    expect(keyOf(crossed, 'foreign key', 'g').planned).toEqual(['created plan.object.orphans']);
  });
});

describe.skipIf(!hasPostgres())('text and blobs in a key', () => {
  test('that become the same bytes: the plan knows, and offers what is offered for such rows', async () => {
    const crossed = await crossing(String.raw`CREATE TABLE fa (x TEXT PRIMARY KEY, v); INSERT INTO fa VALUES ('b', 'text'), (x'62', 'blob'), (x'ff00', 'bin'), ('\xff00', 'lit')`);
    expect(keyOf(crossed, 'primary key', 'fa').planned).toEqual(['listed plan.object.not-unique']);
    expect(crossed.plan.repairs?.map(({ problem, count, offers }) => [problem, count, offers.map(({ choice }) => choice)])).toEqual([['duplicate-key', '1', ['keep', 'quarantine']]]);
  });

  test('that stay different bytes', async () => {
    const crossed = await crossing("CREATE TABLE p (k TEXT PRIMARY KEY); INSERT INTO p VALUES ('a'), (x'62'), (x'ff'); CREATE TABLE c (id INTEGER PRIMARY KEY, k TEXT REFERENCES p (k)); INSERT INTO c (k) VALUES ('a'), (x'62')");
    expect([typeOf(crossed, 'p.k'), typeOf(crossed, 'c.k')]).toEqual(['bytea text as bytes', 'bytea text as bytes']);
    expect([keyOf(crossed, 'primary key', 'p'), keyOf(crossed, 'foreign key', 'c')]).toEqual([held, held]);
  });
});

describe.skipIf(!hasPostgres())('escaped texts in a key', () => {
  const sql = String.raw`CREATE TABLE par (k TEXT PRIMARY KEY, n TEXT); INSERT INTO par VALUES ('C:\x', 'n'), ('a' || char(0) || 'b', 'q'), ('plain', 'r');
    CREATE TABLE chi (id INTEGER PRIMARY KEY, k TEXT REFERENCES par (k)); INSERT INTO chi VALUES (1, 'C:\x'), (2, 'plain');
    CREATE TABLE gra (k TEXT REFERENCES par (k)); INSERT INTO gra VALUES ('C:\x')`;
  test('both sides share the policy, and the plan says how many and how to read them', async () => {
    const crossed = await crossing(sql);
    expect(['par.k', 'chi.k', 'gra.k'].map((name) => typeOf(crossed, name))).toEqual(Array(3).fill('text nul escaped'));
    for (const table of ['chi', 'gra']) expect(keyOf(crossed, 'foreign key', table)).toEqual(held);
    expect(crossed.plan.findings.filter(({ code }) => code === 'plan.finding.escaped').map(({ table, column, count, params }) => [table, column, count, params?.['backslashes'], params?.['sql']?.slice(0, 7)]))
      .toEqual([['par', 'k', '1', '1', 'decode('], ['chi', 'k', '0', '1', 'decode('], ['gra', 'k', '0', '1', 'decode(']]);
  });

  test('a person’s policy for one side is followed by the other', async () => {
    const crossed = await crossing(String.raw`CREATE TABLE par (k TEXT PRIMARY KEY); INSERT INTO par VALUES ('C:\x'), ('b'); CREATE TABLE chi (k TEXT REFERENCES par (k)); INSERT INTO chi VALUES ('C:\x')`, { overrides: [{ table: 1, column: 0, as: { type: 'text', cast: 'nul escaped' } }] });
    expect([typeOf(crossed, 'par.k'), typeOf(crossed, 'chi.k')]).toEqual(['text nul escaped', 'text nul escaped']);
    expect(keyOf(crossed, 'foreign key', 'chi')).toEqual(held);
  });
});

describe.skipIf(!hasPostgres())('collations', () => {
  test('orphans are counted as the target compares', async () => {
    const crossed = await crossing(`PRAGMA foreign_keys = OFF; CREATE TABLE p (a INTEGER, b TEXT COLLATE NOCASE, PRIMARY KEY (a, b)) WITHOUT ROWID; INSERT INTO p VALUES (1, 'x'), (1, 'Y');
      CREATE TABLE c (id INTEGER PRIMARY KEY, a, b TEXT, FOREIGN KEY (a, b) REFERENCES p (a, b)); INSERT INTO c VALUES (1, 1, 'X'), (2, 1, 'y'), (3, NULL, 'zz'), (4, 9, 'nope'), (5, '1', 'x')`);
    expect(keyOf(crossed, 'foreign key', 'c').planned).toEqual(['created plan.object.orphans-collation']);
    expect(crossed.plan.objects.find(({ kind }) => kind === 'foreign key')?.reason?.params).toMatchObject({ count: '3', source: '1', collation: 'NOCASE' });
  });

  test('a foreign key can point at a column that is unique under NOCASE', async () => {
    const crossed = await crossing(pair('TEXT UNIQUE COLLATE NOCASE', "('x'), ('Y')", 'TEXT', "('x'), ('Y')"));
    expect(keyOf(crossed, 'foreign key', 'c')).toEqual(held);
  });

  test('of a column that becomes bytes: its key keeps them by an expression, and the column is listed', async () => {
    const crossed = await crossing("CREATE TABLE nb (id INTEGER PRIMARY KEY, t TEXT UNIQUE COLLATE NOCASE, r TEXT UNIQUE COLLATE RTRIM); INSERT INTO nb VALUES (1, 'Abc', x'ff'), (2, x'ff', 'x  '), (3, 'def', 'y')");
    expect(crossed.plan.objects.filter(({ kind }) => kind === 'collation').map(({ name, outcome, reason }) => [name, outcome, reason?.code])).toEqual([['nb.t', 'listed', 'plan.object.collation-bytes'], ['nb.r', 'listed', 'plan.object.collation-bytes']]);
    expect(crossed.plan.tables[0]?.indexes.map(({ unique, terms }) => [unique, terms])).toEqual([[true, [`lower(encode("t", 'escape') COLLATE "C")`]], [true, [`rtrim(encode("r", 'escape') COLLATE "C", ' ')`]]]);
  });

  test('where blobs would be folded too, the key stands on the bytes and the plan says what that lets in', async () => {
    const crossed = await crossing("CREATE TABLE nb (id INTEGER PRIMARY KEY, t TEXT UNIQUE COLLATE NOCASE); INSERT INTO nb VALUES (1, 'Abc'), (2, x'ff'), (3, x'616263')");
    expect(crossed.plan.objects.find(({ kind }) => kind === 'collation')?.reason).toMatchObject({ code: 'plan.object.collation-blobs', params: { groups: '1' } });
    expect(keyOf(crossed, 'unique', 'nb')).toEqual(held);
  });
});

describe.skipIf(!hasPostgres())('names that only letters beyond A to Z tell apart', () => {
  test('are found by views that qualify their columns with them', async () => {
    const crossed = await crossing('CREATE TABLE "É" ("É" TEXT, "é" INTEGER); CREATE TABLE "é" ("é" TEXT); CREATE VIEW w AS SELECT "É"."é" AS x FROM "É" WHERE "É"."É" IS NOT NULL');
    expect(crossed.output.result.objects.filter(({ kind }) => kind === 'view').map(({ name, outcome }) => [name, outcome])).toEqual([['w', 'translated']]);
  });
});

describe.skipIf(!hasPostgres())('what constraints say besides', () => {
  test('clauses ON CONFLICT are listed with their text and what happens instead', async () => {
    const crossed = await crossing(`CREATE TABLE oc (id INTEGER PRIMARY KEY ON CONFLICT REPLACE, a TEXT UNIQUE ON CONFLICT IGNORE, b TEXT NOT NULL ON CONFLICT REPLACE DEFAULT 'd', c INT, UNIQUE (b, c) ON CONFLICT ROLLBACK, CHECK (c > 0) ON CONFLICT FAIL)`);
    expect(crossed.plan.objects.filter(({ kind }) => kind === 'conflict clause').map(({ name, source, reason }) => [name, source, reason?.code])).toEqual([
      ['oc.id', 'PRIMARY KEY (id) ON CONFLICT REPLACE', 'plan.object.conflict-replace'], ['oc.a', 'UNIQUE (a) ON CONFLICT IGNORE', 'plan.object.conflict-ignore'],
      ['oc.b', 'NOT NULL (b) ON CONFLICT REPLACE', 'plan.object.conflict-default'], ['oc.b, c', 'UNIQUE (b, c) ON CONFLICT ROLLBACK', 'plan.object.conflict-rollback'], ['oc', 'CHECK ON CONFLICT FAIL', 'plan.object.conflict-fail'],
    ]);
  });

  test('what to write instead names the index as the server finds it', async () => {
    const crossed = await crossing("CREATE TABLE f (id INTEGER PRIMARY KEY, e TEXT COLLATE NOCASE UNIQUE ON CONFLICT IGNORE, n INT); INSERT INTO f VALUES (1, 'A', 1)");
    expect(crossed.plan.objects.find(({ kind }) => kind === 'conflict clause')?.reason?.params?.['columns']).toBe('lower("e" COLLATE "C")');
  });

  test('a default beyond the digits of its column widens it; where a person chose the type it is listed', async () => {
    const sql = "CREATE TABLE d (id INTEGER PRIMARY KEY, p DECIMAL(10,2) DEFAULT 1.005, q VARCHAR(3) DEFAULT 'abcdef', r DECIMAL(10,2) DEFAULT 1.5); INSERT INTO d VALUES (1, 2.5, 'a', 2)";
    const widened = await crossing(sql);
    expect([typeOf(widened, 'd.p'), typeOf(widened, 'd.q'), typeOf(widened, 'd.r')]).toEqual(['numeric', 'text', 'numeric(10,2)']);
    const chosen = await crossing(sql, { overrides: [{ table: 0, column: 1, as: { type: 'numeric(10,2)' } }] });
    expect(chosen.plan.objects.find(({ kind, name }) => kind === 'default' && name === 'd.p')).toMatchObject({ outcome: 'listed', source: '1.005' });
  });

  test.each([['AUTOINCREMENT', 'plan.object.identity-full'], ['', 'plan.object.identity-full-random']])('an identity whose last number is used has no next one (%s)', async (word, code) => {
    const crossed = await crossing(`CREATE TABLE t (id INTEGER PRIMARY KEY ${word}, x); INSERT INTO t VALUES (9223372036854775807, 'a')`);
    expect(crossed.plan.objects.find(({ kind }) => kind === 'sequence')?.reason?.code).toBe(code);
  });

  test('an identity whose last number was used and deleted', async () => {
    const crossed = await crossing("CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, x); INSERT INTO t VALUES (9223372036854775807, 'a'); DELETE FROM t");
    expect(crossed.plan.tables[0]?.identityNext).toBe('9223372036854775808');
  });
});

describe.skipIf(!hasPostgres())('a text that is not valid in a file of UTF-16', () => {
  test('is rejected with its reason, the column stays text, and the plan says so', async () => {
    const crossed = await crossing("PRAGMA encoding = 'UTF-16le'; CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT); INSERT INTO t VALUES (1, 'a'), (2, CAST(x'00d8' AS TEXT)), (3, 'b')");
    expect(typeOf(crossed, 't.v')).toBe('text');
    expect(crossed.plan.findings.map(({ code, count }) => [code, count])).toEqual([['plan.finding.rejects', '1']]);
    expect(crossed.output.result.rejects.rows).toBe(1);
  });
});
