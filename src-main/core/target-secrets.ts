import { resolve } from 'node:path';
import { TravessiaError } from '../../shared/contract/errors.ts';
import { connectPostgres, formatDatabase, parseDatabase, resolvePostgres, type PostgresRef } from '../drivers/postgres/index.ts';
import type { SecretStore } from '../platform/secrets.ts';

/**
 * A password that came with a target's URL: kept in the secret store under the URL without it, so that a later resume or rollback
 * of the run finds it, and no plan, journal or store ever holds it (design: what must always hold, 8).
 */
export interface TargetSecrets {
  /**
   * Takes the password out of a target's URL and remembers it. A folder's name becomes absolute; other names come back as they are.
   * @throws TravessiaError AUTH_FAILED where another password is remembered and the server refuses this one: the other is kept
   */
  keep(target: string): Promise<string>;
  passwordOf(target: string): Promise<string | null>;
  forget(target: string): Promise<void>;
}

const nameOf = (target: string) => `target:${target}`;

/** A server that cannot be asked now says nothing against a password. */
async function assertAccepted(ref: PostgresRef): Promise<void> {
  try {
    const session = await connectPostgres(resolvePostgres(ref), { applicationName: 'travessia password' });
    await session.close();
  } catch (error) {
    if (error instanceof TravessiaError && error.code === 'AUTH_FAILED') throw error;
  }
}

export function createTargetSecrets(secrets: SecretStore): TargetSecrets {
  return {
    async keep(target) {
      const ref = parseDatabase(target);
      // Whoever resumes may stand in another folder.
      if (ref.kind === 'pglite') return `pglite:${resolve(ref.path)}`;
      if (ref.kind !== 'postgres' || ref.password === undefined) return target;
      const shown = formatDatabase(ref);
      const known = await secrets.get(nameOf(shown)).catch(() => null);
      if (known !== null && known !== ref.password) await assertAccepted(ref);
      // Where nothing can be kept, PGPASSWORD or .pgpass has to serve later calls; this one goes on.
      await secrets.set(nameOf(shown), ref.password).catch(() => undefined);
      return shown;
    },
    passwordOf: (target) => secrets.get(nameOf(target)).catch(() => null),
    forget: (target) => secrets.remove(nameOf(target)).catch(() => undefined),
  };
}
