import { randomUUID } from 'node:crypto';
import { resolve } from 'node:path';
import { TravessiaError } from '../../../shared/contract/errors.ts';
import { connectionInputSchema } from '../../../shared/model/project.ts';
import type { Connection, ConnectionInput, PoolSettings } from '../../../shared/model/project.ts';
import { discoverConnections, formatDatabase, parseDatabase, resolvePostgres } from '../../drivers/postgres/index.ts';
import type { DatabaseRef, DiscoveredConnection, PostgresConfig } from '../../drivers/postgres/index.ts';
import type { SecretStore } from '../../platform/secrets.ts';
import type { Store } from '../../store/index.ts';
import { testDatabase } from './test-database.ts';
import type { ConnectionTest } from './test-database.ts';

export interface ConnectionsPorts {
  readonly store: Store['connections'];
  readonly secrets: SecretStore;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Told when a use changed what is stored of a connection. */
  readonly onUse?: (id: string) => void;
  /** Folder of the embedded servers; the data folder's own where absent. */
  readonly servers?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Where `.env` files are looked for; the working folder where absent. */
  readonly folder?: string;
}

export interface FoundConnection {
  readonly connection: Connection;
  /** For PostgreSQL: complete with its password. null for SQLite and embedded. */
  readonly config: PostgresConfig | null;
}

export interface Connections {
  list(): Promise<Connection[]>;
  /** @throws NOT_FOUND */
  get(id: string): Promise<Connection>;
  /** By name; null where there is none. Counts as a use. */
  find(name: string): Promise<FoundConnection | null>;
  /** @throws INVALID_INPUT, ALREADY_EXISTS, SECRETS_UNAVAILABLE */
  add(input: ConnectionInput): Promise<Connection>;
  /** Leaves the password as it is where `password` is absent; null removes it. */
  edit(id: string, input: ConnectionInput): Promise<Connection>;
  remove(id: string): Promise<void>;
  /** @throws what the driver reports: CANNOT_CONNECT, AUTH_FAILED, FILE_NOT_FOUND, … */
  test(what: { readonly id: string } | ConnectionInput): Promise<ConnectionTest>;
  /** What the environment and `.env` files suggest; without passwords. */
  discover(): Promise<{ name: string; location: string; from: string; pool?: PoolSettings }[]>;
}

/** Reads a location and takes the secrets out of it; a pasted URL often holds a password. */
interface Location {
  readonly ref: DatabaseRef;
  readonly shown: string;
  readonly password: string | null;
  readonly keyPassphrase: string | null;
}

