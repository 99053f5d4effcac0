import { existsSync } from 'node:fs';
import { configDefaults, defineConfig } from 'vitest/config';
import { filesAlone } from './src-main/test-support/alone.ts';
import { builtWorkers } from './src-main/test-support/built-workers.ts';
import { SlowFirst } from './src-main/test-support/slow-first.ts';

/** Servers that tests share; optional so that pure tests run without it. */
const globalSetup = ['src-main/test-support/global-setup.ts'].filter((path) => existsSync(path));

const include = [
  'src-main/**/*.test.ts',
  'shared/**/*.test.ts',
  'src-renderer/**/*.test.{ts,tsx}',
  'resources/**/*.test.ts',
  'e2e/contract/**/*.test.ts',
  'e2e/corpus/**/*.test.ts',
  'e2e/property/**/*.test.ts',
  'e2e/kill/**/*.test.ts',
];
const alone = filesAlone(import.meta.dirname, include);

export default defineConfig({
  plugins: [builtWorkers(process.env['TRAVESSIA_TEST_CLI'])],
  test: {
    projects: [
      { extends: true, test: { name: 'alone', include: alone } },
      { extends: true, test: { name: 'together', include, exclude: [...configDefaults.exclude, ...alone], isolate: false } },
    ],
    globalSetup,
    setupFiles: ['src-main/test-support/seeded.ts'],
    pool: 'forks',
    maxWorkers: 4,
    sequence: { sequencer: SlowFirst },
    testTimeout: 120_000,
    hookTimeout: 180_000,
    // Tests that race other processes for a file or a core get a second try there; the report says that they needed it.
    retry: process.env['CI'] ? 1 : 0,
  },
});
