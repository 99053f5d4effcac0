import type { TravessiaEvent } from '../../../shared/contract/events.ts';

/** Failures that nobody asked about yet: a job may end before the call that started it has its line. */
const mostKept = 200;

type Failed = (code: string) => Promise<void>;

/** How jobs that did not come to their end come into the audit. */
export function createJobFailures() {
  const waiting = new Map<string, Failed>();
  const ended = new Map<string, string>();
  const writing = new Set<Promise<void>>();
  const write = (failed: Failed, code: string): void => {
    const written = failed(code).catch(() => undefined).finally(() => writing.delete(written));
    writing.add(written);
  };
  return {
    note(event: TravessiaEvent): void {
      if (event.type !== 'job' || event.job.endedAt === null) return;
      const { id, state, error } = event.job;
      const failed = waiting.get(id);
      waiting.delete(id);
      if (state !== 'failed' && state !== 'cancelled') return;
      const code = error?.code ?? (state === 'cancelled' ? 'CANCELLED' : 'INTERNAL');
      if (failed !== undefined) write(failed, code);
      else ended.set(id, code);
      for (const first of ended.size > mostKept ? [...ended.keys()].slice(0, 1) : []) ended.delete(first);
    },
    /** Calls back once, with the code of the error or CANCELLED; never where the job comes to its end. */
    onFailed(id: string, failed: Failed): void {
      const code = ended.get(id);
      ended.delete(id);
      if (code === undefined) waiting.set(id, failed);
      else write(failed, code);
    },
    /** Once all that came is written. */
    async written(): Promise<void> {
      await Promise.all(writing);
    },
  };
}
