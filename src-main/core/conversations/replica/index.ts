/**
 * replica: chosen conversations on this machine, masked, sealed, readable with no network.
 *
 * scope: what was chosen, by keys or by a query. fingerprint: what tells that a conversation changed. held: open in a thread of its own.
 * revoked: its key is destroyed, so whatever copy of the file there is says nothing any more.
 */
export { createReplicas, type Replicas } from './replicas.ts';
export { scheduleRefreshes } from './schedule.ts';
export type { Scope } from './scope.ts';
export { sweepPartials } from './sealed-file.ts';
export { replicaMapping } from './tables.ts';
