import type { CallName, CallOutput, HandlerInput } from './contract.ts';
import type { TravessiaEvent } from './events.ts';

/** Who calls: a word for the audit, such as `electron`, `web`, `cli`. */
export interface CallContext {
  readonly who: string;
  /** Of a call that is audited: writes its line now, once. What may not happen without a line comes after it. */
  readonly line?: () => Promise<void>;
  /** Tells the library that the call is about, where its input names none. */
  readonly about?: (library: string) => void;
}

/** One function per call: gets the input its schema let through, returns the value or throws a TravessiaError. */
export type Handlers = {
  readonly [N in CallName]: (input: HandlerInput<N>, context: CallContext) => Promise<CallOutput<N>>;
};

/** What a host needs of the core; `createCore` returns it together with `close`. */
export interface CorePorts {
  readonly handlers: Handlers;
  /** Returns the function that ends the subscription. */
  readonly onEvent: (listener: (event: TravessiaEvent) => void) => () => void;
}
