import type { z } from 'zod';
import { TravessiaError } from '../../shared/contract/errors.ts';
import { misfitsOf } from '../../shared/contract/misfits.ts';

/** Reads a stored JSON document by its schema: an older program wrote it, or damage changed it. */
export function readDocument<Schema extends z.ZodType>(schema: Schema, what: string, text: string): z.infer<Schema> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw damaged(what, 'it is not JSON', error);
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw damaged(what, misfitsOf(parsed.error, value), parsed.error);
}

export function writeDocument(value: unknown): string {
  return JSON.stringify(value);
}

function damaged(what: string, why: string, cause: unknown): TravessiaError {
  return new TravessiaError('STORE_DAMAGED', { message: `${what} in the console's store cannot be read (${why}).`, hint: 'Remove it from the console, or set the store aside; targets keep their own journal.', cause });
}
