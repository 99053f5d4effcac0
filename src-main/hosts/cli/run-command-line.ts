import { TravessiaError, errorCodes, fromErrorReply, toErrorReply } from '../../../shared/contract/errors.ts';
import type { CallName, CallOutput } from '../../../shared/contract/contract.ts';
import { createCore } from '../../core/composition.ts';
import { createDispatcher } from '../dispatcher.ts';
import { parseArguments } from './arguments.ts';
import { watchOutput, type ClosedOutput } from './closed-output.ts';
import type { Command, CommandContext } from './command.ts';
import { helpText } from './help.ts';
import { hostCommands } from './host-commands.ts';
import { languageOfEnvironment, languages } from './language.ts';
import { createOutput, type Output } from './output.ts';
import { auditCommand, profileCommand } from './guard-commands.ts';
import { librariesCommand } from './library-commands.ts';
import { conversationsCommand } from './conversation-commands.ts';
import { followJob } from './progress.ts';
import { planCommands } from './plan-commands.ts';
import { replicasCommand } from './replica-commands.ts';
import { rejectCommands } from './reject-commands.ts';
import { runCommands } from './run-commands.ts';
import { failureText, speechOf, type Speech } from './speech.ts';

const commands: Readonly<Record<string, Command>> = {
  ...planCommands, ...runCommands, ...rejectCommands, libraries: librariesCommand, conversations: conversationsCommand, replicas: replicasCommand, profile: profileCommand, audit: auditCommand, ...hostCommands,
};

function fail(error: unknown, output: Output, speech: Speech): number {
  const reply = toErrorReply(error);
  if (output.json) output.document({ error: { code: reply.code, message: reply.message, ...(reply.hint === undefined ? {} : { hint: reply.hint }) } });
  output.note(failureText(speech, reply));
  return errorCodes[reply.code];
}

/** Where what a command says goes, and in which language. */
interface Told {
  readonly output: Output;
  readonly speech: Speech;
}

async function execute(command: Command, words: readonly string[], { output, speech }: Told, left: AbortSignal, onSignal: (signal: NodeJS.Signals) => void): Promise<number> {
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
    speech,
    core,
    dispatcher,
    interrupted: interrupted.signal,
    async call<N extends CallName>(name: N, input: unknown) {
      const reply = await dispatcher.call(name, input, { who: 'cli' });
      if (!reply.ok) throw fromErrorReply(reply.error);
      return reply.value as CallOutput<N>;
    },
    job: (jobId) => followJob(core, jobId, output, speech, interrupted.signal),
  };
  try {
    return await command.run(context);
  } finally {
    process.off('SIGINT', signalled);
    process.off('SIGTERM', signalled);
    await core.close();
  }
}

/** What an option says that counts before a command's own are read. */
function saidOf(words: readonly string[], option: string): string | undefined {
  const at = words.indexOf(option);
  return at >= 0 ? words[at + 1] : words.find((word) => word.startsWith(`${option}=`))?.slice(option.length + 1);
}

async function run(words: readonly string[], told: Told, closed: ClosedOutput, onSignal: (signal: NodeJS.Signals) => void): Promise<number> {
  const [name, ...rest] = words;
  const { output, speech } = told;
  const [format, language] = [saidOf(words, '--format'), saidOf(words, '--language')];
  try {
    if (format !== undefined && format !== 'json' && format !== 'text') throw new TravessiaError('USAGE', { message: `--format must be text or json; it is ${format}.` });
    if (language !== undefined && !languages.some((known) => known === language)) throw new TravessiaError('USAGE', { message: `--language must be one of ${languages.join(', ')}; it is ${language}.` });
    if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
      output.raw(helpText(speech, commands, rest[0]));
      return name === undefined ? 2 : 0;
    }
    if (name === '--version') {
      output.raw((await import('../../core/version.ts')).version);
      return 0;
    }
    const command = commands[name];
    if (command === undefined) throw new TravessiaError('USAGE', { message: `There is no command ${name}.`, hint: `Commands: ${Object.keys(commands).join(', ')}.` });
    if (rest.includes('--help') || rest.includes('-h')) {
      output.raw(helpText(speech, commands, name));
      return 0;
    }
    return await execute(command, rest, told, closed.signal, onSignal);
  } catch (error) {
    return fail(error, output, speech);
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
  const output = createOutput(saidOf(words, '--format') === 'json', closed.isLeft);
  const asked = saidOf(words, '--language');
  const speech = speechOf(languages.find((known) => known === asked) ?? languageOfEnvironment(process.env));
  const code = await run(words, { output, speech }, closed, onSignal);
  await Promise.all([drained(process.stdout), drained(process.stderr)]);
  try {
    return closed.code(code);
  } catch (error) {
    return fail(error, output, speech);
  }
}
