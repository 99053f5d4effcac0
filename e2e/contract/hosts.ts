/** The three hosts as one list: each starts on a data folder of its own and takes a call's name and input. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { WebSocket as NodeWebSocket } from 'ws';
import { vi } from 'vitest';
import { toErrorReply } from '../../shared/contract/errors.ts';
import type { Reply } from '../../shared/contract/errors.ts';
import type { ConsoleClient } from '../../src-renderer/stores/client.ts';
import { createCore } from '../../src-main/core/composition.ts';
import { createDispatcher } from '../../src-main/hosts/dispatcher.ts';
import { startWebHost } from '../../src-main/hosts/web/serve.ts';
import { commandLineEntry } from '../../src-main/test-support/index.ts';
import { createElectronStub } from '../../src-main/test-support/electron-stub/index.ts';
import { buildProgram } from '../../src-main/test-support/electron-stub/program.ts';
import { writeRenderer } from '../../src-main/test-support/web-test-host.ts';

export interface RunningHost {
  call(name: string, input: unknown): Promise<Reply<unknown>>;
  /** Makes a call that starts a job and waits until it has ended. */
  startJob(name: string, input: unknown): Promise<Reply<unknown>>;
  close(): Promise<void>;
}

export interface HostUnderTest {
  readonly name: 'electron' | 'web' | 'cli';
  start(home: string): Promise<RunningHost>;
}

const root = fileURLToPath(new URL('../..', import.meta.url));

/** What the renderer sees: a value or a thrown error, turned back into the reply it came from. */
function overClient(client: ConsoleClient, close: () => Promise<void>): RunningHost {
  const call = async (name: string, input: unknown): Promise<Reply<unknown>> => {
    try {
      // Names and inputs that fit no type are part of the suite.
      const value: unknown = await Reflect.apply(client.call, client, [name, input]);
      return { ok: true, value };
    } catch (error) {
      return { ok: false, error: toErrorReply(error) };
    }
  };
  return {
    call,
    close,
    async startJob(name, input) {
      const ended = new Set<string>();
      const stop = client.onEvent((event) => {
        if (event.type === 'job' && event.job.state !== 'running' && event.job.state !== 'cancelling') ended.add(event.job.id);
      });
      try {
        const reply = await call(name, input);
        if (reply.ok) await vi.waitUntil(() => ended.has(idOf(reply.value)), { timeout: 120_000 });
        return reply;
      } finally {
        stop();
      }
    },
  };
}

function idOf(value: unknown): string {
  return typeof value === 'object' && value !== null && 'jobId' in value ? String(value.jobId) : '';
}

/** A browser's page as the renderer's transport knows it, made of Node's fetch and the `ws` client. */
function stubPage(origin: string, cookie: string, key: string): void {
  vi.stubGlobal('window', {});
  vi.stubGlobal('location', { host: origin.slice('http://'.length), replace: () => undefined });
  vi.stubGlobal('localStorage', { getItem: () => key });
  const { fetch } = globalThis;
  vi.stubGlobal('fetch', (path: string, init: RequestInit) => fetch(origin + path, { ...init, headers: { ...Object.fromEntries(new Headers(init.headers)), cookie } }));
  vi.stubGlobal('WebSocket', class extends NodeWebSocket {
    constructor(url: string, protocols: string[]) {
      super(url, protocols, { headers: { cookie, origin } });
    }
  });
}

async function startElectron(home: string): Promise<RunningHost> {
  const program = await buildProgram();
  const stub = createElectronStub({ appPath: program.folder });
  vi.resetModules();
  vi.stubEnv('TRAVESSIA_HOME', home);
  vi.doMock('electron', () => stub.module);
  await import('../../src-main/hosts/electron/main.ts');
  await vi.waitUntil(() => stub.pages()[0]?.world);
  vi.stubGlobal('window', { travessia: stub.pages()[0]?.world?.exposed['travessia'] });
  const { createClient } = await import('../../src-renderer/transport/index.ts');
  return overClient(createClient(), async () => {
    stub.app.quit();
    await vi.waitUntil(() => stub.app.end === 'quit', { timeout: 30_000 });
    vi.doUnmock('electron');
    vi.unstubAllEnvs();
    vi.unstubAllGlobals();
    program[Symbol.dispose]();
  });
}

async function startWeb(home: string): Promise<RunningHost> {
  using program = await buildProgram();
  const core = await createCore({ home });
  let file = '';
  const host = await startWebHost({
    dispatcher: createDispatcher(core), rendererFolder: writeRenderer(program.folder), home, isBusy: core.isBusy, log: () => undefined,
    async openFile(path) {
      file = path;
      return true;
    },
  });
  const origin = `http://127.0.0.1:${host.port}`;
  const secret = /enter#([\w-]+)/.exec(readFileSync(file, 'utf8'))?.[1];
  const reply = await fetch(`${origin}/session`, { method: 'POST', headers: { origin, 'content-type': 'application/json' }, body: JSON.stringify({ secret }) });
  const granted: unknown = await reply.json();
  const key = typeof granted === 'object' && granted !== null && 'key' in granted ? String(granted.key) : '';
  stubPage(origin, reply.headers.getSetCookie()[0]?.split(';')[0] ?? '', key);
  const { createClient } = await import('../../src-renderer/transport/index.ts');
  return overClient(createClient(), async () => {
    await host.close();
    await core.close();
    vi.unstubAllGlobals();
  });
}

/** One process, a call a line, as in a script. */
async function startCli(home: string): Promise<RunningHost> {
  const child = spawn(process.execPath, [commandLineEntry(), 'call', '--lines'], { cwd: root, env: { ...process.env, LC_ALL: 'C', TRAVESSIA_HOME: home }, stdio: ['pipe', 'pipe', 'pipe'] });
  let notes = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (notes += text));
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const ask = async (name: string, input: unknown, wait: boolean): Promise<Reply<unknown>> => {
    child.stdin.write(`${JSON.stringify({ call: name, input, wait })}\n`);
    const { value, done } = await lines.next();
    if (done === true) throw new Error(`${name} ended the program: ${notes}`);
    const reply: Reply<unknown> = JSON.parse(value);
    return reply;
  };
  return {
    call: (name, input) => ask(name, input, false),
    startJob: (name, input) => ask(name, input, true),
    async close() {
      child.stdin.end();
      await ended;
    },
  };
}

export const hosts: readonly HostUnderTest[] = [
  { name: 'electron', start: startElectron },
  { name: 'web', start: startWeb },
  { name: 'cli', start: startCli },
];
