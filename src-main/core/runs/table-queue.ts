import type { OpenSession } from './ports.ts';

export interface TableQueue<T> {
  add(item: T): void;
  /** Waits for all that was added; throws the first error. */
  finish(): Promise<void>;
  /** Wall-clock seconds during which something was being built. */
  seconds(): number;
}

/** Works items off over a few sessions of their own, while the loader goes on with the next table. */
export function createTableQueue<T>(width: number, open: () => Promise<OpenSession>, work: (session: OpenSession, item: T) => Promise<void>): TableQueue<T> {
  const waiting: T[] = [];
  const sessions: OpenSession[] = [];
  const lanes = new Set<Promise<void>>();
  let failure: { readonly error: unknown } | undefined;
  let busySince = 0;
  let busy = 0;

  async function lane(): Promise<void> {
    const session = await open();
    sessions.push(session);
    for (let item = waiting.shift(); item !== undefined && failure === undefined; item = waiting.shift()) await work(session, item);
  }

  function start(): void {
    if (lanes.size === 0) busySince = performance.now();
    const running: Promise<void> = lane()
      .catch((error: unknown) => {
        failure ??= { error };
      })
      .then(() => {
        lanes.delete(running);
        if (lanes.size === 0) busy += performance.now() - busySince;
      });
    lanes.add(running);
  }

  return {
    add(item) {
      waiting.push(item);
      if (lanes.size < width) start();
    },
    async finish() {
      // An item may have come while a lane was just ending: nobody took it.
      while (lanes.size > 0 || (waiting.length > 0 && failure === undefined)) {
        if (lanes.size === 0) start();
        await Promise.all(lanes);
      }
      await Promise.all(sessions.map((session) => session.close().catch(() => undefined)));
      if (failure !== undefined) throw failure.error;
    },
    seconds: () => busy / 1000,
  };
}
