/** From PGlite (folder and archive) and from PostgreSQL into PostgreSQL, by the command line: every value compared as PostgreSQL itself writes it. */
import { cpSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Assessment } from '../../shared/model/assessment.ts';
import type { PgSession } from '../../src-main/drivers/postgres/index.ts';
import { freshDatabase, hasPostgres, tempFolder } from '../../src-main/test-support/index.ts';
import { command, refusalOf, resultOf, splitUrl } from './command-line.ts';

/** An offline-first store with every type there is a way for, and some there is none for. */
const script = `
CREATE TYPE mood AS ENUM ('sad', 'it''s ok', 'happy');
CREATE DOMAIN email AS varchar(80) CHECK (VALUE LIKE '%@%');
CREATE TABLE users (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), name text NOT NULL, email text UNIQUE, "createdAt" timestamptz DEFAULT now());
CREATE TABLE issues (id uuid PRIMARY KEY, title text NOT NULL, status text NOT NULL DEFAULT 'pending', user_id uuid REFERENCES users (id) ON DELETE CASCADE, version integer DEFAULT 1, locally_modified boolean DEFAULT false, deleted_at timestamp,
  CONSTRAINT issues_version CHECK (version >= 0));
CREATE INDEX issues_by_status ON issues (status, version DESC);
CREATE INDEX issues_open ON issues (title) WHERE deleted_at IS NULL;
CREATE TABLE events (id bigserial PRIMARY KEY, note text);
CREATE TABLE counters (id serial PRIMARY KEY, n smallint);
CREATE TABLE everything (k integer, s smallint, i integer, b bigint, n numeric, np numeric(12,3), r real, d double precision, t text, v varchar(7), c char(5), f boolean, dt date, tm time, tm3 time(3), ts timestamp, ts3 timestamp(3), tz timestamptz, u uuid,
  j json, jb jsonb, by bytea, iv interval, tags text[], ints int[], m mood, e email, ip inet, ttz timetz, g integer GENERATED ALWAYS AS (k * 2) STORED, "weird ""name" text);
INSERT INTO everything VALUES
 (1, -32768, -2147483648, -9223372036854775808, 12345678901234567890.123456789012345678900, -123456789.125, 0.1, 0.1, E'tab\\t "q" \\\\ \\n é 😀', 'sete', 'ab', true, '2024-02-29', '23:59:59.999999', '01:02:03.456', '0001-01-01 00:00:00', '2024-02-29 10:11:12.345', '2024-02-29 23:59:59.999999+05:30',
  '00000000-0000-0000-0000-000000000001', '{ "a" : 1.0, "a" : 2 }', '{"b": [1, 2.50, {"c": null}], "a": 12345678901234567890}', '\\x00ff10', '1 year 2 mons -3 days 04:05:06.789', '{a,"b c",NULL,"q\\"x"}', '{{1,2},{3,4}}', 'it''s ok', 'x@y', '10.0.0.1/8', '12:00:00+02', DEFAULT, 'w'),
 (2, 32767, 2147483647, 9223372036854775807, 0.00000000000000000001, 0, -3.4028235e38, 1.7976931348623157e308, '', '', '', false, '9999-12-31', '00:00:00', '00:00:00', '9999-12-31 23:59:59.999999', '1999-12-31 23:59:59.999', '1970-01-01 00:00:00+00',
  'ffffffff-ffff-ffff-ffff-ffffffffffff', '"text"', 'null', '\\x', '0', '{}', NULL, 'happy', 'a@b', '::1', '00:00:00-11', DEFAULT, ''),
 (3, NULL, NULL, NULL, 'Infinity', NULL, '-0', '-0', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, DEFAULT, NULL),
 (4, 0, 0, 0, 0, 1.5, 1e-45, 5e-324, ' x ', 'ção', ' a', true, '0001-01-01', '12:30:00', '12:30:00', '2000-01-01 00:00:00', '2000-01-01 00:00:00', '2000-01-01 00:00:00+00', NULL, 'true', '[]', '\\x5c', '-1 day', '{1}', '{}', 'sad', 'z@z', '1.2.3.4', '23:59:59.5+00', DEFAULT, 'x'),
 (5, 1, 1, 1, 1.50, 1.5, 'Infinity', '-Infinity', 'z', 'z', 'z', false, '2024-01-01', '00:00:01', '00:00:01', '2024-01-01 00:00:00', '2024-01-01 00:00:00', '2024-01-01 00:00:00+00', NULL, '{}', '{}', '\\x01', '1 mon', '{}', '{}', 'sad', 'q@q', '1.2.3.4', '10:00:00+00', DEFAULT, NULL);
INSERT INTO users (id, name, email) SELECT ('00000000-0000-4000-8000-' || lpad(i::text, 12, '0'))::uuid, 'Usuário ' || i, CASE WHEN i % 5 > 0 THEN i || '@example.org' END FROM generate_series(1, 200) i;
INSERT INTO issues (id, title, user_id, version, locally_modified, deleted_at) SELECT ('00000000-0000-4000-9000-' || lpad(i::text, 12, '0'))::uuid, 'Título ' || i, ('00000000-0000-4000-8000-' || lpad((i % 200 + 1)::text, 12, '0'))::uuid, i, i % 3 = 0, CASE WHEN i % 4 = 0 THEN timestamp '2025-01-01' + i * interval '1.000001 s' END FROM generate_series(1, 5000) i;
INSERT INTO events (note) SELECT 'n' || i FROM generate_series(1, 10) i; DELETE FROM events WHERE id > 7;
INSERT INTO counters (n) VALUES (1), (2);
INSERT INTO everything (k, n, r, d, dt, ts, tz, tm, m, iv) VALUES (6, 'NaN', 'NaN', 'NaN', 'infinity', '-infinity', '0044-03-15 12:00:00+00 BC', '24:00', 'sad', '-178000000 years');
CREATE TABLE ranges (id smallserial PRIMARY KEY, r int4range, tr tstzrange, mr int4multirange, moods mood[], CONSTRAINT apart EXCLUDE USING gist (r WITH &&), feeling mood DEFAULT 'happy', list int[] DEFAULT '{1,2}', a integer, b integer, CONSTRAINT later UNIQUE (a) DEFERRABLE INITIALLY DEFERRED, CONSTRAINT order_ab CHECK (a < b OR b IS NULL));
INSERT INTO ranges (r, tr, mr, moods, a, b) VALUES ('[1,5)', '[2024-01-01 00:00:00+00,)', '{[1,3),[7,9)}', '{sad,"it''s ok"}', 1, 2), ('empty', NULL, '{}', '{}', 2, NULL);
CREATE INDEX ranges_lower ON ranges (lower(r) DESC NULLS LAST, a) INCLUDE (b) WHERE feeling <> 'sad'::mood;
CREATE INDEX everything_jb ON everything USING gin (jb jsonb_path_ops);
COMMENT ON TABLE ranges IS 'Comentário de ''tabela'''; COMMENT ON COLUMN ranges.feeling IS 'o humor';
CREATE VIEW open_issues AS SELECT title FROM issues WHERE deleted_at IS NULL;
CREATE VIEW happy AS SELECT o.title, r.feeling, ('sad'::mood < r.feeling) AS better FROM open_issues o, ranges r WHERE r.feeling = 'happy'::mood;
CREATE SCHEMA other; CREATE TABLE other.users (id integer PRIMARY KEY, boss integer REFERENCES other.users); INSERT INTO other.users VALUES (1, 1);
`;

