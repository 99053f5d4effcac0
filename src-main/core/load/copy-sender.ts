import { copyInto, type PgSession } from '../../drivers/postgres/index.ts';
import type { CopyBuffer } from './copy-buffer.ts';

/** Buffers on their way at once: while the server takes them, the next rows are read and encoded. */
const maxPending = 8;
/** The same in bytes, for large values. */
const maxPendingBytes = 2 * 1024 * 1024;

/** Sends what a CopyBuffer has filled to one COPY, and gives each buffer back when it has left. */
export interface CopySender {
  /** Bytes handed over so far. */
  readonly bytes: number;
  /** Sends the full buffers; waits only while too many are on their way. */
  flush(): Promise<void>;
  /** Sends the rest and ends the COPY; returns the rows the server counted. */
  end(): Promise<number>;
  abort(): Promise<void>;
}

export function startCopy(session: PgSession, sql: string, buffer: CopyBuffer, doing: string): CopySender {
  const copy = copyInto(session, sql, doing);
  const pending: Promise<void>[] = [];
  let bytes = 0;
  let waiting = 0;
  const send = async (all: boolean): Promise<void> => {
    for (const full of buffer.take(all)) {
      bytes += full.bytes.length;
      const { length } = full.bytes;
      waiting += length;
      const write = copy.write(full.bytes).then(() => {
        waiting -= length;
        full.release();
      });
      // Awaited below or by `end`; until then nobody listens.
      write.catch(() => undefined);
      pending.push(write);
      while (pending.length >= maxPending || (waiting > maxPendingBytes && pending.length > 0)) await pending.shift();
    }
  };
  buffer.header();
  return {
    get bytes() {
      return bytes;
    },
    flush: () => send(false),
    async end() {
      buffer.trailer();
      await send(true);
      for (const write of pending.splice(0)) await write;
      return await copy.end();
    },
    async abort() {
      await copy.abort();
      buffer.take(true);
    },
  };
}
