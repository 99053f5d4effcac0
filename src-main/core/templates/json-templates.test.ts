/** The templates of programs that keep their data in memory or in a browser, on documents made in code. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { freshDatabase, hasPostgres, tempFolder } from '../../test-support/index.ts';
import type { PgSession } from '../../drivers/postgres/index.ts';
import type { Plan } from '../../../shared/model/plan.ts';
import type { RunResult } from '../../../shared/model/run.ts';
import { createCore } from '../composition.ts';
import { buildSamples } from '../sample/build.ts';
import { serveThreadsHere } from '../../test-support/threads-here.ts';

serveThreadsHere();

const uuid = (n: number, kind: string): string => `${n.toString(16).padStart(8, '0')}-0000-4000-8000-${kind.padStart(12, '0')}`;
const moment = (n: number): string => new Date(1_736_000_000_000 + n * 61_000).toISOString();

interface Crossed {
  readonly plan: Plan;
  readonly result: RunResult;
}

/** Assesses, plans by the template, migrates; then lets `look` into the target. */
async function cross(template: string, make: (folder: string) => string | Promise<string>, look: (session: PgSession, crossed: Crossed) => Promise<void>, movedAgain = false): Promise<void> {
  using folder = tempFolder('template');
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
    const plan = await handlers['plans/create']({ assessmentIds, target: database.url, options: { template, movedAgain } });
    const again = movedAgain ? await handlers['plans/create']({ assessmentIds, target: database.url, options: { template } }) : null;
    if (again !== null) await expect(handlers['runs/migrate']({ planId: again.id })).rejects.toThrow(/has moved already/);
    const { result } = await handlers['runs/get']({ id: await done(await handlers['runs/migrate']({ planId: plan.id })) });
    if (result === null) throw new Error('no result');
    expect([result.status, result.tables.every((table) => table.verified)]).toEqual(['verified', true]);
    await using session = await database.connect();
    await look(session, { plan, result });
  } finally {
    await core.close();
  }
}

function json(name: string, value: unknown): (folder: string) => string {
  return (folder) => {
    const path = join(folder, name);
    writeFileSync(path, JSON.stringify(value));
    return path;
  };
}

async function columns(session: PgSession, table: string): Promise<Record<string, string>> {
  const rows = await session.arrays(`SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = $1::regclass AND attnum > 0 ORDER BY attnum`, [table]);
  return Object.fromEntries(rows.map(([name, type]) => [name ?? '', type ?? '']));
}

