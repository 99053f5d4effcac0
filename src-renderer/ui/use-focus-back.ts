import { useState } from 'react';

/** What has the focus; of a menu's entry, which goes with its menu, the button that opens the menu. */
function focused(): Element | null {
  const active = document.activeElement;
  const trigger = active?.closest('[role="menu"]')?.getAttribute('aria-labelledby');
  return trigger == null ? active : document.getElementById(trigger);
}

/**
 * Gives the focus back to what had it before an overlay opened, for `onCloseAutoFocus`: Radix gives it to a trigger of the overlay's own, and these
 * have none. Where that has gone meanwhile, the screen gets it; whoever took the focus since keeps it.
 */
export function useFocusBack(open: boolean): (event: Event) => void {
  const [from, setFrom] = useState<{ readonly open: boolean; readonly element: Element | null }>({ open: false, element: null });
  // While rendering: a field that takes the focus by itself has it before any effect runs.
  if (open !== from.open) setFrom({ open, element: open ? focused() : from.element });
  return (event) => {
    event.preventDefault();
    const active = document.activeElement;
    if (active !== null && active !== document.body && active.isConnected && !(event.currentTarget instanceof Node && event.currentTarget.contains(active))) return;
    const target = from.element?.isConnected && from.element !== document.body ? from.element : document.getElementById('content');
    if (target instanceof HTMLElement) target.focus();
  };
}
