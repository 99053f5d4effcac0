import { expect, test } from 'vitest';
import type { Settings } from '../../shared/model/settings.ts';
import { createDouble } from '../dev/double.ts';
import { settingsInStep } from './settings-in-step.ts';

/** A core whose answers come when the test says so, in the order in which it was asked. */
async function slowCore() {
  let stands: Settings = await createDouble().call('settings/get', {});
  const waiting: (() => void)[] = [];
  const later = <T>(answer: () => T): Promise<T> => new Promise((resolve, reject) => waiting.push(() => {
    try { resolve(answer()); } catch (error) { reject(error); }
  }));
  let shown: Settings | null = null;
  const step = settingsInStep({
    get: () => { const now = stands; return later(() => now); },
    set: (change) => later(() => {
      if (change.density === 'dense' && stands.theme === 'system') throw new Error('refused');
      stands = { ...stands, ...change };
      return stands;
    }),
    show: (settings) => void (shown = settings),
  });
  return {
    step,
    shown: (): Pick<Settings, 'theme' | 'density'> | null => shown,
    async answer() {
      // A change is sent a moment after it is made.
      await new Promise(setImmediate);
      waiting.shift()?.();
      await new Promise(setImmediate);
    },
  };
}

test('a late answer to the choice before does not take the later one back, nor does what was asked before both', async () => {
  const { step, shown, answer } = await slowCore();
  const first = step.load();
  await answer();
  await first;
  const asked = step.load();
  const saves = [step.save({ theme: 'dark' }), step.save({ density: 'dense' })];
  expect(shown()).toMatchObject({ theme: 'dark', density: 'dense' });
  // What was asked before, the answer to the first choice, that to the second.
  for (let answers = 0; answers < 3; answers += 1) {
    await answer();
    expect(shown()).toMatchObject({ theme: 'dark', density: 'dense' });
  }
  await Promise.all([asked, ...saves]);
});

test('a choice that is refused is taken back, one after it stays', async () => {
  const { step, shown, answer } = await slowCore();
  const first = step.load();
  await answer();
  await first;
  const before = step.save({ theme: 'system' });
  await answer();
  await before;
  const refused = step.save({ density: 'dense' });
  const kept = step.save({ theme: 'light' });
  const failure = refused.catch(String);
  await answer();
  expect(await failure).toContain('refused');
  expect(shown()).toMatchObject({ theme: 'light', density: 'comfortable' });
  await answer();
  await kept;
  expect(shown()).toMatchObject({ theme: 'light', density: 'comfortable' });
});
