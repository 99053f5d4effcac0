import { createContext, use, useCallback, useEffect, useRef, useState } from 'react';
import { useStore } from 'zustand';
import type { CallInput, CallName, CallOutput } from '../../shared/contract/contract.ts';
import type { Console, Noun, ShellState } from './console.ts';
import type { JobsState } from './jobs.ts';
import type { LiveRun } from './live.ts';

export const ConsoleContext = createContext<Console | null>(null);

export function useConsole(): Console {
  const value = use(ConsoleContext);
  if (!value) throw new Error('a screen was mounted outside the console');
  return value;
}

export function useShell<T>(select: (state: ShellState) => T): T {
  return useStore(useConsole().shell, select);
}

export function useJobs<T>(select: (state: JobsState) => T): T {
  return useStore(useConsole().jobs, select);
}

export function useLive(runId: string | null): LiveRun | undefined {
  return useStore(useConsole().live, (state) => (runId === null ? undefined : state.runs[runId]));
}

/** Whether the profile in force allows a call; false until it is known. The core refuses the rest anyway: this only hides it. */
export function useAllowed(): (call: CallName) => boolean {
  const calls = useShell((state) => state.profile?.calls);
  return useCallback((call) => calls?.includes(call) ?? false, [calls]);
}

/** Which nouns a call's answer speaks of: when one changes, a screen showing it asks again. */
const nounsByPrefix: Readonly<Record<string, readonly Noun[]>> = {
  connections: ['connections'],
  projects: ['projects'],
  plans: ['plans'],
  runs: ['runs'],
  assess: ['assessments'],
  verify: ['verifications', 'runs'],
  settings: ['settings'],
  server: ['server'],
  evidence: ['runs', 'verifications'],
  browse: ['runs'],
  libraries: ['libraries'],
  conversations: ['libraries', 'profile'],
  replicas: ['replicas'],
  profile: ['profile'],
};

export interface Answer<T> {
  readonly data: T | undefined;
  readonly error: unknown;
  readonly pending: boolean;
  reload(): void;
}

/**
 * Asks a read call and asks again when what it shows has changed. `null` input: nothing is asked. While a changed input is
 * being answered `data` is undefined; while the same input is asked again the old answer stays.
 */
export function useCall<N extends CallName>(name: N, input: CallInput<N> | null): Answer<CallOutput<N>> {
  const { client } = useConsole();
  const version = useShell((state) => (nounsByPrefix[name.split('/')[0] ?? ''] ?? []).reduce((sum, noun) => sum + (state.versions[noun] ?? 0), 0));
  const [round, setRound] = useState(0);
  const key = input === null ? null : `${name} ${JSON.stringify(input)}`;
  const [answer, setAnswer] = useState<{ key: string | null; data?: CallOutput<N>; error?: unknown }>({ key: null });
  const latest = useRef(input);
  latest.current = input;

  useEffect(() => {
    const asked = latest.current;
    if (key === null || asked === null) return;
    let live = true;
    client.call(name, asked).then(
      (data) => live && setAnswer({ key, data }),
      (error: unknown) => live && setAnswer({ key, error }),
    );
    return () => {
      live = false;
    };
  }, [client, name, key, version, round]);

  const current = answer.key === key;
  return {
    data: current ? answer.data : undefined,
    error: current ? answer.error : undefined,
    pending: key !== null && !current,
    reload: useCallback(() => setRound((value) => value + 1), []),
  };
}

export interface Action<N extends CallName> {
  readonly pending: boolean;
  readonly error: unknown;
  /** Calls; answers `undefined` where it failed (the error is kept for the screen). */
  run(input: CallInput<N>): Promise<CallOutput<N> | undefined>;
  clear(): void;
}

/** A call behind a button. */
export function useAction<N extends CallName>(name: N): Action<N> {
  const { client } = useConsole();
  const [state, setState] = useState<{ pending: boolean; error?: unknown }>({ pending: false });
  const run = useCallback(
    async (input: CallInput<N>) => {
      setState({ pending: true });
      try {
        const value = await client.call(name, input);
        setState({ pending: false });
        return value;
      } catch (error) {
        setState({ pending: false, error });
        return undefined;
      }
    },
    [client, name],
  );
  return { ...state, error: state.error, run, clear: useCallback(() => setState({ pending: false }), []) };
}

export interface Paged<T> {
  readonly rows: readonly T[];
  readonly error: unknown;
  readonly pending: boolean;
  readonly more: boolean;
  next(): void;
}

/** Pages of a keyset-paged call, gathered; a new `key` starts again. */
export function usePages<T>(key: string, fetchPage: (after: string | undefined) => Promise<{ rows: T[]; next: string | null }>): Paged<T> {
  const [state, setState] = useState<{ key: string; rows: T[]; next: string | null; error?: unknown; pending: boolean }>({ key: '', rows: [], next: null, pending: true });
  const fetcher = useRef(fetchPage);
  fetcher.current = fetchPage;
  const busy = useRef(false);

  const load = useCallback(
    (after: string | undefined, before: T[]) => {
      busy.current = true;
      let live = true;
      fetcher.current(after).then(
        (page) => live && setState({ key, rows: [...before, ...page.rows], next: page.next, pending: false }),
        (error: unknown) => live && setState({ key, rows: before, next: null, error, pending: false }),
      ).finally(() => {
        busy.current = false;
      });
      return () => {
        live = false;
      };
    },
    [key],
  );
  useEffect(() => load(undefined, []), [load]);

  const current = state.key === key;
  return {
    rows: current ? state.rows : [],
    error: current ? state.error : undefined,
    pending: !current || state.pending,
    more: current && state.next !== null,
    next: () => {
      if (current && state.next !== null && !busy.current) load(state.next, state.rows);
    },
  };
}
