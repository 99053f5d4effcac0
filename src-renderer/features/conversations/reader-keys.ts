import { useEffect, useRef } from 'react';

export type ReaderKey = 'search' | 'next' | 'previous' | 'nextMessage' | 'previousMessage' | 'open' | 'back' | 'start' | 'end' | 'date' | 'list' | 'side' | 'timeline' | 'reveal' | 'link' | 'export' | 'pick' | 'keys';

/** Keys of the reader, as a mail program has them; in the order of the sheet that shows them. */
export const readerKeys: readonly (readonly [string, ReaderKey])[] = [
  ['/', 'search'], ['j', 'next'], ['k', 'previous'], ['n', 'nextMessage'], ['p', 'previousMessage'], ['Enter', 'open'], ['Escape', 'back'], ['g', 'start'], ['G', 'end'], ['d', 'date'],
  ['[', 'list'], [']', 'side'], ['t', 'timeline'], ['r', 'reveal'], ['c', 'link'], ['e', 'export'], ['x', 'pick'], ['?', 'keys'],
];

const byKey = new Map(readerKeys);

/** Hears the reader's keys anywhere on its screen, but not where somebody types, nor beside an open dialog, nor with a modifier. `handle` answers whether it did something. */
export function useReaderKeys(handle: (key: ReaderKey) => boolean): void {
  const latest = useRef(handle);
  latest.current = handle;
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
      const { target } = event;
      if (target instanceof HTMLElement && (target.isContentEditable || target.closest('input:not([type="checkbox"]), textarea, select, [role="menu"]'))) return;
      if (document.querySelector('[role="dialog"], [role="alertdialog"]')) return;
      const key = byKey.get(event.key) ?? byKey.get(event.key.toLowerCase());
      // Enter on a button or a link is theirs.
      if (!key || (key === 'open' && target instanceof Element && target.closest('button, a, [role="tab"]'))) return;
      if (latest.current(key)) event.preventDefault();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
}
