import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { tempFolder } from '../../test-support/temp-folder.ts';
import { fittingBounds, readWindowState, writeWindowState } from './window-state.ts';

const display = { x: 0, y: 25, width: 1920, height: 1055 };
const state = { x: 100, y: 100, width: 1200, height: 800, isMaximised: false };

test('what was kept comes back; what cannot be read does not stop the start', () => {
  using folder = tempFolder('window');
  const path = join(folder.path, 'new', 'window.json');
  expect(readWindowState(path)).toBeNull();
  writeWindowState(path, state);
  expect(readWindowState(path)).toEqual(state);
  for (const text of ['', '{', 'null', '{"x":1}', JSON.stringify({ ...state, width: 'wide' }), JSON.stringify({ ...state, x: 1.5 })]) {
    writeFileSync(path, text);
    expect(readWindowState(path)).toBeNull();
  }
  mkdirSync(join(folder.path, 'folder'));
  expect(readWindowState(join(folder.path, 'folder'))).toBeNull();
});

test('the window opens where it was while a display shows enough of it', () => {
  expect(fittingBounds(state, [display])).toEqual({ x: 100, y: 100, width: 1200, height: 800 });
  const second = { x: 1920, y: 0, width: 1280, height: 1024 };
  expect(fittingBounds({ ...state, x: 2000 }, [display, second])).toMatchObject({ x: 2000 });
  // The second display was unplugged, the title bar is above the edge, only a corner shows: back to the middle.
  for (const lost of [{ x: 2000 }, { y: -200 }, { x: 1850 }, { y: 1050 }]) {
    expect(fittingBounds({ ...state, ...lost }, [display])).toEqual({ width: 1200, height: 800 });
  }
});

test('a size no display has is cut, one too small to use is not taken', () => {
  expect(fittingBounds({ ...state, width: 9000, height: 9000 }, [display])).toMatchObject({ width: 1920, height: 1055 });
  expect(fittingBounds({ ...state, width: 200, height: 200 }, [display])).toMatchObject({ width: 900, height: 600 });
  expect(fittingBounds(null, [])).toEqual({ width: 1360, height: 860 });
});
