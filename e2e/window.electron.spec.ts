import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { _electron, expect, test } from '@playwright/test';
import { wordsOf } from './support/words.ts';

const executablePath = process.env['TRAVESSIA_ELECTRON'];
test.skip(executablePath === undefined, 'no Electron binary');

test('the window opens on the first start, sandboxed, and speaks to the core', async () => {
  const home = mkdtempSync(join(tmpdir(), 'travessia-window-'));
  const program = await _electron.launch({
    ...(executablePath === undefined ? {} : { executablePath }),
    args: [fileURLToPath(new URL('..', import.meta.url))],
    env: { ...process.env, TRAVESSIA_HOME: home, LANG: 'en_US.UTF-8' },
  });
  try {
    const page = await program.firstWindow();
    const messages: string[] = [];
    page.on('console', (message) => messages.push(message.text()));
    await expect(page.getByRole('link', { name: wordsOf('en').welcome.skip })).toBeVisible();
    expect(await page.evaluate(() => [typeof Reflect.get(globalThis, 'require'), typeof Reflect.get(globalThis, 'process'), location.protocol])).toEqual(['undefined', 'undefined', 'travessia:']);
    expect(messages).toEqual([]);
  } finally {
    await program.close();
    rmSync(home, { recursive: true, force: true });
  }
});
