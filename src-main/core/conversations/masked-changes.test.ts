/** The SQL of a change as a DBA with masks on reviews it: no key and no value in clear, and yet it does what it says. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freshDatabase, hasPostgres, tempFolder, type TestDatabase } from '../../test-support/index.ts';
import { at, expectNone, quoted, rows, testConsole } from '../../test-support/test-console.ts';

const temp = tempFolder('masked-changes');
const [mail, phone, other] = ["ana.o'hara@example.com", '11987001122', 'a\\b@example.com'] as const;
const needles = ["ana.o'hara", "ana.o''hara", phone, 'a\\b@', 'a\\\\b@', '390.533'];

let database: TestDatabase | undefined;
const libraries = { mail: '', phone: '' };

const { ask, reply, job, close } = testConsole(temp.path);
const sqlOf = (plan: unknown): string => (at(plan, 'statements') as { sql: string }[]).map(({ sql }) => sql).join('\n');
const expectClean = (text: string): void => expectNone(text, needles);
const carryOut = (plan: unknown): Promise<string> => job('conversations/change', { id: at(plan, 'id'), hash: at(plan, 'hash') });
const rowsOf = async (library: string): Promise<unknown[]> => rows(await ask('conversations/list', { library }));
async function keyOf(library: string, preview: string): Promise<string> {
  return String(at((await rowsOf(library)).find((row) => at(row, 'title') === preview), 'key'));
}

beforeAll(async () => {
  if (!hasPostgres()) return;
  database = await freshDatabase();
  await using session = await database.connect();
  for (const [name, id, keys] of [['mails', 'id', [mail, other, 'plain']], ['phones', 'phone', [phone, '21900000000']]] as const) {
    await session.exec(`CREATE SCHEMA ${name}; CREATE TABLE ${name}.conversations (${id} text PRIMARY KEY, name text, created_at timestamptz); CREATE TABLE ${name}.messages (id text PRIMARY KEY, talk text REFERENCES ${name}.conversations ON DELETE CASCADE, role text, content text, created_at timestamptz)`);
    for (const [index, key] of keys.entries()) {
      await session.exec(`INSERT INTO ${name}.conversations VALUES (${quoted(key)}, ${index === 0 ? "'Case of CPF 390.533.447-05'" : `'Case ${index}'`}, now()); INSERT INTO ${name}.messages SELECT ${quoted(key)} || '/' || n, ${quoted(key)}, 'user', 'giraffe', now() FROM generate_series(1, 2) n`);
    }
    const table = (table: string): object => ({ schema: name, name: table });
    const mapping = {
      adapter: 'generic', conversations: { table: table('conversations'), id: { column: id }, title: { column: 'name' }, created: { column: 'created_at', as: 'auto' } },
      messages: { table: table('messages'), id: { column: 'id' }, conversation: { column: 'talk' }, role: { column: 'role' }, content: { column: 'content' }, contentAs: 'text', created: { column: 'created_at', as: 'auto' } },
    };
    libraries[name === 'mails' ? 'mail' : 'phone'] = String(at(await ask('libraries/add', { source: database.url, name, mapping }), 'id'));
  }
}, 120_000);

afterAll(async () => {
  await close();
  await database?.close();
  temp.remove();
});

test.skipIf(!hasPostgres())('deleted, renamed and rewritten by what is shown masked, and put back', async () => {
  await using session = await (database ?? await freshDatabase()).connect();
  const count = async (sql: string): Promise<string | null | undefined> => (await session.query(`SELECT count(*)::text AS n FROM ${sql}`)).rows[0]?.['n'];
  for (const [library, table, first] of [[libraries.mail, 'mails', mail], [libraries.phone, 'phones', phone]] as const) {
    const column = table === 'mails' ? 'id' : 'phone';
    const key = await keyOf(library, 'Case of CPF ⟨cpf⟩');
    expect(key).toMatch(/^k~/);
    const plan = await ask('conversations/change-plan', { library, change: { kind: 'delete', conversation: key } });
    expect(plan).toMatchObject({ masked: true });
    expect(sqlOf(plan)).toContain(`'${key}'`);
    expect(sqlOf(plan)).toContain('Case of CPF ⟨cpf⟩');
    expectClean(JSON.stringify(plan));
    await carryOut(plan);
    expect(await count(`${table}.conversations WHERE ${column} = ${quoted(first)}`)).toBe('0');
    const [kept] = await ask('conversations/kept', { library }) as unknown[];
    expectClean(JSON.stringify(kept));
    const back = await ask('conversations/change-plan', { library, change: { kind: 'undo', kept: at(kept, 'id') } });
    expectClean(JSON.stringify(back));
    await carryOut(back);
    expect(await count(`${table}.messages WHERE talk = ${quoted(first)}`)).toBe('2');

    // What the DBA typed stands as it was typed.
    const renamed = await ask('conversations/change-plan', { library, change: { kind: 'rename', conversation: key, title: 'Call 11 98765-4321' } });
    expect(sqlOf(renamed)).toContain("'Call 11 98765-4321'");
    expectClean(JSON.stringify(renamed));
    await carryOut(renamed);
    expect(await count(`${table}.conversations WHERE ${column} = ${quoted(first)} AND name = 'Call 11 98765-4321'`)).toBe('1');
    if (table === 'phones') continue;
    const message = String(at(await ask('conversations/messages', { library, conversation: key }), 'rows', 0, 'key'));
    const rewritten = await ask('conversations/change-plan', { library, change: { kind: 'rewrite', message, text: "It's said" } });
    expect(sqlOf(rewritten)).toContain("'It''s said'");
    expectClean(JSON.stringify(rewritten));
    await carryOut(rewritten);
    expect(await count(`${table}.messages WHERE content = 'It''s said'`)).toBe('1');
    expectClean(JSON.stringify(await ask('conversations/kept', { library })));
  }
  const slashed = await ask('conversations/change-plan', { library: libraries.mail, change: { kind: 'delete', conversation: await keyOf(libraries.mail, 'Case 1') } });
  expectClean(JSON.stringify(slashed));
  expect(await ask('conversations/change-plan', { library: libraries.mail, change: { kind: 'delete', conversation: 'plain' } })).toMatchObject({ masked: false });
});

test.skipIf(!hasPostgres())('a key typed in clear is as one that does not exist, while masks are on', async () => {
  for (const [library, there, not] of [[libraries.mail, mail, 'nobody@example.com'], [libraries.phone, phone, '31900000000']] as const) {
    const [one, none] = [await reply('conversations/change-plan', { library, change: { kind: 'delete', conversation: there } }), await reply('conversations/change-plan', { library, change: { kind: 'delete', conversation: not } })];
    expect(one).toMatchObject({ ok: false, error: { code: 'NOT_FOUND' } });
    expect(one).toEqual(none);
  }
  expectClean(String(at(await ask('audit/export', {}), 'text')));
});

test.skipIf(!hasPostgres())('with masks off the SQL is the very SQL', async () => {
  await ask('settings/set', { masking: false });
  const plan = await ask('conversations/change-plan', { library: libraries.mail, change: { kind: 'delete', conversation: mail } });
  expect(plan).toMatchObject({ masked: false });
  expect(sqlOf(plan)).toContain("'ana.o''hara@example.com'");
  expect(String(at(plan, 'id'))).toMatch(/^delete k~/);
});
