import type { z } from 'zod';

/**
 * read: changes nothing. write: changes the console's own data, or starts work whose target effect was shown before.
 * danger: changes or removes something in a person's database; the hosts ask for the hash of what was shown (`…/plan` twin).
 */
export type CallKind = 'read' | 'write' | 'danger';

export interface CallSpec<Input extends z.ZodType = z.ZodType, Output extends z.ZodType = z.ZodType> {
  readonly kind: CallKind;
  readonly input: Input;
  readonly output: Output;
  /** One line, shown by `--help` and in the command palette's developer listing. */
  readonly summary: string;
}

export function call<Input extends z.ZodType, Output extends z.ZodType>(
  kind: CallKind,
  summary: string,
  input: Input,
  output: Output,
): CallSpec<Input, Output> {
  return { kind, summary, input, output };
}
