/** What a library answers, masked as the profile asks; who looked at what goes to the audit. */
import type { CallName, CallOutput, HandlerInput } from '../../../shared/contract/contract.ts';
import { toErrorReply } from '../../../shared/contract/errors.ts';
import type { CallContext } from '../../../shared/contract/handlers.ts';
import type { ReadRecord } from './read-audit.ts';
import type { View } from './view/index.ts';

type Handler<N extends CallName> = (input: HandlerInput<N>, context: CallContext) => Promise<CallOutput<N>>;

/** A thread opened, not paged through. */
const opens = (from: HandlerInput<'conversations/messages'>['from']): boolean => typeof from === 'string' || 'around' in from || 'at' in from;

export function viewHandlers(view: View, record: ReadRecord) {
  /** Tells the audit of a call once it has ended, well or not. */
  function told<N extends CallName>(name: N, answer: (input: HandlerInput<N>) => Promise<CallOutput<N>>, detail: (input: HandlerInput<N>) => Readonly<Record<string, unknown>> | null): Handler<N> {
    return async (input, context) => {
      const said = detail(input);
      try {
        const value = await answer(input);
        if (said !== null) record(context.who, name, said, 'ok');
        return value;
      } catch (error) {
        if (said !== null) record(context.who, name, said, toErrorReply(error).code);
        throw error;
      }
    };
  }
  return {
    'conversations/list': told('conversations/list', view.list, ({ library, query, after }) => (query.trim() === '' || after !== undefined ? null : { library, query })),
    'conversations/names': told('conversations/names', view.names, ({ library, text }) => (text.trim() === '' ? null : { library, text })),
    'conversations/get': (input: HandlerInput<'conversations/get'>) => view.get(input),
    'conversations/messages': told('conversations/messages', view.messages, ({ library, conversation, from }) => (opens(from) ? { library, conversation } : null)),
    'conversations/message': told('conversations/message', view.message, ({ library, key }) => ({ library, key })),
    'conversations/timeline': (input: HandlerInput<'conversations/timeline'>) => view.timeline(input),
    'conversations/raw': told('conversations/raw', view.raw, ({ library, key, kind }) => ({ library, kind, key })),
    'conversations/search': told('conversations/search', view.search, ({ library, query, after }) => (after === undefined ? { library, query } : null)),
    'conversations/count': (input: HandlerInput<'conversations/count'>) => view.count(input),
    'conversations/step': (input: HandlerInput<'conversations/step'>) => view.step(input),
    'conversations/stats': told('conversations/stats', view.stats, ({ library, query }) => ({ library, query })),
    'conversations/reveal': (input: HandlerInput<'conversations/reveal'>) => view.reveal(input),
  };
}
