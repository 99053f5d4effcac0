import { spawn, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ChildOutput } from './child.ts';
import type { BenchTable } from './tables.ts';

export function hasPgloader(): boolean {
  return spawnSync('pgloader', ['--version'], { stdio: 'ignore' }).status === 0;
}

/** The whole run of pgloader, with keys and indexes; prefetch tuned down, since its defaults exhaust its heap on such tables. */
export async function runPgloader(source: string, url: string, folder: string, table: BenchTable): Promise<ChildOutput> {
  const script = join(folder, 'pgloader.load');
  writeFileSync(
    script,
    `LOAD DATABASE FROM sqlite://${source} INTO ${url}\n  WITH include drop, create tables, create indexes, reset sequences, prefetch rows = 10000, batch rows = 10000, workers = 2, concurrency = 1\n  INCLUDING ONLY TABLE NAMES LIKE '${table}';\n`,
  );
  const started = performance.now();
  const { promise, resolve, reject } = Promise.withResolvers<number | null>();
  const child = spawn('pgloader', ['--quiet', script], { stdio: ['ignore', 'ignore', 'inherit'] });
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
  if (code !== 0) throw new Error(`pgloader ended with exit code ${code}`);
  return { seconds: (performance.now() - started) / 1000, peakMegabytes: peak === 0 ? undefined : Math.round(peak / 1024) };
}
