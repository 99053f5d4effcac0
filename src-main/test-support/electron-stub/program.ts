/** A built program for the stand-in to run: the real preload script, and a renderer that is only there to be served. */
import { copyFileSync, existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { tempFolder } from '../temp-folder.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const sources = ['src-main/hosts/electron/preload.ts', 'src-main/hosts/electron/channels.ts', 'shared/contract/names.ts'];

export interface BuiltProgram extends Disposable {
  /** What `app.getAppPath()` gives: `out/` lies in it. */
  readonly folder: string;
  readonly home: string;
  readonly preload: string;
}

function isFresh(path: string): boolean {
  return existsSync(path) && sources.every((source) => statSync(join(root, source)).mtimeMs <= statSync(path).mtimeMs);
}

/** Takes the preload script of the last build, or builds it where there is none as new as its sources. */
export async function buildProgram(): Promise<BuiltProgram> {
  const temp = tempFolder('desktop');
  const folder = join(temp.path, 'program');
  const preloadFolder = join(folder, 'out', 'preload');
  const preload = join(preloadFolder, 'preload.cjs');
  mkdirSync(preloadFolder, { recursive: true });
  const built = join(root, 'out', 'preload', 'preload.cjs');
  if (isFresh(built)) copyFileSync(built, preload);
  else {
    await build({
      root, configFile: false, logLevel: 'error',
      build: {
        outDir: preloadFolder, emptyOutDir: false, minify: false, ssr: true,
        rolldownOptions: {
          input: { preload: join(root, 'src-main/hosts/electron/preload.ts') }, external: ['electron'],
          output: { format: 'cjs', entryFileNames: '[name].cjs', codeSplitting: false },
        },
      },
    });
  }
  const renderer = join(folder, 'out', 'renderer');
  mkdirSync(join(renderer, 'assets'), { recursive: true });
  writeFileSync(join(renderer, 'index.html'), '<!doctype html><html><head><title>T</title></head><body></body></html>');
  writeFileSync(join(renderer, 'assets', 'index-a1b2c3d4.js'), 'export {};\n');
  writeFileSync(join(folder, 'out', 'secret.txt'), 'outside');
  return { folder, home: join(temp.path, 'home'), preload, [Symbol.dispose]: temp.remove };
}
