/** The command line in Portuguese: the same commands in both languages, and no line of the one stands in the other. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, describe, expect, test } from 'vitest';
import { freshDatabase, hasPostgres, tempFolder } from '../../src-main/test-support/index.ts';
import { writeSampleSqlite } from '../../src-main/core/conversations/samples/index.ts';
import { command, splitUrl, type Ended } from './command-line.ts';

const folder = tempFolder('portuguese');
const locale = 'pt_BR.UTF-8';
afterAll(() => folder.remove());

/** Words that no Portuguese sentence has; what is no sentence (SQL, options, names in quotes, codes in capitals, commands) is left out before. */
const english = /\b(?:the|is|are|was|were|of|with|and|not|rows?|tables?|columns?|it|its|that|which|be|has|have|cannot|from|see|run|by|there|this|found|file)\b/i;
const noSentence = /“[^”]*”|\S+\|\S+|\b[a-z]+:(?=[\s,])|"(?:[^"]|"")*"|'[^']*'|\b[A-Z_]{2,}\b|--?[a-z][a-z-]*(?:=\S+)?|\btravessia (?:[a-z-]+ ?){1,2}|\S*[/\\]\S*|\b\w+\.(?:\w|\.)+|\b\w+_\w+\b/g;
const plain = (line: string): string => line.replaceAll(noSentence, ' ');
const linesOf = ({ stdout, stderr }: Ended): string[] => `${stdout}\n${stderr}`.split('\n').map((line) => line.trim());

/** Lines of the Portuguese that are also lines of the English, or hold words of it. SQL is the same in both. */
function missesOf(pt: Ended, en: Ended): string[] {
  const said = new Set(linesOf(en));
  return linesOf(pt).filter((line) => !/^(?:[A-Z]{2,} .*;|[^a-z]*)$/.test(line) && ((said.has(line) && /[a-z]{2}/i.test(plain(line))) || english.test(plain(line))));
}

const base = { home: folder.path };
/** A command that changes nothing, in both languages. */
async function expectSaid(words: readonly string[], password?: string): Promise<Ended> {
  const options = { ...base, ...(password === undefined ? {} : { password }) };
  const en = await command(words, options);
  const pt = await command(words, { ...options, locale });
  expect.soft({ words, code: pt.code, misses: missesOf(pt, en) }).toEqual({ words, code: en.code, misses: [] });
  return pt;
}

function make(name: string, sql: string): string {
  const path = join(folder.path, name);
  const db = new Database(path);
  db.exec(`PRAGMA foreign_keys = OFF; ${sql}`);
  db.close();
  return path;
}

const shop = make('shop.db', `CREATE TABLE person (id INTEGER PRIMARY KEY, name TEXT COLLATE NOCASE, born TEXT, active BOOLEAN, level INTEGER, data JSON);
  CREATE TABLE "order" (id INTEGER PRIMARY KEY AUTOINCREMENT, person INTEGER REFERENCES person (id), total NUMERIC CHECK (total > 0), at INTEGER, note TEXT);
  CREATE INDEX by_at ON "order" (at DESC) WHERE note IS NOT NULL; CREATE UNIQUE INDEX by_name ON person (lower(name));
  CREATE VIEW per AS SELECT person, count(*) AS n, group_concat(note) AS notes FROM "order" GROUP BY person; CREATE VIEW odd AS SELECT printf('%q', name) AS x FROM person;
  CREATE TABLE wr (a TEXT PRIMARY KEY, b BLOB) WITHOUT ROWID; CREATE TABLE strange (x, y, z DECIMAL(10,2), g INTEGER GENERATED ALWAYS AS (id + 1) STORED, id INTEGER PRIMARY KEY); CREATE VIRTUAL TABLE fts USING fts5(body);
  INSERT INTO person VALUES (1, 'Ana', '1990-01-02', 1, 3, '{"a":1}'), (2, 'Bob', 'nope', 0, 'x12', 'bad'), (3, 'Zé', NULL, 1, 4, NULL);
  INSERT INTO "order" VALUES (1, 1, 10.5, 1700000000, 'a'), (2, 9, 12.5, 1700000001, NULL), (3, 2, 'oops', 1700000002, 'c');
  INSERT INTO wr VALUES ('k' || char(0) || 'z', x'00ff'), ('b', 'text'); INSERT INTO strange (x, y, z) VALUES (1, 'a', 1.25), ('t', 2.5, 'x'); INSERT INTO fts VALUES ('hello');
  CREATE TRIGGER t1 AFTER INSERT ON "order" BEGIN UPDATE person SET level = level + 1 WHERE id = NEW.person; END; CREATE TRIGGER t2 AFTER INSERT ON "order" BEGIN SELECT hex(randomblob(4)); END`);

