/** libraries: databases opened as conversations. */
import type { CallOutput, HandlerInput } from '../../../shared/contract/contract.ts';
import { detectLibrary, previewLibrary } from './ask-library.ts';
import type { LibraryBook } from './libraries.ts';
import { openLibrarySource, type LibrarySourceDeps } from './library-source.ts';

export function libraryHandlers(deps: LibrarySourceDeps, libraries: LibraryBook) {
  const { targetSecrets } = deps;
  /** A password in a URL goes to the secret store before anything else sees the URL. */
  const opened = async <T>(reference: string, work: (found: Awaited<ReturnType<typeof openLibrarySource>>) => Promise<T>): Promise<T> => {
    const found = await openLibrarySource(deps, await targetSecrets.keep(reference));
    try {
      return await work(found);
    } finally {
      await found.release();
    }
  };
  return {
    'libraries/list': (_input: HandlerInput<'libraries/list'>): Promise<CallOutput<'libraries/list'>> => libraries.list(),
    'libraries/detect': ({ source }: HandlerInput<'libraries/detect'>): Promise<CallOutput<'libraries/detect'>> => opened(source, (found) => detectLibrary(found.source)),
    'libraries/preview': ({ source, mapping }: HandlerInput<'libraries/preview'>): Promise<CallOutput<'libraries/preview'>> => opened(source, async (found) => {
      const { problems, ...rows } = await previewLibrary(found.source, mapping);
      return { ...rows, problems: problems.map((problem) => ({ ...problem, params: { ...problem.params } })) };
    }),
    'libraries/add': async ({ source, name, mapping }: HandlerInput<'libraries/add'>): Promise<CallOutput<'libraries/add'>> => libraries.add({ source: await targetSecrets.keep(source), name, mapping }),
    'libraries/edit': ({ id, name, mapping }: HandlerInput<'libraries/edit'>): Promise<CallOutput<'libraries/edit'>> => libraries.edit(id, { name, mapping }),
    async 'libraries/remove'({ id }: HandlerInput<'libraries/remove'>): Promise<CallOutput<'libraries/remove'>> {
      await libraries.remove(id);
      return { done: true };
    },
    'libraries/refresh': async ({ id }: HandlerInput<'libraries/refresh'>): Promise<CallOutput<'libraries/refresh'>> => ({ jobId: await libraries.refresh(id) }),
  };
}
