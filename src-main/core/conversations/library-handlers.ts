/** libraries: databases opened as conversations. */
import type { CallOutput, HandlerInput } from '../../../shared/contract/contract.ts';
import type { CallContext } from '../../../shared/contract/handlers.ts';
import type { CoreDeps } from '../deps.ts';
import { pending } from './pending.ts';

export function libraryHandlers(_deps: CoreDeps) {
  return {
    'libraries/list': (_input: HandlerInput<'libraries/list'>, _context: CallContext): Promise<CallOutput<'libraries/list'>> => pending('libraries/list'),
    'libraries/detect': (_input: HandlerInput<'libraries/detect'>, _context: CallContext): Promise<CallOutput<'libraries/detect'>> => pending('libraries/detect'),
    'libraries/preview': (_input: HandlerInput<'libraries/preview'>, _context: CallContext): Promise<CallOutput<'libraries/preview'>> => pending('libraries/preview'),
    'libraries/add': (_input: HandlerInput<'libraries/add'>, _context: CallContext): Promise<CallOutput<'libraries/add'>> => pending('libraries/add'),
    'libraries/edit': (_input: HandlerInput<'libraries/edit'>, _context: CallContext): Promise<CallOutput<'libraries/edit'>> => pending('libraries/edit'),
    'libraries/remove': (_input: HandlerInput<'libraries/remove'>, _context: CallContext): Promise<CallOutput<'libraries/remove'>> => pending('libraries/remove'),
    'libraries/refresh': (_input: HandlerInput<'libraries/refresh'>, _context: CallContext): Promise<CallOutput<'libraries/refresh'>> => pending('libraries/refresh'),
    'libraries/index-plan': (_input: HandlerInput<'libraries/index-plan'>, _context: CallContext): Promise<CallOutput<'libraries/index-plan'>> => pending('libraries/index-plan'),
    'libraries/index': (_input: HandlerInput<'libraries/index'>, _context: CallContext): Promise<CallOutput<'libraries/index'>> => pending('libraries/index'),
  };
}