/** Which expressions give back the values of `everything`; types that cross as text are read back as what they were. */
const types: Readonly<Record<string, string>> = {
  s: 'smallint', i: 'integer', b: 'bigint', n: 'numeric', np: 'numeric(12,3)', r: 'real', d: 'double precision', t: 'text', v: 'varchar(7)', c: 'char(5)', f: 'boolean', dt: 'date', tm: 'time', tm3: 'time(3)', ts: 'timestamp', ts3: 'timestamp(3)',
  tz: 'timestamptz', u: 'uuid', j: 'json', jb: 'jsonb', by: 'bytea', iv: 'interval', tags: 'text[]', ints: 'integer[]', m: '"public"."mood"', e: 'varchar(80)', ip: 'inet', ttz: 'time with time zone', g: 'integer',
};

const expected = [
  'source.pg.domain e', 'source.pg.schemas ', 'source.renamed other.users',
];

const contents = (table: string): string => `SELECT md5(string_agg(x::text, chr(10) ORDER BY x::text)) AS sum, count(*)::text AS rows FROM (SELECT * FROM ${table}) x`;

async function expectEverything(read: (sql: string) => Promise<readonly Readonly<Record<string, unknown>>[]>, target: PgSession, result: ReturnType<typeof resultOf>): Promise<void> {
  expect(result).toMatchObject({ status: 'verified' });
  expect(result.findings.filter(({ code }) => ['plan.finding.rejects', 'plan.finding.widened'].includes(code))).toEqual([]);
  expect(result.findings.filter((finding) => finding.code.startsWith('source.')).map((finding) => `${finding.code} ${finding.object ?? finding.column ?? finding.table ?? ''}`).toSorted(), 'listed in the result too').toEqual(expected);
  const decided = Object.fromEntries(result.tables.find((table) => table.source.table === 'everything')?.columns.map((column) => [column.source, column.type]) ?? []);
  expect(decided).toMatchObject(types);
  for (const table of ['users', 'issues', 'events', 'counters']) expect((await target.query(contents(`public.${table}`))).rows, table).toEqual(await read(contents(`public.${table}`)));
  const columns = Object.keys(types);
  const shown = `SELECT json_build_array(k, "weird ""name", ${columns.map((name) => `${name}::text`).join(', ')}, encode(float8send(d), 'hex'), encode(float4send(r), 'hex'))::text AS row FROM public.everything ORDER BY k`;
  expect((await target.query(shown)).rows).toEqual(await read(shown));
  await expectObjects(target);
  expect((await target.query('SELECT * FROM public."other.users"')).rows).toEqual([{ id: '1', boss: '1' }]);
  // A role called travessia has the journal's schema before public in its path.
  await target.exec('SET search_path = public');
  const constraints = await target.query(`SELECT conrelid::regclass::text || ' ' || pg_get_constraintdef(oid) AS def FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND contype IN ('p', 'u', 'f') ORDER BY 1`);
  expect(constraints.rows.map((row) => row['def'])).toEqual([
    '"other.users" FOREIGN KEY (boss) REFERENCES "other.users"(id)', '"other.users" PRIMARY KEY (id)', 'counters PRIMARY KEY (id)', 'events PRIMARY KEY (id)', 'issues FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE', 'issues PRIMARY KEY (id)', 'ranges PRIMARY KEY (id)', 'ranges UNIQUE (a) DEFERRABLE INITIALLY DEFERRED', 'users PRIMARY KEY (id)', 'users UNIQUE (email)',
  ]);
  // The sequence went on after the rows above 7 were deleted, and goes on from there.
  expect((await target.one(`INSERT INTO public.events (note) VALUES ('next') RETURNING id::text`))?.['id']).toBe('11');
  await target.query('DELETE FROM public.events WHERE id = 11');
  expect((await target.one(`INSERT INTO public.users (name) VALUES ('default') RETURNING (id IS NOT NULL AND "createdAt" > now() - interval '1 hour')::text AS ok`))?.['ok']).toBe('true');
  await expect(target.query(`INSERT INTO public.everything (m) VALUES ('nobody')`)).rejects.toMatchObject({ code: 'STATEMENT_FAILED' });
}

