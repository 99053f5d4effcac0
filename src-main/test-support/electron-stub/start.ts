import { vi } from 'vitest';
import type { Handlers } from '../../../shared/contract/handlers.ts';
import type { DesktopPlatform } from '../../hosts/electron/host.ts';
import type { Bridge } from '../../../src-renderer/transport/ipc.ts';
import { createCoreDouble } from '../core-double.ts';
import type { CoreDouble } from '../core-double.ts';
import { createElectronStub } from './index.ts';
import type { ElectronStub, PageContents, StubOptions } from './index.ts';
import { buildProgram } from './program.ts';
import type { BuiltProgram } from './program.ts';

export interface TestDesktop extends Disposable {
  readonly stub: ElectronStub;
  readonly core: CoreDouble;
  readonly program: BuiltProgram;
  readonly isStarted: boolean;
  busy: boolean;
  closed: number;
  /** What the host gave the core. */
  platform: DesktopPlatform | null;
  /** The page of the first window. */
  page(): PageContents;
  bridge(): Bridge;
}

export interface TestDesktopOptions extends StubOptions {
  readonly handlers?: Partial<Handlers>;
  readonly words?: readonly string[];
  readonly createCore?: () => Promise<never>;
  /** Told of the program before the host starts, to lay files into it. */
  readonly prepare?: (program: BuiltProgram) => void;
}

/** True for what the preload script exposes. */
export function isBridge(value: unknown): value is Bridge {
  return typeof value === 'object' && value !== null && 'call' in value && typeof value.call === 'function' && 'onEvent' in value;
}

export function bridgeOf(page: PageContents): Bridge {
  const found = page.world?.exposed['travessia'];
  if (!isBridge(found)) throw new Error('The page has no bridge');
  return found;
}

/** Starts the desktop host on the stand-in, with a core that knows nothing of data. */
export async function startTestDesktop(options: TestDesktopOptions = {}): Promise<TestDesktop> {
  const program = await buildProgram();
  options.prepare?.(program);
  const stub = createElectronStub({ appPath: program.folder, ...options });
  vi.resetModules();
  vi.doMock('electron', () => stub.module);
  const { startDesktop } = await import('../../hosts/electron/host.ts');
  const core = createCoreDouble(options.handlers);
  const state: Pick<TestDesktop, 'busy' | 'closed' | 'platform'> = { busy: false, closed: 0, platform: null };
  const createCore = options.createCore ?? (async (platform: DesktopPlatform) => ({
    ...((state.platform = platform), core),
    isBusy: () => state.busy,
    close: async () => {
      state.closed += 1;
    },
  }));
  const isStarted = await startDesktop({ home: program.home, programFolder: program.folder, createCore, words: options.words ?? ['electron'] });
  const page = (): PageContents => {
    const [first] = stub.pages();
    if (first === undefined) throw new Error('There is no window');
    return first;
  };
  await vi.waitUntil(() => !isStarted || page().world !== null);
  return Object.assign(state, {
    stub, core, program, isStarted, page,
    bridge: () => bridgeOf(page()),
    [Symbol.dispose]() {
      vi.doUnmock('electron');
      program[Symbol.dispose]();
    },
  });
}
