import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';
import { emptyDatabaseFile, makeEmptyDatabase } from './src-main/drivers/pglite/empty-database.ts';

const root = fileURLToPath(new URL('.', import.meta.url));
/** The build script builds beside `out` and moves a finished build into place. */
const out = resolve(root, process.env.TRAVESSIA_OUT ?? 'out');

/** Every worker thread is an entry of its own: `src-main/workers/<name>.ts` becomes `out/main/<name>.js`. */
function workerEntries(): Record<string, string> {
  const folder = resolve(root, 'src-main/workers');
  const names = existsSync(folder) ? readdirSync(folder) : [];
  const helpers = ['ask-worker.ts', 'asked-thread.ts', 'start-worker.ts', 'worker-url.ts'];
  const isEntry = (name: string) => name.endsWith('.ts') && !name.endsWith('.test.ts') && !helpers.includes(name);
  return Object.fromEntries(names.filter(isEntry).map((name) => [basename(name, '.ts'), resolve(folder, name)]));
}

/** Leaves an empty PGlite database beside the entries; made once for each version of PGlite, as it takes some seconds. */
function emptyPglite() {
  const { version }: { version: string } = JSON.parse(readFileSync(resolve(root, 'node_modules/@electric-sql/pglite/package.json'), 'utf8'));
  const kept = resolve(root, `node_modules/.cache/pglite-${version}.tar.gz`);
  return {
    name: 'empty-pglite',
    async generateBundle(this: { emitFile(file: { type: 'asset'; fileName: string; source: Uint8Array }): unknown }) {
      if (!existsSync(kept)) {
        const part = `${kept}.${process.pid}`;
        mkdirSync(resolve(kept, '..'), { recursive: true });
        writeFileSync(part, await makeEmptyDatabase());
        renameSync(part, kept);
      }
      this.emitFile({ type: 'asset', fileName: emptyDatabaseFile, source: readFileSync(kept) });
    },
  };
}

export default defineConfig({
  main: {
    plugins: [emptyPglite()],
    build: {
      outDir: resolve(out, 'main'),
      // Bundled, for these are many small files of which little is used: a command and each of its threads start sooner.
      externalizeDeps: { exclude: ['zod', 'drizzle-orm'] },
      sourcemap: true,
      rolldownOptions: {
        input: {
          electron: resolve(root, 'src-main/hosts/electron/main.ts'),
          cli: resolve(root, 'src-main/hosts/cli/main.ts'),
          // For tests, which run many commands for one start.
          'command-line': resolve(root, 'src-main/hosts/cli/run-command-line.ts'),
          ...workerEntries(),
        },
        // No module of the program does anything by being imported: a thread takes only what it uses into its memory.
        treeshake: { moduleSideEffects: false },
        // Shared chunks lie in one folder below the entries: worker-url.ts relies on it.
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
      },
    },
  },
  preload: {
    build: {
      outDir: resolve(out, 'preload'),
      // A sandboxed preload is one CommonJS file and can load no package: everything is bundled.
      externalizeDeps: false,
      rolldownOptions: {
        input: { preload: resolve(root, 'src-main/hosts/electron/preload.ts') },
        output: { format: 'cjs', entryFileNames: '[name].cjs', codeSplitting: false },
      },
    },
  },
  renderer: {
    root: resolve(root, 'src-renderer'),
    plugins: [react(), tailwindcss()],
    build: {
      outDir: resolve(out, 'renderer'),
      minify: true,
      // The content security policy allows files of the console only: no inline script, no data: URL.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      // Read from the disk or over loopback: one file of a megabyte is quicker there than several.
      chunkSizeWarningLimit: 2000,
      rolldownOptions: { input: resolve(root, 'src-renderer/index.html') },
    },
  },
});
