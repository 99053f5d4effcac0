import { randomBytes } from 'node:crypto';
import { inject } from 'vitest';
import { connectPostgres, parseDatabase, quoteIdent, resolvePostgres } from '../drivers/postgres/index.ts';
import type { ConnectOptions, PgSession, PostgresConfig } from '../drivers/postgres/index.ts';

export interface TestDatabase {
  readonly name: string;
  /** With the password. */
  readonly url: string;
  /** The same of the server itself, where `url` is a pooler's (docs/development.md): for an outside judge, who needs a session. */
  readonly direct: string;
  readonly config: PostgresConfig;
  connect(options?: ConnectOptions): Promise<PgSession>;
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** URL of the server of this test run (see global-setup.ts); empty where there is none. */
export function testPostgres(): string {
  return inject('travessiaPostgres');
}

/** For `describe.skipIf(!hasPostgres())`. */
export function hasPostgres(): boolean {
  return testPostgres() !== '';
}

export function configOf(url: string): PostgresConfig {
  const ref = parseDatabase(url);
  if (ref.kind !== 'postgres') throw new Error('not a PostgreSQL URL');
  return resolvePostgres(ref);
}

/** An empty database of its own for one test; `close` drops it, whoever is still connected. */
export async function freshDatabase(): Promise<TestDatabase> {
  const server = testPostgres();
  if (server === '') throw new Error('no PostgreSQL for tests: see test-support/global-setup.ts');
  const name = `test_${process.pid}_${randomBytes(5).toString('hex')}`;
  const admin = async (sql: (versionNumber: number) => string): Promise<void> => {
    await using session = await connectPostgres(configOf(server));
    await session.exec(sql(session.server.versionNumber));
  };
  // Files are copied in half the time that the default of PostgreSQL 15 and later takes (the template, block by block, through the WAL).
  await admin((versionNumber) => `CREATE DATABASE ${quoteIdent(name)}${versionNumber >= 150_000 ? ' STRATEGY FILE_COPY' : ''}`);
  const at = (address: string): string => {
    const target = new URL(address);
    target.pathname = `/${name}`;
    return target.href;
  };
  // What is tested goes through the pooler, if one is named (docs/development.md); the test's own questions need a session.
  const url = at(process.env['TRAVESSIA_TEST_POOLER'] ?? server);
  const config = configOf(url);
  const direct = at(server);
  const close = (): Promise<void> => admin(() => `DROP DATABASE IF EXISTS ${quoteIdent(name)} WITH (FORCE)`);
  return { name, url, direct, config, connect: (options) => connectPostgres(configOf(direct), options), close, [Symbol.asyncDispose]: close };
}
