import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Plan } from '../../../shared/model/plan.ts';
import type { RunResult } from '../../../shared/model/run.ts';
import { openSqlite } from '../../drivers/sqlite/index.ts';
import type { PgSession } from '../../drivers/postgres/index.ts';
import { freshDatabase, hasPostgres, tempFolder, testSeed } from '../../test-support/index.ts';
import { createCore } from '../composition.ts';
import { buildSamples } from '../sample/build.ts';
import { itemStore } from '../sample/item-store.ts';
import { findTemplate } from '../templates/index.ts';
import { uuid5 } from './uuid5.ts';
import { serveThreadsHere } from '../../test-support/threads-here.ts';

serveThreadsHere();

interface Crossed {
  readonly plan: Plan;
  readonly result: RunResult;
  readonly source: string;
  readonly back: () => Promise<void>;
}

/** Assesses, plans by the template, changes the plan where asked, migrates, looks. */
async function cross(template: string, make: (folder: string) => Promise<string> | string, look: (session: PgSession, crossed: Crossed) => Promise<void>, change: (plan: Plan) => Plan = (plan) => plan): Promise<void> {
  using folder = tempFolder('reshape');
  await using database = await freshDatabase();
  const source = await make(folder.path);
  const core = await createCore({ home: join(folder.path, 'home') });
  try {
    const { handlers, jobs } = core;
    const done = async ({ jobId }: { jobId: string }): Promise<string> => {
      const job = await jobs.wait(jobId);
      if (job.error !== null || job.resultId === null) throw new Error(job.error?.message ?? job.state);
      return job.resultId;
    };
    const assessmentIds = [await done(await handlers['assess/start']({ source }))];
    const made = await handlers['plans/create']({ assessmentIds, target: database.url, options: { template } });
    const plan = await handlers['plans/import']({ text: JSON.stringify(change(made)), target: database.url });
    const { id, result } = await handlers['runs/get']({ id: await done(await handlers['runs/migrate']({ planId: plan.id })) });
    if (result === null) throw new Error('no result');
    await using session = await database.connect();
    await look(session, {
      plan, result, source,
      back: async () => {
        const { hash } = await handlers['runs/rollback-plan']({ id });
        await done(await handlers['runs/rollback']({ id, hash }));
      },
    });
  } finally {
    await core.close();
  }
}

const sample = async (folder: string): Promise<string> => (await buildSamples(folder, 'small', { signal: new AbortController().signal, onProgress: () => undefined })).files.at(-1) ?? '';

type Value = string | number | bigint | Buffer | null;

/** A history as SQLAlchemy makes it, but without the constraints that would keep such rows out. */
function history(rows: readonly (readonly Value[])[], schema = `user_id VARCHAR, session_id VARCHAR, role VARCHAR(20), content TEXT, model VARCHAR(60), workspace_path VARCHAR(255), extra_data JSON, created_at DATETIME, "odd 'name" BLOB`): (folder: string) => string {
  return (folder) => {
    const path = join(folder, 'duiliocode.db');
    using opened = openSqlite(path, { mode: 'write', create: true });
    opened.db.exec(`PRAGMA synchronous = OFF; CREATE TABLE conversation_history (${schema})`);
    const insert = opened.db.prepare(`INSERT INTO conversation_history VALUES (${Array.from({ length: schema.split(',').length }, () => '?').join(', ')})`);
    for (const row of rows) insert.run(...row);
    return path;
  };
}

