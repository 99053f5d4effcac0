import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import type { PoolSettings } from '../../../shared/model/project.ts';
import type { PostgresRef } from './database-ref.ts';
import { formatDatabase, parseDatabase } from './url.ts';

/** A connection that the surroundings suggest; `ref` may hold a password, `location` never does. */
export interface DiscoveredConnection {
  readonly name: string;
  /** What to show and to store. */
  readonly location: string;
  /** Where it was found: the variables, and the file where it was one. */
  readonly from: string;
  readonly ref: ReturnType<typeof parseDatabase>;
  /** Beside it, under the same prefix: DATABASE_POOL_SIZE, DATABASE_MAX_OVERFLOW … */
  readonly pool?: PoolSettings;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** The prefixes under which programs keep host, port, name, user and password in separate variables. */
const families: ReadonlyArray<{ readonly prefix: string; readonly database: readonly string[]; readonly host: readonly string[] }> = [
  { prefix: 'DATABASE', host: ['DATABASE_HOST'], database: ['DATABASE_NAME', 'DATABASE_DB'] },
  { prefix: 'POSTGRES', host: ['POSTGRES_HOST', 'POSTGRES_SERVER'], database: ['POSTGRES_DB', 'POSTGRES_DATABASE', 'POSTGRES_NAME'] },
  { prefix: 'DB', host: ['DB_HOST'], database: ['DB_NAME', 'DB_DATABASE'] },
];

/**
 * Connections offered from the environment and from `.env` files of a folder: DATABASE_URL and other variables holding a
 * database URL, DATABASE_HOST/PORT/NAME/USER/PASSWORD, POSTGRES_*, PG*. Each once; nothing is opened.
 */
export function discoverConnections(env: Environment, folder: string): DiscoveredConnection[] {
  const places: { from: string; env: Environment }[] = [{ from: '', env }];
  for (const name of ['.env', '.env.local']) {
    const parsed = readEnvFile(join(folder, name));
    if (parsed !== null) places.push({ from: name, env: parsed });
  }
  const found = places.flatMap((place) => discoverIn(place.env, place.from));
  return [...new Map(found.toReversed().map((each) => [each.location, each])).values()].toReversed();
}

function discoverIn(env: Environment, file: string): DiscoveredConnection[] {
  const say = (variables: string): string => (file === '' ? variables : `${variables} (${file})`);
  const urls = Object.entries(env).flatMap(([variable, value]) => {
    if (value === undefined || !/(^|_)(URL|URI|DSN)$/.test(variable) || !/^(postgres|postgresql|sqlite)(\+\w+)?:/i.test(value)) return [];
    const ref = attemptParse(value);
    return ref === null ? [] : [{ name: nameOf(ref, variable), location: formatDatabase(ref), from: say(variable), ref, ...poolOf(env, variable.replace(/_?(URL|URI|DSN)$/, '')) }];
  });
  const parts = families.flatMap(({ prefix, host, database }) => {
    const get = (names: readonly string[]): string | undefined => names.map((name) => env[name]).find((value) => value !== undefined && value !== '');
    const hostName = get(host);
    const databaseName = get(database);
    const user = get([`${prefix}_USER`, `${prefix}_USERNAME`]);
    if (databaseName === undefined || (hostName === undefined && user === undefined)) return [];
    return [{ ...fromParts(hostName ?? 'localhost', get([`${prefix}_PORT`]), databaseName, user, get([`${prefix}_PASSWORD`, `${prefix}_PASS`]), say(`${prefix}_*`)), ...poolOf(env, prefix) }];
  });
  const libpq = env['PGHOST'] !== undefined || env['PGDATABASE'] !== undefined || env['PGSERVICE'] !== undefined
    ? [fromParts(env['PGHOST'] ?? '', env['PGPORT'], env['PGDATABASE'], env['PGUSER'], env['PGPASSWORD'], say('PG*'))]
    : [];
  return [...urls, ...parts, ...libpq];
}

/** What a program asks of its pool, as SQLAlchemy names it; nothing where no variable speaks of it. */
function poolOf(env: Environment, prefix: string): { pool?: PoolSettings } {
  const read = (...names: string[]): number | undefined => {
    const text = names.map((name) => env[prefix === '' ? name : `${prefix}_${name}`]).find((value) => value !== undefined && /^\d{1,9}$/.test(value));
    return text === undefined ? undefined : Number(text);
  };
  const found = { size: read('POOL_SIZE', 'POOL_MIN_SIZE'), maxOverflow: read('MAX_OVERFLOW', 'POOL_MAX_OVERFLOW'), timeoutSeconds: read('POOL_TIMEOUT'), recycleSeconds: read('POOL_RECYCLE') };
  const pool: PoolSettings = Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined));
  return Object.keys(pool).length === 0 ? {} : { pool };
}

function fromParts(host: string, port: string | undefined, database: string | undefined, user: string | undefined, password: string | undefined, from: string): DiscoveredConnection {
  const ref: PostgresRef = {
    kind: 'postgres',
    hosts: host === '' ? [] : [{ host, port: port !== undefined && /^\d{1,5}$/.test(port) ? Number(port) : null }],
    ...(database === undefined ? {} : { database }),
    ...(user === undefined ? {} : { user }),
    ...(password === undefined ? {} : { password }),
  };
  return { name: database ?? host, location: formatDatabase(ref), from, ref };
}

function nameOf(ref: ReturnType<typeof parseDatabase>, variable: string): string {
  if (ref.kind === 'postgres') return ref.database ?? ref.hosts[0]?.host ?? variable;
  return ref.kind === 'sqlite' ? (ref.path.split('/').at(-1) ?? ref.path) : variable;
}

function attemptParse(value: string): ReturnType<typeof parseDatabase> | null {
  try {
    return parseDatabase(value);
  } catch {
    return null;
  }
}

function readEnvFile(path: string): Environment | null {
  try {
    return parseEnv(readFileSync(path, 'utf8'));
  } catch {
    return null;
  }
}
