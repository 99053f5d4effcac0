/**
 * jobs: long work with progress, log, cancel and a result. A job lives in this process; what must survive a crash is journaled by
 * the feature itself (runs in the target), and a job found `running` at start-up is marked `interrupted`.
 */
import { randomUUID } from 'node:crypto';
import { TravessiaError, toErrorReply } from '../../../shared/contract/errors.ts';
import type { TravessiaEvent } from '../../../shared/contract/events.ts';
import type { Job, JobLogLine } from '../../../shared/model/job.ts';
import type { RunTableProgress } from '../../../shared/model/run.ts';
import { describe } from '../../../shared/pure/texts/index.ts';

export interface JobStore {
  put(job: Job): Promise<void>;
  list(): Promise<Job[]>;
  get(id: string): Promise<Job | null>;
  appendLog(id: string, line: JobLogLine): Promise<void>;
  log(id: string): Promise<JobLogLine[]>;
}

export type Log = (code: string, params?: Readonly<Record<string, string>>, level?: JobLogLine['level']) => void;

export interface JobContext {
  readonly id: string;
  readonly signal: AbortSignal;
  /** One line by its code in shared/pure/texts/log.ts. */
  readonly log: Log;
  /** Changes what is shown: phase, counters, run. */
  update(change: Partial<Pick<Job, 'phase' | 'progress' | 'rows' | 'rowsTotal' | 'bytes' | 'runId' | 'projectId' | 'resultId' | 'remaining'>>): void;
  /** Live counters per table of a run; throttled to ten a second. */
  tables(runId: string, tables: readonly RunTableProgress[]): void;
}

export interface StartJob {
  readonly kind: Job['kind'];
  readonly title: string;
  readonly projectId?: string | null;
  readonly runId?: string | null;
  /** Resolves to the id of what it made. */
  readonly work: (context: JobContext) => Promise<string | null>;
}

export interface Jobs {
  start(request: StartJob): Job;
  cancel(id: string): void;
  /** Waits until a job has ended; for the command line and for tests. */
  wait(id: string): Promise<Job>;
  list(): Promise<Job[]>;
  /** Those that this process works on, known without waiting: between this answer and a `start` nothing can come. */
  active(): readonly Job[];
  get(id: string): Promise<Job>;
  log(id: string): Promise<JobLogLine[]>;
  isBusy(): boolean;
  /** Cancels what runs and waits for it to stop. */
  close(): Promise<void>;
}

interface Running {
  job: Job;
  readonly controller: AbortController;
  readonly ended: Promise<Job>;
  readonly rates: { at: number; bytes: number; rows: number }[];
  lastSent: number;
}

const eventInterval = 100;

