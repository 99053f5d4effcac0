/**
 * `node bench/conversations.ts [--messages N] [--conversations N] [--long N] [--requests N] [--seed N] [--json FILE] [--only TEXT] [--explain-over MS] [--target URL --reuse]`
 *
 * Makes conversations in code, copies them into PostgreSQL, makes the indexes by the product's own plan, and measures the reader: p95 of many varied
 * requests for each kind, warm, personal data masked. Without --target a scratch server is started and thrown away. --reuse: the target holds the same
 * data from a run before.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { mappingSchema } from '../shared/model/conversation-mapping.ts';
import { maskText } from '../shared/pure/masking/index.ts';
import { noMasking, type ConversationReader, type Masker, type QueryPort } from '../src-main/core/conversations/ports.ts';
import { carryOutIndex, createQueryPort, openPostgresReader, planIndex, readIndexable } from '../src-main/core/conversations/postgres/index.ts';
import { emptyQuery } from '../src-main/core/conversations/search-cases.ts';
import { scratchServer } from '../src-main/drivers/embedded-postgres/index.ts';
import { connectPostgres, copyInto, parseDatabase, resolvePostgres, type PgSession, type PostgresConfig } from '../src-main/drivers/postgres/index.ts';
import { conversationId, messageId, writeConversations, type DataShape } from './conversation-data.ts';
import { requestGroups, type Facts, type Group } from './conversation-requests.ts';
import { machine } from './machine.ts';

const { values } = parseArgs({
  options: {
    messages: { type: 'string', default: '100000' }, conversations: { type: 'string' }, long: { type: 'string' }, requests: { type: 'string', default: '200' }, seed: { type: 'string', default: '7' },
    json: { type: 'string' }, only: { type: 'string' }, 'explain-over': { type: 'string' }, target: { type: 'string' }, reuse: { type: 'boolean', default: false },
  },
});
const number = (text: string | undefined, fallback: number): number => (text === undefined ? fallback : Number(text.replaceAll('_', '')));
const messages = number(values.messages, 100_000);
const shape: DataShape = { messages, conversations: number(values.conversations, Math.max(2, Math.round(messages / 50))), long: number(values.long, Math.min(200_000, Math.round(messages / 10))), seed: number(values.seed, 7) };
const note = (text: string): void => void process.stderr.write(`${text}\n`);
const seconds = (since: number): number => Math.round((performance.now() - since) / 100) / 10;

const tables = `
CREATE TABLE conversations (id uuid NOT NULL, name varchar(255) NOT NULL DEFAULT '', is_active boolean DEFAULT true, created_at timestamptz DEFAULT CURRENT_TIMESTAMP, updated_at timestamptz DEFAULT CURRENT_TIMESTAMP, metadata jsonb);
CREATE TABLE messages (id uuid NOT NULL, conversation_id uuid NOT NULL, role varchar(50) NOT NULL, content text NOT NULL, parts jsonb, created_at timestamptz DEFAULT CURRENT_TIMESTAMP, metadata jsonb);`;
/** As the seed has them: what the program's own database brings. */
const ownIndexes = [
  'ALTER TABLE conversations ADD PRIMARY KEY (id)', 'ALTER TABLE messages ADD PRIMARY KEY (id)', 'CREATE INDEX idx_conversations_updated_at ON conversations (updated_at DESC)',
  'CREATE INDEX idx_messages_conversation_id ON messages (conversation_id)', 'CREATE INDEX idx_messages_created_at ON messages (created_at DESC)', 'VACUUM ANALYZE conversations', 'VACUUM ANALYZE messages',
];
const of = (...path: string[]): { column: string; path: string[] } => ({ column: 'metadata', path });
const mapping = mappingSchema.parse({
  adapter: 'four-table',
  conversations: { table: { schema: 'public', name: 'conversations' }, id: { column: 'id' }, title: { column: 'name' }, owner: of('user_id'), created: { column: 'created_at' }, updated: { column: 'updated_at' }, metadata: [{ column: 'metadata' }] },
  messages: {
    table: { schema: 'public', name: 'messages' }, id: { column: 'id' }, conversation: { column: 'conversation_id' }, role: { column: 'role' }, content: { column: 'content' }, parts: { column: 'parts' }, created: { column: 'created_at' },
    model: of('model'), inputTokens: of('usage', 'input_tokens'), outputTokens: of('usage', 'output_tokens'), latencyMs: of('latency_ms'), metadata: [{ column: 'metadata' }],
  },
});

