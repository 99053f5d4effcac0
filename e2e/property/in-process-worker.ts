import { EventEmitter } from 'node:events';
import { MessageChannel, type MessagePort } from 'node:worker_threads';

/** Serves a worker's side of the conversation, as its entry file would. */
type Serve = (port: MessagePort) => void;

/**
 * Stands in for `Worker` where thousands of short runs would otherwise start a thread each: the same messages, by the same structured
 * clone, served in this process.
 */
export function inProcessWorker(serve: (file: string, workerData: unknown) => Promise<Serve>): new (url: URL, options: { workerData?: unknown }) => EventEmitter {
  return class extends EventEmitter {
    readonly #inner: MessagePort;
    readonly #outer: MessagePort;
    constructor(url: URL, { workerData }: { workerData?: unknown }) {
      super();
      const { port1, port2 } = new MessageChannel();
      [this.#inner, this.#outer] = [port1, port2];
      port2.on('message', (message) => this.emit('message', message));
      serve(url.pathname.split('/').at(-1) ?? '', workerData).then((start) => start(port1), (error: unknown) => this.emit('error', error));
    }
    postMessage(message: unknown): void {
      this.#outer.postMessage(message);
    }
    async terminate(): Promise<number> {
      this.#inner.close();
      return 0;
    }
  };
}
