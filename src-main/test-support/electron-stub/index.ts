/**
 * A stand-in for the `electron` module, for machines where the binary cannot be had. It runs the built preload script in a
 * world of its own, loads pages through the registered protocol, and clones everything that crosses, both ways.
 * What it cannot show: Chromium itself, the sandbox, native menus and dialogs as drawn. Give `module` to `vi.doMock('electron')`.
 */
import { createApp } from './app.ts';
import { createBrowserWindow } from './browser-window.ts';
import { createIpcMain } from './ipc.ts';
import { createDesktop } from './desktop.ts';
import { createSession } from './session.ts';
import type { PageContents } from './web-contents.ts';

export type { PageContents } from './web-contents.ts';

export interface StubOptions {
  readonly locale?: string;
  readonly appPath?: string;
  /** False: another instance holds the lock. */
  readonly hasLock?: boolean;
  readonly displays?: readonly { workArea: { x: number; y: number; width: number; height: number } }[];
}

/** One pretended Electron; nothing is shared between two of them. */
export function createElectronStub(options: StubOptions = {}) {
  const contents: PageContents[] = [];
  const session = createSession();
  const ipcMain = createIpcMain();
  const desktop = createDesktop(options.displays ?? [{ workArea: { x: 0, y: 0, width: 1920, height: 1080 } }]);
  const windows = createBrowserWindow({ session, ipcMain, onContents: (created) => {
    contents.push(created);
    app.emit('web-contents-created', {}, created);
  }, onAllClosed: () => app.emit('window-all-closed') });
  const app = createApp({ locale: options.locale ?? 'en-GB', appPath: options.appPath ?? '', hasLock: options.hasLock ?? true, closeAll: windows.closeAll });
  return {
    /** What `import … from 'electron'` gives. */
    module: {
      app, ipcMain, ...desktop.module,
      BrowserWindow: windows.BrowserWindow,
      session: { defaultSession: session },
      protocol: { registerSchemesAsPrivileged: (schemes: readonly unknown[]) => void session.privileged.push(...schemes) },
    },
    app, session, ipcMain, desktop,
    /** Contents of the windows that are open, oldest first. */
    pages: () => contents.filter((one) => !one.isDestroyed()),
    windows: windows.open,
  };
}

export type ElectronStub = ReturnType<typeof createElectronStub>;
