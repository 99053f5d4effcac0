import { pathToFileURL } from 'node:url';

const source = '/src-main/workers/start-worker.ts';
const call = 'workerUrl(name, base)';

/**
 * A plugin for vitest's config: with the built program at hand (`npm test` names it), the engine's threads start from it. It is the same
 * code, ready in a third of the time, as nothing has to be stripped of its types and linked from a hundred files.
 *
 * @param program - path of the built command line, `out/main/cli.js`; without it threads start from the sources
 */
export function builtWorkers(program: string | undefined) {
  return {
    name: 'built-workers',
    transform(code: string, id: string): string | undefined {
      if (program === undefined || !id.endsWith(source)) return undefined;
      if (!code.includes(call)) throw new Error(`${source} no longer says ${call}: see test-support/built-workers.ts`);
      return code.replace(call, `workerUrl(name, ${JSON.stringify(pathToFileURL(program).href)})`);
    },
  };
}
