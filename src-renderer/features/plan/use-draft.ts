import { useStore } from 'zustand';
import type { Override } from '../../../shared/model/plan.ts';
import { decide, withdraw } from '../../stores/drafts.ts';
import type { Draft, Place } from '../../stores/drafts.ts';
import { useConsole } from '../../stores/hooks.tsx';

export interface DraftHandle {
  readonly draft: Draft;
  decide(override: Override): void;
  withdraw(place: Place): void;
  clear(): void;
}

const nothing: Draft = [];

/** The unsaved decisions of one plan. */
export function useDraft(planId: string): DraftHandle {
  const { drafts } = useConsole();
  const draft = useStore(drafts, (state) => state[planId]) ?? nothing;
  const set = (next: Draft): void => drafts.setState({ [planId]: next });
  return {
    draft,
    decide: (override) => set(decide(drafts.getState()[planId] ?? nothing, override)),
    withdraw: (place) => set(withdraw(drafts.getState()[planId] ?? nothing, place)),
    clear: () => set(nothing),
  };
}
