import type pg from 'pg';
import { TravessiaError } from '../../../shared/contract/errors.ts';
import { requestCancel } from './cancel.ts';
import type { PostgresConfig, PostgresEndpoint } from './environment.ts';
import { toTravessiaError } from './errors-map.ts';

export interface ServerFacts {
  readonly version: string;
  /** As server_version_num: 180004. */
  readonly versionNumber: number;
  readonly encoding: string;
  readonly superuser: boolean;
  readonly standby: boolean;
  /** default_transaction_read_only as this session sees it. */
  readonly readOnlyDefault: boolean;
  /** A trigger of the database runs when a session begins, after the settings that came with the connection (PostgreSQL 17). */
  readonly loginTriggers: boolean;
  /** As the session began with it. */
  readonly searchPath: string;
  /** `origin` unless the role or the database is set otherwise: under `replica` foreign keys are not asked and triggers do not fire. */
  readonly replicationRole: string;
  /** A pooler stands in between: session state (SET, advisory locks, temporary tables) may not hold from one statement to the next. */
  readonly pooled: boolean;
  readonly tls: boolean;
  readonly user: string;
  readonly database: string;
}

/** A parameter; bigint and number travel as text, Buffer as bytea, an array as a PostgreSQL array. */
export type PgValue = string | number | bigint | boolean | null | Uint8Array | readonly (string | number | bigint | boolean | null)[];
/** A row by column name; every value is the server's text. */
export type PgRow = Readonly<Record<string, string | null>>;

export interface QueryOptions {
  /** Aborting cancels the statement on the server. */
  readonly signal?: AbortSignal;
  /** What is being done, for error messages: `Creating table "app"."users"`. */
  readonly doing?: string;
}

export interface QueryResult {
  readonly rows: readonly PgRow[];
  /** Rows affected or returned. */
  readonly count: number;
}

export interface TransactionOptions {
  readonly readOnly?: boolean;
  readonly isolation?: 'read committed' | 'repeatable read' | 'serializable';
}