async function build(config: PostgresConfig): Promise<Record<string, number>> {
  const took: Record<string, number> = {};
  await using session = await connectPostgres(config);
  await using other = await connectPostgres(config);
  await session.exec("SET maintenance_work_mem = '1GB'");
  await session.exec(tables);
  let since = performance.now();
  const copies = [copyInto(session, 'COPY conversations (id, name, created_at, updated_at, metadata) FROM STDIN'), copyInto(other, 'COPY messages (id, conversation_id, role, content, parts, created_at, metadata) FROM STDIN')] as const;
  await writeConversations(shape, copies[0], copies[1], (done) => note(`  ${done} messages, ${seconds(since)} s`));
  for (const copy of copies) await copy.end();
  took['copy'] = seconds(since);
  since = performance.now();
  for (const sql of ownIndexes) await session.exec(sql);
  took['own keys and indexes'] = seconds(since);
  note(`copied in ${took['copy']} s, own keys and indexes in ${took['own keys and indexes']} s`);
  return took;
}

async function index(config: PostgresConfig): Promise<{ seconds: number; steps: { why: string; seconds: number }[] }> {
  const port = createQueryPort(config);
  const plan = await planIndex(await readIndexable(port, 'bench', mapping));
  if (plan.blockers.length > 0) throw new Error(plan.blockers.join('; '));
  const since = performance.now();
  const steps: { why: string; seconds: number }[] = [];
  let begun = since;
  let last: string | null = null;
  const finished = (): void => {
    if (last !== null) steps.push({ why: last, seconds: seconds(begun) });
    if (last !== null && seconds(begun) >= 1) note(`  ${seconds(begun)} s: ${last}`);
  };
  let told = 0;
  await carryOutIndex(plan, {
    open: () => connectPostgres(config), signal: new AbortController().signal,
    onStep: (step) => {
      finished();
      last = step.why;
      begun = performance.now();
    },
    onProgress: (done, total, rows) => {
      if (done - told >= total / 10) note(`  ${done} of ${total} pieces, ${rows} rows, ${seconds(begun)} s`);
      if (done - told >= total / 10) told = done;
    },
  });
  finished();
  await port.close();
  return { seconds: seconds(since), steps: steps.filter((step) => step.seconds >= 0.1) };
}

/** Tells the slow statements with their plans. */
function explaining(port: QueryPort, over: number): QueryPort {
  return {
    ...port,
    async rows(sql, params, options) {
      const since = performance.now();
      const rows = await port.rows(sql, params, options);
      const took = performance.now() - since;
      if (took > over && !sql.startsWith('EXPLAIN')) {
        const plan = await port.rows(`EXPLAIN (ANALYZE, BUFFERS) ${sql}`, params);
        note(`\n=== ${Math.round(took)} ms\n${sql}\n${JSON.stringify(params)}\n${plan.map((row) => row['QUERY PLAN']).join('\n')}`);
      }
      return rows;
    },
  };
}

interface Measured {
  readonly name: string;
  readonly requests: number;
  readonly p50: number;
  readonly p95: number;
  readonly max: number;
  readonly limit: number | null;
  readonly within: boolean | null;
}

async function measure(group: Group, requests: number): Promise<Measured> {
  const times: number[] = [];
  for (let at = 0; at < requests; at += 1) {
    const since = performance.now();
    await group.ask();
    times.push(performance.now() - since);
  }
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number): number => Math.round((sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? 0) * 10) / 10;
  return { name: group.name, requests, p50: at(0.5), p95: at(0.95), max: at(1), limit: group.limit, within: group.limit === null ? null : at(0.95) <= group.limit };
}

const masker: Masker = { ...noMasking, active: true, mask: (text) => maskText(text).text };

