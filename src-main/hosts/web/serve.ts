import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { TravessiaError } from '../../../shared/contract/errors.ts';
import type { Dispatcher } from '../dispatcher.ts';
import { readRendererFiles } from '../renderer-files.ts';
import { createFailureLimit } from './failure-limit.ts';
import { watchIdle } from './idle.ts';
import { hasBrowser, openBrowser } from './open-browser.ts';
import { writeRedirectFile } from './redirect-file.ts';
import { createRoutes } from './routes.ts';
import { createSessions } from './sessions.ts';
import { attachSocket } from './socket.ts';
import { webTexts } from './texts.ts';
import type { WebLanguage } from './texts.ts';

export interface WebHostOptions {
  readonly dispatcher: Dispatcher;
  /** Folder of the built renderer, `out/renderer`. */
  readonly rendererFolder: string;
  /** The console's data folder; the redirect file lies in it for a moment. */
  readonly home: string;
  /** 0 or absent: any free port. */
  readonly port?: number;
  /** False: no browser is opened, a one-time code is printed instead. Also so over ssh and without a display. */
  readonly open?: boolean;
  /** Ends after so many minutes without a signed-in page and without a running job; default 30, 0: never. */
  readonly idleMinutes?: number;
  /** True while a job runs. */
  readonly isBusy?: () => boolean;
  readonly language?: WebLanguage;
  /** Lines for the person at the terminal. One of them may be a one-time code; never the token. */
  readonly log: (line: string) => void;
  /** Opens the redirect file; replaced in tests. */
  readonly openFile?: (path: string) => Promise<boolean>;
}

export interface WebHost {
  /** `http://127.0.0.1:PORT/`: the clean address. */
  readonly url: string;
  readonly port: number;
  /** Settles when the host has ended, by `close` or by itself when idle. */
  readonly closed: Promise<void>;
  /** A new one-time code to be typed on the sign-in page; the former one is void. */
  issueCode(): string;
  close(): Promise<void>;
}

/**
 * Serves the console on 127.0.0.1 (rules: experience.md "Web host"; docs/security.md).
 *
 * @throws USAGE where the port is taken, PERMISSION_DENIED where it may not be used, FILE_NOT_FOUND without a built renderer
 */
export async function startWebHost(options: WebHostOptions): Promise<WebHost> {
  const files = await readRendererFiles(options.rendererFolder);
  const sessions = createSessions();
  const texts = webTexts[options.language ?? 'en'];
  let removeFile = async (): Promise<void> => undefined;
  const ignore = () => undefined;
  const server = createServer({ maxHeaderSize: 16 * 1024, requestTimeout: 30_000, headersTimeout: 10_000 });
  server.maxConnections = 128;
  const onSignIn = () => void removeFile().catch(ignore);
  server.on('request', createRoutes({ files, sessions, failures: createFailureLimit(), onSignIn }));
  const socket = attachSocket(server, { dispatcher: options.dispatcher, sessions });
  const port = await listen(server, options.port ?? 0);
  const url = `http://127.0.0.1:${port}/`;

  const ended = Promise.withResolvers<void>();
  let isClosing = false;
  async function close(): Promise<void> {
    if (!isClosing) {
      isClosing = true;
      idle.stop();
      socket.close();
      await removeFile().catch(ignore);
      server.close(() => ended.resolve());
      server.closeAllConnections();
    }
    return ended.promise;
  }
  const minutes = options.idleMinutes ?? 30;
  const idle = watchIdle({
    minutes,
    isActive: () => socket.clientCount() > 0 || options.isBusy?.() === true,
    onIdle() {
      options.log(texts.idle(minutes));
      void close();
    },
  });

  options.log(texts.serving(url));
  const file = options.open !== false && (options.openFile !== undefined || hasBrowser()) ? await writeRedirectFile(options.home, url, sessions.issueToken()) : null;
  if (file !== null) removeFile = file.remove;
  if (file !== null && (await (options.openFile ?? openBrowser)(file.path))) options.log(texts.opened);
  else options.log(texts.code(sessions.issueCode()));
  return { url, port, closed: ended.promise, issueCode: () => sessions.issueCode(), close };
}

async function listen(server: Server, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => reject(listenError(port, cause)));
    server.listen({ host: '127.0.0.1', port, exclusive: true }, resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TravessiaError('INTERNAL', { message: 'The web host has no address' });
  return address.port;
}

function listenError(port: number, cause: NodeJS.ErrnoException): TravessiaError {
  if (cause.code === 'EADDRINUSE') return new TravessiaError('USAGE', { message: `Port ${port} is in use`, hint: 'Choose another with --port, or leave it out.', cause });
  if (cause.code === 'EACCES') return new TravessiaError('PERMISSION_DENIED', { message: `Port ${port} may not be used`, hint: 'Choose one above 1023.', cause });
  return new TravessiaError('INTERNAL', { message: `The web host cannot listen: ${cause.message}`, cause });
}
