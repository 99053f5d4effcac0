import { EventEmitter } from 'node:events';
import { preventable } from './app.ts';
import type { StubFrame, StubIpcMain } from './ipc.ts';
import { runPreload } from './preload-world.ts';
import type { PreloadWorld } from './preload-world.ts';
import type { StubSession } from './session.ts';

interface ContentsOptions {
  readonly session: StubSession;
  readonly ipcMain: StubIpcMain;
  readonly preload: string;
}

type OpenHandler = (details: { url: string }) => { action: 'allow' | 'deny' };

/** One page: its frame, its preload world, and what a test may try on it. */
export class PageContents extends EventEmitter {
  readonly mainFrame: StubFrame = { url: '', parent: null };
  /** Status and policy of the page that was loaded last. */
  loaded: { status: number; policy: string; html: string } | null = null;
  loads = 0;
  reloads = 0;
  world: PreloadWorld | null = null;
  readonly #options: ContentsOptions;
  #isDestroyed = false;
  #openHandler: OpenHandler = () => ({ action: 'allow' });

  constructor(options: ContentsOptions) {
    super();
    this.#options = options;
  }

  async loadURL(url: string): Promise<void> {
    const isSameDocument = this.loaded !== null && url.split('#')[0] === this.mainFrame.url.split('#')[0];
    this.mainFrame.url = url;
    if (isSameDocument) return;
    this.loads += 1;
    const response = await this.#options.session.fetch(url);
    if (response === null) throw new Error(`ERR_FAILED (-2) loading '${url}'`);
    this.loaded = { status: response.status, policy: response.headers.get('content-security-policy') ?? '', html: await response.text() };
    this.world = runPreload({ preload: this.#options.preload, invoke: (channel, args) => this.invokeFrom(this.mainFrame, channel, args) });
    this.emit('did-finish-load');
  }

  reload(): void {
    this.reloads += 1;
    const { url } = this.mainFrame;
    this.loaded = null;
    void this.loadURL(url);
  }

  forcefullyCrashRenderer(): void {
    this.emit('render-process-gone', {}, { reason: 'killed' });
  }

  send(channel: string, ...args: unknown[]): void {
    this.world?.deliver(channel, structuredClone(args));
  }

  setWindowOpenHandler(handler: OpenHandler): void {
    this.#openHandler = handler;
  }

  isDestroyed(): boolean {
    return this.#isDestroyed;
  }

  destroy(): void {
    this.#isDestroyed = true;
  }

  /** An invoke as it would come from any frame, such as one a test makes up. */
  invokeFrom(frame: StubFrame | null, channel: string, args: readonly unknown[]): Promise<unknown> {
    return this.#options.ipcMain.invoke({ sender: this, senderFrame: frame }, channel, args);
  }

  /** True when a page that leads elsewhere would get there. */
  mayNavigate(url: string, kind: 'will-navigate' | 'will-redirect' | 'will-frame-navigate' = 'will-navigate', isMainFrame = true): boolean {
    const event = preventable({ url, isMainFrame });
    this.emit(kind, event);
    return !event.defaultPrevented;
  }

  mayAttachView(): boolean {
    const event = preventable({});
    this.emit('will-attach-webview', event, {}, {});
    return !event.defaultPrevented;
  }

  mayOpen(url: string): boolean {
    return this.#openHandler({ url }).action === 'allow';
  }
}
