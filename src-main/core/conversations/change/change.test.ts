import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import type { Mapping } from '../../../../shared/model/conversation-mapping.ts';
import { mappingSchema } from '../../../../shared/model/conversation-mapping.ts';
import type { PgSession } from '../../../drivers/postgres/index.ts';
import { freshDatabase, hasPostgres, testSeed } from '../../../test-support/index.ts';
import { countsOf, hashOf, listKept, look, perform, performPurge, planDelete, planForget, planPurge, planRename, planRewrite, planUndo, type ChangePlan, type DeletionPlan } from './index.ts';

/** The four tables and what real databases have around them: keys of all kinds, triggers, computed columns, every sort of type. */
const schema = `
  CREATE TYPE mood AS ENUM ('calm', 'cross');
  CREATE TYPE pair AS (a int, b text);
  CREATE DOMAIN short AS varchar(20) CHECK (value <> 'never');
  CREATE TABLE conversations (id uuid PRIMARY KEY, name text NOT NULL, user_id text, created_at timestamptz, updated_at timestamptz, deleted_at timestamptz, metadata jsonb, last_message uuid);
  CREATE TABLE messages (
    id uuid PRIMARY KEY, conversation_id uuid NOT NULL REFERENCES conversations ON DELETE CASCADE, parent uuid REFERENCES messages ON DELETE CASCADE,
    seq bigint GENERATED ALWAYS AS IDENTITY, role varchar(50) NOT NULL, content text NOT NULL, parts jsonb, created_at timestamptz, deleted_at timestamptz,
    words int GENERATED ALWAYS AS (length(content)) STORED, raw bytea, price numeric(30,10), plain json, tags text[], grid int[][], mood mood, pair pair, short short,
    span tstzrange, spot point, address inet, bits bit varying, took interval, day date, clock timetz, f4 real, f8 double precision, money money, letters char(5), spans int4multirange, key uuid, vector tsvector, doc xml);
  ALTER TABLE conversations ADD CONSTRAINT last_message_key FOREIGN KEY (last_message) REFERENCES messages;
  CREATE TABLE tasks (id uuid PRIMARY KEY, conversation_id uuid, status text, description text);
  CREATE TABLE events (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, conversation_id uuid NOT NULL REFERENCES conversations ON DELETE CASCADE, event_type text, content jsonb);
  CREATE TABLE bookmarks (id int PRIMARY KEY, message uuid REFERENCES messages ON DELETE SET NULL, note text, at timestamptz);
  CREATE TABLE reactions (message uuid REFERENCES messages ON DELETE CASCADE, who text);
  CREATE TABLE invoices (id int PRIMARY KEY, conversation uuid CONSTRAINT invoice_of REFERENCES conversations);
  CREATE TABLE log (line text);
  CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.updated_at := clock_timestamp(); RETURN NEW; END $$;
  CREATE TRIGGER touch BEFORE UPDATE ON conversations FOR EACH ROW EXECUTE FUNCTION touch();
  CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO log VALUES (TG_OP || ' ' || TG_TABLE_NAME); IF TG_OP <> 'DELETE' THEN UPDATE conversations SET name = name WHERE id = NEW.conversation_id; END IF; RETURN NULL; END $$;
  CREATE TRIGGER note AFTER INSERT OR DELETE ON messages FOR EACH ROW EXECUTE FUNCTION note();
`;

const mapping: Mapping = mappingSchema.parse({
  adapter: 'four-table',
  conversations: { table: { name: 'conversations' }, id: { column: 'id' }, title: { column: 'name' }, owner: { column: 'user_id' }, updated: { column: 'updated_at' }, deleted: { column: 'deleted_at' } },
  messages: { table: { name: 'messages' }, id: { column: 'id' }, conversation: { column: 'conversation_id' }, content: { column: 'content' }, parts: { column: 'parts' }, deleted: { column: 'deleted_at' } },
  tasks: { table: { name: 'tasks' }, id: { column: 'id' }, conversation: { column: 'conversation_id' }, description: { column: 'description' } },
  events: { table: { name: 'events' }, id: { column: 'id' }, conversation: { column: 'conversation_id' }, type: { column: 'event_type' } },
});

const uuid = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
const tables = ['conversations', 'messages', 'tasks', 'events', 'bookmarks', 'reactions', 'invoices'];

