import { TravessiaError } from '../../../shared/contract/errors.ts';
import type { TableVerification } from '../../../shared/model/run.ts';
import { startAskedThread, type FailedReply } from '../../workers/asked-thread.ts';
import type { SumTask, TableTask, VerifyReply, VerifyRequest, ViewCell, ViewTask } from './messages.ts';
import type { RowidPart } from './packed-sums.ts';
import type { BucketSum } from './sums.ts';

type Answer = Exclude<VerifyReply, FailedReply>;

/** One thread that compares, seen from outside. */
export interface VerifyThread {
  table(task: TableTask, on: (reply: VerifyReply) => void, signal: AbortSignal): Promise<TableVerification>;
  /** By which parts a table's sum can be made. */
  parts(task: SumTask, wanted: number, signal: AbortSignal): Promise<readonly RowidPart[]>;
  /** Null where the table has to be read row by row. */
  sum(task: SumTask, part: RowidPart, signal: AbortSignal): Promise<BucketSum | null>;
  /** The rows of a view of the source, piece by piece. */
  viewRows(task: ViewTask, signal: AbortSignal, piece: (columns: readonly string[], rows: readonly (readonly ViewCell[])[]) => void): Promise<void>;
  close(): void;
}

const cancelled = (): TravessiaError => new TravessiaError('CANCELLED', { message: 'The verification was cancelled.', retry: true });
const died = (how: string, cause?: unknown): TravessiaError => new TravessiaError('INTERNAL', { message: `The verification's thread ${how}`, cause });

export function startVerifyThread(): VerifyThread {
  const thread = startAskedThread<VerifyRequest, Answer>('verify', import.meta.url);
  return {
    table: (task, on, signal) => thread.ask<TableVerification>({ type: 'table', task }, { signal, cancelled, died, on: (reply, resolve) => {
      if (reply.type === 'done') resolve(reply.result);
      else on(reply);
    } }),
    parts: (task, wanted, signal) => thread.ask<readonly RowidPart[]>({ type: 'parts', task, wanted }, { signal, cancelled, died, on: (reply, resolve) => {
      if (reply.type === 'parted') resolve(reply.parts);
    } }),
    sum: (task, part, signal) => thread.ask<BucketSum | null>({ type: 'sum', task, part }, { signal, cancelled, died, on: (reply, resolve) => {
      if (reply.type === 'summed') resolve(reply.sum);
    } }),
    viewRows: (task, signal, piece) => thread.ask<void>({ type: 'view', task }, { signal, cancelled, died, on: (reply, resolve) => {
      if (reply.type !== 'rows') return;
      piece(reply.columns, reply.rows);
      if (reply.last) resolve();
      else thread.send({ type: 'more' });
    } }),
    close: () => thread.close(),
  };
}
