/** Offline replicas of chosen conversations. */
import type { CallOutput, HandlerInput } from '../../../shared/contract/contract.ts';
import type { CallContext } from '../../../shared/contract/handlers.ts';
import type { CoreDeps } from '../deps.ts';
import { pending } from './pending.ts';

export function replicaHandlers(_deps: CoreDeps) {
  return {
    'replicas/list': (_input: HandlerInput<'replicas/list'>, _context: CallContext): Promise<CallOutput<'replicas/list'>> => pending('replicas/list'),
    'replicas/create': (_input: HandlerInput<'replicas/create'>, _context: CallContext): Promise<CallOutput<'replicas/create'>> => pending('replicas/create'),
    'replicas/refresh': (_input: HandlerInput<'replicas/refresh'>, _context: CallContext): Promise<CallOutput<'replicas/refresh'>> => pending('replicas/refresh'),
    'replicas/revoke': (_input: HandlerInput<'replicas/revoke'>, _context: CallContext): Promise<CallOutput<'replicas/revoke'>> => pending('replicas/revoke'),
  };
}
