/** The outside judge: a Python program that knows nothing of this code and compares every cell of both sides. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import type { RunResult } from '../../shared/model/run.ts';

const script = resolve(process.env['TRAVESSIA_CHECKS'] ?? join(import.meta.dirname, '..', '..', '..', 'shared', 'checks'), 'every-cell.py');

/** Debian's psql is a wrapper that chooses among clients and takes longer than a query does: one of them is found first. */
function pathToClients(): string {
  const clients = '/usr/lib/postgresql';
  const bins = existsSync(clients) ? readdirSync(clients).map((version) => join(clients, version, 'bin')).filter((bin) => existsSync(join(bin, 'psql'))) : [];
  return [...bins.slice(-1), process.env['PATH'] ?? ''].join(delimiter);
}

function runs(program: string, argument: string): boolean {
  return spawnSync(program, [argument]).status === 0;
}

/** For `test.skipIf(!hasEveryCell())`: shown as skipped where the judge, python3 or psql is absent. */
export function hasEveryCell(): boolean {
  return existsSync(script) && runs('python3', '--version') && runs('psql', '--version');
}

/** What it says; the last line counts cells, differences and rejects. @param url - with the password */
export function everyCell(sqliteFile: string, url: string, result: RunResult, folder: string): { readonly code: number | null; readonly text: string } {
  const resultFile = join(folder, `result-${result.runId}.json`);
  writeFileSync(resultFile, JSON.stringify(result));
  const judged = spawnSync('python3', [script, sqliteFile, url, resultFile], { encoding: 'utf8', env: { ...process.env, PATH: pathToClients() } });
  return { code: judged.status, text: `${judged.stdout}${judged.stderr}` };
}
