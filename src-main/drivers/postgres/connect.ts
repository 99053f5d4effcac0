import pg from 'pg';
import { TravessiaError } from '../../../shared/contract/errors.ts';
import { fixedSettings } from './session-settings.ts';
import type { PostgresConfig, PostgresEndpoint } from './environment.ts';
import { sqlState, toTravessiaError } from './errors-map.ts';
import { makeSession, settingValue } from './session.ts';
import type { PgSession, ServerFacts } from './session.ts';
import { socketOf } from './socket.ts';
import { mayTryOther, tlsAttempts } from './tls.ts';
import type { TlsAttempt } from './tls.ts';

export interface ConnectOptions {
  /** The session itself is read-only, not only the caller (design: README, "What must always hold", 7). */
  readonly readOnly?: boolean;
  /** Milliseconds; 0 for no limit, the default. */
  readonly statementTimeout?: number;
  readonly lockTimeout?: number;
  readonly applicationName?: string;
  /** Further settings of the session, by name; behind a pooler of each transaction. */
  readonly settings?: ReadonlyArray<readonly [name: string, value: string]>;
  readonly signal?: AbortSignal;
}

/** The oldest server whose catalog the program reads (generated columns: 12). */
const oldest = 120_000;

/**
 * Opens one session. Every value comes back as text, exactly as the server writes it. Tries the hosts in order, TLS as
 * `sslmode` says, and `target_session_attrs`.
 *
 * @throws TravessiaError CANNOT_CONNECT, AUTH_FAILED, PASSWORD_MISSING, DATABASE_MISSING, TLS_FAILED, SERVER_TOO_OLD, READ_ONLY, CANCELLED
 */
export async function connectPostgres(config: PostgresConfig, options: ConnectOptions = {}): Promise<PgSession> {
  let failure: TravessiaError | null = null;
  for (const endpoint of config.endpoints) {
    try {
      const session = await connectEndpoint(config, endpoint, options);
      if (fits(config, session.server)) return session;
      await session.close();
      failure ??= new TravessiaError('CANNOT_CONNECT', { message: `${where(endpoint)} is not ${config.targetAttributes}, as target_session_attrs asks.`, hint: 'Name the other servers too, or change target_session_attrs.' });
    } catch (error) {
      const converted = toTravessiaError(error, `Connecting to ${where(endpoint)}`);
      // libpq goes on to the next host only when this one could not be reached.
      if (converted.code !== 'CANNOT_CONNECT') throw converted;
      failure ??= converted;
    }
  }
  throw failure ?? new TravessiaError('CANNOT_CONNECT', { message: 'No server was named.' });
}

async function connectEndpoint(config: PostgresConfig, endpoint: PostgresEndpoint, options: ConnectOptions): Promise<PgSession> {
  const attempts = tlsAttempts(config, endpoint.host);
  for (const [at, tls] of attempts.entries()) {
    try {
      return await connectOnce(config, endpoint, options, tls, 'startup');
    } catch (error) {
      // A pooler that does not know `options` (PgBouncer: 08P01): the session gives the settings to each transaction instead.
      if (sqlState(error) === '08P01' && error instanceof Error && /startup parameter/i.test(error.message)) return await connectOnce(config, endpoint, options, tls, 'transactions');
      if (at + 1 === attempts.length || !mayTryOther(error)) throw error;
    }
  }
  throw new TravessiaError('INTERNAL', { message: 'No way to connect was left.' });
}