/** What PostgreSQL says in its own words stands as it did, and works. */
async function expectObjects(target: PgSession): Promise<void> {
  const all = async (sql: string): Promise<unknown[]> => (await target.arrays(sql)).flat();
  expect(await all(`SELECT conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND (contype IN ('c', 'x') OR condeferrable) ORDER BY 1`)).toEqual([
    'apart EXCLUDE USING gist (r WITH &&)', 'issues_version CHECK ((version >= 0))', 'later UNIQUE (a) DEFERRABLE INITIALLY DEFERRED', 'order_ab CHECK (((a < b) OR (b IS NULL)))',
  ]);
  expect(await all(`SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' AND indexname IN ('issues_open', 'issues_by_status', 'ranges_lower', 'everything_jb') ORDER BY 1`)).toEqual([
    'CREATE INDEX everything_jb ON public.everything USING gin (jb jsonb_path_ops)', 'CREATE INDEX issues_by_status ON public.issues USING btree (status, version DESC)',
    'CREATE INDEX issues_open ON public.issues USING btree (title) WHERE (deleted_at IS NULL)',
    "CREATE INDEX ranges_lower ON public.ranges USING btree (lower(r) DESC NULLS LAST, a) INCLUDE (b) WHERE (feeling <> 'sad'::mood)",
  ]);
  expect(await all(`SELECT format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = 'public.ranges'::regclass AND attnum > 0 ORDER BY attnum`)).toEqual(['smallint', 'int4range', 'tstzrange', 'int4multirange', 'mood[]', 'mood', 'integer[]', 'integer', 'integer']);
  expect(await target.arrays(`INSERT INTO public.ranges (r, a) VALUES ('[100,200)', 7) RETURNING id::text, feeling::text, list::text`)).toEqual([['3', 'happy', '{1,2}']]);
  await target.query('DELETE FROM public.ranges WHERE id = 3');
  expect(await target.arrays(`INSERT INTO public.counters (n) VALUES (9) RETURNING id::text`)).toEqual([['3']]);
  expect(await all(`SELECT obj_description('public.ranges'::regclass) || '; ' || col_description('public.ranges'::regclass, 6)`)).toEqual(["Comentário de 'tabela'; o humor"]);
  expect(await all(`SELECT count(*) || ' ' || bool_and(better) FROM public.happy`)).toEqual(['7500 true']);
  expect(await all(`SELECT enumlabel FROM pg_enum WHERE enumtypid = 'public.mood'::regtype ORDER BY enumsortorder`)).toEqual(['sad', "it's ok", 'happy']);
  await expect(target.query(`INSERT INTO public.ranges (r) VALUES ('[2,3)')`)).rejects.toMatchObject({ code: 'STATEMENT_FAILED' });
  expect(await all(`SELECT attgenerated FROM pg_attribute WHERE attrelid = 'public.everything'::regclass AND attname = 'g'`)).toEqual(['s']);
}

