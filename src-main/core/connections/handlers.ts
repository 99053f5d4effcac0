import type { CallOutput, HandlerInput } from '../../../shared/contract/contract.ts';
import type { TravessiaEvent } from '../../../shared/contract/events.ts';
import type { Connections } from './connections.ts';

export function connectionHandlers(connections: Connections, emit: (event: TravessiaEvent) => void) {
  return {
    'connections/list': (): Promise<CallOutput<'connections/list'>> => connections.list(),
    async 'connections/add'(input: HandlerInput<'connections/add'>): Promise<CallOutput<'connections/add'>> {
      const connection = await connections.add(input);
      emit({ type: 'changed', noun: 'connections', id: connection.id });
      return connection;
    },
    async 'connections/edit'({ id, ...input }: HandlerInput<'connections/edit'>): Promise<CallOutput<'connections/edit'>> {
      const connection = await connections.edit(id, input);
      emit({ type: 'changed', noun: 'connections', id });
      return connection;
    },
    async 'connections/remove'({ id }: HandlerInput<'connections/remove'>): Promise<CallOutput<'connections/remove'>> {
      await connections.remove(id);
      emit({ type: 'changed', noun: 'connections', id });
      return { done: true };
    },
    'connections/test': (input: HandlerInput<'connections/test'>): Promise<CallOutput<'connections/test'>> => connections.test(input),
    'connections/discover': (): Promise<CallOutput<'connections/discover'>> => connections.discover(),
  };
}
