#!/usr/bin/env node
/**
 * The `travessia` command. In a checkout it installs and builds what is missing (saying so on stderr), then
 * runs the built command line on a Node that is new enough.
 */
import { pathToFileURL } from 'node:url';
import { inRoot, isCheckout } from './lib/project.mjs';
import { cacheCompiledModules, isRestarted, restartOnNewerNode } from './lib/node.mjs';
import { ensureInstalled } from './lib/install.mjs';
import { ensureBuilt } from './lib/build.mjs';

if (isCheckout() && !isRestarted()) {
  await ensureInstalled();
  await ensureBuilt();
}
if (!(await restartOnNewerNode())) {
  cacheCompiledModules();
  const program = inRoot('out', 'main', 'cli.js');
  process.argv[1] = program;
  await import(pathToFileURL(program).href);
}
