import { open, rm } from 'node:fs/promises';
import { TravessiaError } from '../../../shared/contract/errors.ts';
import type { ExportFormat } from '../../../shared/model/conversation-work.ts';
import { parseQuery } from '../../../shared/pure/conversation-query/index.ts';
import { required, text } from './arguments.ts';
import type { CommandContext } from './command.ts';
import { assertUnderstood } from './conversation-text.ts';
import type { Verb } from './verbs.ts';

const byName: readonly (readonly [RegExp, ExportFormat])[] = [[/\.json$/i, 'json'], [/\.(?:ndjson|jsonl)$/i, 'ndjson'], [/\.csv$/i, 'csv'], [/\.(?:md|markdown)$/i, 'markdown'], [/\.html?$/i, 'html']];

interface Target {
  write(data: Buffer): Promise<void>;
  close(): Promise<void>;
  discard(): Promise<void>;
}

/** A new file, for its owner alone: what people said is in it. */
async function targetOf(path: string): Promise<Target> {
  if (path === '-') {
    return {
      write: (data) => new Promise<void>((resolve, reject) => void process.stdout.write(data, (error) => (error ? reject(error) : resolve()))), close: async () => undefined, discard: async () => undefined,
    };
  }
  const file = await open(path, 'wx', 0o600).catch((error: NodeJS.ErrnoException) => {
    throw new TravessiaError(error.code === 'EEXIST' ? 'FILE_EXISTS' : 'FILE_NOT_WRITABLE', { message: `Cannot write ${path}: ${error.message}.`, hint: 'Name a file that does not exist yet, in a folder that can be written.', cause: error });
  });
  return {
    write: (data) => file.writeFile(data),
    close: () => file.close(),
    async discard() {
      await file.close();
      await rm(path, { force: true });
    },
  };
}

type Asked = { readonly library: string; readonly query: string; readonly zone: string };

/** `conversations export`: the job's file, fetched in pieces into a file of the person's. */
export function exportVerb(asked: (context: CommandContext) => Promise<Asked>, chosen: (context: CommandContext) => ExportFormat | undefined): Verb {
  return {
    usage: 'LIBRARY [QUERY] --out FILE', summary: 'what a search finds, or one conversation, as JSON, NDJSON, CSV, Markdown or HTML',
    async run(context) {
      const path = required(context.args, 'out');
      const format = chosen(context) ?? byName.find(([pattern]) => pattern.test(path))?.[1];
      if (format === undefined) throw new TravessiaError('USAGE', { message: `The name ${path} does not tell a format.`, hint: 'Say it: --as json, ndjson, csv, markdown or html.' });
      if (path === '-' && context.output.json) throw new TravessiaError('USAGE', { message: '--out - and --format json both ask for standard output.', hint: 'Choose one of them.' });
      const input = await asked(context);
      const only = text(context.args, 'only');
      if (only === undefined) assertUnderstood(input.query, parseQuery(input.query, { now: Date.now(), zone: input.zone }).diagnostics);
      const target = await targetOf(path);
      try {
        const { jobId } = await context.call('conversations/export', {
          ...input, format, of: context.args.options['whole'] === true ? 'conversations' : 'messages', ...(only === undefined ? {} : { conversation: only }), language: context.speech.language,
        });
        const job = await context.job(jobId);
        let [offset, size]: [number | null, number] = [0, 0];
        while (offset !== null) {
          const piece: { data: string; next: number | null; bytes: number } = await context.call('conversations/exported', { jobId, offset });
          await target.write(Buffer.from(piece.data, 'base64'));
          [offset, size] = [piece.next, piece.bytes];
        }
        await target.close();
        if (context.output.json) context.output.document({ file: path, format, messages: job.rows, bytes: size });
        else if (path !== '-') context.output.print(context.speech.say('{{path}}: {{messages}} {{messages|message|messages}}, {{size}}', { path, messages: context.speech.count(job.rows), size: context.speech.bytes(size) }));
        return 0;
      } catch (error) {
        await target.discard();
        throw error;
      }
    },
  };
}
