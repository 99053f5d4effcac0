import { useStore } from 'zustand';
import type { Override } from '../../../shared/model/plan.ts';
import { decide, withdraw } from '../../stores/drafts.ts';
import type { Draft, OptionsDraft, Place, PlanDraft } from '../../stores/drafts.ts';
import { useConsole } from '../../stores/hooks.tsx';

export interface DraftHandle {
  readonly draft: Draft;
  /** Options as they are wanted, also those that are the plan's by now. */
  readonly options: OptionsDraft;
  decide(override: Override): void;
  withdraw(place: Place): void;
  choose(options: OptionsDraft): void;
  clear(): void;
}

const nothing: PlanDraft = { overrides: [], options: {} };

/** The unsaved decisions of one plan. */
export function useDraft(planId: string): DraftHandle {
  const { drafts } = useConsole();
  const held = useStore(drafts, (state) => state[planId]) ?? nothing;
  const set = (change: Partial<PlanDraft>): void => drafts.setState({ [planId]: { ...(drafts.getState()[planId] ?? nothing), ...change } });
  const overrides = (): Draft => (drafts.getState()[planId] ?? nothing).overrides;
  return {
    draft: held.overrides,
    options: held.options,
    decide: (override) => set({ overrides: decide(overrides(), override) }),
    withdraw: (place) => set({ overrides: withdraw(overrides(), place) }),
    choose: (options) => set({ options: { ...(drafts.getState()[planId] ?? nothing).options, ...options } }),
    clear: () => set(nothing),
  };
}
