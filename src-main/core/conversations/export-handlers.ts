/** Exports of a view or a search, as jobs. */
import type { CallOutput, HandlerInput } from '../../../shared/contract/contract.ts';
import type { CallContext } from '../../../shared/contract/handlers.ts';
import type { CoreDeps } from '../deps.ts';
import { pending } from './pending.ts';

export function exportHandlers(_deps: CoreDeps) {
  return {
    'conversations/export': (_input: HandlerInput<'conversations/export'>, _context: CallContext): Promise<CallOutput<'conversations/export'>> => pending('conversations/export'),
    'conversations/exported': (_input: HandlerInput<'conversations/exported'>, _context: CallContext): Promise<CallOutput<'conversations/exported'>> => pending('conversations/exported'),
  };
}
