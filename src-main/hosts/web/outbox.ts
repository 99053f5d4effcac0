import type { TravessiaEvent } from '../../../shared/contract/events.ts';

/** The part of a socket the outbox needs. */
export interface Sink {
  readonly bufferedAmount: number;
  send(text: string, sent: () => void): void;
}

export interface Outbox {
  post(event: TravessiaEvent): void;
}

/** Bytes a client may lag behind before events are held back for it. */
const highWater = 256 * 1024;
const maxLogLines = 200;

/** Events of which only the newest matters share a key; log lines have none. */
function keyOf(event: TravessiaEvent): string | null {
  switch (event.type) {
    case 'job':
      return `job ${event.job.id}`;
    case 'run-progress':
      return `run ${event.jobId}`;
    case 'changed':
      return `changed ${event.noun} ${event.id ?? ''}`;
    case 'job-log':
      return null;
  }
}

/**
 * Events to one client in bounded memory: while it reads too slowly, the newest state of each job is kept and older
 * ones are forgotten, and of log lines the newest 200 (`jobs/log` has them all).
 */
export function createOutbox(sink: Sink): Outbox {
  const states = new Map<string, TravessiaEvent>();
  let lines: TravessiaEvent[] = [];

  function flush(): void {
    while (sink.bufferedAmount < highWater) {
      const line = lines.shift();
      if (line !== undefined) {
        transmit(line);
        continue;
      }
      const next = states.entries().next();
      if (next.done === true) return;
      states.delete(next.value[0]);
      transmit(next.value[1]);
    }
  }

  function transmit(event: TravessiaEvent): void {
    sink.send(JSON.stringify({ event }), () => {
      if (states.size > 0 || lines.length > 0) flush();
    });
  }

  return {
    post(event) {
      const key = keyOf(event);
      if (key === null) {
        lines.push(event);
        if (lines.length > maxLogLines) lines = lines.slice(-maxLogLines);
      } else {
        // Deleted first so that the newest stands last: order among different keys stays that of their last change.
        states.delete(key);
        states.set(key, event);
      }
      flush();
    },
  };
}