/** `count` conversations of three messages each, with values that no text or JSON form of a row would bring back. */
async function fill(session: PgSession, count: number): Promise<void> {
  await session.exec(schema);
  await session.query(`INSERT INTO conversations SELECT ('00000000-0000-4000-8000-' || lpad(c::text, 12, '0'))::uuid, 'Talk ' || c, 'ana', 'infinity', '2026-01-01 00:00:00.123456+00', CASE WHEN c % 3 = 0 THEN timestamptz '2025-01-01' + c * interval '1 hour' END, '{"b": 1, "a": 1.50, "aa": [1e2]}' FROM generate_series(1, $1::int) c`, [count]);
  await session.query(`INSERT INTO messages (id, conversation_id, parent, role, content, parts, created_at, raw, price, plain, tags, grid, mood, pair, short, span, spot, address, bits, took, day, clock, f4, f8, money, letters, spans, vector, doc)
    SELECT ('00000000-0000-4000-8000-' || lpad((1000 + c * 10 + m)::text, 12, '0'))::uuid, ('00000000-0000-4000-8000-' || lpad(c::text, 12, '0'))::uuid,
      CASE WHEN m > 1 THEN ('00000000-0000-4000-8000-' || lpad((1000 + c * 10 + m - 1)::text, 12, '0'))::uuid END, 'user', E'Olá "mundo"\\n\\\\ ' || m, '[{"type": "text", "text": "Olá"}, {"type": "tool", "n": 12345678901234567890}]', '-infinity',
      '\\x00ff10', '1.5000000000', '{"b": 1,  "a": 1.0, "b": 2}', ARRAY['a,b', NULL, '"', ''], '[2:3][0:1]={{1,2},{3,NULL}}', 'cross', ROW(1, 'x"(,)'::text)::pair, 'ok', '[2026-01-01,infinity)', '(1.5,2)', '10.0.0.1/8', B'0101', '1 mon -3 days 04:05:06.000007', 'infinity', '12:00:00.5+03', 'NaN', '-0', 12.34, 'ab', '{[1,3),[5,7)}', 'cat:3 dog:1A', '<a>é</a>'
    FROM generate_series(1, $1::int) c, generate_series(1, 3) m`, [count]);
  await session.exec(`
    INSERT INTO tasks SELECT gen_random_uuid(), id, 'open', 'do it' FROM conversations;
    INSERT INTO events (conversation_id, event_type, content) SELECT id, 'opened', '{"x": 1}' FROM conversations;
    INSERT INTO bookmarks SELECT row_number() OVER (ORDER BY id), id, 'mine', now() FROM messages;
    INSERT INTO reactions SELECT id, 'bia' FROM messages; INSERT INTO reactions SELECT id, 'bia' FROM messages;
    UPDATE conversations c SET last_message = (SELECT id FROM messages m WHERE m.conversation_id = c.id ORDER BY id DESC LIMIT 1);
    DELETE FROM log`);
}

async function stateOf(session: PgSession): Promise<Record<string, string>> {
  const state: Record<string, string> = {};
  for (const table of tables) state[table] = (await session.one(`SELECT count(*) || ' ' || coalesce(md5(string_agg(t::text, E'\\n' ORDER BY t::text)), '') AS h FROM ${table} t`))?.['h'] ?? '';
  return state;
}

const signal = new AbortController().signal;

/** Shows a change, approves it and makes it. */
async function change<T extends ChangePlan>(session: PgSession, prepare: () => Promise<T>, between?: () => Promise<void>): Promise<T> {
  const shown = await look(session, prepare);
  await between?.();
  return perform(session, { prepare, hash: hashOf(shown), rows: shown.rows, signal });
}

async function purge(session: PgSession, prepare: () => Promise<DeletionPlan>, keptId: string): Promise<DeletionPlan> {
  const shown = await look(session, prepare);
  await performPurge(session, { prepare, hash: hashOf(shown), rows: shown.rows, signal, keptId, onProgress: () => undefined });
  return shown;
}

const counts = (plan: ChangePlan): Record<string, number> => Object.fromEntries(plan.counts.map(({ table, rows }) => [table, rows]));

