import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Mapping } from '../../../../shared/model/conversation-mapping.ts';
import type { Query } from '../../../../shared/model/conversation-query.ts';
import { freshDatabase, hasPostgres, type TestDatabase } from '../../../test-support/index.ts';
import { noMasking, type ConversationReader, type QueryPort } from '../ports.ts';
import { emptyQuery, searchCases } from '../search-cases.ts';
import { carryOutIndex, createQueryPort, openPostgresReader, planIndex, planIndexDrop, readIndexable, type IndexPlan } from './index.ts';
import { fourTableMapping, fourTables, insertSearchCases, searchCaseMapping } from './test-library.ts';

const { signal } = new AbortController();
const rows = 3000;
const fail = (): never => {
  throw new Error('the mapping has no messages');
};
const word = (text: string): Query => ({ ...emptyQuery, terms: [{ kind: 'word', text, not: false }] });

describe.skipIf(!hasPostgres())('the plan of the search index', () => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await freshDatabase();
    await using session = await database.connect();
    await session.exec(`${fourTables}
      INSERT INTO conversations (id, name, metadata) SELECT md5('c' || n)::uuid, 'Talk ' || n, jsonb_build_object('user_id', 'user-' || n) FROM generate_series(1, 20) n;
      INSERT INTO messages (id, conversation_id, role, content, created_at, metadata) SELECT md5('m' || n)::uuid, md5('c' || 1 + n % 20)::uuid, 'user', 'the refund number ' || n || ' of the customer' || repeat(' padding of words', 30), timestamptz '2026-01-01' + n * interval '1 minute', '{"channel": "web"}'
      FROM generate_series(1, ${rows}) n; ANALYZE`);
  });
  afterEach(() => database.close());

  const plan = async (mapping = fourTableMapping, planned = planIndex): Promise<IndexPlan> => {
    const port = createQueryPort(database.config);
    try {
      return await planned(await readIndexable(port, 'lib', mapping));
    } finally {
      await port.close();
    }
  };
  const make = async (planned: IndexPlan): Promise<void> => carryOutIndex(planned, { open: () => database.connect(), signal });
  const opened = async <T>(work: (reader: ConversationReader) => Promise<T>): Promise<T> => {
    const reader = await openPostgresReader({ port: createQueryPort(database.config), mapping: fourTableMapping, library: { id: 'lib' } });
    try {
      return await work(reader);
    } finally {
      await reader.close();
    }
  };
  const found = (text: string): Promise<number> => opened(async (reader) => (await reader.count(word(text), noMasking, signal)).count);
  const documents = async (name: string): Promise<string> => {
    await using session = await database.connect();
    return (await session.one(`SELECT count(*)::text AS n FROM travessia_search.${name}`))?.['n'] ?? '';
  };

  const structure = async (): Promise<string> => {
    await using session = await database.connect();
    const facts = await session.query(`SELECT string_agg(x, ';' ORDER BY x) AS all FROM (SELECT indexdef AS x FROM pg_indexes WHERE schemaname = 'public' UNION ALL SELECT tgname FROM pg_trigger WHERE NOT tgisinternal UNION ALL SELECT nspname FROM pg_namespace WHERE nspname NOT LIKE 'pg\\_%' UNION ALL SELECT extname FROM pg_extension) AS facts`);
    return facts.rows[0]?.['all'] ?? '';
  };

  it('makes everything it shows, once, and takes everything away by the SQL it shows', async () => {
    const before = await structure();
    const first = await plan();
    expect(first.blockers).toEqual([]);
    expect(first.steps.some((step) => /CREATE INDEX CONCURRENTLY IF NOT EXISTS "messages_travessia_thread" ON "public"."messages" \("conversation_id", "created_at", "id"\)/.test(step.sql))).toBe(true);
    expect((await plan()).hash).toBe(first.hash);
    await make(first);
    expect(await found('987')).toBe(1);
    expect(await found('refunds')).toBe(1000);
    const second = await plan();
    expect(second.steps.filter((step) => step.kind !== 'note')).toEqual([]);
    expect(second.hash).not.toBe(first.hash);
    await using session = await database.connect();
    for (const sql of first.undo) await session.exec(sql);
    expect(await structure()).toBe(before);
    await expect(found('refund')).rejects.toMatchObject({ code: 'CACHE_MISSING' });
  });

  it('takes an index away by a plan of its own, and leaves another library of the same tables its search', async () => {
    const { metadata: _, ...messages } = fourTableMapping.messages ?? fail();
    const other: Mapping = { ...fourTableMapping, messages };
    const before = await structure();
    expect((await plan(fourTableMapping, planIndexDrop)).steps).toEqual([]);
    for (const mapping of [fourTableMapping, other]) await make(await plan(mapping));
    const both = await structure();
    await make(await plan(fourTableMapping, planIndexDrop));
    await expect(found('refund')).rejects.toMatchObject({ code: 'CACHE_MISSING' });
    expect((await structure()).match(/_travessia_/g)).toEqual(both.match(/_travessia_/g));
    expect((await plan(other)).steps).toEqual([]);
    await using session = await database.connect();
    await session.exec("INSERT INTO messages (conversation_id, role, content) VALUES (md5('c1')::uuid, 'user', 'a walrus')");
    const { documents } = (await plan(other)).names;
    expect((await session.one(`SELECT count(*)::text AS n FROM travessia_search.${documents}`))?.['n']).toBe(String(rows + 1));
    await make(await plan(other, planIndexDrop));
    expect(await structure()).toBe(before);
    expect((await session.one('SELECT count(*)::text AS n FROM messages'))?.['n']).toBe(String(rows + 1));
    expect((await plan(other, planIndexDrop)).steps).toEqual([]);
  });

  it('goes on where it was interrupted, and has every row once, though the program wrote meanwhile', async () => {
    const first = await plan();
    const controller = new AbortController();
    const stopped = carryOutIndex(first, {
      open: () => database.connect(), signal: controller.signal,
      onStep: (step) => {
        if (step.kind === 'mend') controller.abort();
      },
    });
    await expect(stopped).rejects.toMatchObject({ code: 'CANCELLED' });
    await expect(found('refund')).rejects.toMatchObject({ code: 'CACHE_MISSING' });
    await using session = await database.connect();
    // The state of a job that was killed in the middle: a piece is not there, and the program went on writing and deleting.
    await session.exec(`DELETE FROM travessia_search.pieces; DELETE FROM travessia_search.${first.names.documents} WHERE id IN (SELECT md5('m' || n)::uuid FROM generate_series(1, 500) n);
      INSERT INTO messages (id, conversation_id, role, content, created_at) SELECT md5('new' || n)::uuid, md5('c1')::uuid, 'user', 'a walrus', '2026-03-01' FROM generate_series(1, 7) n;
      DELETE FROM messages WHERE id = md5('m600')::uuid; UPDATE messages SET content = 'an otter' WHERE id = md5('m700')::uuid`);
    const second = await plan();
    expect(second.steps.filter((step) => step.kind === 'fill')).toHaveLength(1);
    await make(second);
    expect(await documents(second.names.documents)).toBe(String(rows + 7 - 1));
    expect([await found('walrus'), await found('otter'), await found('700'), await found('600'), await found('42')]).toEqual([7, 1, 0, 0, 1]);
  });

  it('mends what a rewritten table and an unfinished index leave behind', async () => {
    const first = await plan();
    await make(first);
    await using session = await database.connect();
    await session.exec("UPDATE travessia_search.libraries SET state = 'filling'");
    await session.exec(`DELETE FROM travessia_search.${first.names.documents} WHERE id = md5('m5')::uuid`);
    await session.exec('VACUUM FULL messages');
    await session.exec("UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'public.messages_travessia_thread'::regclass");
    const second = await plan();
    expect(second.steps.map((step) => step.sql)).toEqual(expect.arrayContaining(['DROP INDEX CONCURRENTLY IF EXISTS "public"."messages_travessia_thread"']));
    await make(second);
    expect(await documents(first.names.documents)).toBe(String(rows));
    expect((await plan()).steps.filter((step) => step.kind !== 'note')).toEqual([]);
  });

  it('never stops the program: a role without rights on the index writes, and a failing trigger is noted and mended', async () => {
    const role = `writer_${database.name}`;
    await using session = await database.connect();
    await session.exec(`CREATE ROLE ${role}; GRANT SELECT, INSERT, UPDATE, DELETE ON messages, conversations TO ${role}`);
    try {
      await make(await plan());
      await session.exec(`SET ROLE ${role}; INSERT INTO messages (conversation_id, role, content, created_at) VALUES (md5('c1')::uuid, 'user', 'a walrus', '2026-03-01'); RESET ROLE`);
      expect(await found('walrus')).toBe(1);
      // Who may read the messages may search them.
      await session.exec(`SET ROLE ${role}; SELECT count(*) FROM travessia_search.libraries; RESET ROLE`);
      const { names } = await plan();
      await session.exec(`ALTER TABLE travessia_search.${names.documents} RENAME TO away; INSERT INTO messages (id, conversation_id, role, content) VALUES (md5('late')::uuid, md5('c1')::uuid, 'user', 'an otter'); ALTER TABLE travessia_search.away RENAME TO ${names.documents}`);
      expect(await found('otter')).toBe(0);
      const mending = await plan();
      expect(mending.steps.some((step) => step.kind === 'fill')).toBe(true);
      await make(mending);
      expect(await found('otter')).toBe(1);
    } finally {
      await session.exec(`DROP OWNED BY ${role}; DROP ROLE ${role}`);
    }
  });

  it('says what stands in the way: another owner, a partitioned table, no key', async () => {
    await using session = await database.connect();
    const role = `reader_${database.name}`;
    await session.exec(`CREATE ROLE ${role} LOGIN PASSWORD 'x'; GRANT SELECT ON messages, conversations, tasks, events, system_metrics TO ${role}`);
    const port = createQueryPort({ ...database.config, user: role, endpoints: database.config.endpoints.map((endpoint) => ({ ...endpoint, password: 'x' })) });
    try {
      const { blockers } = await planIndex(await readIndexable(port, 'lib', fourTableMapping));
      expect(blockers.join('\n')).toMatch(/belongs to another role[\s\S]*may not create a schema/);
    } finally {
      await port.close();
      await session.exec(`DROP OWNED BY ${role}; DROP ROLE ${role}`);
    }
    await session.exec('ALTER TABLE messages DROP CONSTRAINT messages_pkey');
    expect((await plan()).blockers.join('\n')).toMatch(/no primary key/);
  });

  it('finds and steps in the order of time where hits are too many to rank', async () => {
    await using session = await database.connect();
    await session.exec(`INSERT INTO messages (id, conversation_id, role, content, created_at) SELECT md5('many' || n)::uuid, md5('c2')::uuid, 'assistant', 'the refund of the customer', timestamptz '2020-01-01' + (n % 97) * interval '3 days' FROM generate_series(1, 6000) n; ANALYZE`);
    await make(await plan());
    await opened(async (reader) => {
      const query = word('refund');
      expect(await reader.count(query, noMasking, signal)).toEqual({ count: 1000, capped: true });
      const keys: string[] = [];
      const times: string[] = [];
      for (let after: string | undefined; ;) {
        const page = await reader.search({ query, limit: 199, masker: noMasking, signal, ...(after === undefined ? {} : { after }) });
        expect(page.order).toBe('newest');
        keys.push(...page.rows.map((row) => row.message));
        times.push(...page.rows.map((row) => row.at ?? ''));
        if (page.next === null) break;
        after = page.next;
      }
      expect([keys.length, new Set(keys).size]).toEqual([rows + 6000, rows + 6000]);
      expect(times).toEqual(times.toSorted().toReversed());
      for (const at of [0, 1, 2999, 3000, 5000, 8999]) {
        expect((await reader.step(query, keys[at] ?? '', 'next', noMasking, signal))?.message).toBe(keys[at + 1]);
        expect((await reader.step(query, keys[at] ?? '', 'previous', noMasking, signal))?.message).toBe(keys[at - 1]);
      }
      const list = await reader.list({ query, limit: 50, masker: noMasking, signal });
      expect(list.rows).toHaveLength(20);
    });
  });

  it('does the nearest thing where unaccent and pg_trgm cannot be had, and says so', async () => {
    await using other = await freshDatabase();
    await using session = await other.connect();
    await insertSearchCases(session);
    const port = createQueryPort(other.config);
    const without: QueryPort = { ...port, rows: async (sql, values, options) => (sql.includes('pg_available_extensions') ? [] : port.rows(sql, values, options)) };
    const planned = await planIndex(await readIndexable(without, 'lib', searchCaseMapping));
    expect(planned.steps.filter((step) => step.kind === 'note').map((step) => step.why).join('\n')).toMatch(/unaccent is not there[\s\S]*pg_trgm is not there/);
    await carryOutIndex(planned, { open: () => other.connect(), signal });
    const reader = await openPostgresReader({ port, mapping: searchCaseMapping, library: { id: 'lib' } });
    for (const { line, query, finds } of searchCases) {
      const page = await reader.search({ query: { ...emptyQuery, ...query }, limit: 100, masker: noMasking, signal });
      expect(page.rows.map((row) => row.message).toSorted(), line).toEqual(finds.toSorted());
    }
    expect((await reader.names('CONV-PT', 5, signal)).map((row) => row.key)).toEqual(['conv-pt']);
    await reader.close();
  });
});
