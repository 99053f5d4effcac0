import { TravessiaError } from '../../../../shared/contract/errors.ts';
import { createPool, type PostgresConfig } from '../../../drivers/postgres/index.ts';
import type { QueryPort } from '../ports.ts';

export interface QueryPortOptions {
  /** Sessions at most; 3 where absent: a page, a count and a search at once. */
  readonly sessions?: number;
  /** Milliseconds a statement may take on the server; 30 s where absent. */
  readonly statementTimeout?: number;
}

/**
 * What searching needs of the planner: it never guesses a plan for parameters it does not see, never compiles a query of milliseconds,
 * and never reads a whole table where an index holds the words.
 */
const plannerSettings: readonly (readonly [string, string])[] = [['jit', 'off'], ['plan_cache_mode', 'force_custom_plan'], ['work_mem', '32MB'], ['random_page_cost', '1.1'], ['enable_seqscan', 'off']];

/**
 * A small pool of sessions that can only read: default_transaction_read_only and statement_timeout come with the connection, or with each
 * transaction behind a pooler (drivers/postgres/session.ts). An aborted statement is cancelled on the server. A session that was lost is
 * replaced by a new one, at once for a statement that met a dead connection.
 *
 * @throws TravessiaError from `rows`: CONNECTION_LOST while the server does not answer, CANCELLED, what the driver reports
 */
export function createQueryPort(config: PostgresConfig, options: QueryPortOptions = {}): QueryPort {
  const sessions = options.sessions ?? 3;
  const pool = createPool(config, {
    readOnly: true, max: sessions, statementTimeout: options.statementTimeout ?? 30_000, applicationName: 'travessia conversations', settings: plannerSettings,
  });
  let answered = false;
  const once: QueryPort['rows'] = (sql, values, { signal, timeoutMs } = {}) => pool.use(async (session) => {
    const limits = [signal, timeoutMs === undefined ? undefined : AbortSignal.timeout(timeoutMs)].filter((each) => each !== undefined);
    const { rows } = await session.query(sql, values, { doing: 'Reading conversations', ...(limits.length === 0 ? {} : { signal: AbortSignal.any(limits) }) });
    answered = true;
    return rows;
  });
  return {
    async rows(sql, values, rowOptions) {
      // Every idle session may have died while nobody used it; reading again changes nothing.
      for (let left = sessions; ; left -= 1) {
        try {
          return await once(sql, values, rowOptions);
        } catch (error) {
          if (!(error instanceof TravessiaError) || rowOptions?.signal?.aborted === true) throw error;
          if (error.code === 'CONNECTION_LOST' && left > 0) continue;
          if (error.code !== 'CANNOT_CONNECT' || !answered) throw error;
          throw new TravessiaError('CONNECTION_LOST', { message: error.message, hint: 'The server does not answer at the moment. Try again when it is back; nothing needs to be opened anew.', cause: error, retry: true });
        }
      }
    },
    close: () => pool.close(),
  };
}
