/** One measured way, in a process of its own, so that its peak memory is its own: `node bench/child.ts WAY JSON`. */
import { open } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { loadTables, type LoadTask } from '../src-main/core/load/index.ts';
import { buildTable, type BuildStep } from '../src-main/core/runs/build-table.ts';
import { createBuildQueue } from '../src-main/core/runs/build-queue.ts';
import type { Threads } from '../src-main/core/threads.ts';
import type { PlanTable } from '../shared/model/plan.ts';
import { connectPostgres, copyInto, type PgSession, type PostgresConfig } from '../src-main/drivers/postgres/index.ts';
import { benchPlan, type BenchTable } from './tables.ts';

export interface ChildInput {
  readonly config: PostgresConfig;
  readonly table: BenchTable;
  readonly rows: number;
  readonly source: string;
  readonly copyFile: string;
  readonly threads: Threads;
  /** The plan's own table, for the ways that build its keys and indexes. */
  readonly planned?: PlanTable;
}

export interface ChildOutput {
  readonly seconds: number;
  /** Peak resident memory of the process, all threads; undefined where the system does not tell. */
  readonly peakMegabytes: number | undefined;
}

/** The kernel's high-water mark (proc(5), VmHWM); getrusage would count the parent's memory at the fork. */
function peakMegabytes(): number | undefined {
  try {
    const match = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'));
    return match === null ? undefined : Math.round(Number(match[1]) / 1024);
  } catch {
    return undefined;
  }
}

const taskOf = ({ config, source }: ChildInput, table: PlanTable): LoadTask => ({ runId: 'bench', fence: 'bench', database: 'bench.db', snapshotPath: source, target: config, stagingSchema: 'bench', table });

const ways: Readonly<Record<string, (input: ChildInput) => Promise<void>>> = {
  async limit({ config, table, copyFile }) {
    await using session = await connectPostgres(config);
    const copy = copyInto(session, `COPY bench.${table} FROM STDIN (FORMAT binary)`);
    const file = await open(copyFile);
    const buffers = [Buffer.allocUnsafeSlow(128 * 1024), Buffer.allocUnsafeSlow(128 * 1024)];
    const writes: Promise<void>[] = [];
    for (let turn = 0; ; turn = 1 - turn) {
      const buffer = buffers[turn];
      if (buffer === undefined) break;
      if (writes.length === 2) await writes.shift();
      const { bytesRead } = await file.read(buffer, 0, buffer.length);
      if (bytesRead === 0) break;
      writes.push(copy.write(buffer.subarray(0, bytesRead)));
    }
    await Promise.all(writes);
    await copy.end();
    await file.close();
  },
  async load(input) {
    const [result] = await loadTables([taskOf(input, benchPlan(input.table, input.rows))], input.threads);
    if (result?.loaded !== input.rows) throw new Error(`${result?.loaded} rows of ${input.rows} were loaded.`);
  },
  /** As a run does it, but without reading the source a second time beside it. */
  async 'load and build'(input) {
    const { planned, config, threads } = input;
    if (planned === undefined) throw new Error('No planned table.');
    const queue = createBuildQueue<PgSession, BuildStep>(2, () => connectPostgres(config), (session, step) => step(session));
    await loadTables([taskOf(input, planned)], {
      ...threads,
      onTableDone: () => queue.add((session) => buildTable(session, planned, () => 'bench', new Map(), { jobs: threads.jobs, last: true }, queue.add, () => undefined)),
    });
    await queue.finish();
  },
};

const [, , way = '', json = '{}'] = process.argv;
const run = ways[way];
if (run === undefined) throw new Error(`Unknown way: ${way}`);
const input: ChildInput = JSON.parse(json);
const started = performance.now();
await run(input);
const output: ChildOutput = { seconds: (performance.now() - started) / 1000, peakMegabytes: peakMegabytes() };
process.stdout.write(`${JSON.stringify(output)}\n`);
