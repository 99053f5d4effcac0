/** What a DBA may do to conversations: delete, rename, rewrite, purge, undo. */
import type { CallOutput, HandlerInput } from '../../../shared/contract/contract.ts';
import type { CallContext } from '../../../shared/contract/handlers.ts';
import type { CoreDeps } from '../deps.ts';
import { pending } from './pending.ts';

export function changeHandlers(_deps: CoreDeps) {
  return {
    'conversations/change-plan': (_input: HandlerInput<'conversations/change-plan'>, _context: CallContext): Promise<CallOutput<'conversations/change-plan'>> => pending('conversations/change-plan'),
    'conversations/change': (_input: HandlerInput<'conversations/change'>, _context: CallContext): Promise<CallOutput<'conversations/change'>> => pending('conversations/change'),
    'conversations/kept': (_input: HandlerInput<'conversations/kept'>, _context: CallContext): Promise<CallOutput<'conversations/kept'>> => pending('conversations/kept'),
  };
}
