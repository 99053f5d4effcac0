import { EventEmitter } from 'node:events';
import type { StubIpcMain } from './ipc.ts';
import type { StubSession } from './session.ts';
import { PageContents } from './web-contents.ts';

interface Bounds {
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface WindowParameters extends Partial<Bounds> {
  readonly webPreferences?: { readonly preload?: string } & Readonly<Record<string, unknown>>;
  readonly [name: string]: unknown;
}

interface Surroundings {
  readonly session: StubSession;
  readonly ipcMain: StubIpcMain;
  readonly onContents: (contents: PageContents) => void;
  readonly onAllClosed: () => void;
}

export class StubWindow extends EventEmitter {
  readonly parameters: WindowParameters;
  readonly webContents: PageContents;
  bounds: Bounds;
  isShown = false;
  focusCount = 0;
  isLookedAt = true;
  #isMaximised = false;
  #isMinimised = false;
  #isDestroyed = false;
  readonly #onClosed: (window: StubWindow) => void;

  constructor(parameters: WindowParameters, around: Surroundings, onClosed: (window: StubWindow) => void) {
    super();
    this.parameters = parameters;
    this.#onClosed = onClosed;
    this.bounds = { x: parameters.x ?? 0, y: parameters.y ?? 0, width: parameters.width ?? 800, height: parameters.height ?? 600 };
    this.webContents = new PageContents({ ...around, preload: parameters.webPreferences?.preload ?? '' });
    this.webContents.on('did-finish-load', () => this.emit('ready-to-show'));
    around.onContents(this.webContents);
  }

  loadURL(url: string): Promise<void> {
    return this.webContents.loadURL(url);
  }

  show(): void {
    this.isShown = true;
  }

  focus(): void {
    this.focusCount += 1;
  }

  isFocused(): boolean {
    return this.isLookedAt;
  }

  maximize(): void {
    this.#isMaximised = true;
  }

  isMaximized(): boolean {
    return this.#isMaximised;
  }

  minimize(): void {
    this.#isMinimised = true;
  }

  isMinimized(): boolean {
    return this.#isMinimised;
  }

  restore(): void {
    this.#isMinimised = false;
  }

  getNormalBounds(): Bounds {
    return this.bounds;
  }

  isDestroyed(): boolean {
    return this.#isDestroyed;
  }

  close(): void {
    if (this.#isDestroyed) return;
    this.emit('close', {});
    this.destroy();
  }

  destroy(): void {
    this.#isDestroyed = true;
    this.webContents.destroy();
    this.emit('closed');
    this.#onClosed(this);
  }
}

/** The class as the program sees it, and the windows that are open. */
export function createBrowserWindow(around: Surroundings) {
  const windows: StubWindow[] = [];
  class BrowserWindow extends StubWindow {
    constructor(parameters: WindowParameters) {
      super(parameters, around, (closed) => {
        windows.splice(windows.indexOf(closed), 1);
        if (windows.length === 0) around.onAllClosed();
      });
      windows.push(this);
    }

    static getFocusedWindow(): StubWindow | null {
      return windows.find((window) => window.isFocused()) ?? null;
    }

    static getAllWindows(): readonly StubWindow[] {
      return windows;
    }
  }
  return {
    BrowserWindow,
    open: () => [...windows],
    closeAll() {
      for (const window of Array.from(windows)) window.close();
    },
  };
}
