import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { warmProcess } from './warm-client.ts';

const fromRoot = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
// The system's Node may be older than the program wants; the one among the dependencies is not.
const nodeBinary = fromRoot('node_modules/.bin/node');
const cli = fromRoot('out/main/cli.js');
const commands = warmProcess(fromRoot('out/main/command-line.js'));

/** One running console with a data folder of its own. */
export interface Program {
  readonly url: string;
  /** Where tests may put files that the console reads. */
  readonly folder: string;
  /** All it has printed. */
  output(): string;
  /** A one-time code for signing in; each is good once. */
  code(): string;
  /** Runs another command of the program with the same data folder, and answers its standard output. */
  command(...words: string[]): Promise<string>;
  /** Ends the host hard and starts it again on the same port, as after a crash. */
  restart(): Promise<void>;
  /** Ends the host without a farewell; `restart` brings it back. */
  kill(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts the built program as `serve --no-open` on a free port. */
export async function startProgram(): Promise<Program> {
  const folder = await mkdtemp(join(tmpdir(), 'travessia-e2e-'));
  // As root the embedded PostgreSQL runs as another user, who must be able to walk in.
  await chmod(folder, 0o755);
  const env = { ...cleanEnvironment(), TRAVESSIA_HOME: join(folder, 'home'), TRAVESSIA_PASSPHRASE: 'only for this test' };
  let host = await serve(env, '0');

  async function end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    if (host.child.exitCode !== null || host.child.signalCode !== null) return;
    const ended = new Promise((resolve) => host.child.once('exit', resolve));
    host.child.kill(signal);
    await ended;
  }

  return {
    url: host.url,
    folder,
    output: () => host.output(),
    code: () => host.code,
    command: (...words) => run(env, words),
    kill: () => end('SIGKILL'),
    async restart() {
      await end('SIGKILL');
      host = await serve(env, new URL(host.url).port);
    },
    async stop() {
      await end('SIGTERM');
      // A killed host cannot have stopped its server.
      await run(env, ['server', 'stop']).catch(() => undefined);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The test's environment without what would lead a connection elsewhere. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !name.startsWith('PG') && !name.startsWith('TRAVESSIA_') && name !== 'DATABASE_URL');
  // What it prints is read in English, whatever the machine speaks.
  return { ...Object.fromEntries(kept), LC_ALL: 'C' };
}

interface Host {
  readonly child: ChildProcess;
  readonly url: string;
  readonly code: string;
  output(): string;
}

async function serve(env: NodeJS.ProcessEnv, port: string): Promise<Host> {
  const child = spawn(nodeBinary, [cli, 'serve', '--port', port, '--no-open'], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  const ready = Promise.withResolvers<void>();
  const read = (chunk: Buffer) => {
    text += chunk.toString();
    if (/One-time code: \S+/.test(text)) ready.resolve();
  };
  child.stdout.on('data', read);
  child.stderr.on('data', read);
  child.once('error', ready.reject);
  child.once('exit', (code, signal) => {
    text += `(ended: ${signal ?? code})\n`;
    ready.reject(new Error(`The program ended before it served:\n${text}`));
  });
  await ready.promise;
  const url = /http:\/\/127\.0\.0\.1:\d+\//.exec(text)?.[0];
  const code = /One-time code: (\S+)/.exec(text)?.[1];
  if (url === undefined || code === undefined) throw new Error(`No address or code in:\n${text}`);
  return { child, url, code, output: () => text };
}

async function run(env: NodeJS.ProcessEnv, words: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await commands.run({ words, env, folder: tmpdir() });
  if (code !== 0) throw new Error(`${words.join(' ')}: ${stderr}`);
  return stdout;
}