test('help, of the program and of every command', async () => {
  const all = (await command(['--help'], base)).stdout.matchAll(/^  ([a-z]+)  /gm);
  const names = [...all].map(([, name]) => name ?? '');
  expect(names.length).toBeGreaterThan(20);
  for (const words of [['--help'], ['call', '--list'], ...names.map((name) => [name, '--help'])]) await expectSaid(words);
});

test('the option counts before the environment, and what scripts read is the same', async () => {
  const none = await command(['runs', '--language', 'pt-BR'], base);
  expect(none.stdout).toBe('Nenhuma execução ainda.\n');
  expect((await command(['runs', '--language=en'], { ...base, locale })).stdout).toBe('No runs yet.\n');
  for (const words of [['show', 'nope', '--format', 'json'], ['assess', 'nope.db', '--format', 'json']]) expect((await command(words, { ...base, locale })).stdout).toBe((await command(words, base)).stdout);
});

test('errors', async () => {
  writeFileSync(join(folder.path, 'text.db'), 'no database at all, but text');
  writeFileSync(join(folder.path, 'plan.json'), '{"format": "travessia-plan/1", "tables": 3}');
  const migrate = 'migrate SHOP --target embedded';
  const said = [
    'frobnicate', 'runs --frobnicate', 'runs more', 'runs --format xml', 'runs --language fr', 'runs --help=1', 'show', 'show x', 'rollback x', 'verify x', 'evidence x', 'evidence x --out SHOP',
    'migrate SHOP', 'migrate SHOP --target', 'migrate SHOP --target=', 'migrate SHOP --target nowhere', 'migrate plan.json', 'migrate plan.json --target embedded', 'verify SHOP --plan none.json', 'plan SHOP --target embedded --out SHOP',
    ...['--jobs many', '--if-exists perhaps', '--template none', '--where x', '--override x', '--override {x', '--override a.b:type=3,what=4', '--override a:nul=perhaps', '--repair x'].map((option) => `${migrate} ${option}`),
    'mend x', 'mend x --set y', 'mend x --set a=1 --reject 1', 'assess none.db', 'assess text.db', 'assess HOME', 'assess SHOP --memory 300', 'assess SHOP --report SHOP', 'assess postgres://nobody@127.0.0.1:1/x',
    'libraries', 'libraries frobnicate', 'libraries remove x', 'libraries add none.db', 'libraries add SHOP', 'libraries add SHOP --mapping plan.json', 'conversations list x', 'replicas refresh x',
    'server frobnicate', 'server url none', 'profile frobnicate', 'audit export --out SHOP', 'call no/call --input {',
  ];
  for (const each of said) {
    const ended = await expectSaid(each.split(' ').map((word) => word.replace('SHOP', shop).replace('HOME', folder.path)));
    expect.soft(ended.code, each).toBeGreaterThan(1);
  }
});

