import { useCallback, useEffect, useRef, useState } from 'react';
import { useConsole } from '../../stores/hooks.tsx';
import { keyOf, placeIn } from './list/use-list.ts';
import type { ListRow, ReaderList } from './list/use-list.ts';
import type { ReaderAddress } from './reader-address.ts';
import { viewerZone } from './search/use-parse.ts';

type Direction = 'next' | 'previous';

interface StepOptions {
  readonly library: string;
  readonly address: ReaderAddress;
  readonly list: ReaderList;
  readonly onOpen: (change: Pick<ReaderAddress, 'conversation' | 'message'>) => void;
}

const placeOf = ({ library, query, conversation, message }: ReaderAddress): string => JSON.stringify([library, query, conversation, message]);

/**
 * J and K: on and back through the list, in its own order; what is not held yet is fetched. From a message that is not in the list (a link led to
 * it, or it was chosen in the thread) the core says which hit comes next.
 */
export function useStep({ library, address, list, onOpen }: StepOptions): { readonly atEnd: boolean; go(direction: Direction): Promise<void> } {
  const { client } = useConsole();
  const [waiting, setWaiting] = useState<number | null>(null);
  const [atEnd, setAtEnd] = useState(false);
  const open = useRef(onOpen);
  open.current = onOpen;
  const steps = useRef(0);
  const here = useRef('');
  here.current = placeOf(address);
  useEffect(() => () => {
    here.current = '';
  }, []);

  const openRow = useCallback((row: ListRow): void => {
    setAtEnd(false);
    open.current(row.kind === 'hit' ? { conversation: row.row.conversation, message: row.row.message } : { conversation: keyOf(row), message: null });
  }, []);
  // The row that a step waits for has come with its page; or the list ended before it.
  useEffect(() => {
    if (waiting === null) return;
    const row = list.at(waiting);
    if (row) openRow(row);
    if (row || (list.whole && waiting >= list.count)) setWaiting(null);
  }, [waiting, list, openRow]);

  const go = async (direction: Direction): Promise<void> => {
    const by = direction === 'next' ? 1 : -1;
    const place = placeIn(list, address);
    const opened = list.kind === 'hits' ? address.message : address.conversation;
    if (place < 0 && opened !== null && list.kind === 'hits') {
      steps.current += 1;
      const step = steps.current;
      for (let after: string | undefined; ;) {
        const answer = await client.call('conversations/step', { library, query: address.query, zone: viewerZone(), key: opened, direction, ...(after === undefined ? {} : { after }) }).catch(() => null);
        // Another key was pressed, or something else opened, while many candidates were looked at.
        if (step !== steps.current || here.current !== placeOf(address)) return;
        if (answer?.message && answer.conversation) return open.current({ conversation: answer.conversation, message: answer.message });
        if (answer === null || answer.next === null) return setAtEnd(true);
        after = answer.next;
      }
    }
    const to = place < 0 ? 0 : place + by;
    if (to < 0 || (list.whole && to >= list.count) || (list.count === 0 && !list.pending)) return setAtEnd(true);
    const row = list.at(to);
    if (row) return openRow(row);
    setWaiting(to);
    list.show(Math.max(0, to - 10), to + 10);
  };
  return { atEnd, go };
}
