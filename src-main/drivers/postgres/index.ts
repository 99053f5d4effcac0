/**
 * PostgreSQL: naming, connecting, asking, loading and describing.
 *
 * ref: a database as somebody named it. config: the same with everything filled in, secrets included. session: one
 * connection whose values are all text. pooled: a pooler in between, so no session state.
 */
export { isEnforced } from './enforced.ts';
export { parseDatabase, formatDatabase, redactUrl } from './url.ts';
export type { DatabaseRef, PostgresRef, SslMode } from './database-ref.ts';
export { resolvePostgres, surroundings } from './environment.ts';
export type { PostgresConfig, PostgresEndpoint, Surroundings } from './environment.ts';
export { discoverConnections } from './discover.ts';
export type { DiscoveredConnection } from './discover.ts';
export { connectPostgres } from './connect.ts';
export type { ConnectOptions } from './connect.ts';
export type { PgRow, PgSession, PgValue, QueryOptions, QueryResult, ServerFacts, TransactionOptions } from './session.ts';
export { readingSettings, sessionSettings, stagingSettings } from './session-settings.ts';
export { createPool } from './pool.ts';
export type { PgPool } from './pool.ts';
export { copyInto, copyOut } from './copy.ts';
export type { CopyIn } from './copy.ts';
export { readPostgresCatalog } from './catalog.ts';
export type { PgColumn, PgConstraint, PgGrant, PgIndex, PgPolicy, PgSequence, PgTable, PgTrigger, PgView, PostgresCatalog } from './catalog-types.ts';
export { describeSchemaState, tableHash } from './schema-state.ts';
export type { SchemaState, TableContent } from './schema-state.ts';
export { sourceSettings, viewSums } from './row-sums.ts';
export { snapshotSource } from './source-snapshot.ts';
export type { PgSource } from './source-scope.ts';
export { snapshotServer, sourceFingerprint } from './source-server.ts';
export { sqlState, toTravessiaError } from './errors-map.ts';
export * from './quote.ts';
