/** Starts the web host for a test and speaks to it as a browser, or as something worse, would. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import type { Handlers } from '../../shared/contract/handlers.ts';
import { createCoreDouble } from './core-double.ts';
import type { CoreDouble } from './core-double.ts';
import { tempFolder } from './temp-folder.ts';
import { createDispatcher } from '../hosts/dispatcher.ts';
import { startWebHost } from '../hosts/web/serve.ts';
import type { WebHost, WebHostOptions } from '../hosts/web/serve.ts';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface TestHost extends AsyncDisposable {
  readonly host: WebHost;
  readonly core: CoreDouble;
  readonly home: string;
  readonly log: readonly string[];
  readonly origin: string;
  /** The redirect files handed to the browser. */
  readonly opened: readonly string[];
  /** A request exactly as written: Node's client changes neither path nor headers. */
  send(method: string, path: string, headers?: Record<string, string>, body?: string): Promise<Answer>;
  /** The token in the redirect file. */
  token(): string;
  signIn(secret?: string): Promise<{ cookie: string; key: string }>;
  /** Tries an upgrade: the open socket, or the status that refused it. */
  connect(headers: Record<string, string>, protocols?: string[]): Promise<WebSocket | number>;
}

export function writeRenderer(folder: string): string {
  mkdirSync(join(folder, 'assets'), { recursive: true });
  writeFileSync(join(folder, 'index.html'), '<!doctype html><html><head><title>T</title></head><body><script type="module" src="./assets/index-a1b2c3d4.js"></script></body></html>');
  writeFileSync(join(folder, 'assets', 'index-a1b2c3d4.js'), 'export {};\n');
  writeFileSync(join(folder, 'assets', 'index-a1b2c3d4.js.map'), '{}');
  return folder;
}

export async function startTestHost(options: Partial<WebHostOptions> = {}, handlers: Partial<Handlers> = {}): Promise<TestHost> {
  const folder = tempFolder('web');
  const home = join(folder.path, 'home');
  writeFileSync(join(folder.path, 'secret.txt'), 'outside');
  const core = createCoreDouble(handlers);
  const log: string[] = [];
  const opened: string[] = [];
  const host = await startWebHost({
    dispatcher: createDispatcher(core, { checkOutput: true }),
    rendererFolder: writeRenderer(join(folder.path, 'renderer')),
    home,
    log: (line) => log.push(line),
    openFile: async (path) => opened.push(path) > 0,
    ...options,
  });
  const origin = `http://127.0.0.1:${host.port}`;

  const send: TestHost['send'] = (method, path, headers = {}, body = '') =>
    new Promise((resolve, reject) => {
      const sent = request({ host: '127.0.0.1', port: host.port, method, path, headers, agent: false }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }));
      });
      sent.on('error', reject);
      sent.end(body);
    });

  const token = () => /enter#([\w-]+)/.exec(readFileSync(opened.at(-1) ?? '', 'utf8'))?.[1] ?? '';

  return {
    host, core, home, log, origin, opened, send, token,
    async signIn(secret = token()) {
      const answer = await send('POST', '/session', { origin, 'content-type': 'application/json' }, JSON.stringify({ secret }));
      const key: unknown = JSON.parse(answer.body).key;
      return { cookie: answer.headers['set-cookie']?.[0]?.split(';')[0] ?? '', key: String(key) };
    },
    connect: (headers, protocols = []) =>
      new Promise((resolve, reject) => {
        const socket = new WebSocket(`ws://127.0.0.1:${host.port}/socket`, protocols, { headers });
        socket.on('open', () => resolve(socket));
        socket.on('unexpected-response', (_request, response) => {
          resolve(response.statusCode ?? 0);
          socket.terminate();
        });
        socket.on('error', reject);
      }),
    async [Symbol.asyncDispose]() {
      await host.close();
      folder.remove();
    },
  };
}
