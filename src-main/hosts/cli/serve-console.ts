import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { TravessiaError } from '../../../shared/contract/errors.ts';
import { startWebHost } from '../web/serve.ts';
import type { CommandContext } from './command.ts';

/** `out/renderer`, seen from the built file in `out/main` or from this source. */
function rendererFolder(): string {
  const candidates = ['../renderer', '../../renderer', '../../../out/renderer'].map((path) => fileURLToPath(new URL(path, import.meta.url)));
  const found = candidates.find((path) => existsSync(`${path}/index.html`));
  if (found === undefined) throw new TravessiaError('FILE_NOT_FOUND', { message: 'The console has not been built.', hint: 'Run: npm run build' });
  return found;
}

/** The console in a browser, until it is stopped or idle (experience.md, "Web host"). */
export async function serveConsole(context: CommandContext, options: { readonly port: number | undefined; readonly open: boolean }): Promise<number> {
  const { core, dispatcher, output, speech } = context;
  const host = await startWebHost({
    dispatcher,
    rendererFolder: rendererFolder(),
    home: core.home,
    ...(options.port === undefined ? {} : { port: options.port }),
    open: options.open,
    language: speech.language,
    isBusy: () => core.isBusy(),
    log: (line) => output.note(line),
  });
  if (output.json) output.document({ url: host.url, port: host.port });
  const stop = () => void host.close();
  context.interrupted.addEventListener('abort', stop, { once: true });
  if (context.interrupted.aborted) stop();
  const renew = () => output.note(speech.say('One-time code: {{code}}', { code: host.issueCode() }));
  if (process.stdin.isTTY) process.stdin.on('data', renew).resume();
  await host.closed;
  process.stdin.off('data', renew).pause();
  return 0;
}
