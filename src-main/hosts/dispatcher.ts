/**
 * The one door into the core. Every host (Electron IPC, web socket, command line) hands a name and an input of
 * unknown shape to `call` and gets a reply of plain data back; nothing else crosses.
 */
import { z } from 'zod';
import { contract, isCallName } from '../../shared/contract/contract.ts';
import type { CallName, CallOutput, HandlerInput } from '../../shared/contract/contract.ts';
import { TravessiaError, toErrorReply } from '../../shared/contract/errors.ts';
import type { Reply } from '../../shared/contract/errors.ts';
import { misfitsOf } from '../../shared/contract/misfits.ts';
import type { TravessiaEvent } from '../../shared/contract/events.ts';
import type { CallContext, CorePorts, Handlers } from '../../shared/contract/handlers.ts';

export type { CallContext, CorePorts, Handlers };

export interface Dispatcher {
  /** Never rejects: every failure is a reply with a code. */
  call(name: string, input: unknown, context: CallContext): Promise<Reply<unknown>>;
  /** @returns the function that ends the subscription */
  onEvent(listener: (event: TravessiaEvent) => void): () => void;
}

export interface DispatcherOptions {
  /** Checks what a handler returns against the contract; meant for tests and development. */
  readonly checkOutput?: boolean;
  /** Told of errors that are nobody's fault but the program's, with their stack, before they become INTERNAL. */
  readonly onInternalError?: (call: string, error: unknown) => void;
}

/** The contract again, typed so that a name's schemas and its handler are known to belong together. */
const specs: { readonly [N in CallName]: { readonly input: z.ZodType<HandlerInput<N>>; readonly output: z.ZodType<CallOutput<N>> } } = contract;

/** A page of rows in bytes of JSON (design: experience.md, "replies … 1 MB at most"). */
export const maxReplyBytes = 1024 * 1024;
/** What is one whole, such as the assessment or the plan of a database of ten thousand columns; it cannot be asked for in parts. */
export const maxDocumentBytes = 64 * 1024 * 1024;

/** Whether a call can be asked for fewer rows. */
function isPaged(name: CallName): boolean {
  const { input } = contract[name];
  return input instanceof z.ZodObject && 'limit' in input.shape;
}

/**
 * Validates name and input against the contract, calls the handler, converts errors once.
 *
 * @param core handlers and events, as `createCore` returns them
 */
export function createDispatcher(core: CorePorts, options: DispatcherOptions = {}): Dispatcher {
  const isChecked = options.checkOutput ?? (process.env['NODE_ENV'] === 'test' || process.env['NODE_ENV'] === 'development');

  async function run<N extends CallName>(name: N, input: unknown, context: CallContext): Promise<CallOutput<N>> {
    const parsed = specs[name].input.safeParse(input);
    if (!parsed.success) throw new TravessiaError('INVALID_INPUT', { message: `The input of ${name} does not fit: ${misfitsOf(parsed.error, input)}.` });
    const value = await core.handlers[name](parsed.data, context);
    if (isChecked) assertOutput(name, value);
    return value;
  }

  return {
    async call(name, input, context) {
      if (!isCallName(name)) return { ok: false, error: toErrorReply(unknownCall(name)) };
      return run(name, input, context).then(
        (value) => fitting(name, value),
        (error: unknown): Reply<unknown> => {
          const converted = toErrorReply(error);
          if (converted.code === 'INTERNAL') options.onInternalError?.(name, error);
          return { ok: false, error: converted };
        },
      );
    },
    onEvent: core.onEvent,
  };
}

function unknownCall(name: unknown): TravessiaError {
  const shown = typeof name === 'string' ? name.slice(0, 80) : typeof name;
  return new TravessiaError('INVALID_INPUT', { message: `There is no call named ${JSON.stringify(shown)}`, hint: 'Update the program: its parts may be of different versions.' });
}

function assertOutput(name: CallName, value: unknown): void {
  const result = contract[name].output.safeParse(value);
  if (result.success) return;
  const places = result.error.issues.slice(0, 5).map((issue) => `${issue.path.join('.') || 'output'}: ${issue.message}`);
  throw new TravessiaError('INTERNAL', { message: `${name} returned what its contract does not allow: ${places.join('; ')}` });
}

function fitting(name: CallName, value: unknown): Reply<unknown> {
  const bytes = Buffer.byteLength(JSON.stringify(value) ?? '');
  const isRows = isPaged(name);
  const most = isRows ? maxReplyBytes : maxDocumentBytes;
  if (bytes <= most) return { ok: true, value };
  return {
    ok: false,
    error: {
      code: 'INVALID_INPUT',
      message: `The answer of ${name} would be ${bytes} bytes; ${most} are allowed`,
      hint: isRows ? 'Ask for fewer rows at a time (limit) and page through the rest (after).' : 'Take fewer tables or files at a time.',
    },
  };
}
