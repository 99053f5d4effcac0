/**
 * `npm start`: installs, builds, opens the window; where none can be had, says why in one line and serves
 * the same console on the web host. Arguments are passed on.
 */
import { inRoot, root, say } from './lib/project.mjs';
import { childEnv, endLike, findNode, runInForeground } from './lib/node.mjs';
import { ensureInstalled } from './lib/install.mjs';
import { ensureBuilt } from './lib/build.mjs';
import { electronPath, fetchElectron, windowObstacle } from './lib/electron.mjs';

/** Why the web host starts in place of the window, or null when that can be opened. */
function whyWeb() {
  const obstacle = windowObstacle();
  if (obstacle === null) return fetchElectron() ? null : 'The Electron binary cannot be had here; starting the web host instead.';
  const sentences = {
    root: [
      'No window, as Electron does not run as root with its sandbox on; starting the web host instead.',
      'The Electron binary is not installed here, and Electron does not run as root with its sandbox on; starting the web host instead.',
    ],
    display: [
      'No window, as there is no display; starting the web host instead.',
      'The Electron binary is not installed here, and there is no display; starting the web host instead.',
    ],
  };
  return sentences[obstacle][electronPath() ? 0 : 1];
}

await ensureInstalled();
await ensureBuilt();
const args = process.argv.slice(2);
const reason = whyWeb();
if (reason) {
  say(reason);
  endLike(await runInForeground(findNode(), [inRoot('out', 'main', 'cli.js'), 'serve', ...args], { env: childEnv() }));
} else {
  endLike(await runInForeground(electronPath(), [root, ...args]));
}