function listed(assessment: Assessment): string[] {
  return [...assessment.findings, ...assessment.tables.flatMap((table) => table.findings)].filter((finding) => finding.code.startsWith('source.')).map((finding) => `${finding.code} ${finding.object ?? finding.column ?? finding.table ?? ''}`).toSorted();
}


const stateOf = (folder: string): string[] => readdirSync(folder, { recursive: true, encoding: 'utf8' }).toSorted().map((name) => `${name} ${statSync(join(folder, name)).size} ${statSync(join(folder, name)).mtimeMs}`);

describe.skipIf(!hasPostgres())('PGlite', () => {
  const folder = tempFolder('pglite-source');
  const data = join(folder.path, 'store');
  const archives = { plain: join(folder.path, 'store.tar'), compressed: join(folder.path, 'store.tar.gz') };
  beforeAll(async () => {
    const database = await PGlite.create(data);
    await database.exec(script);
    writeFileSync(archives.plain, Buffer.from(await (await database.dumpDataDir('none')).arrayBuffer()));
    writeFileSync(archives.compressed, Buffer.from(await (await database.dumpDataDir('gzip')).arrayBuffer()));
    await database.close();
  });
  afterAll(() => folder.remove());

  test('a folder crosses whole, is never written to, and what cannot cross is listed', async () => {
    await using target = await freshDatabase();
    const { url, password } = splitUrl(target.url);
    using home = tempFolder('pglite-source');
    const before = stateOf(data);
    const assessed = await command(['assess', data, '--format', 'json'], { home: home.path });
    const assessment: Assessment = JSON.parse(assessed.stdout);
    expect(assessment).toMatchObject({ source: `pglite:${data}`, database: 'store' });
    expect(listed(assessment)).toEqual(expected);
    // Infinite dates, and numbers that are none, cross as what they are.
    expect(assessment.tables.flatMap(({ findings }) => findings).filter(({ code }) => ['finding.rejects', 'finding.widened', 'finding.longer'].includes(code))).toEqual([]);
    const result = resultOf(await command(['migrate', `pglite:${data}`, '--target', url, '--format', 'json'], { home: home.path, password }));
    expect(stateOf(data), 'the original').toEqual(before);
    expect(result.sourceMoved).toBe(false);
    const copy = join(home.path, 'copy');
    cpSync(data, copy, { recursive: true });
    const source = await PGlite.create(copy);
    await source.exec(`SET extra_float_digits = 1; SET TimeZone = 'UTC'`);
    await using session = await target.connect();
    await expectEverything(async (sql) => (await source.query<Record<string, unknown>>(sql)).rows, session, result);
    await source.close();
  });

  test('an archive crosses whole, compressed or not', async () => {
    await using target = await freshDatabase();
    const { url, password } = splitUrl(target.url);
    using home = tempFolder('pglite-source');
    const result = resultOf(await command(['migrate', archives.compressed, '--target', url, '--format', 'json'], { home: home.path, password }));
    expect(result).toMatchObject({ status: 'verified' });
    expect(result.tables.find((table) => table.source.table === 'issues')?.rows).toMatchObject({ source: 5000, loaded: 5000, rejected: 0 });
    // Its write-ahead log alone is 16 MB in one file.
    const assessed = await command(['assess', archives.plain, '--format', 'json'], { home: home.path, warnings: true });
    expect(assessed.stderr).not.toContain('Warning');
    const plain: Assessment = JSON.parse(assessed.stdout);
    expect(plain).toMatchObject({ database: 'store.tar', rows: '5218' });
  });

  test('what is cut off, of another version, or no data at all is refused', async () => {
    using home = tempFolder('pglite-source');
    const refused = async (name: string) => refusalOf(await command(['assess', name, '--format', 'json'], { home: home.path }));
    const cut = join(home.path, 'cut.tar.gz');
    writeFileSync(cut, readFileSync(archives.compressed).subarray(0, 100_000));
    expect(await refused(cut)).toMatchObject({ code: 'DATABASE_CORRUPT', message: expect.stringContaining('cut off') });
    const half = join(home.path, 'half.tar');
    writeFileSync(half, readFileSync(archives.plain).subarray(0, 2_000_000));
    expect(await refused(half)).toMatchObject({ code: 'DATABASE_CORRUPT' });
    const old = join(home.path, 'old');
    cpSync(data, old, { recursive: true });
    writeFileSync(join(old, 'PG_VERSION'), '17\n');
    expect(await refused(old)).toMatchObject({ code: 'UNSUPPORTED_SOURCE', message: expect.stringContaining('PostgreSQL 17') });
    // Not the console's own folder: what comes and goes in it is not what is tried here.
    const other = join(home.path, 'other');
    mkdirSync(other);
    writeFileSync(join(other, 'notes.txt'), 'no database');
    expect(await refused(`pglite:${other}`)).toMatchObject({ code: 'NOT_A_DATABASE', message: expect.stringContaining('PG_VERSION') });
    expect(await refused(`pglite:${join(home.path, 'none')}`)).toMatchObject({ code: 'FILE_NOT_FOUND' });
    expect(await refused(other)).toMatchObject({ code: 'NOT_A_DATABASE' });
  });
});

