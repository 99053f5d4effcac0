import { EventEmitter } from 'node:events';

export interface PreventableEvent {
  readonly defaultPrevented: boolean;
  preventDefault(): void;
}

export function preventable<T extends object>(more: T): PreventableEvent & T {
  let isPrevented = false;
  return Object.assign({
    get defaultPrevented() {
      return isPrevented;
    },
    preventDefault() {
      isPrevented = true;
    },
  }, more);
}

interface AppOptions {
  readonly locale: string;
  readonly appPath: string;
  readonly hasLock: boolean;
  readonly closeAll: () => void;
}

export class StubApp extends EventEmitter {
  readonly paths = new Map<string, string>();
  isSandboxed = false;
  isPackaged = false;
  /** `running`, `quit`, or the code given to `exit`. */
  end: 'running' | 'quit' | number = 'running';
  readonly #options: AppOptions;

  constructor(options: AppOptions) {
    super();
    this.#options = options;
  }

  setPath(name: string, path: string): void {
    this.paths.set(name, path);
  }

  getPath(name: string): string {
    return this.paths.get(name) ?? '';
  }

  getAppPath(): string {
    return this.#options.appPath;
  }

  getLocale(): string {
    return this.#options.locale;
  }

  requestSingleInstanceLock(): boolean {
    return this.#options.hasLock;
  }

  enableSandbox(): void {
    this.isSandboxed = true;
  }

  async whenReady(): Promise<void> {
    await Promise.resolve();
  }

  quit(): void {
    const event = preventable({});
    this.emit('before-quit', event);
    if (event.defaultPrevented || this.end !== 'running') return;
    this.end = 'quit';
    this.#options.closeAll();
    this.emit('quit', {}, 0);
  }

  exit(code = 0): void {
    this.end = code;
  }
}

export const createApp = (options: AppOptions) => new StubApp(options);
