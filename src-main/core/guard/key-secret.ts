import { randomBytes } from 'node:crypto';
import type { SecretStore } from '../../platform/secrets.ts';

const secretName = 'guard:keys';

/**
 * The secret with which keys of conversations are sealed (core/conversations/keys): made once per data folder, then always the same. Without it
 * sealed links of this folder open no more, and its copies are made anew.
 *
 * @throws SECRETS_UNAVAILABLE, WRONG_PASSPHRASE; asked again at the next call then
 */
export function createKeySecret(secrets: SecretStore, alone: <T>(work: () => Promise<T>) => Promise<T>): () => Promise<Uint8Array> {
  let known: Promise<Uint8Array> | null = null;
  const read = async (): Promise<Uint8Array | null> => {
    const text = await secrets.get(secretName);
    return text === null ? null : new Uint8Array(Buffer.from(text, 'base64'));
  };
  const readOrMake = async (): Promise<Uint8Array> => await read() ?? alone(async () => {
    const made = await read();
    if (made !== null) return made;
    const secret = randomBytes(32);
    await secrets.set(secretName, secret.toString('base64'));
    return new Uint8Array(secret);
  });
  return () => {
    known ??= readOrMake().catch((error: unknown) => {
      known = null;
      throw error;
    });
    return known;
  };
}
