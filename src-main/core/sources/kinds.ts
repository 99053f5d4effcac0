import { resolve } from 'node:path';
import { TravessiaError } from '../../../shared/contract/errors.ts';
import { parseDatabase, redactUrl } from '../../drivers/postgres/index.ts';
import { jsonKind } from './json-source.ts';
import { pgliteKind } from './pglite-source.ts';
import { postgresKind } from './postgres-source.ts';
import type { Source, SourceKind, SourcePorts, SourceState } from './source-kind.ts';
import { sqliteKind } from './sqlite-source.ts';

/** In the order in which they look at a name; SQLite takes every path the others leave. */
const kinds: readonly SourceKind[] = [jsonKind, pgliteKind, sqliteKind, postgresKind];

const supported = 'Sources are SQLite files, JSON files, PGlite data (a folder or an archive), PostgreSQL URLs and saved connections. To read from the embedded server, start it with “travessia server start” and give the URL that “travessia server url” prints.';

/**
 * The source that a path, a URL or a saved connection names.
 * @throws TravessiaError FILE_NOT_FOUND for a bare word that names nothing, UNSUPPORTED_SOURCE, INVALID_INPUT
 */
export async function resolveSource(deps: SourcePorts, reference: string): Promise<Source> {
  const ref = parseDatabase(reference);
  for (const each of kinds) {
    const source = await each.match(reference, ref, deps);
    if (source !== null) return source;
  }
  if (ref.kind === 'saved') {
    const found = await deps.connections.find(ref.name);
    if (found === null) throw new TravessiaError('FILE_NOT_FOUND', { message: `There is no file and no connection named ${ref.name}.`, hint: 'Give the path of a file. A file without an ending is named with its folder: ./name.' });
    if (found.connection.kind === 'sqlite') return resolveSource(deps, resolve(found.connection.location));
  }
  throw new TravessiaError('UNSUPPORTED_SOURCE', { message: `${redactUrl(reference)} cannot be a source.`, hint: supported });
}

/**
 * A source's name as it may be stored: absolute, without a password, the same in project, assessment and plan. What names nothing that is
 * there stays as it was written; whoever reads it says so.
 */
export async function keptReference(deps: SourcePorts, reference: string): Promise<string> {
  try {
    return (await resolveSource(deps, reference)).reference;
  } catch {
    return redactUrl(reference);
  }
}

/** The kind of a source. Each is asked about its own sources only. */
export function kindOf(source: Source): SourceKind {
  const found = kinds.find((each) => each.kind === source.kind);
  if (found === undefined) throw new TravessiaError('INTERNAL', { message: `No kind of source is called ${source.kind}.` });
  return found;
}

/** @throws TravessiaError where the source is gone or cannot be reached */
export function sourceState(source: Source): Promise<SourceState> {
  return kindOf(source).state(source);
}
