import { existsSync, readFileSync } from 'node:fs';
import { homedir, userInfo } from 'node:os';
import { join } from 'node:path';
import { TravessiaError } from '../../../shared/contract/errors.ts';
import type { PostgresHost, PostgresRef, SslMode, TargetAttributes } from './database-ref.ts';
import { withParameters } from './libpq-parameters.ts';
import { passwordFromFile } from './pgpass.ts';

export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  /** Name of the operating system's user, libpq's default for `user`. */
  readonly systemUser: string;
}

/** One server to try, complete. */
export interface PostgresEndpoint {
  readonly host: string;
  readonly port: number;
  readonly password: string | null;
}

/** Everything a connection needs; made by `resolvePostgres`. Holds secrets: never logged, never stored. */
export interface PostgresConfig {
  readonly endpoints: readonly PostgresEndpoint[];
  readonly database: string;
  readonly user: string;
  readonly sslMode: SslMode;
  readonly sslRootCert: string | null;
  readonly sslCert: string | null;
  readonly sslKey: string | null;
  readonly sslPassword: string | null;
  /** Milliseconds, 0 for no limit. */
  readonly connectTimeout: number;
  readonly applicationName: string | null;
  readonly options: string | null;
  readonly targetAttributes: TargetAttributes;
  /** One session serves all connections (PGlite): while one is in a transaction the others wait, so no work may need two at once. */
  readonly single?: true;
}

export function surroundings(): Surroundings {
  let systemUser = '';
  try {
    systemUser = userInfo().username;
  } catch {
    // A container may run under an id without a name; then `user` has to be given.
  }
  return { env: process.env, home: homedir(), systemUser };
}

/** PG* variables by the parameter they stand for (PostgreSQL manual 34.15). */
const variables: ReadonlyArray<readonly [string, string]> = [
  ['PGHOST', 'host'], ['PGHOSTADDR', 'hostaddr'], ['PGPORT', 'port'], ['PGDATABASE', 'dbname'], ['PGUSER', 'user'], ['PGPASSWORD', 'password'],
  ['PGPASSFILE', 'passfile'], ['PGSSLMODE', 'sslmode'], ['PGSSLROOTCERT', 'sslrootcert'], ['PGSSLCERT', 'sslcert'], ['PGSSLKEY', 'sslkey'],
  ['PGCONNECT_TIMEOUT', 'connect_timeout'], ['PGAPPNAME', 'application_name'], ['PGOPTIONS', 'options'], ['PGTARGETSESSIONATTRS', 'target_session_attrs'],
];

/**
 * Fills in what a reference leaves open, as libpq does: service file, PG* variables, defaults, and the password from
 * `~/.pgpass` for each host.
 *
 * @throws TravessiaError INVALID_INPUT for a wrong value in a variable, NOT_FOUND for an unknown service
 */
export function resolvePostgres(ref: PostgresRef, around: Surroundings = surroundings()): PostgresConfig {
  const empty: PostgresRef = { kind: 'postgres', hosts: [] };
  const fromEnv = withParameters(empty, variables.flatMap(([variable, name]) => {
    const value = around.env[variable];
    return value === undefined || value === '' ? [] : [[name, value] as const];
  }));
  const service = ref.service ?? around.env['PGSERVICE'];
  const named = service === undefined || service === '' ? empty : readService(service, around);
  const hosts = withDefaultPorts(firstHosts([ref.hosts, named.hosts, fromEnv.hosts]), fromEnv.hosts[0]?.port ?? null);
  const merged = { ...fromEnv, ...named, ...ref };
  const user = merged.user ?? around.systemUser;
  const database = merged.database ?? user;
  const file = merged.passFile ?? join(around.home, '.pgpass');
  return {
    endpoints: hosts.map(({ host, port }) => ({ host, port, password: merged.password ?? passwordFromFile(file, { host, port, database, user }) })),
    database,
    user,
    sslMode: merged.sslMode ?? 'prefer',
    sslRootCert: merged.sslRootCert ?? existing(join(around.home, '.postgresql', 'root.crt')),
    sslCert: merged.sslCert ?? existing(join(around.home, '.postgresql', 'postgresql.crt')),
    sslKey: merged.sslKey ?? existing(join(around.home, '.postgresql', 'postgresql.key')),
    sslPassword: merged.sslPassword ?? null,
    connectTimeout: (merged.connectTimeout ?? 15) * 1000,
    applicationName: merged.applicationName ?? null,
    options: merged.options ?? null,
    targetAttributes: merged.targetAttributes ?? 'any',
  };
}

function firstHosts(lists: ReadonlyArray<readonly PostgresHost[]>): readonly PostgresHost[] {
  // A list with a port only (from PGPORT or ?port=) names no host yet.
  return lists.find((list) => list.some((each) => each.host !== '')) ?? lists.find((list) => list.length > 0) ?? [];
}

function withDefaultPorts(hosts: readonly PostgresHost[], port: number | null): { host: string; port: number }[] {
  const list = hosts.length > 0 ? hosts : [{ host: '', port: null }];
  return list.map((each) => {
    const number = each.port ?? port ?? 5432;
    return { host: each.host === '' ? defaultHost(number) : each.host, port: number };
  });
}

/** libpq prefers the local socket; its folder differs by distribution, and where there is none localhost is meant. */
function defaultHost(port: number): string {
  return ['/var/run/postgresql', '/tmp'].find((folder) => existsSync(join(folder, `.s.PGSQL.${port}`))) ?? 'localhost';
}

function existing(path: string): string | null {
  return existsSync(path) ? path : null;
}

/** A section of pg_service.conf (manual 34.17). */
function readService(name: string, around: Surroundings): PostgresRef {
  const files = [around.env['PGSERVICEFILE'] ?? join(around.home, '.pg_service.conf'), ...(around.env['PGSYSCONFDIR'] === undefined ? [] : [join(around.env['PGSYSCONFDIR'], 'pg_service.conf')])];
  for (const file of files.filter((each) => existsSync(each))) {
    let inside = false;
    const pairs: [string, string][] = [];
    let found = false;
    for (const line of readFileSync(file, 'utf8').split(/\r?\n/).map((each) => each.trim())) {
      if (line === '' || line.startsWith('#')) continue;
      const section = /^\[(.*)\]$/.exec(line)?.[1];
      if (section !== undefined) {
        inside = section === name;
        found ||= inside;
      } else if (inside && line.includes('=')) {
        pairs.push([line.slice(0, line.indexOf('=')).trim(), line.slice(line.indexOf('=') + 1).trim()]);
      }
    }
    if (found) return withParameters({ kind: 'postgres', hosts: [] }, pairs);
  }
  throw new TravessiaError('NOT_FOUND', { message: `The service "${name}" stands in no pg_service.conf.`, hint: `Looked in ${files.join(', ')}.` });
}
