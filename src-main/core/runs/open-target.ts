import { TravessiaError } from '../../../shared/contract/errors.ts';
import { embeddedServer, scratchServer, type EmbeddedServer } from '../../drivers/embedded-postgres/index.ts';
import { connectPostgres, parseDatabase, redactUrl, resolvePostgres, type PostgresConfig } from '../../drivers/postgres/index.ts';
import type { CoreDeps } from '../deps.ts';
import type { OpenSession, RunTarget } from './ports.ts';

function targetOf(reference: string, config: PostgresConfig, release: () => Promise<void>): RunTarget {
  return {
    reference,
    config,
    open: async ({ applicationName, signal, readOnly }): Promise<OpenSession> =>
      connectPostgres(config, { applicationName, ...(signal === undefined ? {} : { signal }), ...(readOnly === undefined ? {} : { readOnly }) }),
    release,
  };
}

function ofServer(reference: string, server: EmbeddedServer, database?: string): RunTarget {
  return { ...targetOf(reference, server.config(database), () => server.close()), dataFolder: server.dataFolder };
}

/**
 * Opens what a target's name stands for: a URL, `embedded[:NAME]` (started on demand), `pglite:FOLDER`, or a saved connection.
 * @throws TravessiaError UNSUPPORTED_TARGET, NOT_FOUND, READ_ONLY for a connection marked read-only, EMBEDDED_…, DATABASE_BUSY for a PGlite folder in use
 */
export async function openTarget(deps: CoreDeps, reference: string): Promise<RunTarget> {
  const ref = parseDatabase(reference);
  if (ref.kind === 'postgres') {
    const remembered = ref.password === undefined ? await deps.targetSecrets.passwordOf(reference) : null;
    return targetOf(redactUrl(reference), resolvePostgres(remembered === null ? ref : { ...ref, password: remembered }), async () => undefined);
  }
  if (ref.kind === 'embedded') return ofServer(reference, await embeddedServer({ name: ref.name, folder: deps.folders.servers }));
  if (ref.kind === 'pglite') {
    const server = await deps.pgliteServers.open(ref.path);
    return { ...targetOf(reference, server.config, () => server.close()), dataFolder: ref.path };
  }
  if (ref.kind === 'saved') {
    const found = await deps.connections.find(ref.name);
    if (found === null) throw new TravessiaError('NOT_FOUND', { message: `There is no connection named ${ref.name}.`, hint: 'Give a URL, “embedded”, or the name of a saved connection.' });
    if (found.connection.readOnly) throw new TravessiaError('READ_ONLY', { message: `The connection ${ref.name} is marked read-only.`, hint: 'Choose another target, or change the connection.' });
    if (found.config !== null) return targetOf(ref.name, found.config, async () => undefined);
    return openTarget(deps, found.connection.location);
  }
  throw new TravessiaError('UNSUPPORTED_TARGET', { message: `${reference} is not a PostgreSQL database.`, hint: 'The target is a postgres:// URL, “embedded”, pglite:FOLDER, or a saved connection.' });
}

/** A scratch server for a rehearsal; gone once released. */
export async function openScratchTarget(): Promise<RunTarget> {
  return ofServer('rehearsal', await scratchServer());
}
