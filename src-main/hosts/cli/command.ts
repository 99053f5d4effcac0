import type { CallInput, CallName, CallOutput } from '../../../shared/contract/contract.ts';
import type { Job } from '../../../shared/model/job.ts';
import type { Core } from '../../core/composition.ts';
import type { Dispatcher } from '../dispatcher.ts';
import type { Arguments, OptionSpec } from './arguments.ts';
import type { Output } from './output.ts';
import type { Speech } from './speech.ts';
import type { Sentence } from './texts/index.ts';
import type { Verb } from './verbs.ts';

export interface CommandContext {
  readonly args: Arguments;
  readonly output: Output;
  /** The language of what is printed for people. */
  readonly speech: Speech;
  readonly core: Core;
  readonly dispatcher: Dispatcher;
  /** Aborted by Ctrl-C and SIGTERM. */
  readonly interrupted: AbortSignal;
  /** A call of the contract; throws its error. */
  call<N extends CallName>(name: N, input: CallInput<N>): Promise<CallOutput<N>>;
  /** Waits for a job with progress on standard error; throws its error. Ctrl-C cancels it. */
  job(jobId: string): Promise<Job>;
}

export interface Command {
  /** After the command's name. */
  readonly usage: string;
  readonly summary: Sentence;
  /** Where its first word says what it does. */
  readonly verbs?: Readonly<Record<string, Verb>>;
  /** How many words it takes besides its options; any number where absent. One more would be passed over without a word. */
  readonly words?: number;
  readonly options?: Readonly<Record<string, OptionSpec>>;
  /** Returns the exit code. */
  run(context: CommandContext): Promise<number>;
}
