/** What a library answers, masked as the profile asks; who looked at what is audited where all calls are (core/guard/guarded.ts). */
import type { HandlerInput } from '../../../shared/contract/contract.ts';
import type { CallContext } from '../../../shared/contract/handlers.ts';
import type { View } from './view/index.ts';

export function viewHandlers(view: View) {
  return {
    'conversations/list': (input: HandlerInput<'conversations/list'>) => view.list(input),
    'conversations/names': (input: HandlerInput<'conversations/names'>) => view.names(input),
    'conversations/get': (input: HandlerInput<'conversations/get'>) => view.get(input),
    'conversations/messages': (input: HandlerInput<'conversations/messages'>) => view.messages(input),
    'conversations/message': (input: HandlerInput<'conversations/message'>) => view.message(input),
    'conversations/timeline': (input: HandlerInput<'conversations/timeline'>) => view.timeline(input),
    'conversations/raw': (input: HandlerInput<'conversations/raw'>) => view.raw(input),
    'conversations/search': (input: HandlerInput<'conversations/search'>) => view.search(input),
    'conversations/count': (input: HandlerInput<'conversations/count'>) => view.count(input),
    'conversations/step': (input: HandlerInput<'conversations/step'>) => view.step(input),
    'conversations/stats': (input: HandlerInput<'conversations/stats'>) => view.stats(input),
    'conversations/pages': async () => view.statistics(),
    'conversations/reveal': (input: HandlerInput<'conversations/reveal'>, context: CallContext) => view.reveal(input, context.line),
  };
}
