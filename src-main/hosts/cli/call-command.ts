import { createInterface } from 'node:readline';
import { z } from 'zod';
import { TravessiaError, errorCodes, type Reply } from '../../../shared/contract/errors.ts';
import { callNames, contract } from '../../../shared/contract/contract.ts';
import { positional, text } from './arguments.ts';
import type { Command, CommandContext } from './command.ts';

const lineSchema = z.object({ call: z.string(), input: z.unknown().default({}), wait: z.boolean().default(false) });

/** A call; `wait`: until the job that it starts has ended. */
async function make({ dispatcher, core }: CommandContext, name: string, input: unknown, wait: boolean): Promise<Reply<unknown>> {
  const reply = await dispatcher.call(name, input, { who: 'cli' });
  if (wait && reply.ok && typeof reply.value === 'object' && reply.value !== null && 'jobId' in reply.value) await core.jobs.wait(String(reply.value.jobId));
  return reply;
}

const exitCode = (reply: Reply<unknown>): number => (reply.ok ? 0 : errorCodes[reply.error.code]);

/** One line of standard input is one call, one line of standard output its reply, in turn: a script pays for one start of the program. */
async function makeFromInput(context: CommandContext): Promise<number> {
  let worst = 0;
  for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity, signal: context.interrupted })) {
    if (line.trim() === '') continue;
    if (context.interrupted.aborted) throw new TravessiaError('CANCELLED', { message: 'Cancelled.' });
    const parsed = lineSchema.safeParse(parse(line, 'A line of standard input'));
    if (!parsed.success) throw new TravessiaError('USAGE', { message: 'A line of standard input is no call.', hint: 'Each line is {"call": "noun/verb", "input": {…}}; "wait": true waits for the job that it starts.' });
    const reply = await make(context, parsed.data.call, parsed.data.input, parsed.data.wait);
    context.output.raw(JSON.stringify(reply));
    worst = Math.max(worst, exitCode(reply));
  }
  if (context.interrupted.aborted) throw new TravessiaError('CANCELLED', { message: 'Cancelled.' });
  return worst;
}

function parse(json: string, what: string): unknown {
  try {
    return JSON.parse(json);
  } catch (error) {
    throw new TravessiaError('USAGE', { message: `${what} is not JSON.`, cause: error });
  }
}

export const callCommand: Command = {
  usage: 'NOUN/VERB [--input JSON] | --lines',
  summary: 'Any call of the contract, for scripts; prints its reply',
  options: {
    input: { type: 'string', summary: 'the input as JSON', value: 'JSON' }, list: { type: 'boolean', summary: 'list the calls' }, wait: { type: 'boolean', summary: 'wait for the job the call starts' },
    lines: { type: 'boolean', summary: 'calls from standard input, one {"call", "input", "wait"} a line; replies a line each, in turn' },
  },
  async run(context) {
    if (context.args.options['list'] === true) {
      if (context.output.json) context.output.document(callNames.map((name) => ({ name, kind: contract[name].kind, summary: contract[name].summary })));
      else for (const name of callNames) context.output.print(`${name}  (${contract[name].kind})  ${context.speech.call(name)}`);
      return 0;
    }
    if (context.args.options['lines'] === true) return await makeFromInput(context);
    const input = parse(text(context.args, 'input') ?? '{}', '--input');
    const reply = await make(context, positional(context.args, 0, 'The call'), input, context.args.options['wait'] === true);
    context.output.document(reply);
    return exitCode(reply);
  },
};