export function createJobs(store: JobStore, emit: (event: TravessiaEvent) => void, now: () => number): Jobs {
  const running = new Map<string, Running>();
  /** Ended, but not written down: the store could not take them. They are told from here as long as the program runs. */
  const unwritten = new Map<string, Job>();
  const iso = () => new Date(now()).toISOString();

  function send(entry: Running, force: boolean): void {
    const time = now();
    if (!force && time - entry.lastSent < eventInterval) return;
    entry.lastSent = time;
    emit({ type: 'job', job: entry.job });
  }

  function patch(entry: Running, change: Partial<Job>, force = false): void {
    entry.job = { ...entry.job, ...change };
    send(entry, force);
  }

  /** Bytes and rows per second over the last five seconds of samples. */
  function rate(entry: Running, bytes: number, rows: number): { bytesPerSecond: number; rowsPerSecond: number } {
    const time = now();
    // Counted anew: another phase, or another table.
    if (rows < (entry.rates.at(-1)?.rows ?? 0)) entry.rates.length = 0;
    if (time - (entry.rates.at(-1)?.at ?? 0) >= eventInterval) entry.rates.push({ at: time, bytes, rows });
    while (entry.rates.length > 2 && time - (entry.rates[0]?.at ?? time) > 5000) entry.rates.shift();
    const first = entry.rates[0];
    const seconds = first === undefined ? 0 : (time - first.at) / 1000;
    if (first === undefined || seconds === 0) return { bytesPerSecond: 0, rowsPerSecond: 0 };
    return { bytesPerSecond: Math.max(0, (bytes - first.bytes) / seconds), rowsPerSecond: Math.max(0, (rows - first.rows) / seconds) };
  }

  function speedOf({ rowsPerSecond }: { readonly rowsPerSecond: number }, rows: number, rowsTotal: number): Pick<Job, 'rowsPerSecond' | 'remaining'> {
    return rowsPerSecond > 0 ? { rowsPerSecond, remaining: rowsTotal === 0 ? null : (rowsTotal - rows) / rowsPerSecond } : { rowsPerSecond: null, remaining: null };
  }

  function contextOf(entry: Running): JobContext {
    const { id } = entry.job;
    let lastTables = 0;
    return {
      id,
      signal: entry.controller.signal,
      log(code, params = {}, level = 'info') {
        const line: JobLogLine = { at: iso(), level, text: describe(code, params), code, params };
        emit({ type: 'job-log', jobId: id, line });
        store.appendLog(id, line).catch(() => undefined);
      },
      update(change) {
        const isNext = change.phase !== undefined && change.phase !== entry.job.phase;
        if (isNext) entry.rates.length = 0;
        const speed = change.rows === undefined ? (isNext ? { rowsPerSecond: null, remaining: null } : {}) : speedOf(rate(entry, change.bytes ?? entry.job.bytes, change.rows), change.rows, change.rowsTotal ?? entry.job.rowsTotal);
        patch(entry, { ...speed, ...change }, change.phase !== undefined || change.runId !== undefined);
      },
      tables(runId, tables) {
        const rows = tables.reduce((sum, table) => sum + table.rows, 0);
        const rowsTotal = tables.reduce((sum, table) => sum + table.rowsTotal, 0);
        const bytes = tables.reduce((sum, table) => sum + table.bytes, 0);
        const time = now();
        if (time - lastTables < eventInterval && rows < rowsTotal) return;
        lastTables = time;
        const { bytesPerSecond, rowsPerSecond } = rate(entry, bytes, rows);
        patch(entry, { rows, rowsTotal, bytes, ...speedOf({ rowsPerSecond }, rows, rowsTotal), progress: rowsTotal === 0 ? null : rows / rowsTotal });
        emit({ type: 'run-progress', jobId: id, runId, tables: [...tables], bytesPerSecond, rowsPerSecond });
      },
    };
  }

  async function end(entry: Running, change: Partial<Job>): Promise<Job> {
    patch(entry, { ...change, endedAt: iso(), rowsPerSecond: null, remaining: null }, true);
    // Stored before it leaves the list of running ones: whoever asks in between must not read an interrupted job.
    await store.put(entry.job).catch(() => unwritten.set(entry.job.id, entry.job));
    running.delete(entry.job.id);
    // While a job works on a run nothing can be done with it; from now on something can.
    if (entry.job.runId !== null) emit({ type: 'changed', noun: 'runs', id: entry.job.runId });
    return entry.job;
  }

  const stored = async (id: string): Promise<Job> => {
    const job = unwritten.get(id) ?? (await store.get(id));
    if (job === null) throw new TravessiaError('NOT_FOUND', { message: `There is no job ${id}.` });
    return job;
  };

  /** A job is told as it is; one that says it runs, and that this process knows nothing of, was interrupted. */
  function told(job: Job): Job {
    const own = running.get(job.id)?.job;
    if (own !== undefined) return own;
    return job.state === 'running' || job.state === 'cancelling' ? { ...job, state: 'interrupted' } : job;
  }

  return {
    start(request) {
      const job: Job = {
        id: randomUUID(), kind: request.kind, title: request.title, state: 'running', projectId: request.projectId ?? null, runId: request.runId ?? null,
        phase: 'starting', progress: null, rows: 0, rowsTotal: 0, bytes: 0, startedAt: iso(), endedAt: null, rowsPerSecond: null, remaining: null, error: null, resultId: null,
      };
      const controller = new AbortController();
      const { promise, resolve } = Promise.withResolvers<Job>();
      const entry: Running = { job, controller, ended: promise, rates: [], lastSent: 0 };
      running.set(job.id, entry);
      send(entry, true);
      const run = async (): Promise<Job> => {
        await store.put(job).catch(() => undefined);
        try {
          const resultId = await request.work(contextOf(entry));
          return await end(entry, { state: 'done', progress: 1, resultId: resultId ?? entry.job.resultId });
        } catch (error) {
          const reply = toErrorReply(error);
          const cancelled = controller.signal.aborted && reply.code === 'CANCELLED';
          return end(entry, {
            state: cancelled ? 'cancelled' : 'failed',
            error: { code: reply.code, message: reply.message, ...(reply.hint === undefined ? {} : { hint: reply.hint }) },
          });
        }
      };
      run().then(resolve, () => resolve(entry.job));
      return job;
    },
    cancel(id) {
      const entry = running.get(id);
      if (entry === undefined) throw new TravessiaError('NOT_FOUND', { message: 'That job is not running.', hint: 'It may have ended already; see the list of jobs.' });
      patch(entry, { state: 'cancelling' }, true);
      entry.controller.abort(new TravessiaError('CANCELLED', { message: 'Cancelled.' }));
    },
    async wait(id) {
      const entry = running.get(id);
      return entry === undefined ? stored(id) : entry.ended;
    },
    async list() {
      const written = (await store.list()).map((job) => unwritten.get(job.id) ?? told(job));
      const known = new Set(written.map((job) => job.id));
      return [...[...running.values()].map((entry) => entry.job), ...unwritten.values()].filter((job) => !known.has(job.id)).concat(written);
    },
    active: () => [...running.values()].map((entry) => entry.job),
    async get(id) {
      return running.get(id)?.job ?? told(await stored(id));
    },
    log: (id) => store.log(id),
    isBusy: () => running.size > 0,
    async close() {
      for (const entry of running.values()) entry.controller.abort(new TravessiaError('CANCELLED', { message: 'The program is closing.' }));
      await Promise.all([...running.values()].map((entry) => entry.ended));
    },
  };
}
