/**
 * Starts the packaged program (dist/, after `npm run dist`) and succeeds when its window shows the console.
 *
 * The fuses forbid Node's debugger, so Playwright cannot drive it as an Electron program; Chromium's own
 * debugging port tells what the window shows.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { inRoot } from './lib/project.mjs';

const startMs = 120_000;
const executables = { linux: 'travessia', darwin: 'Travessia.app/Contents/MacOS/Travessia', win32: 'Travessia.exe' };

function findExecutable() {
  const folders = readdirSync(inRoot('dist'), { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const paths = folders.map(({ name }) => inRoot('dist', name, executables[process.platform]));
  const found = paths.find((path) => existsSync(path));
  if (!found)
    throw new Error(`No packaged program in dist/; looked for ${paths.join(', ')}. Run \`npm run dist\` first.`);
  return found;
}

const freePort = () =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });

async function windowTitle(port) {
  try {
    const targets = await (await fetch(`http://127.0.0.1:${port}/json/list`)).json();
    return targets.find(({ type, title }) => type === 'page' && title.includes('Travessia'))?.title;
  } catch {
    return undefined;
  }
}

const profile = mkdtempSync(join(tmpdir(), 'travessia-packaged-'));
const port = await freePort();
const child = spawn(findExecutable(), [`--remote-debugging-port=${port}`, `--user-data-dir=${profile}`], {
  stdio: 'inherit',
});
let ended = null;
child.once('error', (error) => (ended = error.message));
child.once('exit', (code, signal) => (ended = `ended with ${signal ?? code}`));

const deadline = Date.now() + startMs;
let title;
while (!title && ended === null && Date.now() < deadline) {
  title = await windowTitle(port);
  if (!title) await sleep(250);
}
child.kill();
for (let turns = 0; ended === null && turns < 100; turns += 1) await sleep(100);
rmSync(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
if (!title) {
  console.error(`The packaged program showed no window: ${ended ?? 'no answer in time'}.`);
  process.exit(1);
}
console.log(`The packaged program started: ${title}`);
