/** Exports of a view or a search, as jobs. */
import type { CallOutput, HandlerInput } from '../../../shared/contract/contract.ts';
import type { CallContext } from '../../../shared/contract/handlers.ts';
import { TravessiaError } from '../../../shared/contract/errors.ts';
import { describe } from '../../../shared/pure/texts/index.ts';
import { isoNow, type CoreDeps } from '../deps.ts';
import { createExportedFiles, exportConversations } from './export/index.ts';
import type { View } from './view/index.ts';

export function exportHandlers(deps: CoreDeps, view: View) {
  const files = createExportedFiles(deps.folders.exports);
  const sweep = (): void => void files.sweep(deps.now()).catch(() => undefined);
  // What an earlier start left behind; while the console stays up, each export looks after those before it.
  sweep();
  return {
    async 'conversations/export'(input: HandlerInput<'conversations/export'>, context: CallContext): Promise<CallOutput<'conversations/export'>> {
      const { lens, query, diagnostics } = await view.open(input);
      const [first] = diagnostics;
      if (input.conversation === undefined && first !== undefined) throw new TravessiaError('QUERY_INVALID', { message: describe(first.code, first.params), ...(first.suggestion === null ? {} : { hint: `Did you mean: ${first.suggestion}` }) });
      sweep();
      await context.line?.();
      const job = deps.jobs.start({
        // Without the query: the list of jobs is no place for what was searched.
        kind: 'export', title: lens.library.name,
        work: async (work) => {
          const request = {
            query, line: input.conversation === undefined ? input.query : '', conversation: input.conversation ?? null, of: input.of, format: input.format, language: input.language,
            at: isoNow(deps), who: context.who, version: deps.version,
          };
          const messages = await exportConversations(lens, request, files, work);
          work.log('log.export.done', { messages: String(messages) });
          return work.id;
        },
      });
      return { jobId: job.id };
    },
    async 'conversations/exported'(input: HandlerInput<'conversations/exported'>): Promise<CallOutput<'conversations/exported'>> {
      const masker = await deps.guard.masker();
      return files.piece(input.jobId, input.offset, !masker.active);
    },
  };
}
