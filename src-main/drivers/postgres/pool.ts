import { TravessiaError } from '../../../shared/contract/errors.ts';
import { connectPostgres } from './connect.ts';
import type { ConnectOptions } from './connect.ts';
import type { PostgresConfig } from './environment.ts';
import type { PgSession } from './session.ts';

export interface PgPool {
  /** Lends a session for the time of `work`. A session that was lost meanwhile is not lent again. */
  use<T>(work: (session: PgSession) => Promise<T>): Promise<T>;
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** A small pool: at most `max` sessions, opened when needed, each with the same settings (a reconnected one is read-only too). */
export function createPool(config: PostgresConfig, options: ConnectOptions & { readonly max?: number } = {}): PgPool {
  const max = options.max ?? 4;
  const idle: PgSession[] = [];
  const waiting: (() => void)[] = [];
  const all = new Set<PgSession>();
  let open = 0;
  let closed = false;

  const acquire = async (): Promise<PgSession> => {
    for (;;) {
      if (closed) throw new TravessiaError('CONNECTION_LOST', { message: 'The connection pool is closed.' });
      const session = idle.pop();
      if (session !== undefined && !session.closed) return session;
      if (session !== undefined) {
        all.delete(session);
        open -= 1;
        continue;
      }
      if (open < max) break;
      await new Promise<void>((go) => waiting.push(go));
    }
    open += 1;
    try {
      const session = await connectPostgres(config, options);
      all.add(session);
      return session;
    } catch (error) {
      open -= 1;
      waiting.shift()?.();
      throw error;
    }
  };

  const pool: PgPool = {
    async use(work) {
      const session = await acquire();
      try {
        return await work(session);
      } finally {
        idle.push(session);
        waiting.shift()?.();
      }
    },
    async close() {
      closed = true;
      for (const go of waiting.splice(0)) go();
      await Promise.all([...all].map((session) => session.close()));
    },
    [Symbol.asyncDispose]: () => pool.close(),
  };
  return pool;
}
