/** Copies that somebody reads follow their sources by themselves. */
import type { Library } from '../../../../shared/model/conversation-mapping.ts';

export interface KeepInStepOptions {
  /** Libraries that have an open reader. */
  readonly open: () => readonly string[];
  /** As `libraries/get`: whether its copy is stale. */
  readonly get: (id: string) => Promise<Library>;
  /** What its source says of itself now; null where that is not known. */
  readonly fingerprint: (library: Library) => Promise<string | null>;
  /** Makes the copy anew. */
  readonly refresh: (library: Library, signal: AbortSignal) => Promise<void>;
  /** Milliseconds. */
  readonly now: () => number;
  /** Milliseconds between two looks. */
  readonly every?: number;
}

const usually = 15_000;
/** After a refresh its copy rests this many times as long as that took: a source that is written all the time is not read all the time. */
const rests = 5;

/**
 * Looks at the copies that are being read and refreshes those that are stale, one after the other. One that could not be refreshed is tried again
 * when its source has moved on.
 *
 * @returns what ends it, and what it is doing
 */
export function keepInStep({ open, get, fingerprint, refresh, now, every = usually }: KeepInStepOptions): () => Promise<void> {
  const tried = new Map<string, { readonly source: string | null; readonly notBefore: number }>();
  const end = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let looking: Promise<void> = Promise.resolve();

  async function look(): Promise<void> {
    for (const id of open()) {
      const library = await get(id).catch(() => null);
      if (end.signal.aborted) return;
      if (library === null || library.way !== 'cached' || library.search !== 'stale') continue;
      const source = await fingerprint(library);
      const last = tried.get(id);
      if (last !== undefined && (last.source === source || now() < last.notBefore)) continue;
      const began = now();
      await refresh(library, end.signal).catch(() => undefined);
      tried.set(id, { source, notBefore: now() + rests * (now() - began) });
    }
  }

  const plan = (): void => {
    if (end.signal.aborted) return;
    timer = setTimeout(() => {
      looking = look().catch(() => undefined).then(plan);
    }, every).unref();
  };
  plan();
  return async () => {
    end.abort();
    clearTimeout(timer);
    await looking;
  };
}