describe.skipIf(!hasPostgres())('changes to conversations', () => {
  test('delete takes all that belongs to it, says so before, and undo gives every row back as it was', async () => {
    await using database = await freshDatabase();
    await using session = await database.connect();
    await fill(session, 4);
    const before = await stateOf(session);
    const prepare = () => planDelete(session, mapping, uuid(2), { id: 'aaaaaaaaaa', who: 'ana (web)' });
    const plan = await change(session, prepare);
    expect(counts(plan)).toEqual({ conversations: 1, messages: 3, tasks: 1, events: 1, bookmarks: 3, reactions: 6 });
    expect(plan.statements.map(({ why }) => why).join('\n')).toContain('the program’s own triggers fire: note');
    expect((await session.one('SELECT count(*)::text AS n FROM messages'))?.['n']).toBe('9');
    expect((await session.one('SELECT count(*)::text AS n FROM bookmarks WHERE message IS NULL'))?.['n']).toBe('3');
    expect((await session.one(`SELECT count(*)::text AS n FROM log WHERE line = 'DELETE messages'`))?.['n']).toBe('3');
    const [kept] = await listKept(session);
    expect(kept).toMatchObject({ id: 'aaaaaaaaaa', kind: 'delete', who: 'ana (web)', title: 'Talk 2', undone: false });
    expect(Object.fromEntries(countsOf(kept?.steps ?? []).map(({ table, rows }) => [table, rows]))).toEqual(counts(plan));
    await change(session, () => planUndo(session, 'aaaaaaaaaa'));
    expect(await stateOf(session)).toEqual(before);
    expect((await session.one(`SELECT tgenabled AS e FROM pg_trigger WHERE tgname = 'touch'`))?.['e']).toBe('O');
    await expect(look(session, () => planUndo(session, 'aaaaaaaaaa'))).rejects.toMatchObject({ code: 'WRONG_STATE' });
    await change(session, () => planForget(session, 'aaaaaaaaaa'));
    expect(await listKept(session)).toEqual([]);
    expect((await session.one(`SELECT count(*)::text AS n FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'travessia' AND relname LIKE 'kept_a%'`))?.['n']).toBe('0');
  });

  test('a row that may not lose its conversation blocks, and nothing is changed', async () => {
    await using database = await freshDatabase();
    await using session = await database.connect();
    await fill(session, 2);
    await session.query('INSERT INTO invoices VALUES (1, $1)', [uuid(1)]);
    const prepare = () => planDelete(session, mapping, uuid(1), { id: 'b1', who: 'x' });
    expect((await look(session, prepare)).blockers).toEqual([`1 row of "public"."invoices" refers to what would go, and its key invoice_of does not allow it`]);
    const before = await stateOf(session);
    await expect(change(session, prepare)).rejects.toMatchObject({ code: 'WRONG_STATE' });
    expect(await stateOf(session)).toEqual(before);
    expect(await listKept(session)).toEqual([]);
  });

  test('rows that changed after they were shown are not deleted', async () => {
    await using database = await freshDatabase();
    await using session = await database.connect();
    await using other = await database.connect();
    await fill(session, 2);
    const prepare = () => planDelete(session, mapping, uuid(1), { id: 'c1', who: 'x' });
    await expect(change(session, prepare, async () => { await other.query(`UPDATE messages SET content = 'new' WHERE id = $1`, [uuid(1011)]); })).rejects.toMatchObject({ code: 'ROWS_CHANGED' });
    await expect(change(session, prepare, async () => { await other.query(`INSERT INTO messages (id, conversation_id, role, content) VALUES ($1, $2, 'user', 'late')`, [uuid(1099), uuid(1)]); })).rejects.toMatchObject({ code: 'ROWS_CHANGED' });
    await expect(look(session, () => planDelete(session, mapping, 'no-uuid', { id: 'c2', who: 'x' }))).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(look(session, () => planDelete(session, mapping, uuid(77), { id: 'c2', who: 'x' }))).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  test('a message that comes in while the deletion runs is not lost unseen', async () => {
    await using database = await freshDatabase();
    await using session = await database.connect();
    await using other = await database.connect();
    await fill(session, 1);
    const kept = { id: 'cc', who: 'x' };
    const shown = await look(session, () => planDelete(session, mapping, uuid(1), kept));
    let raced = false;
    const prepare = async () => {
      const plan = await planDelete(session, mapping, uuid(1), kept);
      if (!raced) {
        raced = true;
        await other.query(`INSERT INTO messages (id, conversation_id, role, content) VALUES ($1, $2, 'user', 'late')`, [uuid(1099), uuid(1)]);
      }
      return plan;
    };
    await expect(perform(session, { prepare, hash: hashOf(shown), rows: shown.rows, signal })).rejects.toMatchObject({ code: 'ROWS_CHANGED' });
    expect((await session.one('SELECT count(*)::text AS n FROM messages'))?.['n']).toBe('4');
  });

  test('undo refuses where a key was taken, where what it refers to is gone, and where the table changed', async () => {
    await using database = await freshDatabase();
    await using session = await database.connect();
    await fill(session, 3);
    await change(session, () => planDelete(session, mapping, uuid(1), { id: 'd1', who: 'x' }));
    await session.query(`INSERT INTO conversations (id, name) VALUES ($1, 'taken')`, [uuid(1)]);
    const shown = await look(session, () => planUndo(session, 'd1'));
    expect(shown.blockers).toEqual(['the key of 1 row of "public"."conversations" was taken meanwhile']);
    await expect(change(session, () => planUndo(session, 'd1'))).rejects.toMatchObject({ code: 'NOT_REVERSIBLE' });
    await session.query('DELETE FROM conversations WHERE id = $1', [uuid(1)]);
    await session.exec('CREATE UNIQUE INDEX ON messages (role, words) WHERE false; ALTER TABLE conversations ADD CONSTRAINT other_name CHECK (name <> \'Talk 1\') NOT VALID');
    await expect(change(session, () => planUndo(session, 'd1'))).rejects.toMatchObject({ code: 'NOT_REVERSIBLE' });
    await session.exec('ALTER TABLE conversations DROP CONSTRAINT other_name; ALTER TABLE messages DROP COLUMN f4');
    expect((await look(session, () => planUndo(session, 'd1'))).blockers).toEqual(['column f4 of "public"."messages" is gone or has another type since']);
  });

  test('rename and rewrite change one row, and undo leaves what others wrote since', async () => {
    await using database = await freshDatabase();
    await using session = await database.connect();
    await fill(session, 2);
    const before = await stateOf(session);
    await change(session, () => planRename(session, mapping, uuid(1), `It's "new" \\ ção`, { id: 'e1', who: 'x' }));
    expect(await session.one('SELECT name, (updated_at > now() - interval \'1 hour\')::text AS touched FROM conversations WHERE id = $1', [uuid(1)])).toEqual({ name: `It's "new" \\ ção`, touched: 'true' });
    await change(session, () => planRewrite(session, mapping, uuid(1011), 'Só isto', { id: 'e2', who: 'x' }));
    expect(await session.one('SELECT content, words::text AS words, parts::text AS parts FROM messages WHERE id = $1', [uuid(1011)])).toEqual({ content: 'Só isto', words: '7', parts: '[{"text": "Só isto", "type": "text"}, {"n": 12345678901234567890, "type": "tool"}]' });
    await session.query(`UPDATE conversations SET user_id = 'bia' WHERE id = $1`, [uuid(1)]);
    await change(session, () => planUndo(session, 'e2'));
    await change(session, () => planUndo(session, 'e1'));
    expect(await session.one('SELECT name, user_id FROM conversations WHERE id = $1', [uuid(1)])).toEqual({ name: 'Talk 1', user_id: 'bia' });
    expect((await stateOf(session))['messages']).toBe(before['messages']);
    await change(session, () => planRename(session, mapping, uuid(2), 'A', { id: 'e3', who: 'x' }));
    await session.query(`UPDATE conversations SET name = 'B' WHERE id = $1`, [uuid(2)]);
    await expect(change(session, () => planUndo(session, 'e3'))).rejects.toMatchObject({ code: 'NOT_REVERSIBLE' });
  });

  test('a purge takes what was soft-deleted long enough ago, in batches, and can be undone whole', async () => {
    await using database = await freshDatabase();
    await using session = await database.connect();
    await fill(session, 700);
    // No conversation may say that this one is its last: it would stand in the way.
    await session.query('UPDATE conversations SET last_message = NULL WHERE id = $1', [uuid(2)]);
    await session.query(`UPDATE messages SET deleted_at = '2025-01-01' WHERE id = $1`, [uuid(1023)]);
    const before = await stateOf(session);
    const plan = await purge(session, () => planPurge(session, mapping, '2025-01-29T00:00:00.000Z', { id: 'f1', who: 'x' }), 'f1');
    // 223 of 233: the others were deleted after the cut-off. The three of a talk go with it, and one alone.
    expect(counts(plan)).toMatchObject({ conversations: 223, messages: 223 * 3 + 1, tasks: 223, events: 223 });
    expect((await session.one('SELECT count(*)::text AS n FROM conversations'))?.['n']).toBe('477');
    const [kept] = await listKept(session);
    expect(Object.fromEntries(countsOf(kept?.steps ?? []).map(({ table, rows }) => [table, rows]))).toEqual(counts(plan));
    await change(session, () => planUndo(session, 'f1'));
    expect(await stateOf(session)).toEqual(before);
  });

  test('property: change then undo gives equal tables', async () => {
    await using database = await freshDatabase();
    await using session = await database.connect();
    await fill(session, 6);
    const seed = testSeed();
    const before = await stateOf(session);
    let n = 0;
    const text = fc.string({ unit: 'grapheme', maxLength: 30 }).map((value) => value.replaceAll('\0', ''));
    const step = fc.oneof(
      fc.record({ kind: fc.constant('delete' as const), at: fc.integer({ min: 1, max: 6 }) }),
      fc.record({ kind: fc.constant('rename' as const), at: fc.integer({ min: 1, max: 6 }), text }),
      fc.record({ kind: fc.constant('rewrite' as const), at: fc.integer({ min: 1, max: 6 }), text }),
      fc.record({ kind: fc.constant('purge' as const) }),
    );
    await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 4 }), async (steps) => {
      const done: string[] = [];
      for (const each of steps) {
        const id = `p${(n += 1)}`;
        const kept = { id, who: 'x' };
        try {
          if (each.kind === 'delete') await change(session, () => planDelete(session, mapping, uuid(each.at), kept));
          else if (each.kind === 'rename') await change(session, () => planRename(session, mapping, uuid(each.at), each.text, kept));
          else if (each.kind === 'rewrite') await change(session, () => planRewrite(session, mapping, uuid(1000 + each.at * 10 + 1), each.text, kept));
          else await purge(session, () => planPurge(session, mapping, '2026-01-01T00:00:00.000Z', kept), id);
          done.push(id);
        } catch (error) {
          // Gone by an earlier step.
          expect(error).toMatchObject({ code: 'NOT_FOUND' });
        }
      }
      for (const id of done.toReversed()) await change(session, () => planUndo(session, id));
      expect(await stateOf(session)).toEqual(before);
    }), { seed, numRuns: 12 });
  });
});