const hostile = fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom('', ' ', "'; DROP TABLE x; --", '{"column": "role"}', '\\', '"', 'null', '0', 'ação “ok” 👍', '{"$": 0}', '\u2028\u0007'));
const clean = (extra: fc.Arbitrary<Value>): fc.Arbitrary<Value[]> => fc.tuple(
  fc.constantFrom<Value>('u1', 'u2', ''), fc.constantFrom<Value>('s1', 's2', '["s1"]', ''), fc.constantFrom<Value>('user', 'assistant', 'system'), hostile,
  fc.option(hostile), fc.option(hostile), fc.option(fc.json({ maxDepth: 2 }).filter((text) => !text.includes('\\u0000') && !/-0(?![.\d])|-0\.0|e-?\d/.test(text))),
  fc.constantFrom<Value>('2025-01-27 10:00:00.000000', '2025-01-27 10:00:00.000001', '2024-02-29 23:59:59.999999'), extra,
);
const anything: fc.Arbitrary<Value> = fc.oneof(
  fc.constant(null), hostile, fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), fc.double({ noNaN: true }), fc.uint8Array({ maxLength: 8 }).map((bytes) => Buffer.from(bytes)), fc.constantFrom('a\0b', '\0'),
);
const cases: Record<string, fc.Arbitrary<Value[]>> = {
  'of clean values, many equal': clean(fc.constant(null)),
  'with NULL and any scalar in every column': fc.array(fc.oneof(fc.constant(null), hostile, fc.bigInt({ min: -5n, max: 5n }), fc.double({ noNaN: true })), { minLength: 9, maxLength: 9 }),
  'with bytes and NUL characters too': fc.array(anything, { minLength: 9, maxLength: 9 }),
};

describe.skipIf(!hasPostgres())('a flat history', () => {
  it('becomes conversations, messages, tasks and events, and a view gives every cell of it back', async () => {
    await cross('duiliocode-conversations', sample, async (session, { plan, result, source, back }) => {
      expect(plan.findings.filter(({ severity }) => severity === 'critical')).toEqual([]);
      expect([result.status, result.tables.map(({ target, verified }) => `${target.table} ${String(verified)}`).toSorted()]).toEqual(['verified', ['conversations true', 'events true', 'messages true', 'system_metrics true', 'tasks true', 'user_preferences true']]);
      const outcomes = Object.fromEntries(result.objects.map(({ kind, name, outcome }) => [`${kind} ${name}`, outcome]));
      expect(outcomes).toMatchObject({ 'table conversation_history': 'translated', 'view session_summary': 'translated', 'index ix_conversation_history_user_id': 'listed', 'foreign key messages_conversation_id_fkey': 'created' });
      // The same conversations before and after: by the program's own question, on both sides.
      using opened = openSqlite(source, { mode: 'read', safeIntegers: false });
      const before: unknown = opened.db.prepare(`SELECT role, content FROM conversation_history ORDER BY user_id, session_id, id`).raw().all();
      const after = await session.arrays(`SELECT m.role, m.content FROM messages AS m JOIN conversations AS c ON c.id = m.conversation_id
        ORDER BY c.metadata ->> 'user_id' COLLATE "C", c.metadata ->> 'session_id' COLLATE "C", (m.metadata ->> 'id')::bigint`);
      expect(JSON.stringify(after) === JSON.stringify(before)).toBe(true);
      // The same ids every time, and wherever they are computed.
      const namespace = findTemplate('duiliocode-conversations').reshape[0]?.namespace ?? '';
      expect(await session.one(`SELECT id::text FROM messages WHERE metadata ->> 'id' = '1'`)).toEqual({ id: uuid5(namespace, '["message",1]') });
      const types = await session.arrays(`SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = 'messages'::regclass AND attnum > 0 ORDER BY attnum`);
      expect(Object.fromEntries(types)).toEqual({ id: 'uuid', conversation_id: 'uuid', role: 'character varying(50)', content: 'text', parts: 'jsonb', created_at: 'timestamp with time zone', metadata: 'jsonb' });
      await session.exec(`INSERT INTO conversations DEFAULT VALUES`);
      const indexes = await session.arrays(`SELECT indexname FROM pg_indexes WHERE schemaname = 'public' AND indexname LIKE 'idx%'`);
      expect(indexes.length).toBe(6);
      await session.exec(`DELETE FROM conversations`);
      expect(await session.one('SELECT count(*)::text AS n FROM messages')).toEqual({ n: '0' });
      await back();
      expect(await session.arrays(`SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace`)).toEqual([]);
    });
  });

  it.each(Object.entries(cases))('%s comes back from its inverse, cell by cell', async (_, rows) => {
    const seed = testSeed();
    const sampled = fc.sample(rows, { numRuns: 300, seed });
    // Duplicates, whole.
    const all = [...sampled, ...sampled.slice(0, 20)];
    await cross('duiliocode-conversations', history(all), async (session, { result }) => {
      expect([seed, result.status, result.rejects.rows]).toEqual([seed, 'verified', 0]);
      expect(await session.one('SELECT count(*)::text AS n FROM conversation_history')).toEqual({ n: '320' });
    });
  });

  it('that a mapping loses something of is found by the verification, and nothing is swapped', async () => {
    const rows = fc.sample(clean(fc.constant(null)), { numRuns: 50, seed: 7 });
    const lossy = (plan: Plan): Plan => ({ ...plan, preparations: (plan.preparations ?? []).map((each) => ({ ...each, steps: each.steps.map((step) => ({ ...step, sql: step.sql.replace(`f."content",`, `rtrim(f."content") || ' ',`) })) })) });
    await cross('duiliocode-conversations', history(rows), async (session, { result }) => {
      expect([result.status, result.swapped]).toEqual(['differences', false]);
      expect(await session.one(`SELECT to_regclass('messages')::text AS there`)).toEqual({ there: null });
    }, lossy);
  });
});

