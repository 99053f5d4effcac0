/**
 * `node bench/lag.ts [--rows N] [--source FILE]`
 *
 * Event-loop lag of the web host's own process while it runs a whole migration (assess, load, index, verify, swap), with one page
 * connected and asking for the jobs every 100 ms. Prints one JSON document: milliseconds at p50, p99 and the maximum, and the
 * round-trip of the page's calls. experience.md asks for a p99 under 50 ms.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createCore } from '../src-main/core/composition.ts';
import { scratchServer } from '../src-main/drivers/embedded-postgres/index.ts';
import { createDispatcher } from '../src-main/hosts/dispatcher.ts';
import { startWebHost } from '../src-main/hosts/web/serve.ts';
import { tempFolder } from '../src-main/test-support/temp-folder.ts';
import { machine } from './machine.ts';
import { buildSource } from './tables.ts';

const { values } = parseArgs({ options: { rows: { type: 'string', default: '2000000' }, source: { type: 'string' } } });
using folder = tempFolder('lag');
const source = values.source ?? join(folder.path, 'messages.db');
if (!existsSync(source)) buildSource(source, 'messages', Number(values.rows));

const server = await scratchServer({ settings: { fsync: 'on', synchronous_commit: 'on', full_page_writes: 'on' } });
const core = await createCore({ home: join(folder.path, 'home') });
const dispatcher = createDispatcher(core);
const host = await startWebHost({
  dispatcher, rendererFolder: fileURLToPath(new URL('../out/renderer', import.meta.url)), home: core.home, open: false, isBusy: () => core.isBusy(), log: () => undefined,
});
const client = { who: 'bench' };

async function jobOf(call: string, input: unknown): Promise<string | null> {
  const reply = await dispatcher.call(call, input, client);
  if (!reply.ok || typeof reply.value !== 'object' || reply.value === null || !('jobId' in reply.value)) throw new Error(JSON.stringify(reply));
  const job = await core.jobs.wait(String(reply.value.jobId));
  if (job.error !== null) throw new Error(`${job.error.code}: ${job.error.message}`);
  return job.resultId;
}

const lag = monitorEventLoopDelay({ resolution: 5 });
const calls: number[] = [];
const asking = setInterval(() => {
  const start = performance.now();
  void dispatcher.call('jobs/list', {}, client).then(() => calls.push(performance.now() - start));
}, 100);
let events = 0;
const off = core.onEvent(() => (events += 1));
lag.enable();
const started = performance.now();
try {
  const assessment = await jobOf('assess/start', { source });
  const plan = await dispatcher.call('plans/create', { assessmentIds: [assessment], target: server.url(), options: { schema: 'bench' } }, client);
  if (!plan.ok || typeof plan.value !== 'object' || plan.value === null || !('id' in plan.value)) throw new Error(JSON.stringify(plan));
  await jobOf('runs/migrate', { planId: plan.value.id });
} finally {
  lag.disable();
  clearInterval(asking);
  off();
}
const seconds = (performance.now() - started) / 1000;
const milliseconds = (nanoseconds: number) => Math.round(nanoseconds / 10_000) / 100;
const sorted = calls.toSorted((a, b) => a - b);
const at = (share: number) => Math.round((sorted[Math.floor(sorted.length * share)] ?? 0) * 10) / 10;
process.stdout.write(`${JSON.stringify({
  machine: machine(), rows: Number(values.rows), seconds: Math.round(seconds * 10) / 10, events,
  lagMilliseconds: { p50: milliseconds(lag.percentile(50)), p99: milliseconds(lag.percentile(99)), max: milliseconds(lag.max) },
  callMilliseconds: { p50: at(0.5), p99: at(0.99), max: at(0.9999) },
}, null, 2)}\n`);
await host.close();
await core.close();
await server.close();
process.exit(0);
