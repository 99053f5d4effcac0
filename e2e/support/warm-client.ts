import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { WarmAnswer, WarmCommand } from './warm-commands.ts';

/** A process that runs one command line after another: none until the first, and anew after its death. */
export interface WarmProcess {
  /** Whether a command is under way. */
  readonly isBusy: boolean;
  /** One at a time; further ones wait for it. */
  run(command: WarmCommand): Promise<WarmAnswer>;
}

/** @param modulePath - of the built or the sources' module that runs a command line */
export function warmProcess(modulePath: string): WarmProcess {
  let process: ChildProcess | undefined;
  let last: Promise<unknown> = Promise.resolve();
  let underWay = 0;

  async function ask(command: WarmCommand): Promise<WarmAnswer> {
    process ??= start();
    const child = process;
    const { promise, resolve, reject } = Promise.withResolvers<WarmAnswer>();
    const died = (code: number | null, signal: string | null): void => reject(new Error(`The process that runs commands ended (${signal ?? code}) in: ${command.words.join(' ')}`));
    child.once('message', resolve).once('exit', died);
    child.send(command);
    return promise.finally(() => child.off('exit', died));
  }

  function start(): ChildProcess {
    const child = fork(fileURLToPath(new URL('warm-commands.ts', import.meta.url)), [modulePath], { env: { ...globalThis.process.env, NODE_NO_WARNINGS: '1' }, execArgv: [], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    child.once('exit', () => (process = undefined));
    // It goes with its channel, which does not keep the tests from ending.
    child.unref();
    child.channel?.unref();
    return child;
  }

  return {
    get isBusy() {
      return underWay > 0;
    },
    run(command) {
      underWay += 1;
      const answer = last.then(() => ask(command)).finally(() => (underWay -= 1));
      last = answer.catch(() => undefined);
      return answer;
    },
  };
}
