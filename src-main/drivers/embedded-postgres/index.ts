/**
 * PostgreSQL that ships with the program: started on demand, stopped with its last user.
 *
 * server: a named cluster under the data folder that stays. scratch server: one in a temporary folder, thrown away.
 * keep: stays up after the last user (`travessia server start`).
 */
export { embeddedNames, embeddedServer, embeddedStatus, stopEmbedded } from './server.ts';
export type { EmbeddedOptions, EmbeddedServer, EmbeddedStatus } from './server.ts';
export { scratchServer, sweepScratchServers } from './scratch.ts';
export type { ScratchOptions } from './scratch.ts';
export { startTime } from './users.ts';
export { hasEmbeddedPostgres, shippedMajor } from './binaries.ts';
