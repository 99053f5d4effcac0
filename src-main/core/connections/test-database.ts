import { statSync } from 'node:fs';
import { TravessiaError } from '../../../shared/contract/errors.ts';
import type { CallOutput } from '../../../shared/contract/contract.ts';
import { embeddedServer } from '../../drivers/embedded-postgres/index.ts';
import { connectPostgres, formatDatabase } from '../../drivers/postgres/index.ts';
import type { DatabaseRef, PgSession, PostgresConfig } from '../../drivers/postgres/index.ts';
import { openSqlite, readSqliteCatalog } from '../../drivers/sqlite/index.ts';

export type ConnectionTest = CallOutput<'connections/test'>;
type Details = { code: string; value: string }[];

/**
 * Opens a database read-only and says what answers. Codes of `details`: encoding, user, database, superuser, can-create-schema,
 * can-create-database, read-only, standby, pooled, tls, size-bytes; for SQLite also tables, journal-mode. Yes and no are `true` and `false`.
 *
 * @param context - servers: folder of the embedded servers
 */
export async function testDatabase(ref: DatabaseRef, config: PostgresConfig | null, context: { readonly servers?: string } = {}): Promise<ConnectionTest> {
  if (ref.kind === 'sqlite') return testSqlite(ref.path);
  if (ref.kind === 'embedded') {
    await using server = await embeddedServer({ name: ref.name, ...(context.servers === undefined ? {} : { folder: context.servers }) });
    return { ...(await testPostgres(server.config())), kind: 'embedded' };
  }
  if (config === null) throw new TravessiaError('INVALID_INPUT', { message: `${formatDatabase(ref)} cannot be opened as a connection.`, hint: 'SQLite files, PostgreSQL and embedded servers can.' });
  return await testPostgres(config);
}

function testSqlite(path: string): ConnectionTest {
  const started = performance.now();
  using opened = openSqlite(path, { mode: 'read' });
  const catalog = readSqliteCatalog(opened.db);
  const details: Details = [
    { code: 'encoding', value: catalog.encoding },
    { code: 'tables', value: String(catalog.tables.length) },
    { code: 'journal-mode', value: catalog.journalMode },
    { code: 'size-bytes', value: String(statSync(opened.path).size) },
  ];
  return { ok: true, kind: 'sqlite', version: catalog.sqliteVersion, details, latencyMs: elapsed(started) };
}

async function testPostgres(config: PostgresConfig): Promise<ConnectionTest> {
  await using session = await connectPostgres(config, { readOnly: true, statementTimeout: 15_000 });
  const started = performance.now();
  await session.query('SELECT 1');
  const latencyMs = elapsed(started);
  const { server } = session;
  const rights = await session.one(`
    SELECT has_database_privilege(current_database(), 'CREATE') AS can_create_schema,
           (SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user) AS can_create_database`);
  const details: Details = [
    { code: 'encoding', value: server.encoding },
    { code: 'user', value: server.user },
    { code: 'database', value: server.database },
    { code: 'superuser', value: String(server.superuser) },
    { code: 'can-create-schema', value: String(rights?.['can_create_schema'] === 't') },
    { code: 'can-create-database', value: String(rights?.['can_create_database'] === 't') },
    { code: 'read-only', value: String(server.standby || (await isReadOnlyByDefault(session))) },
    { code: 'standby', value: String(server.standby) },
    { code: 'pooled', value: String(server.pooled) },
    { code: 'tls', value: String(server.tls) },
    { code: 'size-bytes', value: await sizeOf(session) },
  ];
  return { ok: true, kind: 'postgres', version: server.version, details, latencyMs };
}

/** The test's own session is read-only by request; this asks what a session would be without it. */
async function isReadOnlyByDefault(session: PgSession): Promise<boolean> {
  const row = await session.one("SELECT reset_val, source FROM pg_settings WHERE name = 'default_transaction_read_only'");
  const stored = await session.one(`
    SELECT bool_or(setting IN ('default_transaction_read_only=on', 'default_transaction_read_only=true')) AS read_only
    FROM pg_db_role_setting AS s, unnest(s.setconfig) AS setting
    WHERE (s.setdatabase = 0 OR s.setdatabase = (SELECT oid FROM pg_database WHERE datname = current_database()))
      AND (s.setrole = 0 OR s.setrole = (SELECT oid FROM pg_roles WHERE rolname = current_user))`);
  return stored?.['read_only'] === 't' || (row?.['source'] !== 'client' && row?.['reset_val'] === 'on');
}

async function sizeOf(session: PgSession): Promise<string> {
  // Needs the right to connect to the database, or pg_read_all_stats; managed servers may refuse.
  const row = await session.one('SELECT pg_database_size(current_database()) AS bytes').catch(() => null);
  return row?.['bytes'] ?? '';
}

function elapsed(started: number): number {
  return Math.round((performance.now() - started) * 10) / 10;
}
