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
  const folder = new URL('.', base);
  const entries = folder.pathname.endsWith('/chunks/') ? new URL('..', folder) : folder;
  return new URL(`${name}.js`, entries);
}
