/** A program made its own tables: rows go into them as they are, and come out again exactly. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { buildSqlite, hasPostgres, tempFolder } from '../../src-main/test-support/index.ts';
import { catalogState } from './catalog-state.ts';
import { migrationOf, type Migration } from './migrate-file.ts';

const folder = tempFolder('adopt');
afterAll(() => folder[Symbol.dispose]());

const source = `
CREATE TABLE userAccounts (id INTEGER PRIMARY KEY AUTOINCREMENT, fullName TEXT NOT NULL, loginCount BIGINT, mood TEXT, created TEXT);
CREATE TABLE posts (id INTEGER PRIMARY KEY, author INTEGER REFERENCES userAccounts(id), replyTo INTEGER REFERENCES posts(id), body TEXT);
CREATE INDEX posts_by_author ON posts(author); CREATE VIEW names AS SELECT fullName FROM userAccounts;
CREATE TRIGGER named INSTEAD OF INSERT ON names BEGIN INSERT INTO userAccounts (fullName) VALUES (new.fullName); END;
CREATE TRIGGER trimmed AFTER INSERT ON posts BEGIN UPDATE posts SET body = trim(body) WHERE id = new.id; END;
INSERT INTO userAccounts (fullName, loginCount, mood, created) VALUES ('Ana', 3, 'glad', '2024-05-06 07:08:09'), ('Bento', NULL, 'sad', '2024-05-07 00:00:00');
INSERT INTO posts VALUES (1, 2, 2, 'first'), (2, 1, NULL, 'second');`;

const program = `
CREATE TYPE mood AS ENUM ('glad', 'sad'); CREATE DOMAIN named AS varchar(40) CHECK (VALUE <> '');
CREATE TABLE posts (id integer PRIMARY KEY, author integer NOT NULL, reply_to integer REFERENCES posts, body text DEFAULT '', seen boolean NOT NULL DEFAULT false, length integer GENERATED ALWAYS AS (char_length(body)) STORED);
CREATE TABLE user_accounts (id serial PRIMARY KEY, full_name named NOT NULL, login_count integer, mood mood, created timestamptz NOT NULL DEFAULT now(), favourite integer REFERENCES posts);
ALTER TABLE posts ADD FOREIGN KEY (author) REFERENCES user_accounts ON DELETE CASCADE;
CREATE TABLE audit (what text);
CREATE FUNCTION noted() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN INSERT INTO audit VALUES (TG_OP); RETURN NEW; END';
CREATE TRIGGER noted AFTER INSERT OR UPDATE OR DELETE ON posts FOR EACH ROW EXECUTE FUNCTION noted();
CREATE TRIGGER off BEFORE INSERT ON posts FOR EACH ROW EXECUTE FUNCTION noted(); ALTER TABLE posts DISABLE TRIGGER off;
GRANT SELECT ON posts TO PUBLIC; COMMENT ON TABLE posts IS 'own';`;

function build(name: string, sql: string): string {
  mkdirSync(join(folder.path, 'files'), { recursive: true });
  return buildSqlite(join(folder.path, 'files', name), sql);
}

const refused = async (it: Migration, path: string, ...words: string[]) => {
  const ended = await it.run(['migrate', path, '--target', it.database.url.replace(/:[^:@/]*@/, '@'), '--format', 'json', ...words]);
  const found: { error?: { code: string; message: string } } = JSON.parse(ended.stdout);
  return { exit: ended.code, code: found.error?.code, message: found.error?.message ?? '' };
};

describe.skipIf(!hasPostgres())('the target’s own tables', () => {
  test('take the rows by their names and types, with keys, grants, triggers and identities as they were, and give them back', async () => {
    await using it = await migrationOf(build('program.db', source), folder.path);
    await it.session.exec(program);
    const before = await catalogState(it.session);
    const oids = () => it.session.arrays(`SELECT oid::text, relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' ORDER BY 2`);
    const owned = await oids();
    const { exit, result, stderr } = await it.migrate(['--adopt']);
    expect({ exit, status: result.status, swapped: result.swapped }, stderr).toEqual({ exit: 0, status: 'verified', swapped: true });
    expect(result.tables.map(({ target, merged }) => [target.table, merged])).toEqual([['userAccounts', 'user_accounts'], ['posts', 'posts']].map(([, name]) => [name, { inserted: 2, updated: 0, unchanged: 0 }]));
    expect(await oids()).toEqual(owned);
    expect(await it.session.arrays(`SELECT id::text, full_name, login_count::text, mood::text, created::text FROM user_accounts ORDER BY id`)).toEqual([
      ['1', 'Ana', '3', 'glad', '2024-05-06 07:08:09+00'], ['2', 'Bento', null, 'sad', '2024-05-07 00:00:00+00']]);
    expect(await it.session.arrays(`SELECT id::text, reply_to::text, seen::text, length::text FROM posts ORDER BY id`)).toEqual([['1', '2', 'false', '5'], ['2', null, 'false', '6']]);
    expect(await it.session.arrays('SELECT what FROM audit')).toEqual([]);
    expect(await it.session.arrays('SELECT tgname, tgenabled::text FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1')).toEqual([['noted', 'O'], ['off', 'D']]);
    expect(result.objects.filter(({ kind }) => kind === 'foreign key' || kind === 'index').map(({ kind, outcome }) => `${kind} ${outcome}`).toSorted()).toEqual(['foreign key translated', 'foreign key translated', 'index listed']);
    expect(result.objects.filter(({ kind }) => kind === 'view' || kind === 'trigger').map(({ name, outcome }) => `${name} ${outcome}`).toSorted()).toEqual(['named listed', 'names listed', 'trimmed listed']);
    it.expectEveryCell(result);
    expect((await it.session.one(`SELECT nextval('user_accounts_id_seq')::text AS next`))?.['next']).toBe('3');
    await it.session.exec(`SELECT setval('user_accounts_id_seq', 3, false)`);
    const verified = await it.run(['verify', result.runId]);
    expect(verified.code, verified.stdout + verified.stderr).toBe(0);
    const ended = await it.run(['rollback', result.runId]);
    expect(ended.code, ended.stderr).toBe(0);
    expect(await catalogState(it.session)).toEqual(before);
    expect(await it.session.arrays('SELECT what FROM audit')).toEqual([]);
  });

  test('keep a program’s later rows: what the run wrote and somebody changed stays, and so does what would go with it', async () => {
    await using it = await migrationOf(build('later.db', source), folder.path);
    await it.session.exec(program);
    const { result } = await it.migrate(['--adopt']);
    await it.session.exec(`INSERT INTO posts VALUES (50, 1, NULL, 'later')`);
    const carried = await it.run(['rollback', result.runId, '--format', 'json']);
    expect([carried.code, carried.stdout]).toEqual([2, expect.stringContaining('ROWS_CHANGED')]);
    await it.session.exec(`DELETE FROM posts WHERE id = 50; UPDATE user_accounts SET login_count = 9 WHERE id = 1`);
    const changed = await it.run(['rollback', result.runId, '--format', 'json']);
    expect([changed.code, changed.stdout]).toEqual([2, expect.stringMatching(/ROWS_CHANGED[^]*of 2 rows.*1 was changed/)]);
    expect((await it.run(['complete', result.runId])).code).toBe(0);
    expect(await it.session.arrays(`SELECT count(*)::text FROM posts`)).toEqual([['2']]);
  });

  test('refuse what they cannot take, and say which', async () => {
    const path = build('misfit.db', `${source} CREATE TABLE extra (a); INSERT INTO extra VALUES (1); ALTER TABLE posts ADD COLUMN lost TEXT; UPDATE userAccounts SET loginCount = 3000000000 WHERE id = 1;`);
    await using it = await migrationOf(path, folder.path);
    await it.session.exec(`${program} ALTER TABLE posts ADD COLUMN must text NOT NULL`);
    const all = await refused(it, path, '--adopt');
    expect(all).toMatchObject({ exit: 2, code: 'SCHEMA_MISMATCH' });
    for (const part of ['posts.lost', 'extra: ', 'wants a value in must']) expect(all.message).toContain(part);
    await it.session.exec('ALTER TABLE posts DROP COLUMN must');
    const before = await catalogState(it.session);
    expect(await refused(it, path, '--adopt', '--override', 'posts.lost:exclude=true')).toMatchObject({ code: 'SCHEMA_MISMATCH', message: expect.stringMatching(/^extra: [^;]*$/) });
    expect(await refused(it, path, '--adopt', '--if-exists', 'replace')).toMatchObject({ code: 'INVALID_INPUT' });
    const stopped = await it.migrate(['--adopt', '--override', 'posts.lost:exclude=true', '--override', 'extra:create=true']);
    // The value that INTEGER cannot hold was counted beforehand and its row rejected; a row that points at it would break the program's own key.
    expect(stopped.result).toMatchObject({ status: 'stopped', rejects: { rows: 1 } });
    expect(stopped.result.findings).toContainEqual(expect.objectContaining({ code: 'plan.finding.adopt-rejects', table: 'userAccounts', column: 'loginCount', count: '1' }));
    expect(await refused(it, path, '--adopt', '--override', 'posts.lost:exclude=true', '--override', 'extra:exclude=true', '--max-rejects', '1')).toMatchObject({ exit: 4, code: 'ROWS_REFUSED', message: expect.stringContaining('refused the rows – insert or update on table "posts"') });
    for (const run of await it.session.arrays('SELECT run FROM travessia.runs')) expect((await it.run(['rollback', run[0] ?? ''])).code).toBe(0);
    expect(await catalogState(it.session)).toEqual(before);
    await it.session.exec(`INSERT INTO user_accounts (full_name) VALUES ('there')`);
    expect(await refused(it, path, '--adopt', '--override', 'posts.lost:exclude=true', '--override', 'extra:exclude=true')).toMatchObject({ exit: 2, code: 'TARGET_EXISTS', message: expect.stringContaining('holds rows') });
  });

  test('take rows beside those they have where asked to, and create what is asked for, pointing at them', async () => {
    const path = build('beside.db', `CREATE TABLE kind (id INTEGER PRIMARY KEY, name TEXT); CREATE TABLE thing (id INTEGER PRIMARY KEY, kind INTEGER REFERENCES kind(id)); INSERT INTO kind VALUES (7, 'x'); INSERT INTO thing VALUES (1, 7);`);
    await using it = await migrationOf(path, folder.path);
    await it.session.exec(`CREATE TABLE kind (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name varchar(10)); INSERT INTO kind (name) VALUES ('there')`);
    const before = await catalogState(it.session);
    const { exit, result, stderr } = await it.migrate(['--adopt', '--if-exists', 'append', '--override', 'thing:create=true']);
    expect({ exit, status: result.status }, stderr).toEqual({ exit: 0, status: 'verified' });
    expect(await it.session.arrays(`SELECT conrelid::regclass::text, confrelid::regclass::text, convalidated::text FROM pg_constraint WHERE contype = 'f'`)).toEqual([['thing', 'kind', 'true']]);
    expect((await it.session.one(`INSERT INTO kind (name) VALUES ('next') RETURNING id::text`))?.['id']).toBe('8');
    const verified = await it.run(['verify', result.runId]);
    expect(verified.code, verified.stdout).toBe(0);
    await it.session.exec(`DELETE FROM kind WHERE name = 'next'; SELECT setval('kind_id_seq', 8, false)`);
    expect((await it.run(['rollback', result.runId])).code).toBe(0);
    expect(await catalogState(it.session)).toEqual(before);
  });

  test('rows that break a key are repaired as the target’s types compare them', async () => {
    await using it = await migrationOf(build('loose.db', `PRAGMA foreign_keys = OFF; CREATE TABLE owner (id TEXT PRIMARY KEY); CREATE TABLE pet (id INTEGER PRIMARY KEY, owner TEXT REFERENCES owner (id), chip TEXT UNIQUE);
      INSERT INTO owner VALUES ('1'), ('2'); INSERT INTO pet VALUES (1, '1', '1.50'), (2, '9', '2'), (3, '2', '1.5'), (4, NULL, '7');`), folder.path);
    await it.session.exec('CREATE TABLE owner (id integer PRIMARY KEY); CREATE TABLE pet (id bigint PRIMARY KEY, owner integer REFERENCES owner, chip numeric UNIQUE)');
    const { exit, result, stderr } = await it.migrate(['--adopt', '--repair', 'orphans=quarantine', '--repair', 'duplicates=quarantine']);
    expect({ exit, status: result.status, swapped: result.swapped }, stderr).toEqual({ exit: 1, status: 'rejects', swapped: true });
    expect(result.repairs?.map(({ object, quarantined }) => [object, quarantined])).toEqual([['pet_chip_key', 1], ['pet_owner_fkey', 1]]);
    expect(await it.session.arrays('SELECT id::text, owner::text, chip::text FROM pet ORDER BY id')).toEqual([['1', '1', '1.50'], ['4', null, '7']]);
  });

  test('a browser’s moments go into a program’s own columns without zone as it writes them itself, where its template knows them', async () => {
    const path = join(folder.path, 'localStorage.json');
    const at = (zone: string): string => `2025-01-09T00:30:00.250${zone}`;
    const user = { id: '00000000-0000-4000-8000-000000000001', name: 'Zé', createdAt: at('Z'), updatedAt: at('+02:00') };
    writeFileSync(path, JSON.stringify({ users: JSON.stringify([user]), issues: '[]' }));
    await using it = await migrationOf(path, folder.path);
    await it.session.exec(`CREATE TABLE users (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), name text NOT NULL, email text UNIQUE, created_at timestamp DEFAULT now(), updated_at timestamp DEFAULT now(), last_sync_at timestamp, device_id text)`);
    const words = ['--adopt', '--override', 'key_value:exclude=true'];
    const { exit, result, stderr } = await it.migrate([...words, '--template', 'offline-first']);
    expect({ exit, status: result.status }, stderr).toEqual({ exit: 0, status: 'verified' });
    expect(await it.session.arrays('SELECT created_at::text, updated_at::text FROM users')).toEqual([['2025-01-09 00:30:00.25', '2025-01-08 22:30:00.25']]);
    expect(result.tables[0]?.columns.flatMap(({ target, cast }) => (cast === undefined ? [] : [[target, cast]]))).toEqual([['created_at', 'zone to utc'], ['updated_at', 'zone to utc']]);
    expect((await it.run(['rollback', result.runId])).code).toBe(0);
    // Nobody else says that a column without zone means UTC: without the template its rows are rejected, unless a person says it.
    const names = ['createdAt:name=created_at', 'updatedAt:name=updated_at', 'id:type=uuid'].flatMap((each) => ['--override', `users.${each}`]);
    const stopped = await it.migrate([...words, ...names]);
    expect([stopped.exit, stopped.result.rejects.rows]).toEqual([4, 1]);
    expect((await it.run(['rollback', stopped.result.runId])).code).toBe(0);
    const said = await it.migrate([...words, ...names, '--override', 'users.*At:type=timestamp,cast=zone to utc']);
    expect({ exit: said.exit, status: said.result.status }, said.stderr).toEqual({ exit: 0, status: 'verified' });
  });
});
