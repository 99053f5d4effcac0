import { TravessiaError } from '../../../shared/contract/errors.ts';

/** As a shell reports whoever ended by a closed pipe: 128 and the number of SIGPIPE. Node ignores that signal, and gets an error of the stream instead. */
const endedByPipe = 141;

/** What became of standard output. */
export interface ClosedOutput {
  /** Aborted once it takes nothing more. */
  readonly signal: AbortSignal;
  /** Nobody reads on (`| head`): nothing is to be said any more, on standard error neither. */
  readonly isLeft: () => boolean;
  /** The code to end with, given the one of the command. @throws TravessiaError FILE_NOT_WRITABLE where it failed otherwise, as on a full disk */
  code(code: number): number;
  /** Looks away again. */
  [Symbol.dispose](): void;
}

/** Watches both outputs from now on. Notes that nobody reads change nothing: the command goes on. */
export function watchOutput(stdout: NodeJS.WriteStream, stderr: NodeJS.WriteStream): ClosedOutput {
  const closed = new AbortController();
  let failure: Error | null = null;
  const isPipe = (): boolean => failure !== null && 'code' in failure && failure.code === 'EPIPE';
  const onError = (error: Error): void => {
    failure ??= error;
    closed.abort();
  };
  const ignore = (): void => undefined;
  stdout.on('error', onError);
  stderr.on('error', ignore);
  return {
    signal: closed.signal,
    isLeft: isPipe,
    code(code) {
      if (failure === null) return code;
      if (isPipe()) return endedByPipe;
      throw new TravessiaError('FILE_NOT_WRITABLE', { message: `Standard output cannot be written: ${failure.message}.`, hint: 'Make room, or write elsewhere.', cause: failure });
    },
    [Symbol.dispose]() {
      stdout.off('error', onError);
      stderr.off('error', ignore);
    },
  };
}
