import { TravessiaError } from '../../../../shared/contract/errors.ts';
import type { Library } from '../../../../shared/model/conversation-mapping.ts';
import { connectPostgres, type PgSession } from '../../../drivers/postgres/index.ts';
import { openLibrarySource, type LibrarySourceDeps } from '../library-source.ts';

/** A session that may write; the caller closes it. @throws UNSUPPORTED_SOURCE where the source is no PostgreSQL, READ_ONLY, what the driver reports */
export async function openWriter(deps: LibrarySourceDeps, library: Library): Promise<PgSession> {
  if (library.kind !== 'postgres') throw new TravessiaError('UNSUPPORTED_SOURCE', { message: `"${library.name}" is not on a PostgreSQL server; nothing can be changed in it from here.` });
  const found = await openLibrarySource(deps, library.source);
  if (found.readOnly || found.source.kind !== 'postgres') {
    await found.release();
    throw new TravessiaError('READ_ONLY', { message: `The connection of "${library.name}" is marked read-only.`, hint: 'Change the connection, if you may.' });
  }
  try {
    const session = await connectPostgres(found.source.config, { applicationName: 'travessia conversations' });
    const close = async (): Promise<void> => {
      await session.close();
      await found.release();
    };
    return { ...session, get closed() { return session.closed; }, close, [Symbol.asyncDispose]: close };
  } catch (error) {
    await found.release();
    throw error;
  }
}
