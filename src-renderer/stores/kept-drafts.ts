import { z } from 'zod';
import { createStore } from 'zustand/vanilla';
import type { StoreApi } from 'zustand/vanilla';
import { overrideSchema, planOptionsChangeSchema } from '../../shared/model/plan.ts';
import type { Draft, OptionsDraft, PlanDraft } from './drafts.ts';

export type DraftsStore = StoreApi<Readonly<Record<string, PlanDraft>>>;

const prefix = 'travessia-draft-';

/**
 * What is not saved of plans, by plan. It outlives a change of screen, a reload and the end of the window: kept at every change, as editors
 * keep an unsaved file, so that leaving needs no question.
 * @param storage - null: kept as long as the page
 */
export function createDraftsStore(storage: Pick<Storage, 'length' | 'key' | 'getItem' | 'setItem' | 'removeItem'> | null): DraftsStore {
  const drafts = createStore<Readonly<Record<string, PlanDraft>>>(() => read(storage));
  drafts.subscribe((now, before) => {
    for (const id of Object.keys(now)) if (now[id] !== before[id]) keep(storage, id, now[id]);
  });
  return drafts;
}

function read(storage: Pick<Storage, 'length' | 'key' | 'getItem'> | null): Record<string, PlanDraft> {
  const found: Record<string, PlanDraft> = {};
  try {
    for (let at = 0; at < (storage?.length ?? 0); at += 1) {
      const name = storage?.key(at) ?? '';
      if (name.startsWith(prefix)) found[name.slice(prefix.length)] = draftIn(storage?.getItem(name) ?? '');
    }
  } catch {
    // A browser that refuses its storage: nothing was kept.
  }
  return found;
}

/** What still has the form of this program; another version of it may have written the rest. */
function draftIn(text: string): PlanDraft {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { overrides: [], options: {} };
  }
  const held = z.object({ overrides: z.array(z.unknown()).catch([]), options: z.record(z.string(), z.unknown()).catch({}) }).catch({ overrides: [], options: {} }).parse(value);
  const overrides: Draft = held.overrides.flatMap((each) => overrideSchema.safeParse(each).data ?? []);
  const options = Object.fromEntries(Object.entries(held.options).filter(([name, each]) => Object.hasOwn(planOptionsChangeSchema.shape, name) && isOptions({ [name]: each })));
  return { overrides, options: isOptions(options) ? options : {} };
}

function isOptions(value: unknown): value is OptionsDraft {
  return planOptionsChangeSchema.safeParse(value).success;
}

function keep(storage: Pick<Storage, 'setItem' | 'removeItem'> | null, id: string, draft: PlanDraft | undefined): void {
  try {
    if (draft === undefined || (draft.overrides.length === 0 && Object.keys(draft.options).length === 0)) storage?.removeItem(prefix + id);
    else storage?.setItem(prefix + id, JSON.stringify(draft));
  } catch {
    // Full, or refused: kept for this window only.
  }
}
