import { useShell } from '../stores/hooks.tsx';

/** Pixels of a table's row in the density shown; the same as `--row` in base.css. */
export function useRowHeight(): number {
  const density = useShell((state) => state.settings?.density ?? 'comfortable');
  return density === 'dense' ? 25 : 34;
}
