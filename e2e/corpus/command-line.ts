/** The command line as a child process, for tests: what a script in a pipeline would see. */
import { spawn, type ChildProcess } from 'node:child_process';
import { basename } from 'node:path';
import type { RunResult } from '../../shared/model/run.ts';
import { commandLineEntry, commandLineModule } from '../../src-main/test-support/index.ts';
import { warmProcess } from '../support/warm-client.ts';

export interface Ended {
  /** Null where a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Started {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
}

export interface CommandLineOptions {
  /** The console's data folder; each test has its own. */
  readonly home: string;
  /** Of the target; the program takes it from the environment, as libpq does, never from the URL. */
  readonly password?: string;
  /** Another entry of the command line than the sources': the built one. */
  readonly program?: string;
  /** What the environment asks for (LC_ALL); English where it is not given, whatever the machine speaks. */
  readonly locale?: string;
  /** Of its loads, where the few seconds of one transaction are too many rows for a test. */
  readonly rowsPerTransaction?: string | undefined;
  /** Loaded before the program. */
  readonly preload?: string;
  /** Node's own warnings stand on standard error, as for whoever did not turn them off. */
  readonly warnings?: true;
}

const program = commandLineEntry();

/** Variables of the one who runs the tests must not name another server. */
function environment(options: CommandLineOptions): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(PG|POSTGRES_|DATABASE_)/.test(name));
  return {
    ...Object.fromEntries(inherited),
    TRAVESSIA_HOME: options.home,
    LC_ALL: options.locale ?? 'C',
    NODE_NO_WARNINGS: options.warnings === true ? '' : '1',
    ...(options.password === undefined ? {} : { PGPASSWORD: options.password }),
    ...(options.rowsPerTransaction === undefined ? {} : { TRAVESSIA_ROWS_PER_TRANSACTION: options.rowsPerTransaction }),
  };
}

export function startCommand(words: readonly string[], options: CommandLineOptions): Started {
  // Its own working folder: no .env file of the project is read.
  const child = spawn(process.execPath, [...(options.preload === undefined ? [] : ['--import', options.preload]), options.program ?? program, ...words], { env: environment(options), cwd: options.home, stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
  return { child, ended };
}

const warm = warmProcess(commandLineModule());

/**
 * What a command comes to. One at a time runs in a process that stays, which spares most of each start; others beside it, and what needs a
 * start of its own, get one.
 */
export async function command(words: readonly string[], options: CommandLineOptions): Promise<Ended> {
  if (warm.isBusy || options.program !== undefined || options.preload !== undefined || options.warnings === true) return startCommand(words, options).ended;
  return warm.run({ words, env: environment(options), folder: options.home });
}

/** A URL without its password, and the password. */
export function splitUrl(url: string): { readonly url: string; readonly password: string } {
  const parsed = new URL(url);
  const password = decodeURIComponent(parsed.password);
  parsed.password = '';
  return { url: parsed.href, password };
}

/** The one JSON document that `--format json` promises. */
export function resultOf(ended: Ended): RunResult {
  const parsed: RunResult | { error: { code: string; message: string } } = JSON.parse(ended.stdout || 'null');
  if (parsed === null || 'error' in parsed) throw new Error(`exit ${ended.code}, no result: ${ended.stdout}\n${ended.stderr}`);
  return parsed;
}

export interface Refusal {
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
}

export function refusalOf(ended: Ended): Refusal {
  const parsed: { error?: Refusal } = JSON.parse(ended.stdout || 'null');
  if (parsed?.error === undefined) throw new Error(`exit ${ended.code}, no error: ${ended.stdout}\n${ended.stderr}`);
  return parsed.error;
}

/** Polls until `look` answers; fails with what the program said when it ended first. */
export async function until<T>(look: () => Promise<T | null>, started: Started): Promise<T> {
  let over: Ended | undefined;
  void started.ended.then((ended) => (over = ended));
  for (;;) {
    const found = await look();
    if (found !== null) return found;
    if (over !== undefined) throw new Error(`${basename(program)} ended with ${over.code} before: ${over.stdout}\n${over.stderr}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