test.skipIf(!hasPostgres())('a flat history without a table of conversations: what two columns name together goes and returns', async () => {
  await using database = await freshDatabase();
  await using session = await database.connect();
  await session.exec(`CREATE TABLE history (id serial PRIMARY KEY, user_id text, session_id text, role text, content text);
    INSERT INTO history (user_id, session_id, role, content) SELECT u, s, 'user', u || s FROM (VALUES ('ana'), ('bia'), (NULL)) a(u), (VALUES ('s1'), ('s2')) b(s), generate_series(1, 3)`);
  const flat = mappingSchema.parse({ adapter: 'flat-history', messages: { table: { name: 'history' }, id: { column: 'id' }, conversation: { column: 'session_id' }, conversationWith: [{ column: 'user_id' }], role: { column: 'role' }, content: { column: 'content' } } });
  const left = async () => (await session.arrays('SELECT coalesce(user_id, \'-\') || session_id, count(*) FROM history GROUP BY 1 ORDER BY 1')).map((row) => row.join(' '));
  const before = await session.arrays('SELECT t::text FROM history t ORDER BY id');
  for (const [id, key] of [['h1', '["s1","ana"]'], ['h2', '["s2",null]']] as const) await change(session, () => planDelete(session, flat, key, { id, who: 'x' }));
  expect(await left()).toEqual(['-s1 3', 'anas2 3', 'bias1 3', 'bias2 3']);
  for (const id of ['h2', 'h1']) await change(session, () => planUndo(session, id));
  expect(await session.arrays('SELECT t::text FROM history t ORDER BY id')).toEqual(before);
  await expect(look(session, () => planDelete(session, flat, '["s1","zoe"]', { id: 'h3', who: 'x' }))).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await expect(look(session, () => planDelete(session, flat, 's1', { id: 'h3', who: 'x' }))).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await expect(look(session, () => planRename(session, flat, '["s1","ana"]', 'x', { id: 'h3', who: 'x' }))).rejects.toMatchObject({ code: 'UNSUPPORTED_SOURCE' });
});
