/**
 * Address of a worker thread's entry file.
 *
 * From source (tests, scripts; Node strips the types) a worker is `src-main/workers/<name>.ts`; in the built
 * program it is `<name>.js` beside the entries in `out/main`, whether the caller ended up in an entry or in a
 * shared chunk below it.
 *
 * @param name - file name of the worker without its ending, such as `store`
 * @param base - `import.meta.url` of the caller, anywhere in the sources or in a built file
 * @returns a `file:` URL to give to `new Worker()`
 */
export function workerUrl(name: string, base: string): URL {
  if (base.endsWith('.ts')) {
    const here = new URL('.', import.meta.url);
    return new URL(`${name}.ts`, here);
  }
  return new URL(`${name}.js`, entries(base));
}

/** The folder of the built entries, for a caller in one of them or in a shared chunk below. */
function entries(base: string): URL {
  const folder = new URL('.', base);
  return folder.pathname.endsWith('/chunks/') ? new URL('..', folder) : folder;
}

/**
 * Address of a file that the build leaves beside the entries; null from source.
 *
 * @param base - `import.meta.url` of the caller
 */
export function builtFile(name: string, base: string): URL | null {
  return base.endsWith('.ts') ? null : new URL(name, entries(base));
}
