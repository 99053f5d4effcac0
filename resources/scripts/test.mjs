/**
 * `npm test`: everything that can be checked here, from a fresh clone. Stops at the first step that fails;
 * ends with the runners' own closing lines and one line of totals.
 */
import { chmodSync, mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inRoot, root, say } from './lib/project.mjs';
import { childEnv, restartOnNewerNode, runInForeground } from './lib/node.mjs';
import { runAside, startAside } from './lib/aside.mjs';
import { ensureInstalled } from './lib/install.mjs';
import { electronPath } from './lib/electron.mjs';
import { findChromium } from './lib/chromium.mjs';
import { playwrightTotals, sum, vitestTotals } from './lib/totals.mjs';

/** Runs one of the project's own tools; true when it succeeded. */
async function tool(path, args, extra = {}, priority = 0) {
  const { code } = await runInForeground(process.execPath, [inRoot('node_modules', path), ...args], {
    env: childEnv(extra),
    priority,
  });
  return code === 0;
}

/** What tests write at most, with room to spare; most of it is servers' data. */
const scratchBytes = 8 * 1024 ** 3;

/**
 * Where tests keep their servers and files: in memory where there is plenty of it, for they make and drop thousands, and an ext4 that
 * has just lost so many inodes looks long for new ones. Elsewhere the system's own folder.
 *
 * @returns {string | null} a folder of this run, to be removed by the caller
 */
function scratchInMemory() {
  try {
    const { bavail, bsize } = statfsSync('/dev/shm');
    if (bavail * bsize < scratchBytes) return null;
    const folder = mkdtempSync('/dev/shm/travessia-test-');
    // As tmp is: servers run as another user where the tests run as root.
    chmodSync(folder, 0o1777);
    return folder;
  } catch {
    return null;
  }
}

/** How far all other tests step back behind the walks, which people's patience is the measure of. */
const behindWalks = 10;

/**
 * All tests: those in a browser wait more than they compute, all others compute, so both run beside each other. What the browser's say is kept
 * back until the others are done; where one part fails the other is told all the same.
 */
async function tests(unitReport, endReport, scratch) {
  const chromium = await findChromium();
  if (!chromium) {
    console.log(
      'No Chromium was found and none could be installed. Install chromium (Debian: apt-get install chromium) or name one in TRAVESSIA_CHROMIUM.',
    );
    return false;
  }
  console.log(`Chromium: ${chromium.path}${chromium.sandbox ? '' : ' (its sandbox does not work here and is off)'}`);
  if (!electronPath()) console.log('Electron project: skipped: no Electron binary');
  const walks = startAside([inRoot('node_modules/@playwright/test/cli.js'), 'test', '--config', inRoot('e2e/playwright.config.ts')], {
    TRAVESSIA_CHROMIUM: chromium.path,
    TRAVESSIA_CHROMIUM_SANDBOX: chromium.sandbox ? '1' : '0',
    TRAVESSIA_PLAYWRIGHT_JSON: endReport,
    ...scratch,
  });
  const others = await tool('vitest/vitest.mjs', ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${unitReport}`], {
    TRAVESSIA_TEST_CLI: inRoot('out', 'main', 'cli.js'),
    ...scratch,
  }, behindWalks);
  console.log('\n── end-to-end tests');
  const { code, said } = await walks;
  process.stdout.write(said);
  return others && code === 0;
}

async function main() {
  const folder = mkdtempSync(join(tmpdir(), 'travessia-test-'));
  const memory = scratchInMemory();
  const scratch = memory === null ? {} : { TMPDIR: memory };
  const unitReport = join(folder, 'vitest.json');
  const endReport = join(folder, 'playwright.json');
  const steps = [
    ['lint', () => tool('oxlint/bin/oxlint', ['--deny-warnings'])],
    // Each of these keeps one core busy at most, and none writes where another reads.
    ...runAside({
      'unused code and packages': [inRoot('node_modules/knip/bin/knip.js')],
      types: [inRoot('node_modules/typescript/bin/tsc'), '--noEmit', '-p', 'tsconfig.json'],
      build: [inRoot('resources/scripts/build.mjs')],
    }),
    ['unit, integration, contract and end-to-end tests', () => tests(unitReport, endReport, scratch)],
  ];
  let failed = null;
  try {
    for (const [name, step] of steps) {
      console.log(`\n── ${name}`);
      if (!(await step())) {
        failed = name;
        break;
      }
    }
    const totals = sum([vitestTotals(unitReport), playwrightTotals(endReport)]);
    if (failed) console.log(`\nStopped: ${failed} failed.`);
    if (totals) console.log(`\n${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped`);
  } finally {
    for (const each of [folder, memory]) if (each !== null) rmSync(each, { recursive: true, force: true, maxRetries: 5 });
  }
  process.exitCode = failed ? 1 : 0;
}

process.chdir(root);
await ensureInstalled();
if (!(await restartOnNewerNode())) {
  if (process.argv.length > 2) say('npm test takes no arguments; for single tests use `npx vitest run <path>`.');
  await main();
}
