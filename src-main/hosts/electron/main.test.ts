import { expect, test, vi } from 'vitest';
import { createCoreDouble } from '../../test-support/core-double.ts';
import { createElectronStub } from '../../test-support/electron-stub/index.ts';
import { buildProgram } from '../../test-support/electron-stub/program.ts';
import { bridgeOf } from '../../test-support/electron-stub/start.ts';

test('the entry opens the window of the data folder it is told, with a core of its own', async () => {
  using program = await buildProgram();
  const stub = createElectronStub({ appPath: program.folder });
  const homes: unknown[] = [];
  vi.stubEnv('TRAVESSIA_HOME', program.home);
  vi.doMock('electron', () => stub.module);
  vi.doMock('../../core/composition.ts', () => ({
    createCore: async (options: { home: string; platform: object }) => {
      homes.push(options.home, Object.keys(options.platform).sort());
      return { ...createCoreDouble(), isBusy: () => false, close: async () => undefined };
    },
  }));
  await import('./main.ts');
  await vi.waitUntil(() => stub.pages()[0]?.world);
  expect(homes).toEqual([program.home, ['dialogs', 'secrets']]);
  const [page] = stub.pages();
  expect(page && (await bridgeOf(page).call('jobs/list', {}))).toEqual({ ok: true, value: [] });
  vi.unstubAllEnvs();
});
