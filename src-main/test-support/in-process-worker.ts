import { EventEmitter } from 'node:events';
import { MessageChannel, type MessagePort } from 'node:worker_threads';

/** Serves a worker's side of the conversation, as its entry file would. */
export type Serve = (port: MessagePort, workerData: unknown) => unknown;

/**
 * Stands in for `Worker` where thousands of short runs would otherwise start a thread each: the same messages, by the same structured
 * clone, served in this process.
 */
export class InProcessWorker extends EventEmitter {
  readonly #inner: MessagePort;
  readonly #outer: MessagePort;
  /** @param serve - what the entry file does */
  constructor(serve: Promise<Serve>, workerData: unknown) {
    super();
    const { port1, port2 } = new MessageChannel();
    [this.#inner, this.#outer] = [port1, port2];
    port2.on('message', (message) => this.emit('message', message)).on('close', () => this.emit('exit', 0));
    serve.then((start) => start(port1, structuredClone(workerData))).catch((error: unknown) => this.emit('error', error));
  }
  postMessage(message: unknown): void {
    this.#outer.postMessage(message);
  }
  ref(): void {
    this.#outer.ref();
  }
  unref(): void {
    this.#outer.unref();
  }
  async terminate(): Promise<number> {
    this.#inner.close();
    return 0;
  }
}