describe.skipIf(!hasPostgres())('PostgreSQL', () => {
  test('crosses whole; its password is kept nowhere in the open', async () => {
    await using from = await freshDatabase();
    await using target = await freshDatabase();
    const { url, password } = splitUrl(target.url);
    using home = tempFolder('postgres-source');
    const options = { home: home.path, password };
    {
      await using session = await from.connect();
      await session.exec(script);
    }
    const assessed = await command(['assess', from.url, '--format', 'json'], { home: home.path });
    const assessment: Assessment = JSON.parse(assessed.stdout);
    expect(assessment.database).toBe(from.name);
    expect(listed(assessment)).toEqual(expected);
    expect(`${assessed.stdout}${assessed.stderr}`).not.toContain(password);
    // The password given once is found in the secret store by every later command.
    const plan = join(home.path, 'plan.json');
    const planned = await command(['plan', splitUrl(from.url).url, '--target', url, '--out', plan], { home: home.path });
    expect(planned).toMatchObject({ code: 0 });
    expect(readFileSync(plan, 'utf8')).not.toContain(password);
    const result = resultOf(await command(['migrate', plan, '--format', 'json'], options));
    await using source = await from.connect();
    await using session = await target.connect();
    await expectEverything(async (sql) => (await source.query(sql)).rows, session, result);
    expect(result.sourceMoved).toBe(false);
  });

  test('rows that a policy would hide stop the snapshot; a database without tables is refused', async () => {
    await using from = await freshDatabase();
    using home = tempFolder('postgres-source');
    await using session = await from.connect();
    const role = `reader_${from.name}`;
    expect(refusalOf(await command(['assess', from.url, '--format', 'json'], { home: home.path }))).toMatchObject({ code: 'DATABASE_EMPTY' });
    await session.exec(`CREATE TABLE t (id int); INSERT INTO t VALUES (1), (2); ALTER TABLE t ENABLE ROW LEVEL SECURITY; CREATE POLICY first_only ON t USING (id = 1); CREATE ROLE ${role} LOGIN PASSWORD 'r'; GRANT SELECT ON t TO ${role};`);
    const url = new URL(from.url);
    url.username = role;
    url.password = 'r';
    expect(refusalOf(await command(['assess', url.href, '--format', 'json'], { home: home.path }))).toMatchObject({ code: 'PERMISSION_DENIED' });
    await session.exec(`DROP OWNED BY ${role}; DROP ROLE ${role}`);
  });
});

/** Migrates a database that `script` made into another by the command line; both databases have the `settings`. */
async function migrated(make: string, check: (crossed: { result: ReturnType<typeof resultOf>; source: PgSession; target: PgSession }) => Promise<void>, settings: readonly string[] = []): Promise<void> {
  await using from = await freshDatabase();
  await using to = await freshDatabase();
  const { url, password } = splitUrl(to.url);
  using home = tempFolder('postgres-source');
  {
    await using session = await from.connect();
    await session.exec(make);
    for (const setting of settings) for (const name of [from.name, to.name]) await session.exec(`ALTER DATABASE "${name}" SET ${setting}`);
  }
  const result = resultOf(await command(['migrate', from.url, '--target', url, '--format', 'json'], { home: home.path, password }));
  await using source = await from.connect();
  await using target = await to.connect();
  await check({ result, source, target });
}

