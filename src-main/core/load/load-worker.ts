import type { MessagePort } from 'node:worker_threads';
import { toErrorReply } from '../../../shared/contract/errors.ts';
import { connectPostgres, type PgSession, type PostgresConfig } from '../../drivers/postgres/index.ts';
import { partTables } from './load-parts.ts';
import { openLoadSource, type LoadSource } from './load-source.ts';
import { checkTotals, loadTable } from './load-table.ts';
import type { LoadReply, LoadRequest } from './types.ts';

/** Milliseconds between two progress messages. */
const progressEvery = 200;

/** The worker's side: does one request after another of one run; the snapshot and the session stay open in between. */
export function serveLoads(port: MessagePort): void {
  const controller = new AbortController();
  const { signal } = controller;
  let source: LoadSource | undefined;
  let session: PgSession | undefined;
  let last = Promise.resolve();
  const reply = (message: LoadReply): void => port.postMessage(message);
  const sourceOf = (path: string): LoadSource => {
    if (source?.path === path) return source;
    source?.close();
    source = undefined;
    return (source = openLoadSource(path));
  };

  const sessionAt = async (target: PostgresConfig): Promise<PgSession> => {
    if (session === undefined || session.closed) session = await connectPostgres(target, { applicationName: 'travessia load', signal });
    return session;
  };

  const answer = async (request: Exclude<LoadRequest, { type: 'cancel' }>): Promise<LoadReply> => {
    if (request.type === 'part') {
      const [first] = request.tasks;
      return { type: 'parted', parts: first === undefined ? [] : await partTables(await sessionAt(first.target), request.tasks, request.rule, sourceOf) };
    }
    const { task } = request;
    if (request.type === 'check') {
      checkTotals(task, sourceOf(task.snapshotPath), request.totals);
      return { type: 'checked' };
    }
    let told = 0;
    const totals = await loadTable(await sessionAt(task.target), task, sourceOf(task.snapshotPath), {
      signal,
      onProgress: (progress) => {
        const now = performance.now();
        if (now - told < progressEvery) return;
        told = now;
        reply({ type: 'progress', ...progress });
      },
    });
    return { type: 'loaded', totals };
  };

  port.on('message', (request: LoadRequest) => {
    if (request.type === 'cancel') controller.abort();
    else last = answer(request).catch((error: unknown): LoadReply => ({ type: 'failed', error: toErrorReply(error) })).then(reply);
  });
  // A thread that ends lets go of all it has; where others stay in the process, it is done here.
  port.on('close', () => {
    controller.abort();
    void last.finally(async () => {
      source?.close();
      await session?.close();
    });
  });
}