export function createConnections(ports: ConnectionsPorts): Connections {
  const { store, secrets, now } = ports;
  const found = (): DiscoveredConnection[] => discoverConnections(ports.env ?? process.env, ports.folder ?? process.cwd());

  const get = async (id: string): Promise<Connection> => {
    const connection = await store.get(id);
    if (connection === null) throw new TravessiaError('NOT_FOUND', { message: 'There is no such connection.', hint: 'It may have been removed: reload the list.' });
    return connection;
  };

  const configOf = async (connection: Connection): Promise<PostgresConfig | null> => {
    const ref = parseDatabase(connection.location);
    if (ref.kind !== 'postgres') return null;
    const password = connection.hasPassword ? await secrets.get(passwordName(connection.id)) : null;
    const keyPassphrase = ref.sslKey === undefined ? null : await secrets.get(keyName(connection.id));
    return resolvePostgres({ ...ref, ...(password === null ? {} : { password }), ...(keyPassphrase === null ? {} : { sslPassword: keyPassphrase }) });
  };

  const save = async (connection: Connection, location: Location, password: string | null | undefined): Promise<Connection> => {
    const same = (await store.list()).find((each) => each.name === connection.name && each.id !== connection.id);
    if (same !== undefined) throw new TravessiaError('ALREADY_EXISTS', { message: `There is a connection named "${connection.name}" already.`, hint: 'Choose another name.' });
    // Secrets first: a connection that claims a password must have one.
    if (password === null) await secrets.remove(passwordName(connection.id));
    else if (password !== undefined) await secrets.set(passwordName(connection.id), password);
    if (location.keyPassphrase !== null) await secrets.set(keyName(connection.id), location.keyPassphrase);
    const saved = { ...connection, hasPassword: password === undefined ? connection.hasPassword : password !== null };
    await store.put(saved);
    return saved;
  };

  return {
    list: () => store.list(),
    get,
    async find(name) {
      const connection = await store.byName(name);
      if (connection === null) return null;
      const used = { ...connection, lastUsedAt: new Date(now()).toISOString() };
      await store.put(used);
      ports.onUse?.(used.id);
      return { connection: used, config: await configOf(used) };
    },
    async add(input) {
      const checked = check(input);
      const location = readLocation(checked);
      const discovered = found().find((each) => each.location === location.shown);
      const offered = discovered?.ref;
      // A connection that was offered from the environment comes with the password that stands there.
      const given = checked.password ?? location.password ?? (offered?.kind === 'postgres' ? offered.password : undefined) ?? null;
      const password = given === '' ? null : given;
      const connection: Connection = {
        id: randomUUID(), name: checked.name, kind: checked.kind, location: location.shown, environment: checked.environment, colour: checked.colour, readOnly: checked.readOnly,
        ...(checked.folder === undefined ? {} : { folder: checked.folder }), ...(discovered?.pool === undefined ? {} : { pool: discovered.pool }), hasPassword: false, createdAt: new Date(now()).toISOString(), lastUsedAt: null,
      };
      return await save(connection, location, password === null ? undefined : password);
    },
    async edit(id, input) {
      const { folder: _folder, ...before } = await get(id);
      const checked = check(input);
      const location = readLocation(checked);
      const password = checked.password === '' ? null : (checked.password ?? location.password ?? checked.password);
      return await save({
        ...before, name: checked.name, kind: checked.kind, location: location.shown, environment: checked.environment, colour: checked.colour, readOnly: checked.readOnly,
        ...(checked.folder === undefined ? {} : { folder: checked.folder }),
      }, location, checked.kind === 'postgres' ? password : null);
    },
    async remove(id) {
      // The secret first: what remains after a crash is a connection that asks again, not a password without one.
      for (const name of [passwordName(id), keyName(id)]) await secrets.remove(name);
      await store.remove(id);
    },
    async test(what) {
      const context = ports.servers === undefined ? {} : { servers: ports.servers };
      if (!('location' in what)) {
        const connection = await get(what.id);
        return await testDatabase(parseDatabase(connection.location), await configOf(connection), context);
      }
      const checked = check(what);
      const { ref, password, keyPassphrase } = readLocation(checked);
      const config = ref.kind !== 'postgres' ? null : resolvePostgres({ ...ref, ...withText('password', checked.password ?? password), ...withText('sslPassword', keyPassphrase) });
      return await testDatabase(ref, config, context);
    },
    discover: async () => found().map(({ name, location, from, pool }) => ({ name, location, from, ...(pool === undefined ? {} : { pool }) })),
  };
}

function check(input: ConnectionInput): ConnectionInput {
  const parsed = connectionInputSchema.parse(input);
  const name = parsed.name.trim();
  // A name must not look like another way of naming a database, or a command could not tell them apart.
  if (name === '' || /[/\\:.]/.test(name) || name === 'embedded') {
    throw new TravessiaError('INVALID_INPUT', { message: `"${name}" cannot be the name of a connection.`, hint: 'Use a name without "/", "\\", ":" and ".", other than "embedded".' });
  }
  return { ...parsed, name };
}

function readLocation(input: ConnectionInput): Location {
  const parsed = parseDatabase(input.location);
  const ref: DatabaseRef = parsed.kind === 'saved' && input.kind === 'sqlite' ? { kind: 'sqlite', path: parsed.name } : parsed;
  if (ref.kind !== input.kind) {
    throw new TravessiaError('INVALID_INPUT', { message: `The location does not name a database of the kind "${input.kind}".`, hint: 'SQLite: a path. PostgreSQL: postgresql://user@host:port/database. Embedded: embedded or embedded:NAME.' });
  }
  if (ref.kind === 'sqlite') {
    const path = resolve(ref.path);
    return { ref: { kind: 'sqlite', path }, shown: path, password: null, keyPassphrase: null };
  }
  if (ref.kind !== 'postgres') return { ref, shown: formatDatabase(ref), password: null, keyPassphrase: null };
  const { password, sslPassword, ...open } = ref;
  return { ref: open, shown: formatDatabase(open), password: password ?? null, keyPassphrase: sslPassword ?? null };
}

function withText<K extends string>(key: K, value: string | null): { readonly [P in K]?: string } {
  const entry: { [P in K]?: string } = {};
  if (value !== null) entry[key] = value;
  return entry;
}

function passwordName(id: string): string {
  return `connection:${id}`;
}

function keyName(id: string): string {
  return `connection:${id}:key`;
}
