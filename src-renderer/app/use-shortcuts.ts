import { useEffect } from 'react';

/** Ctrl or Cmd with K: every command; with J: the jobs panel. */
export function useShortcuts(togglePalette: () => void, toggleJobs: () => void): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
      const action = { k: togglePalette, j: toggleJobs }[event.key.toLowerCase()];
      if (!action) return;
      event.preventDefault();
      action();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [togglePalette, toggleJobs]);
}

/** How the modifier key is called on the machine the window runs on. */
export function modifierName(platform: string): string {
  return /mac|darwin/i.test(platform) ? '⌘' : 'Ctrl';
}
