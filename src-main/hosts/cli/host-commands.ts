import { TravessiaError, errorCodes } from '../../../shared/contract/errors.ts';
import { callNames, contract } from '../../../shared/contract/contract.ts';
import { positional, text, wholeNumber } from './arguments.ts';
import type { Command } from './command.ts';
import { serveConsole } from './serve-console.ts';

export const hostCommands: Readonly<Record<string, Command>> = {
  server: {
    usage: 'start|stop|status|url [NAME]',
    summary: 'The PostgreSQL that ships with the program',
    async run(context) {
      const verb = positional(context.args, 0, 'start, stop, status or url');
      const name = context.args.positionals[1] ?? 'main';
      if (verb === 'url') {
        const url = await context.core.serverUrl(name);
        if (context.output.json) context.output.document({ url });
        else context.output.print(url);
        return 0;
      }
      if (verb !== 'start' && verb !== 'stop' && verb !== 'status') throw new TravessiaError('USAGE', { message: `server knows start, stop, status and url, not ${verb}.` });
      if (verb !== 'status') await context.call(`server/${verb}`, { name });
      const status = await context.call('server/status', { name });
      if (context.output.json) context.output.document(status);
      else context.output.print(status.running ? `PostgreSQL ${status.version ?? ''} runs on 127.0.0.1:${status.port}; data in ${status.folder}` : 'The embedded PostgreSQL does not run.');
      return 0;
    },
  },
  serve: {
    usage: '[--port N] [--no-open]',
    summary: 'The console in a browser, loopback only',
    options: { port: { type: 'string', summary: 'port (random otherwise)', value: 'N' }, 'no-open': { type: 'boolean', summary: 'print the address and a one-time code instead of opening a browser' } },
    run: (context) => serveConsole(context, { port: wholeNumber(context.args, 'port'), open: context.args.options['no-open'] !== true }),
  },
  call: {
    usage: 'NOUN/VERB [--input JSON]',
    summary: 'Any call of the contract, for scripts; prints its reply',
    options: { input: { type: 'string', summary: 'the input as JSON', value: 'JSON' }, list: { type: 'boolean', summary: 'list the calls' }, wait: { type: 'boolean', summary: 'wait for the job the call starts' } },
    async run(context) {
      if (context.args.options['list'] === true) {
        if (context.output.json) context.output.document(callNames.map((name) => ({ name, kind: contract[name].kind, summary: contract[name].summary })));
        else for (const name of callNames) context.output.print(`${name}  (${contract[name].kind})  ${contract[name].summary}`);
        return 0;
      }
      let input: unknown;
      try {
        input = JSON.parse(text(context.args, 'input') ?? '{}');
      } catch (error) {
        throw new TravessiaError('USAGE', { message: '--input is not JSON.', cause: error });
      }
      const reply = await context.dispatcher.call(positional(context.args, 0, 'The call'), input, { who: 'cli' });
      if (reply.ok && context.args.options['wait'] === true && typeof reply.value === 'object' && reply.value !== null && 'jobId' in reply.value) {
        await context.core.jobs.wait(String(reply.value.jobId));
      }
      context.output.document(reply);
      return reply.ok ? 0 : errorCodes[reply.error.code];
    },
  },
};
