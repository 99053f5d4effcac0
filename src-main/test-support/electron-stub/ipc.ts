export interface StubFrame {
  url: string;
  readonly parent: StubFrame | null;
}

export interface InvokeEvent {
  readonly sender: unknown;
  readonly senderFrame: StubFrame | null;
}

type Handler = (event: InvokeEvent, ...args: unknown[]) => unknown;

export class StubIpcMain {
  readonly #handlers = new Map<string, Handler>();

  handle(channel: string, handler: Handler): void {
    if (this.#handlers.has(channel)) throw new Error(`Attempted to register a second handler for '${channel}'`);
    this.#handlers.set(channel, handler);
  }

  removeHandler(channel: string): void {
    this.#handlers.delete(channel);
  }

  channels(): string[] {
    return [...this.#handlers.keys()];
  }

  /** What reaches the main process when a frame invokes: arguments and result are cloned, as between two processes. */
  async invoke(event: InvokeEvent, channel: string, args: readonly unknown[]): Promise<unknown> {
    const handler = this.#handlers.get(channel);
    if (handler === undefined) throw new Error(`Error invoking remote method '${channel}': No handler registered for '${channel}'`);
    const received: unknown[] = structuredClone([...args]);
    try {
      return structuredClone(await handler(event, ...received));
    } catch (error) {
      // Electron carries the message only.
      throw new Error(`Error invoking remote method '${channel}': ${String(error)}`);
    }
  }
}

export const createIpcMain = () => new StubIpcMain();
