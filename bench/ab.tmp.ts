import { spawn } from 'node:child_process';
import { ensureJournal } from '../src-main/core/load/index.ts';
import { scratchServer } from '../src-main/drivers/embedded-postgres/index.ts';
import { connectPostgres } from '../src-main/drivers/postgres/index.ts';
import { createTarget } from './tables.ts';
const durable = { fsync: 'on', synchronous_commit: 'on', full_page_writes: 'on', wal_level: 'replica', max_wal_senders: '10', max_wal_size: '1GB' };
const server = await scratchServer({ settings: durable });
{ await using s = await connectPostgres(server.config()); await s.exec("CREATE DATABASE bench TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'en-US'"); }
const config = { ...server.config(), database: 'bench' };
await using session = await connectPostgres(config);
const table = (process.argv[3] ?? 'messages') as 'messages'; const rows = Number(process.argv[4] ?? 2000000);
const run = (dir: string, way: string) => new Promise<number>((resolve, reject) => { const c = spawn(process.execPath, [`${dir}/bench/child.ts`, way, JSON.stringify({ config, table, rows, source: `/tmp/lab/bench/${table}-${rows}.db`, copyFile: `/tmp/lab/bench/ab.bin`, threads: { jobs: 2, lanes: 1 } })], { stdio: ['ignore', 'pipe', 'inherit'] }); let t = ''; c.stdout.on('data', (d) => (t += d)); c.on('close', (code) => code === 0 ? resolve(JSON.parse(t).seconds) : reject(new Error(String(code)))); });
const ways: [string, string, string][] = [['limit', '/work/main', 'limit'], ['base', '/work/wt-base', 'load'], ['new', '/work/main', 'load']];
const all: Record<string, number[]> = {};
const fresh = async () => { await ensureJournal(session); await session.exec("DELETE FROM travessia.chunks; DELETE FROM travessia.runs; DELETE FROM travessia.ranges; INSERT INTO travessia.runs (run, state, fence) VALUES ('bench', 'loading', 'bench')"); await session.exec(createTarget('bench', table)); await session.exec('CHECKPOINT'); };
await fresh(); await run('/work/main', 'load');
const fs = await import('node:fs'); const { pipeline } = await import('node:stream/promises'); const { copyOut } = await import('../src-main/drivers/postgres/index.ts'); const { Readable } = await import('node:stream');
await pipeline(Readable.from(copyOut(session, `COPY bench.${table} TO STDOUT (FORMAT binary)`)), fs.createWriteStream('/tmp/lab/bench/ab.bin'));
for (let i = 0; i < Number(process.argv[2] ?? 5); i += 1) for (const [name, dir, way] of ways) { await fresh(); (all[name] ??= []).push(await run(dir, way)); console.log(name, all[name].at(-1)?.toFixed(2)); }
for (const [k, v] of Object.entries(all)) console.log(k, v.toSorted((a, b) => a - b)[Math.floor(v.length / 2)]?.toFixed(2), v.map((x) => x.toFixed(2)).join(' '));
await server.close(); process.exit(0);
