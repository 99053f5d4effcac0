/**
 * `npm run prove -- planted|property|keys|expressions|kill [--rows N] [--cases N] [--moments N] [--seed N]`
 *
 * The tests of `npm test` that grow on demand, one at a time: faults planted in millions of rows, thousands of random databases,
 * joined keys or expressions, a hundred kills. Each prints its seed; the same seed does the same again. Random cases are shared out among the cores,
 * a process with a seed of its own for each; a case that fails is found again by its process's seed and `--jobs 1`.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const root = join(import.meta.dirname, '..');

const proofs: Readonly<Record<string, { readonly path: string; readonly options: Readonly<Record<string, string>> }>> = {
  planted: { path: 'src-main/core/verify/verify-plan.test.ts', options: { TRAVESSIA_PLANTED_ROWS: '2000000' } },
  property: { path: 'e2e/property/engine.test.ts', options: { TRAVESSIA_PROPERTY_CASES: '20000' } },
  keys: { path: 'e2e/property/random-keys.test.ts', options: { TRAVESSIA_PROPERTY_CASES: '20000' } },
  expressions: { path: 'e2e/property/expressions.test.ts', options: { TRAVESSIA_PROPERTY_CASES: '20000' } },
  kill: { path: 'e2e/kill', options: { TRAVESSIA_KILL_MOMENTS: '100', TRAVESSIA_KILL_ROWS: '1000000' } },
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { rows: { type: 'string' }, cases: { type: 'string' }, moments: { type: 'string' }, seed: { type: 'string' }, jobs: { type: 'string' } },
});
const name = positionals[0] ?? '';
const proof = proofs[name];
if (proof === undefined || positionals.length > 1) {
  process.stderr.write(`Which proof? ${Object.keys(proofs).join(', ')}: npm run prove -- planted --rows 2000000 --seed 1\n`);
  process.exit(2);
}
const given: Readonly<Record<string, string | undefined>> = {
  TRAVESSIA_PLANTED_ROWS: values.rows, TRAVESSIA_KILL_ROWS: values.rows, TRAVESSIA_PROPERTY_CASES: values.cases, TRAVESSIA_KILL_MOMENTS: values.moments,
};
const chosen = Object.fromEntries(Object.entries(proof.options).map(([variable, usual]): [string, string] => [variable, given[variable] ?? usual]));
// Beside node_modules there is a Node new enough for the sources.
const own = join(root, 'node_modules', '.bin', 'node');

function start(options: Readonly<Record<string, string>>): Promise<number> {
  const child = spawn(existsSync(own) ? own : process.execPath, [join(root, 'node_modules', 'vitest', 'vitest.mjs'), 'run', proof?.path ?? '', '--reporter=verbose'], {
    cwd: root, stdio: 'inherit', env: { ...process.env, ...options },
  });
  const { promise, resolve } = Promise.withResolvers<number>();
  child.on('close', (code) => resolve(code ?? 1));
  return promise;
}

const cases = chosen['TRAVESSIA_PROPERTY_CASES'];
if (cases === undefined) process.exitCode = await start({ ...chosen, ...(values.seed === undefined ? {} : { TRAVESSIA_SEED: values.seed }) });
else {
  const jobs = Math.max(1, Number(values.jobs ?? availableParallelism()));
  const first = values.seed === undefined ? Math.floor(Math.random() * 2 ** 30) : Number(values.seed);
  const each = Math.ceil(Number(cases) / jobs);
  const codes = await Promise.all(Array.from({ length: jobs }, (_, job) => start({ ...chosen, TRAVESSIA_PROPERTY_CASES: String(each), TRAVESSIA_SEED: String(first + job) })));
  process.exitCode = codes.find((code) => code !== 0) ?? 0;
}
