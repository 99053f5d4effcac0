import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { RefObject } from 'react';
import type { CallInput } from '../../../../shared/contract/contract.ts';
import type { Message } from '../../../../shared/model/conversation.ts';
import { useConsole, useShell } from '../../../stores/hooks.tsx';
import type { ReaderAddress } from '../reader-address.ts';
import { edgesOf, rowsOf, withAfter, withBefore, withMessage } from '../thread-window.ts';
import type { ThreadWindow } from '../thread-window.ts';

type From = NonNullable<CallInput<'conversations/messages'>['from']>;

/** Where the thread stands after it was opened anew: at an end, or at a message. */
export type Landing = { readonly at: 'start' | 'end' } | { readonly at: 'message'; readonly key: string; /** At the upper edge, where it was before; else in the middle. */ readonly edge?: true };

interface State {
  /** Counts openings: each begins with a fresh measure of its messages. */
  readonly epoch: number;
  readonly conversation: string | null;
  readonly window: ThreadWindow;
  readonly landing: Landing;
  readonly error?: unknown;
  readonly loading: 'open' | 'before' | 'after' | null;
}

export interface Thread {
  readonly epoch: number;
  readonly rows: readonly Message[];
  readonly landing: Landing;
  readonly error: unknown;
  readonly loading: State['loading'];
  /** More messages stand before, or after, those held. */
  readonly more: { readonly before: boolean; readonly after: boolean };
  /** The first message in sight, told by what draws them. */
  readonly sight: RefObject<string | null>;
  loadBefore(): void;
  loadAfter(): void;
  toStart(): void;
  toEnd(): void;
  /** The first message at or after a moment. */
  toMoment(iso: string): void;
  replace(message: Message): void;
  retry(): void;
}

const pageSize = 50;

/** The messages of the conversation in the address, about the message in the address. */
export function useThread({ library, conversation, message }: ReaderAddress): Thread {
  const { client } = useConsole();
  const version = useShell((state) => (state.versions.libraries ?? 0) + (state.versions.profile ?? 0));
  const [state, setState] = useState<State>({ epoch: 0, conversation: null, window: [], landing: { at: 'start' }, loading: null });
  const latest = useRef(state);
  latest.current = state;
  const turn = useRef(0);
  const sight = useRef<string | null>(null);

  const open = useCallback(
    (of: string, from: From, landing: Landing | 'first') => {
      turn.current += 1;
      const own = turn.current;
      setState((before) => ({ ...before, conversation: of, loading: 'open', ...(before.conversation === of ? {} : { window: [] }) }));
      client.call('conversations/messages', { library, conversation: of, from, limit: pageSize }).then(
        (page) => {
          if (turn.current !== own) return;
          const moment = typeof from === 'object' && 'at' in from ? from.at : null;
          const first = moment === null ? undefined : page.rows.find((row) => row.at !== null && row.at >= moment);
          const where: Landing = landing !== 'first' ? landing : first ? { at: 'message', key: first.key } : { at: 'end' };
          setState((before) => ({ epoch: before.epoch + 1, conversation: of, window: [page], landing: where, loading: null }));
        },
        (error: unknown) => {
          if (turn.current === own) setState((before) => ({ ...before, window: before.conversation === of ? before.window : [], error, loading: null }));
        },
      );
    },
    [client, library],
  );

  const openAddress = useCallback(() => {
    if (conversation === null) return;
    if (message === null) open(conversation, 'start', { at: 'start' });
    else open(conversation, { around: message }, { at: 'message', key: message });
  }, [open, conversation, message]);
  const openLatest = useRef(openAddress);
  openLatest.current = openAddress;

  useEffect(() => {
    const { window, conversation: shown } = latest.current;
    // Another message of what is held is only scrolled to.
    if (shown === conversation && (message === null || rowsOf(window).some((row) => row.key === message))) return;
    openLatest.current();
  }, [conversation, message, library]);
  const seen = useRef(version);
  useEffect(() => {
    if (seen.current === version) return;
    seen.current = version;
    const { conversation: shown } = latest.current;
    // Read again where it is being read.
    if (sight.current !== null && shown !== null) open(shown, { around: sight.current }, { at: 'message', key: sight.current, edge: true });
    else openLatest.current();
  }, [version, open]);

  const load = useCallback(
    (side: 'before' | 'after') => {
      const { window, loading, conversation: of, error } = latest.current;
      const cursor = edgesOf(window)[side];
      if (cursor === null || loading !== null || of === null || error !== undefined) return;
      const own = turn.current;
      // Marked at once: the next scroll event comes before the next drawing.
      latest.current = { ...latest.current, loading: side };
      setState((before) => ({ ...before, loading: side }));
      client.call('conversations/messages', { library, conversation: of, from: side === 'before' ? { before: cursor } : { after: cursor }, limit: pageSize }).then(
        (page) => {
          if (turn.current === own) setState((before) => ({ ...before, window: side === 'before' ? withBefore(before.window, page) : withAfter(before.window, page), loading: null }));
        },
        (error: unknown) => {
          if (turn.current === own) setState((before) => ({ ...before, error, loading: null }));
        },
      );
    },
    [client, library],
  );

  const { window } = state;
  const rows = useMemo(() => rowsOf(window), [window]);
  const edges = edgesOf(window);
  return {
    epoch: state.epoch,
    rows,
    landing: state.landing,
    error: state.error,
    loading: state.conversation === conversation ? state.loading : 'open',
    more: { before: edges.before !== null, after: edges.after !== null },
    sight,
    loadBefore: useCallback(() => load('before'), [load]),
    loadAfter: useCallback(() => load('after'), [load]),
    toStart: () => conversation !== null && open(conversation, 'start', { at: 'start' }),
    toEnd: () => conversation !== null && open(conversation, 'end', { at: 'end' }),
    toMoment: (iso) => conversation !== null && open(conversation, { at: iso }, 'first'),
    replace: useCallback((changed: Message) => setState((before) => ({ ...before, window: withMessage(before.window, changed) })), []),
    retry: () => {
      setState(({ error: _, ...before }) => before);
      latest.current = { ...latest.current, error: undefined };
      openAddress();
    },
  };
}
