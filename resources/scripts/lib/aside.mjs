/** Steps beside each other that read as if they had run one after the other. */
import { spawn } from 'node:child_process';
import { childEnv } from './node.mjs';

/**
 * Starts a Node program and keeps back what it says; it ends with this process at the latest.
 *
 * @param {string[]} args script and arguments
 * @param {Record<string, string>} extra further variables of its environment
 * @returns {Promise<{ code: number | null, said: Buffer }>}
 */
export function startAside(args, extra = {}) {
  const child = spawn(process.execPath, args, { env: childEnv(extra), stdio: ['ignore', 'pipe', 'pipe'] });
  process.once('exit', () => child.kill());
  const said = [];
  child.stdout.on('data', (chunk) => said.push(chunk));
  child.stderr.on('data', (chunk) => said.push(chunk));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, said: Buffer.concat(said) }));
  });
}

/**
 * Makes steps of Node programs that are started together, with the first of them. What each says is kept back until its turn.
 *
 * @param {Record<string, string[]>} programs by the step's name: script and arguments
 * @returns {[string, () => Promise<boolean>][]} name, and what waits for its end and answers whether it succeeded
 */
export function runAside(programs) {
  let started;
  const start = () => (started ??= new Map(Object.entries(programs).map(([name, args]) => [name, startAside(args)])));
  return Object.keys(programs).map((name) => [
    name,
    async () => {
      const { code, said } = await start().get(name);
      process.stdout.write(said);
      return code === 0;
    },
  ]);
}
