/** What a library answers, masked as the profile asks. */
import type { CallOutput, HandlerInput } from '../../../shared/contract/contract.ts';
import type { CallContext } from '../../../shared/contract/handlers.ts';
import type { CoreDeps } from '../deps.ts';
import { pending } from './pending.ts';

export function viewHandlers(_deps: CoreDeps) {
  return {
    'conversations/list': (_input: HandlerInput<'conversations/list'>, _context: CallContext): Promise<CallOutput<'conversations/list'>> => pending('conversations/list'),
    'conversations/names': (_input: HandlerInput<'conversations/names'>, _context: CallContext): Promise<CallOutput<'conversations/names'>> => pending('conversations/names'),
    'conversations/get': (_input: HandlerInput<'conversations/get'>, _context: CallContext): Promise<CallOutput<'conversations/get'>> => pending('conversations/get'),
    'conversations/messages': (_input: HandlerInput<'conversations/messages'>, _context: CallContext): Promise<CallOutput<'conversations/messages'>> => pending('conversations/messages'),
    'conversations/message': (_input: HandlerInput<'conversations/message'>, _context: CallContext): Promise<CallOutput<'conversations/message'>> => pending('conversations/message'),
    'conversations/timeline': (_input: HandlerInput<'conversations/timeline'>, _context: CallContext): Promise<CallOutput<'conversations/timeline'>> => pending('conversations/timeline'),
    'conversations/raw': (_input: HandlerInput<'conversations/raw'>, _context: CallContext): Promise<CallOutput<'conversations/raw'>> => pending('conversations/raw'),
    'conversations/search': (_input: HandlerInput<'conversations/search'>, _context: CallContext): Promise<CallOutput<'conversations/search'>> => pending('conversations/search'),
    'conversations/count': (_input: HandlerInput<'conversations/count'>, _context: CallContext): Promise<CallOutput<'conversations/count'>> => pending('conversations/count'),
    'conversations/step': (_input: HandlerInput<'conversations/step'>, _context: CallContext): Promise<CallOutput<'conversations/step'>> => pending('conversations/step'),
    'conversations/stats': (_input: HandlerInput<'conversations/stats'>, _context: CallContext): Promise<CallOutput<'conversations/stats'>> => pending('conversations/stats'),
    'conversations/reveal': (_input: HandlerInput<'conversations/reveal'>, _context: CallContext): Promise<CallOutput<'conversations/reveal'>> => pending('conversations/reveal'),
  };
}
