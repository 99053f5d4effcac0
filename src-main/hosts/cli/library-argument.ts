import { basename, resolve } from 'node:path';
import { TravessiaError } from '../../../shared/contract/errors.ts';
import type { Detection, Library } from '../../../shared/model/conversation-mapping.ts';
import { redactUrl } from '../../drivers/postgres/index.ts';
import type { CommandContext } from './command.ts';

/** A library by its id, by its name in any letter case, or by the very source it reads. */
async function known(context: CommandContext, given: string): Promise<Library | undefined> {
  const libraries = await context.call('libraries/list', {});
  const name = given.toLowerCase();
  const sources = new Set([given, resolve(given), redactUrl(given)]);
  return libraries.find(({ id }) => id === given) ?? libraries.find((each) => each.name.toLowerCase() === name) ?? libraries.find(({ source }) => sources.has(source));
}

/** The best of what a source looks like. @throws NO_CONVERSATIONS */
export async function detect(context: CommandContext, source: string, adapter?: string): Promise<Detection> {
  const { detections } = await context.call('libraries/detect', { source });
  const fitting = detections.filter(({ mapping }) => adapter === undefined || mapping.adapter === adapter);
  const best = fitting.toSorted((a, b) => b.confidence - a.confidence)[0];
  if (best === undefined) {
    throw new TravessiaError('NO_CONVERSATIONS', {
      message: adapter === undefined ? `No tables of ${redactUrl(source)} look like conversations.` : `No tables of ${redactUrl(source)} look like conversations of ${adapter}.`,
      hint: 'Say how they are to be read with a mapping: travessia libraries add SOURCE --mapping FILE. See docs/conversations.md.',
    });
  }
  return best;
}

function nameOf(source: string, taken: readonly Library[]): string {
  const plain = (/^[a-z]+:\/\//i.test(source) ? new URL(source).pathname.slice(1) : basename(source).replace(/\.[^.]{1,8}$/, '')).replace(/^[a-z]+:/i, '').slice(0, 60);
  const base = plain === '' ? 'library' : plain;
  const names = new Set(taken.map(({ name }) => name.toLowerCase()));
  let name = base;
  for (let next = 2; names.has(name.toLowerCase()); next += 1) name = `${base} ${next}`;
  return name;
}

/** Makes the local full-text copy where a library is read from one and it is not there, or is behind its source. */
export async function withSearch(context: CommandContext, library: Library): Promise<Library> {
  if (library.way !== 'cached' || library.search === 'ready') return library;
  try {
    const { jobId } = await context.call('libraries/refresh', { id: library.id });
    await context.job(jobId);
  } catch (error) {
    // What is there can be read by those who may not renew it, and while its source is away.
    if (library.search !== 'stale' || !(error instanceof TravessiaError) || error.code === 'CANCELLED') throw error;
    context.output.note(context.speech.say('As of {{when}}: {{error}}', { when: library.refreshedAt ?? context.speech.say('an earlier time'), error: context.speech.failure(error).message }));
  }
  return (await known(context, library.id)) ?? library;
}

/** Of a revoked replica only its id is known, and to the core alone. @throws REPLICA_REVOKED */
async function assertNotRevoked(context: CommandContext, id: string): Promise<void> {
  await context.call('conversations/list', { library: id, query: '', limit: 1, zone: 'UTC' }).catch((error: unknown) => {
    if (error instanceof TravessiaError && error.code === 'REPLICA_REVOKED') throw error;
  });
}

/** A path, an address, the embedded server, or a saved connection. */
async function isSource(context: CommandContext, given: string): Promise<boolean> {
  if (/[\\/.:]/.test(given) || given === 'embedded') return true;
  return (await context.call('connections/list', {})).some(({ id, name }) => id === given || name === given);
}

/**
 * A LIBRARY argument: an id, a name, or directly a source, which is then recognised, opened and kept as a library.
 * @throws NO_CONVERSATIONS, NOT_FOUND, REPLICA_REVOKED, what opening the source reports
 */
export async function openLibrary(context: CommandContext, given: string): Promise<Library> {
  const found = await known(context, given);
  if (found !== undefined) return withSearch(context, found);
  if (await isSource(context, given)) return openSource(context, given);
  await assertNotRevoked(context, given);
  throw new TravessiaError('NOT_FOUND', { message: `There is no library ${given}.`, hint: 'See travessia libraries list, or name a file or an address.' });
}

async function openSource(context: CommandContext, given: string): Promise<Library> {
  const detection = await detect(context, given);
  const name = nameOf(given, await context.call('libraries/list', {}));
  const library = await context.call('libraries/add', { source: given, name, mapping: detection.mapping });
  context.output.note(context.speech.say('Opened as {{program}}; kept as the library "{{name}}".', { program: detection.program ?? detection.mapping.adapter, name }));
  return withSearch(context, library);
}
