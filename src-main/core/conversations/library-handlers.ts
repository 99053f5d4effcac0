/** libraries: databases opened as conversations. */
import type { CallOutput, HandlerInput } from '../../../shared/contract/contract.ts';
import type { CoreDeps } from '../deps.ts';
import { detectLibrary, previewLibrary } from './ask-library.ts';
import { conversationKeys, messageKeys } from './keys/index.ts';
import type { LibraryBook } from './libraries/index.ts';
import { openLibrarySource, type LibrarySourceDeps } from './library-source.ts';
import { maskConversation, maskMessage } from './mask-rows.ts';
import { createRowMask } from './row-mask.ts';
import { cutConversation, cutMessage } from './view/index.ts';

/** Characters of a text in a preview. */
const previewed = 2048;

export function libraryHandlers(deps: LibrarySourceDeps & Pick<CoreDeps, 'guard'>, libraries: LibraryBook) {
  /** A password in a URL goes to the secret store; what is kept of the URL is without it (sources/postgres-source.ts). */
  const opened = async <T>(reference: string, work: (found: Awaited<ReturnType<typeof openLibrarySource>>) => Promise<T>): Promise<T> => {
    const found = await openLibrarySource(deps, reference);
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
      const { problems, conversations, messages } = await previewLibrary(found.source, mapping);
      const masker = await deps.guard.masker();
      const mask = createRowMask([mapping], (text) => masker.mask(text));
      const { seal } = await libraries.keysBy(mapping);
      return {
        conversations: conversations.map((row) => cutConversation(maskConversation(conversationKeys(row, seal), mask), false)),
        messages: messages.map((row) => cutMessage(maskMessage(messageKeys(row, seal), mask), previewed, false)),
        problems: problems.map((problem) => ({ ...problem, params: { ...problem.params } })),
      };
    }),
    'libraries/add': ({ source, name, mapping }: HandlerInput<'libraries/add'>): Promise<CallOutput<'libraries/add'>> => libraries.add({ source, name, mapping }),
    'libraries/edit': ({ id, name, mapping }: HandlerInput<'libraries/edit'>): Promise<CallOutput<'libraries/edit'>> => libraries.edit(id, { name, mapping }),
    async 'libraries/remove'({ id }: HandlerInput<'libraries/remove'>): Promise<CallOutput<'libraries/remove'>> {
      await libraries.remove(id);
      return { done: true };
    },
    'libraries/refresh': async ({ id }: HandlerInput<'libraries/refresh'>): Promise<CallOutput<'libraries/refresh'>> => ({ jobId: await libraries.refresh(id) }),
  };
}
