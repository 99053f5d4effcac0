import { createContext } from 'react';

export interface FrameState {
  readonly title: string;
  readonly production: boolean;
}

/** Lets a screen tell the window's frame its title and whether it works on production. */
export const FrameContext = createContext<(state: FrameState) => void>(() => undefined);
