import { createHash } from 'node:crypto';
import { TravessiaError } from '../../shared/contract/errors.ts';
import type { SqliteDb } from '../drivers/sqlite/types.ts';
import type { Migration } from './migrations/index.ts';

/** Raised for a store whose history is not this program's; it is set aside, like a damaged one. */
export class ForeignStoreError extends Error {}

/**
 * Brings a store up to the newest version: each missing migration in order, all in one transaction that also keeps a
 * second process out.
 *
 * @throws TravessiaError WRONG_STATE when a newer program wrote the store (it is left alone); ForeignStoreError when an applied migration differs
 */
export function migrate(db: SqliteDb, migrations: readonly Migration[]): { from: number; to: number } {
  return db.transaction(() => {
    db.exec('CREATE TABLE IF NOT EXISTS schema_migrations (version INTEGER PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL, applied_at TEXT NOT NULL) STRICT');
    const applied = db.prepare<unknown[], { version: number; checksum: string }>('SELECT version, checksum FROM schema_migrations ORDER BY version').all();
    const newest = migrations.at(-1)?.version ?? 0;
    const from = applied.at(-1)?.version ?? 0;
    if (from > newest) {
      throw new TravessiaError('WRONG_STATE', {
        message: `The console's store is of version ${from}; this program knows versions up to ${newest}.`,
        hint: 'Use the newer program that wrote it, or another data folder (TRAVESSIA_HOME).',
      });
    }
    for (const migration of migrations) {
      const checksum = createHash('sha256').update(migration.sql).digest('hex');
      const found = applied.find((each) => each.version === migration.version);
      if (found === undefined) {
        db.exec(migration.sql);
        db.prepare('INSERT INTO schema_migrations VALUES (?, ?, ?, ?)').run(migration.version, migration.name, checksum, new Date().toISOString());
      } else if (found.checksum !== checksum) {
        throw new ForeignStoreError(`migration ${migration.version} of the store is not this program's`);
      }
    }
    return { from, to: newest };
  }).immediate();
}
