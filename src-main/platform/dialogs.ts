export type ChoosePurpose = 'sqlite' | 'plan' | 'folder';

/** Asking for a file the way the system does; a host without a desktop has the console's own browser instead. */
export interface Dialogs {
  readonly native: boolean;
  /** Absolute path, or null where the person chose nothing. */
  choose(purpose: ChoosePurpose): Promise<string | null>;
}

export const noDialogs: Dialogs = { native: false, choose: async () => null };