describe.skipIf(!hasPostgres())('PostgreSQL’s own', () => {
  test('numbering goes on with the next number, and the words say which', async () => {
    await migrated(`
CREATE TABLE a (id bigserial PRIMARY KEY, v text); INSERT INTO a (v) VALUES ('x'), ('y'); DELETE FROM a WHERE id = 2;
CREATE TABLE b (id serial PRIMARY KEY, v text); INSERT INTO b VALUES (1, 'x'), (2, 'y'); ALTER SEQUENCE b_id_seq RESTART WITH 100;
CREATE TABLE c (id bigint GENERATED ALWAYS AS IDENTITY (START 1000) PRIMARY KEY); INSERT INTO c OVERRIDING SYSTEM VALUE VALUES (7);
CREATE TABLE d (id bigserial PRIMARY KEY); INSERT INTO d VALUES (3); SELECT setval('d_id_seq', 50, false);
CREATE TABLE e (id int GENERATED BY DEFAULT AS IDENTITY (MINVALUE -5 START -5), v text); INSERT INTO e (v) VALUES ('x');
CREATE TABLE f (id serial PRIMARY KEY); INSERT INTO f VALUES (5), (9);
CREATE TABLE g (id smallserial PRIMARY KEY); SELECT setval('g_id_seq', 32767); INSERT INTO g VALUES (32767);
CREATE TABLE h (id bigint GENERATED ALWAYS AS IDENTITY (INCREMENT 5) PRIMARY KEY); INSERT INTO h DEFAULT VALUES;
CREATE TABLE j (id smallint GENERATED ALWAYS AS IDENTITY (MAXVALUE 3 CYCLE) PRIMARY KEY); INSERT INTO j VALUES (DEFAULT), (DEFAULT), (DEFAULT);
CREATE TABLE i (id serial PRIMARY KEY, n int); CREATE SEQUENCE shared START 50; ALTER TABLE i ALTER id SET DEFAULT nextval('shared');`, async ({ result, target }) => {
      expect(result.status).toBe('verified');
      const next = async (table: string) => (await target.one(`INSERT INTO public.${table} DEFAULT VALUES RETURNING id::text`))?.['id'];
      const given: (string | null | undefined)[] = [];
      for (const table of ['a', 'b', 'c', 'd', 'e', 'f']) given.push(await next(table));
      expect(given).toEqual(['3', '100', '1000', '50', '1', '10']);
      await expect(next('g')).rejects.toMatchObject({ code: 'STATEMENT_FAILED' });
      const said = Object.fromEntries(result.objects.filter(({ kind }) => kind === 'sequence').map(({ name, outcome, reason }) => [name, `${outcome}: ${reason}`]));
      const goesOn = (number: string): string => `translated: GENERATED BY DEFAULT AS IDENTITY; the next value is ${number}`;
      expect(said).toEqual({
        'a.id': goesOn('3'), 'b.id': goesOn('100'), 'c.id': goesOn('1000'), 'd.id': goesOn('50'),
        'e.id': expect.stringContaining('the next value is 1, where the source would give -4'), 'f.id': expect.stringContaining('the next value is 10, where the source would give 1'),
        'g.id': expect.stringContaining('there is no next value: 32767'), 'h.id': 'listed: its numbers went on with 6 in steps of 5; the numbering does not cross', 'j.id': goesOn('4'),
      });
      expect(result.findings.filter(({ code }) => code === 'source.pg.sequence-ends')).toMatchObject([{ table: 'j', column: 'id', params: { name: 'public.j_id_seq', ends: '3' } }]);
      const left = result.findings.filter(({ code }) => code === 'source.pg.sequence').map(({ params }) => params);
      expect(left).toEqual([{ name: 'public.i_id_seq', next: '1' }, { name: 'public.shared', next: '50' }]);
    });
  });

  test('a sequence that may not be read is told, and the numbers go on behind the greatest', async () => {
    await using from = await freshDatabase();
    using home = tempFolder('postgres-source');
    await using session = await from.connect();
    const role = `reader_${from.name}`;
    await session.exec(`CREATE TABLE t (id serial PRIMARY KEY); INSERT INTO t VALUES (4); CREATE ROLE ${role} LOGIN PASSWORD 'r'; GRANT SELECT ON t TO ${role};`);
    const url = new URL(from.url);
    url.username = role;
    url.password = 'r';
    const assessment: Assessment = JSON.parse((await command(['assess', url.href, '--format', 'json'], { home: home.path })).stdout);
    expect(listed(assessment)).toEqual(['source.pg.sequence-unread id']);
    await session.exec(`DROP OWNED BY ${role}; DROP ROLE ${role}`);
  });

  test('views over a table that others inherit from are listed, and so is the inheritance', async () => {
    await migrated(`
CREATE TABLE par (a int); CREATE TABLE chi (b int) INHERITS (par); INSERT INTO par VALUES (1); INSERT INTO chi VALUES (2, 3);
CREATE VIEW cnt AS SELECT count(*) c FROM par; CREATE VIEW twice AS SELECT c * 2 AS c FROM cnt; CREATE VIEW child AS SELECT * FROM chi;
CREATE VIEW alone AS SELECT count(*) c FROM ONLY par; CREATE VIEW both_ways AS SELECT a.a FROM ONLY par a JOIN par b USING (a);`, async ({ result, target }) => {
      expect(result.status).toBe('verified');
      expect(result.findings.filter(({ code }) => code === 'source.pg.inheritance')).toMatchObject([{ object: 'public.par', params: { detail: 'public.chi' } }]);
      expect(Object.fromEntries(result.objects.filter(({ kind }) => kind === 'view').map(({ name, outcome, reason }) => [name, `${outcome} ${reason ?? ''}`]))).toEqual({
        cnt: expect.stringMatching(/^listed it would answer differently: it reads public\.par/), twice: 'listed it uses what does not cross: public.cnt', child: expect.stringMatching(/^created/),
        alone: expect.stringMatching(/^created/), both_ways: expect.stringMatching(/^listed it would answer differently/),
      });
      expect(await target.arrays(`SELECT viewname FROM pg_views WHERE schemaname = 'public' ORDER BY 1`)).toEqual([['alone'], ['child']]);
      expect(await target.arrays('SELECT c::text FROM public.alone')).toEqual([['1']]);
    });
  });

  test('composites of NULLs alone cross as they are', async () => {
    await migrated(`
CREATE TYPE comp AS (a int, b text); CREATE TABLE t (id int PRIMARY KEY, co comp);
INSERT INTO t VALUES (1, row(null, null)), (2, null), (3, row(1, 'x')), (4, row(null, 'x'));`, async ({ result, source, target }) => {
      expect(result.status).toBe('verified');
      const shown = 'SELECT id::text, co::text FROM public.t ORDER BY id';
      expect(await target.arrays(shown)).toEqual(await source.arrays(shown));
    });
  });

  test('char without a length keeps its trailing spaces', async () => {
    await migrated(`
CREATE DOMAIN loose AS bpchar; CREATE TABLE t (id int PRIMARY KEY, w bpchar, l loose, c char(4));
INSERT INTO t VALUES (1, 'a   ', 'b ', 'a'), (2, ' ', ' ', ''), (3, null, null, null), (4, '', '', 'abcd');`, async ({ result, source, target }) => {
      expect(result.status).toBe('verified');
      const shown = `SELECT id::text, textin(bpcharout(w)), textin(bpcharout(l)), octet_length(c)::text, pg_typeof(w)::text FROM public.t ORDER BY id`;
      expect(await target.arrays(shown)).toEqual(await source.arrays(shown));
    });
  });

  test('a composite type that the target has is compared as one', async () => {
    await using from = await freshDatabase();
    await using to = await freshDatabase();
    const { url, password } = splitUrl(to.url);
    using home = tempFolder('postgres-source');
    const comp = 'CREATE TYPE public.comp AS (a int, b text);';
    {
      await using source = await from.connect();
      await source.exec(`${comp} CREATE TABLE t (id int PRIMARY KEY, co comp); INSERT INTO t VALUES (1, row(null, null)), (2, null), (3, row(1, 'x'))`);
    }
    await using target = await to.connect();
    await target.exec(comp);
    const result = resultOf(await command(['migrate', from.url, '--target', url, '--format', 'json'], { home: home.path, password }));
    expect(result).toMatchObject({ status: 'verified', swapped: true });
    expect(await target.arrays(`SELECT co::text, pg_typeof(co)::text FROM public.t ORDER BY id`)).toEqual([['(,)', 'comp'], [null, 'comp'], ['(1,x)', 'comp']]);
  });

  test('comments cross with views, indexes and types; what stays behind is listed', async () => {
    await migrated(`
CREATE TYPE mood AS ENUM ('sad', 'happy'); COMMENT ON TYPE mood IS 'a type';
CREATE TABLE t (id int CONSTRAINT t_key PRIMARY KEY, m mood, n int CONSTRAINT positive CHECK (n > 0)); INSERT INTO t VALUES (1, 'sad', 1);
CREATE INDEX by_n ON t (n); CREATE INDEX partly ON t (id, n) WHERE n > 1; COMMENT ON INDEX by_n IS 'an ''index'''; COMMENT ON INDEX partly IS 'in part'; COMMENT ON INDEX t_key IS 'of a key';
COMMENT ON CONSTRAINT positive ON t IS 'a check';
CREATE VIEW v AS SELECT id, n AS "the n" FROM t; COMMENT ON VIEW v IS 'a view'; COMMENT ON COLUMN v."the n" IS 'its column';
CREATE RULE nothing AS ON DELETE TO t DO INSTEAD NOTHING; ALTER TABLE t ENABLE ROW LEVEL SECURITY; CREATE SEQUENCE alone START 50;
CREATE STATISTICS both_of ON id, n FROM t; CREATE PUBLICATION feed_of_t FOR TABLE t; CREATE TYPE pair AS (a int, b int); SELECT lo_from_bytea(0, '\\x01');`, async ({ result, target }) => {
      expect(result.status).toBe('verified');
      const comments = `SELECT obj_description('public.mood'::regtype), obj_description('public.by_n'::regclass),
        obj_description('public.partly'::regclass), obj_description('public.v'::regclass), col_description('public.v'::regclass, 2)`;
      expect(await target.arrays(comments)).toEqual([['a type', "an 'index'", 'in part', 'a view', 'its column']]);
      expect(result.findings.filter(({ code }) => code.startsWith('source.pg.')).map(({ code, object }) => `${code.slice('source.pg.'.length)} ${object}`).toSorted()).toEqual([
        'comment public.t: positive', 'comment public.t_key', 'large-objects 1', 'publication feed_of_t', 'row-security public.t', 'rule public.t: nothing', 'sequence public.alone', 'statistics public.both_of', 'type public.pair',
      ]);
    });
  });

  test('databases that quote all identifiers are read and written like others', async () => {
    await migrated(`
CREATE TYPE mood AS ENUM ('sad', 'happy');
CREATE TABLE t (id serial PRIMARY KEY, d date DEFAULT now(), n numeric(5,2) CHECK (n < 500), iv interval, l int[], m mood DEFAULT 'sad', g int GENERATED ALWAYS AS (cardinality(l)) STORED);
INSERT INTO t (d, n, iv, l) VALUES ('2024-02-29', 1.5, '1 day', '{1,2}'); CREATE INDEX ON t (abs(n)) WHERE m <> 'sad'; CREATE VIEW v AS SELECT m FROM t;`, async ({ result, target }) => {
      expect(result).toMatchObject({ status: 'verified', swapped: true });
      expect(result.objects.filter(({ outcome }) => outcome === 'listed')).toEqual([]);
      expect(await target.arrays(`SELECT format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = 'public.t'::regclass AND attnum > 0 ORDER BY attnum`)).toEqual([['integer'], ['date'], ['numeric(5,2)'], ['interval'], ['integer[]'], ['mood'], ['integer']]);
      expect(await target.arrays(`INSERT INTO public.t (n) VALUES (2) RETURNING id::text`)).toEqual([['2']]);
    }, ['quote_all_identifiers = on']);
  });
});

