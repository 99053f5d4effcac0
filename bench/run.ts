/**
 * `npm run bench -- [--rows N] [--table messages|metrics|blobs] [--runs N] [--against pgloader] [--target URL | --collation en-US] [--folder DIR] [--jobs N,…] [--no-whole]`
 *
 * --jobs 1,2,4 compares so many threads at the one table; it must be large enough to be parted (docs/migrate.md). Without it: as the program does.
 * Loads the same table in several ways on the same server, interleaved, and prints one JSON document with medians. Notes go to
 * standard error. Without --target a scratch server with PostgreSQL's default durability is started; its database compares text by
 * bytes unless --collation names a language (ICU), as the databases of most servers do.
 */
import { spawn } from 'node:child_process';
import { createWriteStream, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { PlanTable } from '../shared/model/plan.ts';
import { quoteLiteral } from '../shared/pure/quote.ts';
import { ensureJournal } from '../src-main/core/load/index.ts';
import { scratchServer } from '../src-main/drivers/embedded-postgres/index.ts';
import { connectPostgres, copyOut, parseDatabase, resolvePostgres, type PgSession, type PostgresConfig } from '../src-main/drivers/postgres/index.ts';
import { tempFolder } from '../src-main/test-support/temp-folder.ts';
import type { ChildInput, ChildOutput } from './child.ts';
import { threadsOf } from '../src-main/core/threads.ts';
import { machine } from './machine.ts';
import { hasPgloader, runPgloader } from './pgloader.ts';
import { benchPlan, benchTables, buildSource, createTarget, indexTarget, type BenchTable } from './tables.ts';
import { createTable } from '../src-main/core/plan/statements.ts';
import { plannedTable, runWhole, wholeExists } from './whole.ts';

const { values } = parseArgs({
  options: {
    rows: { type: 'string' },
    table: { type: 'string', default: 'messages' },
    runs: { type: 'string', default: '3' },
    against: { type: 'string', multiple: true, default: [] },
    target: { type: 'string' },
    collation: { type: 'string' },
    folder: { type: 'string' },
    jobs: { type: 'string' },
    whole: { type: 'boolean', default: true },
  },
  allowNegative: true,
});

const note = (text: string): void => void process.stderr.write(`${text}\n`);
const table: BenchTable = benchTables.find((name) => name === values.table) ?? 'messages';
const usualRows: Readonly<Record<BenchTable, number>> = { messages: 2_000_000, metrics: 5_000_000, blobs: 20_000 };
const rows = Number(values.rows ?? usualRows[table]);
const runs = Number(values.runs);
const ways = values.jobs === undefined ? [{ name: 'load', threads: threadsOf('auto', [benchPlan(table, rows)]) }] : values.jobs.split(',').map((jobs) => ({ name: values.jobs === jobs ? 'load' : `load, ${jobs} threads`, threads: threadsOf(Number(jobs), []) }));

/** PostgreSQL's own defaults in place of a scratch server's forgetful ones: what is measured must be durable. */
const durable = { fsync: 'on', synchronous_commit: 'on', full_page_writes: 'on', wal_level: 'replica', max_wal_senders: '10', max_wal_size: '1GB' };

async function openTarget(): Promise<{ config: PostgresConfig; url: string; close: () => Promise<void> }> {
  if (values.target === undefined) {
    const server = await scratchServer({ settings: durable });
    if (values.collation === undefined) return { config: server.config(), url: server.url(), close: () => server.close() };
    await using session = await connectPostgres(server.config());
    await session.exec(`CREATE DATABASE bench TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE ${quoteLiteral(values.collation)}`);
    const url = new URL(server.url());
    url.pathname = '/bench';
    return { config: { ...server.config(), database: 'bench' }, url: url.href, close: () => server.close() };
  }
  const ref = parseDatabase(values.target);
  if (ref.kind !== 'postgres') throw new Error('--target takes a PostgreSQL URL.');
  return { config: resolvePostgres(ref), url: values.target, close: async () => undefined };
}

function child(way: string, input: ChildInput): Promise<ChildOutput> {
  const { promise, resolve, reject } = Promise.withResolvers<ChildOutput>();
  const process_ = spawn(process.execPath, [fileURLToPath(new URL('./child.ts', import.meta.url)), way, JSON.stringify(input)], { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, NODE_COMPILE_CACHE: join(folder, 'compiled') } });
  let text = '';
  process_.stdout.setEncoding('utf8').on('data', (part: string) => (text += part));
  process_.on('error', reject).on('close', (code) => (code === 0 ? resolve(JSON.parse(text)) : reject(new Error(`${way} ended with exit code ${code}`))));
  return promise;
}

const median = (numbers: readonly number[]): number => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;
const rounded = (value: number): number => Math.round(value * 100) / 100;