test('libraries, conversations, the profile and the audit', async () => {
  const chats = join(folder.path, 'chats.db');
  writeSampleSqlite(chats, 'four-table', { conversations: 12, messages: 6 });
  await command(['libraries', 'add', chats], { ...base, locale });
  const [row]: { key: string }[] = JSON.parse((await command(['conversations', 'list', 'chats', '--format', 'json'], base)).stdout).rows;
  const wordsOf = (each: string): string[] => each.split(' ').map((word) => word.replace('SHOP', shop).replace('CHATS', chats).replace('KEY', row?.key ?? ''));
  const said = [
    'libraries list', 'libraries detect SHOP', 'libraries index chats', 'conversations stats chats', 'conversations list chats has:nothing', 'conversations search chats roel:user', 'conversations search chats qwxyz',
    'conversations changes chats', 'conversations delete chats KEY', 'conversations export chats --out x.unknown', 'conversations export chats --out CHATS --as json', 'replicas list', 'profile show', 'audit check', 'server status',
  ];
  for (const each of said) await expectSaid(wordsOf(each));
  // What people wrote is in whatever language it is.
  for (const each of ['conversations list chats --limit 2', 'conversations search chats role:user --limit 2', 'conversations show chats KEY --limit 2', 'audit list --limit 3']) {
    const [en, pt] = [await command(wordsOf(each), base), await command(wordsOf(each), { ...base, locale })];
    expect(pt.code, pt.stderr).toBe(0);
    expect(pt.stdout, each).not.toBe(en.stdout);
  }
});

describe.skipIf(!hasPostgres())('a migration', () => {
  test('assessed, planned, stopped by rejects, mended, taken up, compared, taken back', async () => {
    await using database = await freshDatabase();
    const { url, password } = splitUrl(database.url);
    const run = (...words: string[]) => command(words, { ...base, password, locale });
    const nothing: Ended = { code: 0, stdout: '', stderr: '' };
    /** Changes something: only in Portuguese. */
    const expectDone = async (code: number, ...words: string[]): Promise<Ended> => {
      const pt = await run(...words);
          expect.soft({ words, code: pt.code, misses: missesOf(pt, nothing) }, pt.stderr).toEqual({ words, code, misses: [] });
      return pt;
    };
    await expectSaid(['assess', shop]);
    const plan = join(folder.path, 'shop.plan.json');
    await expectDone(0, 'plan', shop, '--target', url, '--out', plan, '--override', 'person.level:type=bigint', '--override', 'strange.y:type=bigint');
    expect(readFileSync(plan, 'utf8')).not.toMatch(/linha|tabela/);
    // Its first line names the plan, which is another each time it is read.
    const sql = async (said: string): Promise<string> => (await command(['plan', plan, '--sql'], { ...base, password, locale: said })).stdout.replace(/^.*\n/, '');
    expect(await sql(locale)).toBe(await sql('C'));
    await expectDone(4, 'migrate', plan);
    const [{ id }]: [{ id: string }] = JSON.parse((await run('runs', '--format', 'json')).stdout);
    for (const words of [['runs'], ['show', id], ['rejects', id], ['rejects', id, '--limit', '1']]) await expectSaid(words, password);
    await expectDone(2, 'mend', id, '--reject', '1', '--set', 'level=x');
    await expectDone(0, 'mend', id, '--reject', '1', '--set', 'level:integer=12');
    await expectDone(1, 'resume', id, '--max-rejects', 'all');
    {
      await using session = await database.connect();
      await session.exec(`DELETE FROM public.person WHERE id = 3; INSERT INTO public.person (id, name) VALUES (7, 'new'); UPDATE public.wr SET b = NULL; DROP INDEX public.by_at`);
    }
    for (const words of [['verify', id, '--rows', '--sha256'], ['show', id], ['rejects', id, '--mended'], ['migrate', plan], ['resume', id], ['mend', id, '--reject', '2', '--set', 'level=1']]) await expectSaid(words, password);
    await expectDone(0, 'rollback', id);
    for (const words of [['show', id], ['complete', id]]) await expectSaid(words, password);
    await expectDone(1, 'migrate', plan, '--max-rejects', 'all');
    const [second]: { id: string }[] = JSON.parse((await run('runs', '--format', 'json')).stdout);
    await expectDone(0, 'evidence', second?.id ?? '', '--out', join(folder.path, 'evidence'));
    await expectDone(0, 'complete', second?.id ?? '', '--archive', join(folder.path, 'archive'));
  });
});
