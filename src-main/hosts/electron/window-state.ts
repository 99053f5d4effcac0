import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';

const stateSchema = z.object({
  x: z.number().int(),
  y: z.number().int(),
  width: z.number().int().min(1),
  height: z.number().int().min(1),
  isMaximised: z.boolean(),
});
export type WindowState = z.infer<typeof stateSchema>;

export interface Area {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export const smallestWindow = { width: 900, height: 600 } as const;
const usualWindow = { width: 1360, height: 860 } as const;
/** So much of the window (px each way) must be on a display, or it could not be dragged back. */
const graspable = 120;

/** The state that was kept; null where there is none or it cannot be read. */
export function readWindowState(path: string): WindowState | null {
  try {
    return stateSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return null;
  }
}

/** Keeps the state whole: a crash leaves the former or the new one. */
export function writeWindowState(path: string, state: WindowState): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(`${path}.new`, JSON.stringify(state));
  renameSync(`${path}.new`, path);
}

/** Bounds for a new window: those kept while a display still shows enough of them, else a usual size in the middle. */
export function fittingBounds(state: WindowState | null, displays: readonly Area[]): { width: number; height: number; x?: number; y?: number } {
  const largest = displays.reduce((most, { width, height }) => ({ width: Math.max(most.width, width), height: Math.max(most.height, height) }), { width: 0, height: 0 });
  const size = (wanted: { width: number; height: number }) => ({
    width: Math.max(smallestWindow.width, Math.min(wanted.width, largest.width || wanted.width)),
    height: Math.max(smallestWindow.height, Math.min(wanted.height, largest.height || wanted.height)),
  });
  if (state === null || !displays.some((display) => isVisible(state, display))) return size(state ?? usualWindow);
  return { ...size(state), x: state.x, y: state.y };
}

function isVisible(window: Area, display: Area): boolean {
  const width = Math.min(window.x + window.width, display.x + display.width) - Math.max(window.x, display.x);
  const height = Math.min(window.y + window.height, display.y + display.height) - Math.max(window.y, display.y);
  // The title bar must be below the display's upper edge.
  return width >= graspable && height >= graspable && window.y >= display.y - 10;
}
