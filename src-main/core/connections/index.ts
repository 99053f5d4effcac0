/**
 * Saved connections: databases with a name, an environment and a colour.
 *
 * location: a path or URL without any password. secret: the password, kept by the host's secret store only. offered: a
 * connection found in the environment that nobody saved yet.
 */
export { createConnections } from './connections.ts';
export type { Connections, ConnectionsPorts, FoundConnection } from './connections.ts';
export { connectionHandlers } from './handlers.ts';
export type { ConnectionTest } from './test-database.ts';