describe.skipIf(!hasPostgres())('templates', () => {
  it('know what a column is that holds no value yet', async () => {
    const conversations = [{ id: uuid(1, 'c'), name: 'a', is_active: null, created_at: moment(1), updated_at: null, metadata: null }];
    await cross('flowagents', json('flowagents.json', { conversations, messages: [], tasks: [], events: [] }), async (session) => {
      expect(await columns(session, 'conversations')).toEqual({ id: 'uuid', name: 'text', is_active: 'boolean', created_at: 'timestamp with time zone', updated_at: 'timestamp with time zone', metadata: 'jsonb' });
    });
  });

  it('flowagents: four tables with UUID keys, JSONB, cascades and the six indexes', async () => {
    const conversations = Array.from({ length: 60 }, (_, n) => ({ id: uuid(n, 'c'), name: n % 3 === 0 ? '' : `Viagem ${n}`, is_active: n % 2 === 0, created_at: moment(n), updated_at: moment(n + 5), metadata: n % 4 === 0 ? null : { city: 'São Paulo', n } }));
    const messages = Array.from({ length: 400 }, (_, n) => ({ id: uuid(n, 'd'), conversation_id: uuid(n % 60, 'c'), role: n % 2 === 0 ? 'user' : 'assistant', content: `Olá ${n} — “tudo bem”?`, parts: [{ type: 'text', text: `parte ${n}` }], created_at: moment(n), metadata: { tokens: n } }));
    const tasks = Array.from({ length: 50 }, (_, n) => ({ id: uuid(n, 'e'), conversation_id: uuid(n % 60, 'c'), status: 'pending', description: `Reservar ${n}`, created_at: moment(n), updated_at: moment(n), metadata: {} }));
    const events = Array.from({ length: 80 }, (_, n) => ({ id: uuid(n, 'f'), conversation_id: uuid(n % 60, 'c'), actor: 'agent', content: { step: n }, timestamp: moment(n), event_type: 'started' }));
    await cross('flowagents', json('flowagents.json', { conversations, messages, tasks, events }), async (session) => {
      expect(await columns(session, 'messages')).toEqual({ id: 'uuid', conversation_id: 'uuid', role: 'text', content: 'text', parts: 'jsonb', created_at: 'timestamp with time zone', metadata: 'jsonb' });
      expect(await columns(session, 'conversations')).toMatchObject({ id: 'uuid', is_active: 'boolean', updated_at: 'timestamp with time zone', metadata: 'jsonb' });
      const indexes = await session.arrays(`SELECT indexname FROM pg_indexes WHERE schemaname = 'public' AND indexname LIKE 'idx%' ORDER BY 1`);
      expect(indexes.flat()).toEqual(['idx_conversations_updated_at', 'idx_events_conversation_id', 'idx_events_timestamp', 'idx_messages_conversation_id', 'idx_messages_created_at', 'idx_tasks_conversation_id']);
      await session.exec(`DELETE FROM conversations WHERE id = '${uuid(0, 'c')}'`);
      expect(await session.one(`SELECT count(*)::text AS n FROM messages WHERE conversation_id = '${uuid(0, 'c')}'`)).toEqual({ n: '0' });
    });
  });

  it('offline-first: a localStorage export, names in snake case, the marker of an earlier move kept', async () => {
    const users = Array.from({ length: 20 }, (_, n) => ({ id: uuid(n, 'a'), name: `Usuária ${n}`, email: `u${n}@example.com`, createdAt: moment(n), updatedAt: moment(n), deviceId: 'web' }));
    const issues = Array.from({ length: 90 }, (_, n) => ({ id: uuid(n, 'b'), title: `Issue ${n}`, description: n % 2 === 0 ? null : 'ação', status: 'pending', priority: 'medium', userId: uuid(n % 20, 'a'), sessionId: null, createdAt: moment(n), updatedAt: moment(n + 1), version: 1 + (n % 3), locallyModified: n % 2 === 0, deletedAt: n % 9 === 0 ? moment(n) : null }));
    const syncQueue = Array.from({ length: 30 }, (_, n) => ({ id: uuid(n, '9'), tableName: 'issues', recordId: uuid(n, 'b'), operation: 'update', data: { title: `Issue ${n}` }, deviceId: 'web', createdAt: moment(n), syncedAt: null, error: null, retries: 0 }));
    const exported = { users: JSON.stringify(users), issues: JSON.stringify(issues), sync_queue: JSON.stringify(syncQueue), migrated_to_pglite: 'true', theme: 'dark' };
    await cross('offline-first', json('localStorage.json', exported), async (session, { plan, result }) => {
      expect(await columns(session, 'issues')).toMatchObject({ id: 'uuid', user_id: 'uuid', created_at: 'timestamp with time zone', version: 'bigint', locally_modified: 'boolean', deleted_at: 'timestamp with time zone' });
      expect(await columns(session, 'sync_queue')).toMatchObject({ table_name: 'text', record_id: 'uuid', data: 'jsonb' });
      expect(result.objects.filter(({ kind }) => kind === 'foreign key').map(({ outcome }) => outcome)).toEqual(['created']);
      expect(await session.one('SELECT count(*) FILTER (WHERE locally_modified)::text AS modified, sum(version)::text AS versions FROM issues')).toEqual({ modified: '45', versions: '180' });
      expect(plan.findings.map(({ code }) => code)).toContain('plan.finding.moved-already');
    }, true);
  });

  it('items: a table per collection, aliases and fingerprints as JSON, the score exactly', async () => {
    const items = Array.from({ length: 120 }, (_, n) => ({ dfid: `DFID-2024-${n}`, aliases: [`lot:${n}`], fingerprint: `${n.toString(16)}ab`, legacy_mode: n % 2 === 0, confidence_score: n / 3, status: 'Active', creation_timestamp: moment(n), identifiers: [{ key: 'gtin', value: String(n) }] }));
    const identifiers = Array.from({ length: 60 }, (_, n) => ({ id: n, dfid: `DFID-2024-${n}`, key: 'gtin', value: `789${n}` }));
    const circuits = Array.from({ length: 5 }, (_, n) => ({ circuit_id: uuid(n, '1'), name: `Circuito ${n}`, members: [] }));
    await cross('items', json('store.json', { items, identifiers, sourceEntries: [{ id: 1, dfid: 'DFID-2024-1', at: moment(1) }], events: [{ event_id: uuid(1, '2'), type: 'Created' }], circuits, users: [{ user_id: 'u1' }], receipts: [{ receipt_id: 'r1', dfid: 'DFID-2024-1' }] }), async (session, { result }) => {
      expect(result.tables.map(({ target }) => target.table).toSorted()).toEqual(['circuits', 'events', 'identifiers', 'item_identifiers', 'items', 'receipts', 'source_entries', 'users']);
      expect(await session.one('SELECT count(*)::text AS n FROM item_identifiers JOIN items USING (item_uuid)')).toEqual({ n: '120' });
      expect(await columns(session, 'items')).toMatchObject({ aliases: 'json', legacy_mode: 'boolean', confidence_score: 'double precision' });
      expect(await session.one(`SELECT confidence_score::text AS score FROM items WHERE dfid = 'DFID-2024-1'`)).toEqual({ score: '0.3333333333333333' });
    });
  });

  it('duiliocode: times without zone, JSON, booleans; one preference per user stays a constraint', async () => {
    const build = async (folder: string): Promise<string> => (await buildSamples(folder, 'small', { signal: new AbortController().signal, onProgress: () => undefined })).files.at(-1) ?? '';
    await cross('duiliocode', build, async (session) => {
      expect(await columns(session, 'system_metrics')).toMatchObject({ duration_ms: 'double precision', success: 'boolean', extra_data: 'json', created_at: 'timestamp without time zone' });
      expect(await session.one(`SELECT count(*)::text AS n FROM pg_constraint WHERE conrelid = 'user_preferences'::regclass AND contype = 'u'`)).toEqual({ n: '1' });
    });
  });

  it('flowagents: tables of which the export has no row are there as the program has them, with its defaults and NOT NULL', async () => {
    const conversations = [{ id: uuid(1, 'c'), name: 'a', is_active: true, created_at: moment(1), updated_at: moment(1), metadata: null }];
    await cross('flowagents', json('flowagents.json', { conversations, messages: [], events: {} }), async (session, { result }) => {
      expect(result.objects.filter(({ kind }) => kind === 'table').map(({ name, outcome }) => [name, outcome])).toEqual([['messages', 'created'], ['tasks', 'created'], ['events', 'created']]);
      expect(await columns(session, 'messages')).toEqual({ id: 'uuid', conversation_id: 'uuid', role: 'character varying(50)', content: 'text', parts: 'jsonb', created_at: 'timestamp with time zone', metadata: 'jsonb' });
      await session.exec(`INSERT INTO conversations DEFAULT VALUES; INSERT INTO messages (conversation_id, role, content) SELECT id, 'user', 'oi' FROM conversations; INSERT INTO tasks (conversation_id, status, description) SELECT id, 'pending', 'x' FROM conversations;
        INSERT INTO events (conversation_id, content, event_type) SELECT id, '{}', 'x' FROM conversations`);
      expect(await session.arrays(`SELECT count(*)::text, count(id)::text, count(created_at)::text FROM messages`)).toEqual([['2', '2', '2']]);
      await expect(session.exec('UPDATE conversations SET name = NULL')).rejects.toThrow(/null value/);
      expect((await session.arrays(`SELECT indexname FROM pg_indexes WHERE schemaname = 'public' AND indexname LIKE 'idx%'`)).length).toBe(6);
      await session.exec('DELETE FROM conversations');
      expect(await session.arrays('SELECT (SELECT count(*) FROM messages) + (SELECT count(*) FROM tasks) + (SELECT count(*) FROM events)')).toEqual([['0']]);
    });
  });

  it('offline-first: an empty queue is a table, an address used twice is listed, an id of another form keeps its column without a default', async () => {
    const users = [1, 2].map((n) => ({ id: `u${n}`, name: 'Zé', email: 'z@example.com', createdAt: moment(n) }));
    await cross('offline-first', json('localStorage.json', { users: JSON.stringify(users), issues: '[]', syncQueue: '[]' }), async (session, { result }) => {
      expect(result.objects.filter(({ kind }) => kind === 'unique').map(({ name, outcome }) => [name, outcome])).toEqual([['users_email_key', 'listed']]);
      expect(await session.arrays(`SELECT attname, pg_get_expr(adbin, adrelid) FROM pg_attribute LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum WHERE attrelid = 'users'::regclass AND attnum > 0 AND attname IN ('id', 'created_at') ORDER BY 1`))
        .toEqual([['created_at', 'CURRENT_TIMESTAMP'], ['id', null]]);
      await session.exec(`INSERT INTO issues (title) VALUES ('a'); INSERT INTO sync_queue (table_name, record_id, operation, data, device_id) SELECT 'issues', id, 'insert', '{}', 'web' FROM issues`);
      expect(await session.arrays('SELECT status, priority, version::text, locally_modified::text FROM issues')).toEqual([['pending', 'medium', '1', 'false']]);
    });
  });

  it('what of a template does not hold is said: rows cut off by a full storage, a document of another program, a table that lacks a column', async () => {
    const criticals = ({ result }: Crossed): unknown[] => result.findings.filter(({ severity }) => severity === 'critical').map(({ code, object }) => [code, object?.split('/').at(-1)]);
    const issues = JSON.stringify([{ id: uuid(1, 'b'), title: 'Issue', createdAt: moment(1) }]);
    const users = JSON.stringify([{ id: uuid(1, 'a'), name: 'Zé' }]);
    await cross('offline-first', json('localStorage.json', { issues: issues.slice(0, 60), users }), async (session, crossed) => {
      expect(criticals(crossed)).toEqual([['plan.finding.template-no-rows', 'issues']]);
      expect(await session.arrays(`SELECT value FROM key_value WHERE key = 'issues'`)).toEqual([[issues.slice(0, 60)]]);
      expect(await session.arrays(`SELECT to_regclass('issues')::text`)).toEqual([[null]]);
    });
    await cross('items', json('other.json', [{ dfid: 'a' }, { dfid: 'b' }]), async (_, crossed) => expect(criticals(crossed)).toEqual([['plan.finding.template-unknown', 'other.json']]));
    const old = (folder: string): string => {
      const path = join(folder, 'duiliocode.db');
      const db = new Database(path);
      db.exec(`CREATE TABLE conversation_history (id INTEGER PRIMARY KEY, user_id TEXT, session_id TEXT, role TEXT, message TEXT, created_at DATETIME); INSERT INTO conversation_history VALUES (1, 'u', 's', 'user', 'oi', NULL)`);
      db.close();
      return path;
    };
    await cross('duiliocode-conversations', old, async (session, { result }) => {
      expect(result.objects.find(({ name }) => name === 'conversation_history')).toMatchObject({ kind: 'table', outcome: 'created', reason: expect.stringContaining('it lacks content') });
      expect(await session.arrays('SELECT message FROM conversation_history')).toEqual([['oi']]);
    });
    // A column that holds nothing keeps the sense of its declaration: SQLAlchemy's DATETIME has no zone.
    await cross('duiliocode', old, async (session) => expect(await columns(session, 'conversation_history')).toMatchObject({ created_at: 'timestamp without time zone' }));
  });
});