const scalar = fc.oneof(fc.string(), fc.constantFrom('', '0', 'null', '{}'), fc.integer(), fc.boolean(), fc.constant(null), fc.double({ noNaN: true, noDefaultInfinity: true }).filter((each) => !Object.is(each, -0)));
const clear = (text: string): boolean => !text.includes('\\u0000') && !/-0(?![.\d])/.test(text);
const listed = fc.oneof(
  fc.record({ key: scalar, value: scalar, namespace: scalar, extra: fc.jsonValue({ maxDepth: 1 }) }, { requiredKeys: [] }), scalar, fc.array(scalar, { maxLength: 2 }), fc.constant({}),
).filter((each) => clear(JSON.stringify(each)));
const lists = fc.oneof({ weight: 4, arbitrary: fc.array(listed, { maxLength: 4 }) }, fc.constantFrom(null, [], {}, 'none', 3));

describe.skipIf(!hasPostgres())('a store of items', () => {
  const stored = (document: unknown) => (folder: string): string => {
    const path = join(folder, 'store.json');
    writeFileSync(path, JSON.stringify(document));
    return path;
  };

  it('puts the lists of its items into tables that go with them, and gives the items back', async () => {
    await cross('items', stored(itemStore(150)), async (session, { plan, result, back }) => {
      expect([result.status, plan.findings.filter(({ severity }) => severity === 'critical')]).toEqual(['verified', []]);
      expect(result.tables.map(({ target }) => target.table).toSorted()).toEqual(['api_keys', 'circuits', 'events', 'item_identifiers', 'item_source_entries', 'items', 'receipts', 'source_entries', 'users']);
      expect(await session.one(`SELECT count(*)::text AS items, count(*) FILTER (WHERE legacy_mode)::text <> '0' AS legacy, max(confidence_score)::text AS score FROM items`)).toEqual({ items: '150', legacy: 't', score: '1' });
      expect(await session.one(`SELECT (SELECT sum(jsonb_array_length(identifiers)) FROM items_snapshot)::text = (SELECT count(*) FROM item_identifiers)::text AS all`)).toEqual({ all: 't' });
      await back();
      expect(await session.arrays(`SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace`)).toEqual([]);
    });
  });

  it('gives lists of anything back, cell by cell', async () => {
    const seed = testSeed();
    const some = fc.sample(lists, { numRuns: 200, seed });
    const others = fc.sample(lists, { numRuns: 200, seed: seed + 1 });
    const items = some.map((identifiers, n) => ({ dfid: `D${n}`, identifiers, source_entries: others[n] }));
    await cross('items', stored({ items }), (_, { result }) => {
      expect([seed, result.status]).toEqual([seed, 'verified']);
      return Promise.resolve();
    });
  });
});