async function connectOnce(config: PostgresConfig, endpoint: PostgresEndpoint, options: ConnectOptions, tls: TlsAttempt, how: 'startup' | 'transactions'): Promise<PgSession> {
  throwIfAborted(options.signal);
  const settings = settingsFor(options);
  const startup = [config.options, ...(how === 'startup' ? settings.map(([name, value]) => `-c ${name}=${value.replaceAll('\\', '\\\\').replaceAll(' ', '\\ ')}`) : [])].filter((part) => part !== null && part !== '').join(' ');
  const client = new pg.Client({
    host: endpoint.host,
    port: endpoint.port,
    database: config.database,
    user: config.user,
    password: () => passwordOf(config, endpoint),
    ssl: tls,
    application_name: options.applicationName ?? config.applicationName ?? 'travessia',
    ...(startup === '' ? {} : { options: startup }),
    connectionTimeoutMillis: config.connectTimeout,
    keepAlive: true,
    keepAliveInitialDelayMillis: 30_000,
    types: { getTypeParser: () => (value: string | Buffer) => value },
  });
  // Without a listener the loss of an idle connection would end the process.
  client.on('error', () => undefined);
  const abort = (): void => { socketOf(client)?.destroy(); };
  options.signal?.addEventListener('abort', abort, { once: true });
  try {
    await client.connect();
    const server = await readFacts(client, tls !== false);
    if (server.loginTriggers && !server.pooled) await settleAgain(client, settings);
    const path = ownNamesFirst(server.searchPath);
    const isGiven = settings.some(([name]) => name === 'search_path');
    if (path !== null && how === 'startup' && !isGiven) {
      await client.end();
      return await connectOnce(config, endpoint, { ...options, settings: [...(options.settings ?? []), ['search_path', path]] }, tls, how);
    }
    if (path !== null && !isGiven) settings.push(['search_path', path]);
    const { versionNumber } = server;
    if (options.statementTimeout === undefined && !server.pooled) await liftTimeouts(client);
    if (server.replicationRole !== 'origin' && options.readOnly !== true) {
      if (server.pooled) settings.push(['session_replication_role', 'origin']);
      else await returnToOrigin(client, server);
    }
    if (versionNumber < oldest) throw new TravessiaError('SERVER_TOO_OLD', { message: `${where(endpoint)} runs PostgreSQL ${server.version}; version 12 or newer is needed.`, hint: 'Upgrade the server, or use another one.' });
    if (options.readOnly === true && !server.pooled && !server.readOnlyDefault) throw new TravessiaError('INTERNAL', { message: `${where(endpoint)} did not accept a read-only session.` });
    return makeSession(client, { endpoint, config, server, readOnly: options.readOnly === true, settings });
  } catch (error) {
    await client.end().catch(() => undefined);
    throwIfAborted(options.signal);
    throw error;
  } finally {
    options.signal?.removeEventListener('abort', abort);
  }
}

/**
 * The search path with the server's own names before all others; null where they are. A path may put `pg_catalog` behind other schemas, whose
 * types and functions then take the place of the server's: a `date` of another kind, a `lower` that does something else. Unnamed it comes
 * first (manual 5.10.5).
 */
function ownNamesFirst(path: string): string | null {
  const names = path.split(',').map((name) => name.trim());
  return names.indexOf('pg_catalog') > 0 ? names.filter((name) => name !== 'pg_catalog').join(', ') : null;
}

/** What a login trigger set is set back. */
async function settleAgain(client: pg.Client, settings: readonly (readonly [string, string])[]): Promise<void> {
  for (const [name, value] of settings) await client.query(`SET ${name} TO ${settingValue(name, value)}`);
}

/** @throws TravessiaError PERMISSION_DENIED where the session begins as a replica's and may not change that: foreign keys would not be asked for a row it writes */
async function returnToOrigin(client: pg.Client, { replicationRole, user }: ServerFacts): Promise<void> {
  try {
    await client.query('SET session_replication_role = origin');
  } catch (error) {
    if (sqlState(error) !== '42501') throw error;
    throw new TravessiaError('PERMISSION_DENIED', {
      message: `Sessions of the role ${user} begin with session_replication_role = ${replicationRole}, under which the target asks no foreign key, and the role may not change that.`,
      hint: 'Let a superuser run: ALTER ROLE the role RESET session_replication_role; likewise ALTER DATABASE, where that sets it.', cause: error,
    });
  }
}

