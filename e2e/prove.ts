/**
 * `npm run prove -- planted|property|kill [--rows N] [--cases N] [--moments N] [--seed N]`
 *
 * The tests of `npm test` that grow on demand, one at a time: faults planted in millions of rows, thousands of random databases,
 * a hundred kills. Each prints its seed; the same seed does the same again.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const root = join(import.meta.dirname, '..');

const proofs: Readonly<Record<string, { readonly path: string; readonly options: Readonly<Record<string, string>> }>> = {
  planted: { path: 'src-main/core/verify/verify-plan.test.ts', options: { TRAVESSIA_PLANTED_ROWS: '2000000' } },
  property: { path: 'e2e/property', options: { TRAVESSIA_PROPERTY_CASES: '20000' } },
  kill: { path: 'e2e/kill', options: { TRAVESSIA_KILL_MOMENTS: '100', TRAVESSIA_KILL_ROWS: '1000000' } },
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { rows: { type: 'string' }, cases: { type: 'string' }, moments: { type: 'string' }, seed: { type: 'string' } },
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
const chosen = Object.entries(proof.options).map(([variable, usual]): [string, string] => [variable, given[variable] ?? usual]);
if (values.seed !== undefined) chosen.push(['TRAVESSIA_SEED', values.seed]);
// Beside node_modules there is a Node new enough for the sources.
const own = join(root, 'node_modules', '.bin', 'node');
const child = spawn(existsSync(own) ? own : process.execPath, [join(root, 'node_modules', 'vitest', 'vitest.mjs'), 'run', proof.path, '--reporter=verbose'], {
  cwd: root, stdio: 'inherit', env: { ...process.env, ...Object.fromEntries(chosen) },
});
child.on('close', (code) => (process.exitCode = code ?? 1));
