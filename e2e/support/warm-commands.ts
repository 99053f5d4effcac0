/**
 * A process that runs command lines one after another: what a command costs before it does anything is paid once. Started with an IPC
 * channel and the path of the module that has `runCommandLine`; ends when the channel does.
 */
import { StringDecoder } from 'node:string_decoder';
import { pathToFileURL } from 'node:url';
import { serveThreadsHere } from '../../src-main/test-support/threads-here.ts';

/** One command line, and where it stands. */
export interface WarmCommand {
  readonly words: readonly string[];
  readonly env: Readonly<NodeJS.ProcessEnv>;
  readonly folder: string;
}

export interface WarmAnswer {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

interface CommandLine {
  runCommandLine(words: readonly string[]): Promise<number>;
}

/** Keeps what is written to a stream instead of writing it; gives the text and the stream back. */
function keep(stream: NodeJS.WriteStream): () => string {
  const decoder = new StringDecoder('utf8');
  const write = stream.write.bind(stream);
  let text = '';
  stream.write = (chunk: string | Uint8Array, ...rest: unknown[]): boolean => {
    text += typeof chunk === 'string' ? chunk : decoder.write(Buffer.from(chunk));
    for (const done of rest) if (typeof done === 'function') process.nextTick(() => Reflect.apply(done, undefined, []));
    return true;
  };
  return () => {
    stream.write = write;
    return text;
  };
}

serveThreadsHere();
const { runCommandLine }: CommandLine = await import(pathToFileURL(process.argv[2] ?? '').href);

process.on('message', ({ words, env, folder }: WarmCommand) => {
  for (const name of Object.keys(process.env)) if (!(name in env)) delete process.env[name];
  Object.assign(process.env, env);
  process.chdir(folder);
  const kept = [keep(process.stdout), keep(process.stderr)] as const;
  runCommandLine(words).then((code) => {
    const [stdout, stderr] = kept.map((end) => end());
    const answer: WarmAnswer = { code, stdout: stdout ?? '', stderr: stderr ?? '' };
    process.send?.(answer);
  }, (error: unknown) => {
    for (const end of kept) end();
    throw error;
  });
});
process.on('disconnect', () => process.exit());