/** One connection. Statements of concurrent callers would mix in one transaction: one task, one session. */
export interface PgSession {
  /** pg's own client, for streams (`copyInto`). */
  readonly client: pg.Client;
  readonly server: ServerFacts;
  readonly config: PostgresConfig;
  readonly endpoint: PostgresEndpoint;
  readonly readOnly: boolean;
  /** True once the connection is gone, by `close` or by loss. */
  readonly closed: boolean;
  query(sql: string, values?: readonly PgValue[], options?: QueryOptions): Promise<QueryResult>;
  /** The first row, or null. */
  one(sql: string, values?: readonly PgValue[], options?: QueryOptions): Promise<PgRow | null>;
  /** Rows as arrays: for columns of equal names and for speed. */
  arrays(sql: string, values?: readonly PgValue[], options?: QueryOptions): Promise<(string | null)[][]>;
  /** Several statements in one text (simple protocol, no parameters). Only for SQL that the program or a plan wrote. */
  exec(sql: string, options?: QueryOptions): Promise<void>;
  transaction<T>(work: (session: PgSession) => Promise<T>, options?: TransactionOptions): Promise<T>;
  /**
   * Runs one statement that a person typed, so that it cannot change anything whatever it says: inside a READ ONLY
   * transaction, by the extended protocol (which takes a single statement), then rolled back.
   */
  queryReadOnly(sql: string, options?: QueryOptions): Promise<QueryResult & { readonly columns: readonly string[] }>;
  /** Asks the server to stop what this session is running. */
  cancel(): Promise<void>;
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

interface Parts {
  readonly endpoint: PostgresEndpoint;
  readonly config: PostgresConfig;
  readonly server: ServerFacts;
  readonly readOnly: boolean;
  /** What every transaction must run under; the session has it already unless a pooler stands in between. */
  readonly settings: readonly (readonly [name: string, value: string])[];
}

const beginsTransaction = /^\s*(begin|start\s+transaction)\b/i;
const namesIsolation = /\bisolation\s+level\b/i;

/** As the server writes a list of schemas it stands in SQL; any other value is a text. */
export const settingValue = (name: string, value: string): string => (name === 'search_path' ? value : `'${value.replaceAll("'", "''")}'`);

export function makeSession(client: pg.Client, parts: Parts): PgSession {
  let closed = false;
  let depth = 0;
  client.on('end', () => { closed = true; });
  client.on('error', () => { closed = true; });

  const cancel = async (): Promise<void> => {
    const processId: unknown = Reflect.get(client, 'processID');
    const secretKey: unknown = Reflect.get(client, 'secretKey');
    if (typeof processId !== 'number' || !(typeof secretKey === 'number' || Buffer.isBuffer(secretKey))) return;
    await requestCancel({ host: parts.endpoint.host, port: parts.endpoint.port, processId, secretKey });
  };

  const guarded = async <T>(sql: string, options: QueryOptions | undefined, work: () => Promise<T>): Promise<T> => {
    const signal = options?.signal;
    const doing = options?.doing ?? `Statement "${shortened(sql)}"`;
    if (signal?.aborted === true) throw new TravessiaError('CANCELLED', { message: `${doing}: cancelled before it started.`, cause: signal.reason });
    if (closed) throw new TravessiaError('CONNECTION_LOST', { message: `${doing}: the connection is closed.`, hint: 'Connect again.', retry: true });
    let cancelling: Promise<void> | undefined;
    const abort = (): void => { cancelling = cancel(); };
    signal?.addEventListener('abort', abort, { once: true });
    try {
      return await work();
    } catch (error) {
      throw toTravessiaError(error, doing);
    } finally {
      signal?.removeEventListener('abort', abort);
      // One that came late would stop the session's next statement, which nobody cancelled.
      await cancelling;
    }
  };

  const isIdle = (): boolean => client.getTransactionStatus() === 'I';

  /**
   * Behind a pooler a setting of the session would stay with a backend that others get next, and this session's next statement may
   * run on another: settings then hold for one transaction, and a statement outside of one gets its own.
   */
  const begun = async (begin: string): Promise<void> => {
    if (!parts.server.pooled) return;
    // SET, not set_config: a SELECT would take the snapshot that SET TRANSACTION SNAPSHOT is about to give.
    const settings = parts.settings.map(([name, value]) => `SET LOCAL ${name} TO ${settingValue(name, value)}`);
    // A default of transactions comes too late for the one that is under way.
    const isolation = namesIsolation.test(begin) ? [] : ['SET TRANSACTION ISOLATION LEVEL READ COMMITTED'];
    await client.query([...settings, ...isolation, ...(parts.readOnly ? ['SET TRANSACTION READ ONLY'] : [])].join('; '));
  };
  const protectedly = async <T>(sql: string, work: () => Promise<T>): Promise<T> => {
    if (!parts.server.pooled || closed || !isIdle()) return await work();
    if (!beginsTransaction.test(sql)) return await session.transaction(work);
    const value = await work();
    if (!isIdle()) await guarded(sql, undefined, () => begun(sql));
    return value;
  };

  const run = async (sql: string, values: readonly PgValue[] | undefined): Promise<pg.QueryResult<Record<string, string | null>>> =>
    values === undefined || values.length === 0 ? await client.query(sql) : await client.query(sql, values.map(toParameter));

  const session: PgSession = {
    client,
    server: parts.server,
    config: parts.config,
    endpoint: parts.endpoint,
    readOnly: parts.readOnly,
    get closed() { return closed; },
    query: (sql, values, options) => protectedly(sql, () => guarded(sql, options, async () => {
      const result = await run(sql, values);
      return { rows: result.rows, count: result.rowCount ?? 0 };
    })),
    one: async (sql, values, options) => (await session.query(sql, values, options)).rows[0] ?? null,
    arrays: (sql, values, options) => protectedly(sql, () => guarded(sql, options, async () =>
      (await client.query<(string | null)[]>({ text: sql, values: (values ?? []).map(toParameter), rowMode: 'array' })).rows)),
    exec: (sql, options) => protectedly(sql, () => guarded(sql, options, async () => { await client.query(sql); })),
    transaction: async (work, options) => {
      const mode = `${options?.isolation === undefined ? '' : ` ISOLATION LEVEL ${options.isolation.toUpperCase()}`}${options?.readOnly === true || parts.readOnly ? ' READ ONLY' : ''}`;
      if (depth > 0) throw new TravessiaError('INTERNAL', { message: 'A transaction is already open in this session.' });
      await guarded('BEGIN', undefined, async () => {
        await client.query(`BEGIN${mode}`);
        await begun(mode);
      });
      depth += 1;
      try {
        const value = await work(session);
        await guarded('COMMIT', { doing: 'Committing' }, async () => {
          const { command } = await client.query('COMMIT');
          // A transaction that failed earlier answers COMMIT with ROLLBACK and no error (manual, COMMIT).
          if (command === 'ROLLBACK') throw new TravessiaError('STATEMENT_FAILED', { message: 'The transaction had failed before and was rolled back.' });
        });
        return value;
      } catch (error) {
        if (!closed) await client.query('ROLLBACK').catch(() => undefined);
        throw error;
      } finally {
        depth -= 1;
      }
    },
    queryReadOnly: (sql, options) => guarded(sql, options, async () => {
      await client.query('BEGIN READ ONLY');
      try {
        await begun('');
        const single: pg.QueryConfig & { readonly queryMode: 'extended' } = { text: sql, queryMode: 'extended' };
        const result = await client.query<Record<string, string | null>>(single);
        return { rows: result.rows, count: result.rowCount ?? 0, columns: result.fields.map((field) => field.name) };
      } finally {
        if (!closed) await client.query('ROLLBACK').catch(() => undefined);
      }
    }),
    cancel,
    close: async () => {
      closed = true;
      await client.end().catch(() => undefined);
    },
    [Symbol.asyncDispose]: () => session.close(),
  };
  return session;
}

function toParameter(value: PgValue): unknown {
  if (typeof value === 'bigint') return String(value);
  if (value instanceof Uint8Array) return Buffer.isBuffer(value) ? value : Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  return Array.isArray(value) ? value.map((each: unknown) => (typeof each === 'bigint' ? String(each) : each)) : value;
}

function shortened(sql: string): string {
  const line = sql.trim().replaceAll(/\s+/g, ' ');
  return line.length <= 100 ? line : `${line.slice(0, 97)}…`;
}
