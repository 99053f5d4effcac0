import type { CallInput, CallName, CallOutput } from '../../shared/contract/contract.ts';
import { fromErrorReply } from '../../shared/contract/errors.ts';
import type { Reply } from '../../shared/contract/errors.ts';
import type { TravessiaEvent } from '../../shared/contract/events.ts';
import type { ConsoleClient } from '../stores/client.ts';

/** What the preload script offers the page: two functions and nothing else. */
export interface Bridge {
  call<N extends CallName>(name: N, input: CallInput<N>): Promise<Reply<CallOutput<N>>>;
  onEvent(listener: (event: TravessiaEvent) => void): () => void;
}

export function createIpcClient(bridge: Bridge): ConsoleClient {
  return {
    async call(name, input) {
      const reply = await bridge.call(name, input);
      if (reply.ok) return reply.value;
      throw fromErrorReply(reply.error);
    },
    onEvent: (listener) => bridge.onEvent(listener),
  };
}
