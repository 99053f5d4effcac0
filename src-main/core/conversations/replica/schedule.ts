import type { Replicas } from './replicas.ts';

export interface ScheduleOptions {
  readonly replicas: Pick<Replicas, 'list' | 'refreshQuietly'>;
  /** Minutes between two refreshes; 0 for never. Asked anew each time: it is a setting. */
  readonly minutes: () => Promise<number>;
  /** 0..1; injected so that tests decide it. */
  readonly random?: () => number;
}

/** After the start, and while it is switched off, it looks again so often, in minutes. */
const idleMinutes = 1;

/**
 * Refreshes each replica every few minutes, one after the other, for as long as the program runs. Up to a fifth earlier or later, so that many
 * consoles do not ask a server at one moment.
 * @returns what ends it, and waits for a refresh that runs
 */
export function scheduleRefreshes({ replicas, minutes, random = Math.random }: ScheduleOptions): () => Promise<void> {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();
  const round = async (): Promise<void> => {
    if ((await minutes()) > 0) {
      for (const replica of await replicas.list()) {
        if (controller.signal.aborted) return;
        if (replica.refreshedAt !== null) await replicas.refreshQuietly(replica.id, controller.signal);
      }
    }
  };
  const plan = (wait: number): void => {
    if (controller.signal.aborted) return;
    timer = setTimeout(() => {
      running = round().catch(() => undefined).then(async () => {
        const every = await minutes().catch(() => 0);
        plan(every > 0 ? every : idleMinutes);
      });
    }, wait * 60_000 * (0.8 + 0.4 * random()));
    // A command that has done its work does not wait for it.
    timer.unref();
  };
  plan(idleMinutes);
  return async () => {
    controller.abort();
    clearTimeout(timer);
    await running;
  };
}
