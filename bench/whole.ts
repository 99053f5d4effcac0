import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { ChildOutput } from './child.ts';

const cli = fileURLToPath(new URL('../out/main/cli.js', import.meta.url));

export function wholeExists(): boolean {
  return existsSync(cli);
}

interface MigrateOutput {
  readonly status?: string;
  readonly seconds?: Readonly<Record<string, number>>;
  readonly error?: { readonly message: string };
}

/** `migrate` through the built command line: assess, snapshot, load, index, verify, swap; its own seconds per phase beside the wall clock. */
export async function runWhole(source: string, url: string, note: (text: string) => void): Promise<Record<string, ChildOutput>> {
  const started = performance.now();
  const { promise, resolve, reject } = Promise.withResolvers<number | null>();
  const child = spawn(process.execPath, [cli, 'migrate', source, '--target', url, '--schema', 'bench_whole', '--if-exists', 'replace', '--format', 'json'], { stdio: ['ignore', 'pipe', 'pipe'] });
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
  const result: MigrateOutput = JSON.parse(text === '' ? '{}' : text);
  if (code !== 0 || result.status !== 'verified') {
    note(log);
    throw new Error(`migrate ended with exit code ${code}: ${result.error?.message ?? result.status ?? 'no answer'}`);
  }
  const phases = Object.entries(result.seconds ?? {}).map(([name, value]): [string, ChildOutput] => [`whole ${name}`, { seconds: value, peakMegabytes: undefined }]);
  return { whole: { seconds, peakMegabytes: peak === 0 ? undefined : Math.round(peak / 1024) }, ...Object.fromEntries(phases) };
}