async function statistics(reader: ConversationReader): Promise<Measured[]> {
  const { signal } = new AbortController();
  const run = async (name: string, work: () => Promise<unknown>): Promise<Measured> => measure({ name, limit: null, ask: async () => String(await work()) }, 3);
  return [
    await run('statistics of everything', () => reader.stats(emptyQuery, masker, signal)),
    await run('statistics of a common term', () => reader.stats({ ...emptyQuery, terms: [{ kind: 'word', text: 'refund', not: false }] }, masker, signal)),
    await run('statistics of a rare term', () => reader.stats({ ...emptyQuery, terms: [{ kind: 'word', text: 'escrow', not: false }], roles: ['user'] }, masker, signal)),
  ];
}

async function sizes(session: PgSession): Promise<Record<string, string>> {
  const { rows } = await session.query("SELECT c.relname AS name, pg_size_pretty(pg_relation_size(c.oid)) AS size FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname IN ('public', 'travessia_search') AND c.relkind IN ('r', 'i') AND pg_relation_size(c.oid) > 1000000 ORDER BY pg_relation_size(c.oid) DESC");
  return Object.fromEntries(rows.map((row) => [row['name'] ?? '', row['size'] ?? '']));
}

const server = values.target === undefined ? await scratchServer({ settings: { shared_buffers: '2GB', max_wal_size: '8GB', effective_cache_size: '12GB', max_connections: '30' } }) : null;
try {
  const ref = parseDatabase(values.target ?? server?.url() ?? '');
  if (ref.kind !== 'postgres') throw new Error('--target takes a PostgreSQL URL.');
  const config = resolvePostgres(ref);
  note(`${shape.messages} messages in ${shape.conversations} conversations, the longest of ${shape.long}`);
  const built = values.reuse ? {} : await build(config);
  const indexed = await index(config);
  note(`indexed in ${indexed.seconds} s`);
  await using session = await connectPostgres(config);
  if (!values.reuse) for (const table of (await session.query("SELECT quote_ident(schemaname) || '.' || quote_ident(tablename) AS name FROM pg_tables WHERE schemaname IN ('public', 'travessia_search')")).rows) await session.exec(`VACUUM ${table['name']}`);
  const plain = createQueryPort(config);
  const port = values['explain-over'] === undefined ? plain : explaining(plain, Number(values['explain-over']));
  const reader = await openPostgresReader({ port, mapping, library: { id: 'bench' } });
  // Which conversation a message is of is asked from the server: with --reuse nothing else knows.
  const some = await session.query(`SELECT id::text AS id, conversation_id::text AS conversation FROM messages TABLESAMPLE SYSTEM (${Math.min(100, (100 * 50_000) / shape.messages)}) LIMIT 50000`);
  const facts: Facts = {
    messageAt: (at) => {
      const row = some.rows[at % some.rows.length];
      return { id: row?.['id'] ?? messageId(at), conversation: row?.['conversation'] ?? conversationId(0) };
    },
  };
  const chosen = (groups: Group[]): Group[] => groups.filter((group) => values.only === undefined || group.name.includes(values.only));
  note('warming up');
  for (const group of chosen(requestGroups(reader, shape, facts, masker, shape.seed + 1))) for (let at = 0; at < Math.min(60, number(values.requests, 200)); at += 1) await group.ask();
  const results: Measured[] = [];
  for (const group of chosen(requestGroups(reader, shape, facts, masker, shape.seed + 2))) {
    const result = await measure(group, number(values.requests, 200));
    results.push(result);
    note(`${result.name.padEnd(30)} ${String(result.requests).padStart(5)}  p50 ${String(result.p50).padStart(8)}  p95 ${String(result.p95).padStart(8)}  max ${String(result.max).padStart(8)}  limit ${result.limit ?? '-'}${result.within === false ? '  OVER' : ''}`);
  }
  if (values.only === undefined) results.push(...(await statistics(reader)));
  const report = { ...shape, built, index: indexed, results, sizes: await sizes(session), machine: { ...machine(), postgresql: session.server.version } };
  await reader.close();
  const table = ['| request | requests | p50 ms | p95 ms | max ms | limit ms |', '|---|---:|---:|---:|---:|---:|', ...results.map((each) => `| ${each.name} | ${each.requests} | ${each.p50} | ${each.p95} | ${each.max} | ${each.limit ?? ''}${each.within === false ? ' (over)' : ''} |`)];
  note(`\n${table.join('\n')}`);
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(report, null, 2)}\n`);
  process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
} finally {
  await server?.close();
}
