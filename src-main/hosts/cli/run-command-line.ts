import { TravessiaError, errorCodes, fromErrorReply, toErrorReply } from '../../../shared/contract/errors.ts';
import type { CallName, CallOutput } from '../../../shared/contract/contract.ts';
import { createCore } from '../../core/composition.ts';
import { createDispatcher } from '../dispatcher.ts';
import { commonOptions, parseArguments } from './arguments.ts';
import { watchOutput, type ClosedOutput } from './closed-output.ts';
import type { Command, CommandContext } from './command.ts';
import { hostCommands } from './host-commands.ts';
import { createOutput, type Output } from './output.ts';
import { auditCommand, profileCommand } from './guard-commands.ts';
import { librariesCommand } from './library-commands.ts';
import { conversationsCommand } from './conversation-commands.ts';
import { followJob } from './progress.ts';
import { planCommands } from './plan-commands.ts';
import { replicasCommand } from './replica-commands.ts';
import { rejectCommands } from './reject-commands.ts';
import { runCommands } from './run-commands.ts';

const commands: Readonly<Record<string, Command>> = {
  ...planCommands, ...runCommands, ...rejectCommands, libraries: librariesCommand, conversations: conversationsCommand, replicas: replicasCommand, profile: profileCommand, audit: auditCommand, ...hostCommands,
};

function help(name: string | undefined): string {
  const command = name === undefined ? undefined : commands[name];
  if (name === undefined || command === undefined) {
    const width = Math.max(...Object.keys(commands).map((key) => key.length));
    return [
      'travessia – moves data into PostgreSQL and proves that every byte arrived', '',
      'Usage: travessia COMMAND [ARGUMENTS]', '',
      ...Object.entries(commands).map(([key, entry]) => `  ${key.padEnd(width)}  ${entry.summary}`), '',
      'A SOURCE is a SQLite file, a JSON file (a localStorage export, a store, NDJSON: json:FILE), PGlite data (a folder or a dumpDataDir',
      'archive: pglite:PATH), a postgres:// URL or a saved connection. Files and folders are recognised by what is in them.', '',
      'travessia COMMAND --help tells its options. Exit codes: 0 clean; 1 rejects, differences or critical findings; 2 usage or invalid input;',
      '3 cannot connect or no permission; 4 stopped before the swap, resumable; 5 internal error; 130, 143 ended by the signal; 141 nobody read on (| head).',
    ].join('\n');
  }
  const options = Object.entries({ ...command.options, ...commonOptions });
  const left = options.map(([key, spec]) => `--${key}${spec.value === undefined ? '' : ` ${spec.value}`}`);
  const width = Math.max(...left.map((entry) => entry.length));
  return [`travessia ${name} ${command.usage}`, '', command.summary, '', ...options.map(([, spec], index) => `  ${(left[index] ?? '').padEnd(width)}  ${spec.summary}`)].join('\n');
}

function fail(error: unknown, output: Output): number {
  const reply = toErrorReply(error);
  if (output.json) output.document({ error: { code: reply.code, message: reply.message, ...(reply.hint === undefined ? {} : { hint: reply.hint }) } });
  output.note(`${reply.code}: ${reply.message}${reply.hint === undefined ? '' : `\n${reply.hint}`}`);
  return errorCodes[reply.code];
}

async function execute(command: Command, words: readonly string[], output: Output, left: AbortSignal, onSignal: (signal: NodeJS.Signals) => void): Promise<number> {
  const args = parseArguments(words, command.options ?? {});
  const spare = command.words === undefined ? undefined : args.positionals[command.words];
  if (spare !== undefined) throw new TravessiaError('USAGE', { message: `“${spare}” is one word too many.`, hint: 'See travessia --help.' });
  const core = await createCore();
  const dispatcher = createDispatcher(core, {
    onInternalError: (_call, error) => {
      if (process.env['TRAVESSIA_DEBUG'] !== undefined && error instanceof Error) output.note(error.stack ?? error.message);
    },
  });
  const interrupted = new AbortController();
  const interrupt = () => interrupted.abort();
  const signalled = (signal: NodeJS.Signals): void => {
    onSignal(signal);
    interrupt();
  };
  process.on('SIGINT', signalled);
  process.on('SIGTERM', signalled);
  left.addEventListener('abort', interrupt);
  if (left.aborted) interrupt();
  const context: CommandContext = {
    args,
    output,
    core,
    dispatcher,
    interrupted: interrupted.signal,
    async call<N extends CallName>(name: N, input: unknown) {
      const reply = await dispatcher.call(name, input, { who: 'cli' });
      if (!reply.ok) throw fromErrorReply(reply.error);
      return reply.value as CallOutput<N>;
    },
    job: (jobId) => followJob(core, jobId, output, interrupted.signal),
  };
  try {
    return await command.run(context);
  } finally {
    process.off('SIGINT', signalled);
    process.off('SIGTERM', signalled);
    await core.close();
  }
}

function formatOf(words: readonly string[]): string | undefined {
  const at = words.indexOf('--format');
  return at >= 0 ? words[at + 1] : words.find((word) => word.startsWith('--format='))?.slice('--format='.length);
}

async function run(words: readonly string[], output: Output, closed: ClosedOutput, onSignal: (signal: NodeJS.Signals) => void): Promise<number> {
  const [name, ...rest] = words;
  const format = formatOf(words);
  try {
    if (format !== undefined && format !== 'json' && format !== 'text') throw new TravessiaError('USAGE', { message: `--format must be text or json; it is ${format}.` });
    if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
      output.raw(help(rest[0]));
      return name === undefined ? 2 : 0;
    }
    if (name === '--version') {
      output.raw((await import('../../core/version.ts')).version);
      return 0;
    }
    const command = commands[name];
    if (command === undefined) throw new TravessiaError('USAGE', { message: `There is no command ${name}.`, hint: `Commands: ${Object.keys(commands).join(', ')}.` });
    if (rest.includes('--help') || rest.includes('-h')) {
      output.raw(help(name));
      return 0;
    }
    return await execute(command, rest, output, closed.signal, onSignal);
  } catch (error) {
    return fail(error, output);
  }
}

/** Waits until what was written has left: a pipe may take it slowly, and `process.exit` would cut it. */
async function drained(stream: NodeJS.WriteStream): Promise<void> {
  await new Promise<void>((resolve) => {
    stream.write('', () => resolve());
  });
}

/**
 * Runs one command line in this process, its standard streams and its environment, and returns the exit code (design: command-line.md).
 *
 * @param words - what stands behind the program's name
 * @param onSignal - told by which signal a person stopped it
 */
export async function runCommandLine(words: readonly string[], onSignal: (signal: NodeJS.Signals) => void = () => undefined): Promise<number> {
  using closed = watchOutput(process.stdout, process.stderr);
  const output = createOutput(formatOf(words) === 'json', closed.isLeft);
  const code = await run(words, output, closed, onSignal);
  await Promise.all([drained(process.stdout), drained(process.stderr)]);
  try {
    return closed.code(code);
  } catch (error) {
    return fail(error, output);
  }
}
