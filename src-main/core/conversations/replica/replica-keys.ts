import { randomBytes } from 'node:crypto';
import type { SecretStore } from '../../../platform/secrets.ts';
import { opensWith } from './sealed-file.ts';

/**
 * The keys of replicas in the secret store. While one is changed there are two: the new one is kept before the file is sealed with it, and takes the
 * old one's place after; so a program that ends in between leaves a file that one of them opens.
 */
export interface ReplicaKeys {
  create(id: string): Promise<void>;
  /** The key that opens the file; where there is no file, or none opens it, the one that is in force. null: it was destroyed. */
  get(id: string): Promise<Uint8Array | null>;
  /** Ends a change that was interrupted. Called by whoever holds the replica's lock. */
  settle(id: string): Promise<void>;
  /**
   * `seal` writes the file with the new key; when this returns, the old one is gone. Called by whoever holds the replica's lock.
   * @throws what `seal` throws; the old key is in force then
   */
  change<T>(id: string, seal: (key: Uint8Array) => Promise<T>): Promise<T>;
  destroy(id: string): Promise<void>;
}

const name = (id: string): string => `replica:${id}`;
const nextName = (id: string): string => `replica:${id}:next`;
const bytesOf = (text: string | null): Uint8Array | null => (text === null ? null : new Uint8Array(Buffer.from(text, 'base64')));
const newKey = (): string => randomBytes(32).toString('base64');

export function createReplicaKeys(secrets: SecretStore, path: (id: string) => string): ReplicaKeys {
  async function get(id: string, before?: string): Promise<Uint8Array | null> {
    const current = await secrets.get(name(id));
    const key = bytesOf(current);
    if (current === null || key === null || opensWith(path(id), key, id) !== false) return key;
    const next = bytesOf(await secrets.get(nextName(id)));
    if (next !== null && opensWith(path(id), next, id) === true) return next;
    // Another program may have changed it between the two looks.
    return current === before ? key : get(id, current);
  }
  async function settle(id: string): Promise<void> {
    const next = await secrets.get(nextName(id));
    const key = bytesOf(next);
    if (next === null || key === null) return;
    if (opensWith(path(id), key, id) === true) await secrets.set(name(id), next);
    await secrets.remove(nextName(id));
  }
  return {
    create: (id) => secrets.set(name(id), newKey()),
    get: (id) => get(id),
    settle,
    async change(id, seal) {
      await settle(id);
      const key = newKey();
      await secrets.set(nextName(id), key);
      try {
        return await seal(new Uint8Array(Buffer.from(key, 'base64')));
      } finally {
        // By what the file says, not by what was thrown.
        await settle(id);
      }
    },
    async destroy(id) {
      await secrets.remove(name(id));
      await secrets.remove(nextName(id));
    },
  };
}
