import { TravessiaError } from '../../../shared/contract/errors.ts';
import type { Library } from '../../../shared/model/conversation-mapping.ts';
import { embeddedServer } from '../../drivers/embedded-postgres/index.ts';
import { parseDatabase } from '../../drivers/postgres/index.ts';
import type { CoreDeps } from '../deps.ts';
import { resolveSource, type Source } from '../sources/index.ts';

export type LibrarySourceDeps = Pick<CoreDeps, 'connections' | 'targetSecrets' | 'folders'>;

/** A library's database, found and, where it is the embedded server, started. */
export interface LibrarySource {
  readonly source: Source;
  readonly kind: Exclude<Library['kind'], 'replica'>;
  /** How it is kept: the id of a saved connection, an absolute path, a URL without its password. */
  readonly reference: string;
  /** Where the connection leads just now; the reference itself where it is none. */
  readonly location: string;
  /** The connection is marked read-only: a DBA may not change it either. */
  readonly readOnly: boolean;
  /** The embedded server: started anew it may stand at another port. */
  readonly embedded: boolean;
  /** Lets go of the embedded server. */
  release(): Promise<void>;
}

const nothing = (): Promise<void> => Promise.resolve();

/** `pglite:`, URLs and paths as everywhere; besides the id of a connection, and the embedded server, which migrations write to. */
export async function openLibrarySource(deps: LibrarySourceDeps, reference: string): Promise<LibrarySource> {
  const saved = (await deps.connections.list()).find(({ id, name }) => id === reference || name === reference);
  const location = saved?.location ?? reference;
  const common = { location, readOnly: saved?.readOnly ?? false };
  const kept = saved?.id ?? null;
  const ref = parseDatabase(location);
  if (ref.kind === 'embedded') {
    const server = await embeddedServer({ name: ref.name, folder: deps.folders.servers });
    const config = server.config();
    return { ...common, embedded: true, source: { kind: 'postgres', reference: location, database: config.database, config }, kind: 'postgres', reference: kept ?? location, release: () => server.close() };
  }
  const source = await resolveSource(deps, saved === undefined || saved.kind === 'sqlite' ? location : saved.name);
  if (source.kind === 'json') throw new TravessiaError('UNSUPPORTED_SOURCE', { message: `${source.reference} is a JSON export; conversations are read from SQLite, PGlite and PostgreSQL.`, hint: 'Migrate the export into a database first.' });
  return { ...common, embedded: false, source, kind: source.kind, reference: kept ?? source.reference, release: nothing };
}

/** True where finding the source would start the embedded server. */
export async function isEmbedded(deps: LibrarySourceDeps, reference: string): Promise<boolean> {
  const saved = (await deps.connections.list()).find(({ id, name }) => id === reference || name === reference);
  return parseDatabase(saved?.location ?? reference).kind === 'embedded';
}