describe.skipIf(!hasPostgres())('a rolled back run from PostgreSQL', () => {
  test('leaves the target as it was, types included', async () => {
    await using from = await freshDatabase();
    await using target = await freshDatabase();
    const { url, password } = splitUrl(target.url);
    using home = tempFolder('postgres-rollback');
    {
      await using session = await from.connect();
      await session.exec(`CREATE TYPE mood AS ENUM ('sad', 'happy'); CREATE TABLE t (id int PRIMARY KEY, m mood DEFAULT 'sad', l mood[]); INSERT INTO t VALUES (1, 'happy', '{sad}'); CREATE VIEW v AS SELECT m FROM t WHERE m > 'sad'`);
    }
    await using session = await target.connect();
    const types = async () => (await session.arrays(`SELECT n.nspname || '.' || t.typname FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace WHERE n.nspname !~ '^pg_|information_schema' ORDER BY 1`)).flat();
    const options = { home: home.path, password };
    const before = await types();
    const migrate = (...more: string[]) => command(['migrate', from.url, '--target', url, '--format', 'json', ...more], options);
    const first = resultOf(await migrate());
    expect(first).toMatchObject({ status: 'verified', swapped: true });
    const between = await types();
    expect(between).toContain('public.mood');
    // The second run finds the enumeration there and uses it.
    const second = resultOf(await migrate('--if-exists', 'replace'));
    expect(second).toMatchObject({ status: 'verified', swapped: true });
    expect((await command(['rollback', second.runId], options)).code).toBe(0);
    expect(await types()).toEqual(between);
    expect((await session.arrays('SELECT m::text FROM public.v')).flat()).toEqual(['happy']);
    expect((await command(['rollback', first.runId], options)).code).toBe(0);
    expect(await types()).toEqual(before);
    await session.exec(`CREATE TYPE public.mood AS ENUM ('other')`);
    expect(refusalOf(await migrate())).toMatchObject({ code: 'TARGET_EXISTS' });
  });
});
