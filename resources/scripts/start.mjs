/**
 * `npm start`: installs, builds, opens the window; where none can be had, says why in one line and serves
 * the same console on the web host. Arguments are passed on.
 */
import { inRoot, root, say } from './lib/project.mjs';
import { childEnv, endLike, findNode, runInForeground } from './lib/node.mjs';
import { ensureInstalled } from './lib/install.mjs';
import { ensureBuilt } from './lib/build.mjs';
import { electronPath, fetchElectron, windowObstacle } from './lib/electron.mjs';

/** The reason for the web host, or null when the window can be opened. */
function whyWeb() {
  const obstacle = windowObstacle();
  if (!obstacle) return fetchElectron() ? null : 'The Electron binary cannot be had here';
  return electronPath() ? `No window: ${obstacle}` : `The Electron binary is not installed here, and ${obstacle}`;
}

await ensureInstalled();
await ensureBuilt();
const args = process.argv.slice(2);
const reason = whyWeb();
if (reason) {
  say(`${reason}; starting the web host instead.`);
  endLike(await runInForeground(findNode(), [inRoot('out', 'main', 'cli.js'), 'serve', ...args], { env: childEnv() }));
} else {
  endLike(await runInForeground(electronPath(), [root, ...args]));
}
