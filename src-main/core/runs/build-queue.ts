/** What is built with; closed when all is done. */
export interface Closable {
  close(): Promise<void>;
}

export interface BuildQueue<T> {
  /** While others are worked off, too: an item may add more. */
  readonly add: (item: T) => void;
  /** Waits for all that was added; throws the first error. */
  finish(): Promise<void>;
  /** Wall-clock seconds during which something was being built. */
  seconds(): number;
}

/** Works items off over at most `width` sessions of their own, while the loader goes on with the next table. */
export function createBuildQueue<S extends Closable, T>(width: number, open: () => Promise<S>, work: (session: S, item: T) => Promise<void>): BuildQueue<T> {
  const waiting: T[] = [];
  const sessions: S[] = [];
  const idle: S[] = [];
  const lanes = new Set<Promise<void>>();
  let failure: { readonly error: unknown } | undefined;
  let busySince = 0;
  let busy = 0;

  async function session(): Promise<S> {
    const free = idle.pop();
    if (free !== undefined) return free;
    const opened = await open();
    sessions.push(opened);
    return opened;
  }

  async function lane(): Promise<void> {
    const own = await session();
    for (let item = waiting.shift(); item !== undefined && failure === undefined; item = waiting.shift()) await work(own, item);
    idle.push(own);
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
      await Promise.all(sessions.map((each) => each.close().catch(() => undefined)));
      if (failure !== undefined) throw failure.error;
    },
    seconds: () => busy / 1000,
  };
}
