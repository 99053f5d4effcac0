import { readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { z } from 'zod';
import { TravessiaError } from '../../../shared/contract/errors.ts';
import { fromErrorReply } from '../../../shared/contract/errors.ts';
import type { Dispatcher } from '../dispatcher.ts';

/** The same limit the web host has for one call. */
const maxPlanBytes = 8 * 1024 * 1024;
const idSchema = z.object({ id: z.string() });

/**
 * The plan file among a command line's words. Only the ending the package registers counts: Chromium adds words of its own
 * to a second instance's line, and any `.json` would be too much.
 */
export function planFileIn(words: readonly string[], folder: string): string | null {
  const found = words.slice(1).findLast((word) => !word.startsWith('-') && word.endsWith('travessia-plan.json'));
  return found === undefined ? null : resolve(folder, found);
}

/**
 * Imports a plan file through the same call a page would make.
 *
 * @returns the plan's id
 * @throws the import's error, FILE_NOT_FOUND, or INVALID_INPUT for a file that is too large
 */
export async function importPlan(path: string, dispatcher: Dispatcher): Promise<string> {
  const found = await stat(path).catch((cause: unknown) => {
    throw new TravessiaError('FILE_NOT_FOUND', { message: `There is no file ${path}`, cause });
  });
  if (!found.isFile() || found.size > maxPlanBytes) throw new TravessiaError('INVALID_INPUT', { message: `${path} is no plan file of at most ${maxPlanBytes} bytes` });
  const reply = await dispatcher.call('plans/import', { text: await readFile(path, 'utf8') }, { who: 'electron' });
  if (!reply.ok) throw fromErrorReply(reply.error);
  return idSchema.parse(reply.value).id;
}