async function fresh(session: PgSession, planned?: PlanTable): Promise<void> {
  // The server would go on with the vacuum of what an earlier way left.
  await session.exec(`DROP SCHEMA IF EXISTS bench_whole CASCADE; ${createTarget('bench', table)}`);
  if (planned !== undefined) await session.exec(`DROP TABLE bench.${table}; ${createTable(planned, () => 'bench').sql}`);
  await session.exec("DELETE FROM travessia.chunks WHERE run = 'bench'; DELETE FROM travessia.ranges WHERE run = 'bench'; DELETE FROM travessia.runs WHERE run = 'bench'; INSERT INTO travessia.runs (run, state, fence) VALUES ('bench', 'loading', 'bench')");
  // The writing of earlier runs must not be paid by this one.
  await session.exec('CHECKPOINT').catch(() => undefined);
}

using temporary = tempFolder('bench');
const folder = values.folder ?? temporary.path;
mkdirSync(folder, { recursive: true });
const source = join(folder, `${table}-${rows}.db`);
if (!existsSync(source)) {
  note(`building ${rows} rows of ${table}`);
  buildSource(source, table, rows);
}
const target = await openTarget();
try {
  await using session = await connectPostgres(target.config);
  await ensureJournal(session);
  const input: ChildInput = { config: target.config, table, rows, source, copyFile: join(temporary.path, 'ready.copy'), threads: threadsOf('auto', [benchPlan(table, rows)]) };
  await fresh(session);
  note('warming up, and making the ready file');
  await child('load', input);
  await pipeline(Readable.from(copyOut(session, `COPY bench.${table} TO STDOUT (FORMAT binary)`)), createWriteStream(input.copyFile));

  const measured: Record<string, ChildOutput[]> = {};
  const keep = (name: string, output: ChildOutput): void => {
    (measured[name] ??= []).push(output);
    note(`${name}: ${output.seconds.toFixed(2)} s${output.peakMegabytes === undefined ? '' : `, ${output.peakMegabytes} MB`}`);
  };
  const pgloader = values.against.includes('pgloader') && hasPgloader();
  for (let run = 0; run < runs; run += 1) {
    await fresh(session);
    keep('limit', await child('limit', input));
    for (const { name, threads } of ways) {
      await fresh(session);
      keep(name, await child('load', { ...input, threads }));
    }
    const started = performance.now();
    await session.exec(indexTarget('bench', table));
    keep('index', { seconds: (performance.now() - started) / 1000, peakMegabytes: undefined });
    if (values.whole && wholeExists()) {
      await fresh(session);
      for (const [name, output] of Object.entries(await runWhole(source, target.url, temporary.path, note))) keep(name, output);
      const of = (name: string): number => measured[name]?.at(-1)?.seconds ?? Number.NaN;
      keep('plan and migrate', { seconds: of('plan') + of('migrate'), peakMegabytes: undefined });
      keep('migrate, load and index', { seconds: of('migrate, load') + of('migrate, index'), peakMegabytes: undefined });
      const planned = plannedTable(temporary.path);
      await fresh(session, planned);
      keep('load and build', await child('load and build', { ...input, planned }));
    }
    if (pgloader) {
      await fresh(session);
      keep('pgloader', await runPgloader(source, target.url, temporary.path, table));
    }
  }
  const medians = Object.fromEntries(
    Object.entries(measured).map(([name, outputs]) => {
      const peaks = outputs.flatMap((output) => output.peakMegabytes ?? []);
      return [name, { seconds: rounded(median(outputs.map((output) => output.seconds))), runs: outputs.map((output) => rounded(output.seconds)), ...(peaks.length > 0 ? { peakMegabytes: Math.max(...peaks) } : {}) }];
    }),
  );
  // What was measured in one round had the same machine; its pace may be another in the next.
  const ratio = (a: string, b: string): { median: number; rounds: number[] } | undefined => {
    const rounds = (measured[a] ?? []).flatMap(({ seconds }, round) => seconds / (measured[b]?.[round]?.seconds ?? Number.NaN) || []).map(rounded);
    return rounds.length === 0 ? undefined : { median: median(rounds), rounds };
  };
  const report = {
    table,
    rows,
    threads: ways.map(({ threads }) => threads),
    medians,
    ratios: {
      ...Object.fromEntries(ways.map(({ name }) => [`${name}/limit`, ratio(name, 'limit')])),
      // The built program's own phase: the ways above start their threads from the sources, which takes longer.
      'migrate, load/limit': ratio('migrate, load', 'limit'),
      'verify alone/load': ratio('verify alone', 'migrate, load'),
      // pgloader does not compare: the first compares like with like. In a run the source is read a second time beside both phases, which then
      // take longer: the second. The third is the whole command on a reviewed plan, every cell compared; the last begins with the file: copied, checked, every
      // value of it read for the plan.
      'pgloader/load and build': ratio('pgloader', 'load and build'), 'pgloader/migrate, load and index': ratio('pgloader', 'migrate, load and index'), 'pgloader/migrate': ratio('pgloader', 'migrate'), 'pgloader/plan and migrate': ratio('pgloader', 'plan and migrate'),
    },
    notes: [...(values.against.includes('pgloader') && !pgloader ? ['pgloader is not installed'] : []), ...(wholeExists() ? [] : ['whole run not measured: the program is not built'])],
    machine: { ...machine(), postgresql: session.server.version, collation: values.collation ?? (values.target === undefined ? 'C' : 'as the target has it') },
  };
  process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
} finally {
  await target.close();
}
