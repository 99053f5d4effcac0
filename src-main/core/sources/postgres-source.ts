import { formatDatabase, resolvePostgres, snapshotServer, sourceFingerprint, type PostgresConfig } from '../../drivers/postgres/index.ts';
import type { ServerSource, SourceKind } from './source-kind.ts';

function serverSource(reference: string, config: PostgresConfig): ServerSource {
  return { kind: 'postgres', reference, database: config.database, config };
}

/** A PostgreSQL server: a URL, or a saved connection. A password of the URL goes to the secret store, as a target's does. */
export const postgresKind: SourceKind<ServerSource> = {
  kind: 'postgres',
  async match(reference, ref, ports) {
    if (ref.kind === 'postgres') {
      await ports.targetSecrets.keep(reference);
      const { password, ...open } = ref;
      const shown = formatDatabase(open);
      const known = password ?? (await ports.targetSecrets.passwordOf(shown));
      return serverSource(shown, resolvePostgres(known === null ? ref : { ...ref, password: known }));
    }
    if (ref.kind !== 'saved') return null;
    const found = await ports.connections.find(ref.name);
    return found?.config == null ? null : serverSource(ref.name, found.config);
  },
  state: async ({ config }) => ({ fingerprint: await sourceFingerprint(config), journalMode: 'none' }),
  snapshot: ({ config, reference }, toPath, options) => snapshotServer(config, reference, toPath, options),
};
