import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { planSchema, type PlanTable } from '../shared/model/plan.ts';
import type { ChildOutput } from './child.ts';

const cli = fileURLToPath(new URL('../out/main/cli.js', import.meta.url));

export function wholeExists(): boolean {
  return existsSync(cli);
}

/** Where the reviewed plan lies. */
function planFile(folder: string): string {
  return join(folder, 'plan.json');
}

/** The one table of the plan that `runWhole` has made. */
export function plannedTable(folder: string): PlanTable {
  const [table] = planSchema.parse(JSON.parse(readFileSync(planFile(folder), 'utf8'))).tables;
  if (table === undefined) throw new Error('The plan has no table.');
  return table;
}

interface CommandOutput {
  readonly runId?: string;
  readonly status?: string;
  /** By phase for a run, in all for a verification. */
  readonly seconds?: number | Readonly<Record<string, number>>;
  readonly error?: { readonly message: string };
}

interface Ended {
  readonly output: CommandOutput;
  readonly measured: ChildOutput;
}

/** One command of the built program with its wall clock and peak memory. */
async function command(args: readonly string[], env: NodeJS.ProcessEnv, note: (text: string) => void): Promise<Ended> {
  const started = performance.now();
  const { promise, resolve, reject } = Promise.withResolvers<number | null>();
  const child = spawn(process.execPath, [cli, ...args, '--format', 'json'], { stdio: ['ignore', 'pipe', 'pipe'], env });
  let text = '';
  let log = '';
  child.stdout.setEncoding('utf8').on('data', (part: string) => (text += part));
  child.stderr.setEncoding('utf8').on('data', (part: string) => (log += part));
  let peak = 0;
  const timer = setInterval(() => {
    try {
      peak = Math.max(peak, Number(/^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1] ?? 0));
    } catch {
      // Not Linux, or it has just ended.
    }
  }, 100);
  child.on('error', reject).on('close', resolve);
  const code = await promise.finally(() => clearInterval(timer));
  const seconds = (performance.now() - started) / 1000;
  const output: CommandOutput = JSON.parse(text === '' ? '{}' : text);
  if (code !== 0) {
    note(log);
    throw new Error(`${args[0]} ended with exit code ${code}: ${output.error?.message ?? output.status ?? 'no answer'}`);
  }
  return { output, measured: { seconds, peakMegabytes: peak === 0 ? undefined : Math.round(peak / 1024) } };
}

function phaseOf({ seconds }: CommandOutput, name: string): number {
  return typeof seconds === 'object' ? (seconds[name] ?? Number.NaN) : Number.NaN;
}

/**
 * The program's own commands, in a data folder of their own. `plan` assesses and writes the plan a person would review; `migrate PLAN`
 * copies the source, loads, builds keys and indexes, verifies every cell and swaps; `verify` then compares everything once more, alone.
 */
export async function runWhole(source: string, url: string, folder: string, note: (text: string) => void): Promise<Record<string, ChildOutput>> {
  const env = { ...process.env, TRAVESSIA_HOME: join(folder, 'home') };
  const plan = planFile(folder);
  const planned = await command(['plan', source, '--target', url, '--schema', 'bench_whole', '--if-exists', 'replace', '--out', plan], env, note);
  const migrated = await command(['migrate', plan], env, note);
  if (migrated.output.status !== 'verified') throw new Error(`migrate ended as ${migrated.output.status ?? 'no answer'}`);
  const run = migrated.output.runId ?? '';
  const verified = await command(['verify', run], env, note);
  await command(['complete', run], env, note);
  const phases = ['load', 'index', 'verify'].map((name): [string, ChildOutput] => [`migrate, ${name}`, { seconds: phaseOf(migrated.output, name), peakMegabytes: undefined }]);
  return { 'plan': planned.measured, 'migrate': migrated.measured, ...Object.fromEntries(phases), 'verify alone': { seconds: Number(verified.output.seconds), peakMegabytes: verified.measured.peakMegabytes } };
}
