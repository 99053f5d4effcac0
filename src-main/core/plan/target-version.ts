import type { SqliteCatalog } from '../../../shared/model/catalog.ts';
import { shippedMajor } from '../../drivers/embedded-postgres/index.ts';
import { pgliteMajor } from '../../drivers/pglite/index.ts';
import { parseDatabase } from '../../drivers/postgres/index.ts';
import type { CoreDeps } from '../deps.ts';
import { openTarget } from '../runs/open-target.ts';

/** Words of SQLite that only newer servers can say: json_valid needs IS JSON (release notes 16, E.14.3.5). */
const demanding = /\bjson_valid\b/i;

/** Milliseconds after which a server that does not answer is planned for as an old one. */
const patience = 5000;

/**
 * Major version of the target, where some text of the sources could use what older ones lack. Undefined where none does, or where the
 * target does not answer: a plan can be made without it, and then uses only what every server has.
 */
export async function targetVersion(deps: CoreDeps, reference: string, catalogs: readonly SqliteCatalog[]): Promise<number | undefined> {
  const texts = catalogs.flatMap(({ tables, views, triggers }) => [...tables.flatMap((table) => [table.sql, ...table.indexes.map(({ sql }) => sql ?? '')]), ...views.map(({ sql }) => sql), ...triggers.map(({ sql }) => sql)]);
  if (!texts.some((text) => demanding.test(text))) return undefined;
  try {
    return await askedVersion(deps, reference);
  } catch {
    return undefined;
  }
}

async function askedVersion(deps: CoreDeps, reference: string): Promise<number | undefined> {
  const ref = parseDatabase(reference);
  // Nothing is started or made in order to be asked: the program knows what it carries.
  if (ref.kind === 'embedded') return (await shippedMajor()) ?? undefined;
  if (ref.kind === 'pglite') return pgliteMajor;
  if (ref.kind === 'saved') {
    const found = await deps.connections.find(ref.name);
    if (found === null) return undefined;
    if (found.config === null) return askedVersion(deps, found.connection.location);
  }
  const target = await openTarget(deps, reference);
  try {
    await using session = await target.open({ applicationName: 'travessia plan', readOnly: true, signal: AbortSignal.timeout(patience) });
    return Math.floor(session.server.versionNumber / 10_000);
  } finally {
    await target.release();
  }
}
