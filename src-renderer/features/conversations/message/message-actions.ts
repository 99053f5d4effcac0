import { createContext } from 'react';
import type { Message } from '../../../../shared/model/conversation.ts';

/** What can be done with a message from where it is drawn. */
export interface MessageActions {
  /** Makes it the one the address names. */
  select(key: string): void;
  /** Brings another message of the thread into sight. */
  jump(key: string): void;
  /** null: not allowed in this profile, or nothing to reveal, as in a replica. */
  readonly reveal: ((message: Message) => void) | null;
  /** Takes the place of the message as it was drawn: it is whole now. */
  replace(message: Message): void;
  showRaw(key: string): void;
  near(key: string): void;
  linkOf(key: string): string;
  /** null: not allowed in this profile. */
  readonly rewrite: ((message: Message) => void) | null;
}

const nothing = (): undefined => undefined;

export const MessageActionsContext = createContext<MessageActions>({ select: nothing, jump: nothing, reveal: null, replace: nothing, showRaw: nothing, near: nothing, linkOf: () => '#', rewrite: null });
