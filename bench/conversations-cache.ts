/**
 * `node bench/conversations-cache.ts [--rows N] [--requests N] [--shape four-table|flat] [--folder DIR] [--keep]`
 *
 * A SQLite file of N messages (1,000,000), the console's full-text copy of it, and 200 varied requests of each kind through the reader as the
 * console asks it, thread and all. A table goes to standard error, one JSON document to standard output. Limits: issue 4, "What it must show", 1.
 */
import { existsSync, mkdirSync, rmSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { mappingSchema, type Mapping } from '../shared/model/conversation-mapping.ts';
import { querySchema, type Query } from '../shared/model/conversation-query.ts';
import { openCacheReader, refreshCache } from '../src-main/core/conversations/cache/index.ts';
import { noMasking, type ConversationReader } from '../src-main/core/conversations/ports.ts';
import { sqliteSource } from '../src-main/core/sources/index.ts';
import { openSqlite } from '../src-main/drivers/sqlite/index.ts';
import { tempFolder } from '../src-main/test-support/temp-folder.ts';
import { makeRows, randomOf, rareWord } from './conversation-rows.ts';
import { machine } from './machine.ts';

const { values } = parseArgs({ options: { rows: { type: 'string', default: '1000000' }, requests: { type: 'string', default: '200' }, shape: { type: 'string', default: 'four-table' }, folder: { type: 'string' }, keep: { type: 'boolean', default: false } } });
const rows = Number(values.rows);
const requests = Number(values.requests);
const isFlat = values.shape === 'flat';
const note = (text: string): void => void process.stderr.write(`${text}\n`);
const rounded = (value: number): number => Math.round(value * 100) / 100;

const column = (name: string): { column: string } => ({ column: name });
const table = (name: string): { name: string } => ({ name });
const secret = new Uint8Array(32);
const mapping: Mapping = mappingSchema.parse(isFlat
  ? { adapter: 'flat-history', messages: { table: table('conversation_history'), id: column('id'), conversation: column('session_id'), role: column('role'), content: column('content'), contentAs: 'text', created: column('created_at'), model: column('model'), owner: column('user_id'), metadata: [column('extra_data')] } }
  : {
    adapter: 'four-table',
    conversations: { table: table('conversations'), id: column('id'), title: column('title'), owner: column('user_id'), created: column('created_at'), updated: column('updated_at'), deleted: column('deleted_at'), metadata: [column('metadata')] },
    messages: { table: table('messages'), id: column('id'), conversation: column('conversation_id'), role: column('role'), content: column('content'), contentAs: 'text', created: column('created_at'), model: column('model'), outputTokens: column('tokens'), latencyMs: column('latency_ms'), error: column('error'), metadata: [column('metadata')] },
  });

function makeFile(path: string): void {
  using file = openSqlite(path, { mode: 'write', create: true, safeIntegers: false });
  const { db } = file;
  db.pragma('journal_mode = OFF');
  db.pragma('synchronous = OFF');
  const iso = (time: number): string => new Date(time).toISOString();
  if (isFlat) {
    db.exec('CREATE TABLE conversation_history (id INTEGER PRIMARY KEY, user_id TEXT, session_id TEXT, role TEXT, content TEXT, model TEXT, workspace TEXT, extra_data TEXT, created_at TEXT); BEGIN');
    const insert = db.prepare('INSERT INTO conversation_history (user_id, session_id, role, content, model, extra_data, created_at) VALUES (?, ?, ?, ?, ?, ?, ?)');
    for (const { conversation, messages } of makeRows(rows)) for (const message of messages()) insert.run(conversation.user, conversation.id, message.role, message.content, message.model, conversation.metadata, iso(message.created));
    db.exec('COMMIT; CREATE INDEX history_session ON conversation_history (session_id, created_at)');
    return;
  }
  db.exec(`CREATE TABLE conversations (id TEXT PRIMARY KEY, title TEXT, user_id TEXT, created_at TEXT, updated_at TEXT, deleted_at TEXT, metadata TEXT);
    CREATE TABLE messages (id TEXT PRIMARY KEY, conversation_id TEXT NOT NULL REFERENCES conversations (id), role TEXT, content TEXT, created_at TEXT, model TEXT, tokens INTEGER, latency_ms INTEGER, error TEXT, metadata TEXT); BEGIN`);
  const insertConversation = db.prepare('INSERT INTO conversations VALUES (?, ?, ?, ?, ?, ?, ?)');
  const insertMessage = db.prepare('INSERT INTO messages VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
  for (const { conversation: made, messages } of makeRows(rows)) {
    insertConversation.run(made.id, made.title, made.user, iso(made.created), iso(made.updated), made.deleted ? iso(made.updated) : null, made.metadata);
    for (const each of messages()) insertMessage.run(each.id, made.id, each.role, each.content, iso(each.created), each.model, each.tokens, each.latency, each.isError ? 'failed' : null, each.metadata);
  }
  db.exec('COMMIT; CREATE INDEX messages_conversation ON messages (conversation_id, created_at)');
}

const folder = values.folder === undefined ? tempFolder('bench').path : resolve(values.folder);
mkdirSync(folder, { recursive: true });
const path = join(folder, `${values.shape}-${rows}.db`);
const copy = join(folder, 'copy');
if (!existsSync(path)) {
  note(`Making ${rows.toLocaleString('en')} messages …`);
  makeFile(path);
}
const source = sqliteSource(path);
const never = new AbortController().signal;

async function refresh(name: string): Promise<{ seconds: number; peakMegabytes: number; outcome: string }> {
  let peak = 0;
  const timer = setInterval(() => { peak = Math.max(peak, process.memoryUsage().rss); }, 200);
  const start = performance.now();
  const result = await refreshCache({ folder: copy, source, mapping, secret }, { signal: never, onProgress: () => undefined, force: true });
  clearInterval(timer);
  const made = { seconds: rounded((performance.now() - start) / 1000), peakMegabytes: Math.round(peak / 1e6), outcome: result.outcome };
  note(`${name}: ${made.seconds} s, ${result.messages.toLocaleString('en')} messages, ${result.written.toLocaleString('en')} written, peak ${made.peakMegabytes} MB`);
  return made;
}

rmSync(copy, { recursive: true, force: true });
const build = await refresh('Copy made');
const unchanged = await refresh('Refreshed, nothing changed');
{
  using file = openSqlite(path, { mode: 'write', safeIntegers: false });
  file.db.exec(isFlat ? "UPDATE conversation_history SET content = content || ' again' WHERE id % 1000 = 0" : "UPDATE messages SET content = content || ' again' WHERE rowid % 1000 = 0");
}
const changed = await refresh('Refreshed, one of a thousand changed');
const copyMegabytes = Math.round(statSync(join(copy, '1.db')).size / 1e6);
note(`The file has ${Math.round(statSync(path).size / 1e6)} MB, its copy ${copyMegabytes} MB.`);

const reader = openCacheReader({ library: 'bench', folder: copy, source, mapping, secret });
const random = randomOf(42);
const int = (below: number): number => Math.floor(random() * below);
const empty: Query = querySchema.parse({ terms: [], roles: [], notRoles: [], models: [], notModels: [], users: [], notUsers: [], after: null, before: null, has: [], notHas: [], in: null, near: null, meta: [] });
const terms = (...texts: readonly string[]): Query => ({ ...empty, terms: texts.map((text) => ({ kind: 'word', text, not: false })) });
const pick = <T>(list: readonly [T, ...T[]]): T => list[int(list.length)] ?? list[0];
const common = ['order', 'refund', 'customer', 'pedido', 'devolução', 'cliente', 'pagamentos', 'error', 'ação', 'reports', 'sistema', 'não', 'message', 'senha'] as const;
const withFilter = (query: Query): Query => pick([query, query, { ...query, roles: ['user'] }, { ...query, models: ['model-small'] }, { ...query, after: '2024-06-01T00:00:00Z', before: '2025-03-01T00:00:00Z' }, { ...query, notRoles: ['tool'], users: [`user-${int(5000)}`] }]);
/** Beyond the words of every sentence, ranks up to where a word stands in a handful of messages. */
const rare = (): string => rareWord(20_000 + int(40_000));

interface Kind { readonly name: string; readonly limit: number | null; readonly ask: (number: number) => Promise<unknown> }

async function conversationsFrom(open: ConversationReader): Promise<readonly { readonly key: string; readonly messages: number }[]> {
  const found: { key: string; messages: number }[] = [];
  for (let after: string | undefined = undefined; found.length < 5000;) {
    const page: Awaited<ReturnType<ConversationReader['list']>> = await open.list({ query: empty, ...(after === undefined ? {} : { after }), limit: 200, masker: noMasking, signal: never });
    found.push(...page.rows.map((row) => ({ key: row.key, messages: row.messages ?? 0 })));
    if (page.next === null) break;
    after = page.next;
  }
  return found;
}

const heads = await conversationsFrom(reader);
const [first] = heads;
if (first === undefined) throw new Error('no conversations');
const long = heads.toSorted((a, b) => b.messages - a.messages)[0] ?? first;
const keysOf = async (conversation: string): Promise<string[]> => {
  const keys: string[] = [];
  for (let from: Parameters<ConversationReader['thread']>[1] = 'start'; keys.length < 250_000;) {
    const page: Awaited<ReturnType<ConversationReader['thread']>> = await reader.thread(conversation, from, 200, never);
    keys.push(...page.rows.map((row) => row.key));
    if (page.after === null) break;
    from = { after: page.after };
  }
  return keys;
};
const longKeys = await keysOf(long.key);
note(`The longest thread has ${longKeys.length.toLocaleString('en')} messages.`);
const cursors: string[] = [];
for (let after: string | undefined = undefined; cursors.length < 200;) {
  const page: Awaited<ReturnType<ConversationReader['list']>> = await reader.list({ query: empty, ...(after === undefined ? {} : { after }), limit: 50, masker: noMasking, signal: never });
  if (page.next === null) break;
  cursors.push(page.next);
  after = page.next;
}
const search = (query: Query): Promise<unknown> => reader.search({ query, limit: 50, masker: noMasking, signal: never });
const list = (query: Query): Promise<unknown> => reader.list({ query, limit: 50, masker: noMasking, signal: never });
const meta = (path: readonly string[], value: string): Query => ({ ...empty, meta: [{ path: [...path], value, not: false }] });

const kinds: readonly Kind[] = [
  { name: 'open the list', limit: 50, ask: (number) => list(number % 2 === 0 ? empty : { ...empty, notHas: ['deleted'] }) },
  { name: 'next page', limit: 50, ask: () => reader.list({ query: empty, after: cursors[int(cursors.length)] ?? '', limit: 50, masker: noMasking, signal: never }) },
  { name: 'open any thread', limit: 50, ask: () => reader.thread(heads[int(heads.length)]?.key ?? '', pick(['start', 'end']), 50, never) },
  { name: 'open the long thread anywhere', limit: 50, ask: () => reader.thread(long.key, { around: longKeys[int(longKeys.length)] ?? '' }, 50, never) },
  { name: 'search a rare term', limit: 100, ask: () => search(terms(rare())) },
  { name: 'search a common term', limit: 500, ask: () => search(withFilter(terms(pick(common)))) },
  { name: 'search two common terms', limit: 500, ask: () => search(terms(pick(common), pick(common))) },
  { name: 'search a phrase', limit: 500, ask: () => search({ ...empty, terms: [{ kind: 'phrase', text: `${pick(common)} ${pick(common)}`, not: false }] }) },
  { name: 'search a prefix', limit: 500, ask: () => search({ ...empty, terms: [{ kind: 'prefix', text: pick(['refu', 'devol', 'cli', 'mens', 'pag', 'data', 're', 'co']), not: false }] }) },
  { name: 'search with no hit', limit: 200, ask: (number) => search(number % 2 === 0 ? terms(`zzz${number}`) : terms(`zzz${number}`, pick(common))) },
  { name: 'filter by metadata', limit: 300, ask: (number) => (number % 2 === 0 ? list : search)(pick([meta(['plan', 'tier'], pick(['gold', 'free', 'basic'])), meta(['shard'], String(int(997))), meta(['channel'], 'web')])) },
  { name: 'count a common term', limit: null, ask: () => reader.count(withFilter(terms(pick(common))), noMasking, never) },
  { name: 'list by a term', limit: null, ask: (number) => list(terms(number % 2 === 0 ? rare() : pick(common))) },
  { name: 'names', limit: null, ask: () => reader.names(pick(['ref', 'order custo', 'user-12', 'paymnt', 'devoluçao', rareWord(int(500))]), 10, never) },
];

const results: { name: string; limit: number | null; p50: number; p95: number; max: number; holds: boolean | null }[] = [];
for (const { name, limit, ask } of kinds) {
  for (let warm = 0; warm < 20; warm += 1) await ask(warm);
  const times: number[] = [];
  for (let number = 0; number < requests; number += 1) {
    const start = performance.now();
    await ask(number);
    times.push(performance.now() - start);
  }
  times.sort((a, b) => a - b);
  const at = (share: number): number => rounded(times[Math.max(0, Math.ceil(times.length * share) - 1)] ?? Number.NaN);
  results.push({ name, limit, p50: at(0.5), p95: at(0.95), max: at(1), holds: limit === null ? null : at(0.95) <= limit });
  note(`${name.padEnd(32)} p50 ${String(at(0.5)).padStart(8)}  p95 ${String(at(0.95)).padStart(8)}  max ${String(at(1)).padStart(8)} ms${limit === null ? '' : `  limit ${limit}${at(0.95) <= limit ? '' : '  TOO SLOW'}`}`);
}
const statistics: Record<string, number> = {};
for (const [name, query] of [['all', empty], ['one term', terms('refund')]] as const) {
  const start = performance.now();
  await reader.stats(query, noMasking, never);
  statistics[name] = rounded(performance.now() - start);
  note(`statistics of ${name}: ${statistics[name]} ms`);
}
await reader.close();
process.stdout.write(`${JSON.stringify({ machine: machine(), rows, shape: values.shape, copyMegabytes, build, unchanged, changed, results, statistics }, null, 2)}\n`);
if (values.folder === undefined && !values.keep) rmSync(folder, { recursive: true, force: true });
