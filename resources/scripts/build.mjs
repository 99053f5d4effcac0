/** `npm run build`: builds always, with the builder's output. */
import { ensureInstalled } from './lib/install.mjs';
import { ensureBuilt } from './lib/build.mjs';

await ensureInstalled();
await ensureBuilt({ force: true, output: 'full' });