function settingsFor(options: ConnectOptions): [string, string][] {
  return [
    ...fixedSettings.map(([name, value]): [string, string] => [name, value]),
    ['statement_timeout', String(options.statementTimeout ?? 0)],
    // A run's transactions wait for files and for people's machines; who reads under a limit keeps the one of the role.
    ...(options.statementTimeout === undefined ? [['idle_in_transaction_session_timeout', '0'] satisfies [string, string]] : []),
    ...(options.lockTimeout === undefined ? [] : [['lock_timeout', String(options.lockTimeout)] satisfies [string, string]]),
    ...(options.settings ?? []).map(([name, value]): [string, string] => [name, value]),
    ...(options.readOnly === true ? [['default_transaction_read_only', 'on'] satisfies [string, string]] : []),
  ];
}

function passwordOf(config: PostgresConfig, endpoint: PostgresEndpoint): string {
  if (endpoint.password !== null) return endpoint.password;
  throw new TravessiaError('PASSWORD_MISSING', {
    message: `${where(endpoint)} asks for a password for user ${config.user}, and none is known.`,
    hint: 'Store one with the connection, set PGPASSWORD, or use ~/.pgpass.',
  });
}

/** Limits of the server, the role or the database that would end a run's session while others of its sessions work, or in a long transaction. */
const laterTimeouts: readonly string[] = ['idle_session_timeout', 'transaction_timeout'];

/** Versions that do not know a setting would refuse the connection that names it (PostgreSQL 14 and 17 brought these): so they are looked for. */
async function liftTimeouts(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ name: string }>(`SELECT name FROM pg_catalog.pg_settings WHERE name IN (${laterTimeouts.map((name) => `'${name}'`).join(', ')}) AND setting <> '0'`);
  for (const { name } of rows) await client.query(`SET ${name} = 0`);
}

/** One row, read in one statement, because behind a pooler each statement may run on another backend. */
async function readFacts(client: pg.Client, tls: boolean): Promise<ServerFacts> {
  const { rows } = await client.query<Record<string, string>>(`
    SELECT pg_backend_pid() AS pid, current_setting('server_version') AS version, current_setting('server_version_num') AS version_number,
           current_setting('default_transaction_read_only') AS read_only, EXISTS (SELECT FROM pg_catalog.pg_event_trigger WHERE evtevent = 'login' AND evtenabled <> 'D') AS at_login, current_setting('search_path') AS search_path, current_setting('session_replication_role') AS replication_role, current_setting('server_encoding') AS encoding,
           pg_is_in_recovery() AS standby, current_setting('is_superuser') AS superuser, current_user AS "user", current_database() AS database`);
  const row = rows[0] ?? {};
  const ownId: unknown = Reflect.get(client, 'processID');
  return {
    version: (row['version'] ?? '').split(' ')[0] ?? '',
    versionNumber: Number(row['version_number']),
    encoding: row['encoding'] ?? '',
    superuser: row['superuser'] === 'on',
    standby: row['standby'] === 't',
    readOnlyDefault: row['read_only'] === 'on',
    loginTriggers: row['at_login'] === 't',
    searchPath: row['search_path'] ?? '',
    replicationRole: row['replication_role'] ?? 'origin',
    // A pooler answers with a process id of its own.
    pooled: Number(row['pid']) !== ownId,
    tls,
    user: row['user'] ?? '',
    database: row['database'] ?? '',
  };
}

function fits(config: PostgresConfig, server: ServerFacts): boolean {
  switch (config.targetAttributes) {
    case 'read-write': return !server.standby && !server.readOnlyDefault;
    case 'read-only': return server.standby || server.readOnlyDefault;
    case 'primary': return !server.standby;
    case 'standby': return server.standby;
    default: return true;
  }
}

function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw new TravessiaError('CANCELLED', { message: 'Connecting was cancelled.', cause: signal.reason });
}

function where(endpoint: PostgresEndpoint): string {
  return endpoint.host.startsWith('/') ? `${endpoint.host} (port ${endpoint.port})` : `${endpoint.host}:${endpoint.port}`;
}
