/** From PGlite (folder and archive) and from PostgreSQL into PostgreSQL, by the command line: every value compared as PostgreSQL itself writes it. */
import { cpSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Assessment } from '../../shared/model/assessment.ts';
import type { PgSession } from '../../src-main/drivers/postgres/index.ts';
import { freshDatabase, hasPostgres, tempFolder } from '../../src-main/test-support/index.ts';
import { command, refusalOf, resultOf, splitUrl } from './command-line.ts';
import { listed } from './listed.ts';

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
