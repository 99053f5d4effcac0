import type { MessagePort } from 'node:worker_threads';
import { toErrorReply, TravessiaError } from '../../../../../shared/contract/errors.ts';
import { sqliteCode, sqliteError } from '../../../../drivers/sqlite/index.ts';
import type { Scan } from '../../ports.ts';
import { openAnswers } from './answers.ts';
import { cancelSlots, type CopyInput, type CopyReply, type CopyRequest } from './messages.ts';

/** The source is let go of after so many milliseconds without a question to it. */
const patience = 60_000;

/** Opens the source when it is first asked for, and again when it was not needed for a while. */
export function lazily(open: () => Promise<Scan>): { readonly scan: () => Promise<Scan>; close(): Promise<void> } {
  let opened: Promise<Scan> | null = null;
  let timer: NodeJS.Timeout | undefined;
  const close = async (): Promise<void> => {
    clearTimeout(timer);
    const last = opened;
    opened = null;
    await (await last?.catch(() => undefined))?.close();
  };
  return {
    close,
    scan() {
      clearTimeout(timer);
      timer = setTimeout(() => void close().catch(() => undefined), patience).unref();
      if (opened === null) {
        const mine = open();
        opened = mine;
        mine.catch(() => {
          if (opened === mine) opened = null;
        });
      }
      return opened;
    },
  };
}

/** The thread's side: answers requests one after the other until it is told to close. */
export function serveCopy(port: MessagePort, input: CopyInput, open: () => Promise<Scan>): void {
  const source = lazily(open);
  const answers = openAnswers(input, source.scan);
  const cancelled = new Int32Array(input.cancelled);

  async function answer({ id, name, args, revealed }: CopyRequest): Promise<CopyReply> {
    try {
      const limits = { isCancelled: () => Atomics.load(cancelled, id % cancelSlots) === id };
      const method: (...args: never[]) => unknown = answers.for({ revealed, limits })[name];
      return { id, value: await Reflect.apply(method, undefined, [...args]) };
    } catch (error) {
      return { id, error: toErrorReply(error instanceof TravessiaError || sqliteCode(error) === null ? error : sqliteError(error, input.folder)) };
    }
  }

  port.on('message', (message: CopyRequest | 'close') => {
    if (message === 'close') {
      answers.close();
      source.close().catch(() => undefined).finally(() => port.close());
      return;
    }
    void answer(message).then((reply) => port.postMessage(reply));
  });
}
