import type { Settings } from '../../shared/model/settings.ts';

export interface SettingsPorts {
  readonly get: () => Promise<Settings>;
  readonly set: (change: Partial<Settings>) => Promise<Settings>;
  readonly show: (settings: Settings | null) => void;
}

export interface SettingsInStep {
  /** Asks the core, unless something is being changed: its answer knows more. */
  load(): Promise<void>;
  /** Shows a change at once and saves it, one after another; it is taken back where the core refuses it. */
  save(change: Partial<Settings>): Promise<void>;
}

/** Settings as the core has them, with what is on its way to it: no answer to an earlier question takes a later choice back. */
export function settingsInStep({ get, set, show }: SettingsPorts): SettingsInStep {
  const pending: Partial<Settings>[] = [];
  let known: Settings | null = null;
  let changes = 0;
  let last: Promise<unknown> = Promise.resolve();
  const draw = (): void => show(known === null ? null : pending.reduce<Settings>((settings, change) => ({ ...settings, ...change }), known));
  return {
    async load() {
      const before = changes;
      const answer = await get();
      if (before !== changes) return;
      known = answer;
      draw();
    },
    async save(change) {
      pending.push(change);
      changes += 1;
      draw();
      const saved = last.then(() => set(change));
      last = saved.catch(() => undefined);
      try {
        known = await saved;
      } finally {
        pending.splice(pending.indexOf(change), 1);
        changes += 1;
        draw();
      }
    },
  };
}
