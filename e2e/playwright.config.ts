import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig, devices } from '@playwright/test';
import type { PlaywrightTestConfig } from '@playwright/test';

const folder = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** The Electron executable, or undefined; read from its files because loading the package would download it. */
function electronExecutable(): string | undefined {
  const pathFile = folder('../node_modules/electron/path.txt');
  if (!existsSync(pathFile)) return undefined;
  const executable = folder(`../node_modules/electron/dist/${readFileSync(pathFile, 'utf8').trim()}`);
  return existsSync(executable) ? executable : undefined;
}

// The Electron specs read it: test.skip(!process.env.TRAVESSIA_ELECTRON, 'no Electron binary')
const electron = electronExecutable();
if (electron) process.env.TRAVESSIA_ELECTRON = electron;

const chromium = process.env.TRAVESSIA_CHROMIUM;
const report = process.env.TRAVESSIA_PLAYWRIGHT_JSON;
const isRoot = process.getuid?.() === 0;
const hasSandbox = !isRoot && process.env.TRAVESSIA_CHROMIUM_SANDBOX !== '0';

const browser = {
  ...devices['Desktop Chrome'],
  viewport: { width: 1280, height: 800 },
  actionTimeout: 30_000,
  contextOptions: { reducedMotion: 'reduce' },
  // Recording every step takes a seventh of the walks: `--trace on` records those that are run again by hand.
  trace: { mode: 'on-first-retry', screenshots: false },
  screenshot: 'only-on-failure',
  launchOptions: {
    ...(chromium ? { executablePath: chromium } : {}),
    chromiumSandbox: hasSandbox,
    args: ['--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  },
} satisfies PlaywrightTestConfig['use'];

export default defineConfig({
  testDir: '.',
  outputDir: '../test-results',
  // A walk migrates real data, at worst on two cores that others use too.
  timeout: 600_000,
  expect: { timeout: 30_000 },
  // Each test has a console of its own.
  workers: 2,
  fullyParallel: true,
  forbidOnly: Boolean(process.env.CI),
  // A second try on a shared machine; Playwright reports such a test as flaky.
  retries: process.env.CI ? 1 : 0,
  reporter: [['list'], ...(report ? [['json', { outputFile: report }] as const] : [])],
  projects: [
    // The longest first, so that the short ones fill up beside it.
    { name: 'walk', testMatch: '**/walk.spec.ts', use: browser },
    { name: 'chromium', testMatch: '**/*.spec.ts', testIgnore: ['**/walk.spec.ts', '**/*.electron.spec.ts'], use: browser },
    { name: 'electron', testMatch: '**/*.electron.spec.ts' },
  ],
});
