import { TravessiaError } from '../../../shared/contract/errors.ts';
import { positional, wholeNumber } from './arguments.ts';
import { callCommand } from './call-command.ts';
import type { Command } from './command.ts';

export const hostCommands: Readonly<Record<string, Command>> = {
  server: {
    usage: 'start|stop|status|url [NAME]',
    summary: 'The PostgreSQL that ships with the program',
    async run(context) {
      const { say } = context.speech;
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
      else context.output.print(status.running ? say('PostgreSQL {{version}} runs on 127.0.0.1:{{port}}; data in {{folder}}', { version: status.version ?? '', port: status.port ?? '', folder: status.folder }) : say('The embedded PostgreSQL does not run.'));
      return 0;
    },
  },
  serve: {
    usage: '[--port N] [--no-open]',
    summary: 'The console in a browser, loopback only',
    options: { port: { type: 'string', summary: 'port (random otherwise)', value: 'N' }, 'no-open': { type: 'boolean', summary: 'print the address and a one-time code instead of opening a browser' } },
    async run(context) {
      // Only here: no other command needs a web server, whose modules take a twentieth of a second to load.
      const { serveConsole } = await import('./serve-console.ts');
      return await serveConsole(context, { port: wholeNumber(context.args, 'port'), open: context.args.options['no-open'] !== true });
    },
  },
  call: callCommand,
};
