import { resolve } from 'node:path';
import { formatDatabase, parseDatabase } from '../drivers/postgres/index.ts';
import type { SecretStore } from '../platform/secrets.ts';

/**
 * A password that came with a target's URL: kept in the secret store under the URL without it, so that a later resume or rollback
 * of the run finds it, and no plan, journal or store ever holds it (design: what must always hold, 8).
 */
export interface TargetSecrets {
  /** Takes the password out of a target's URL and remembers it. A folder's name becomes absolute; other names come back as they are. */
  keep(target: string): Promise<string>;
  passwordOf(target: string): Promise<string | null>;
  forget(target: string): Promise<void>;
}

const nameOf = (target: string) => `target:${target}`;

export function createTargetSecrets(secrets: SecretStore): TargetSecrets {
  return {
    async keep(target) {
      const ref = parseDatabase(target);
      // Whoever resumes may stand in another folder.
      if (ref.kind === 'pglite') return `pglite:${resolve(ref.path)}`;
      if (ref.kind !== 'postgres' || ref.password === undefined) return target;
      const shown = formatDatabase(ref);
      // Where nothing can be kept, PGPASSWORD or .pgpass has to serve later calls; this one goes on.
      await secrets.set(nameOf(shown), ref.password).catch(() => undefined);
      return shown;
    },
    passwordOf: (target) => secrets.get(nameOf(target)).catch(() => null),
    forget: (target) => secrets.remove(nameOf(target)).catch(() => undefined),
  };
}
