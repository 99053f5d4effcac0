import type { Client } from '../../shared/contract/contract.ts';
import type { TravessiaEvent } from '../../shared/contract/events.ts';

/** State of the wire between this window and the core. */
export type LinkState = 'connecting' | 'connected' | 'lost';

/** What the renderer needs of a transport: calls, events, and whether the host answers. */
export interface ConsoleClient extends Client {
  /** Returns the function that ends the subscription. */
  onEvent(listener: (event: TravessiaEvent) => void): () => void;
  /** Absent where the wire cannot break (the window and the core live and die together). */
  onLink?(listener: (state: LinkState) => void): () => void;
}
