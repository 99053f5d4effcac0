/**
 * What keeps passwords. Each host has its own: the desktop uses the system's key chain (secrets.electron.ts), everything
 * else an encrypted file (secrets.file.ts). A value leaves it only towards a driver (design: README, "What must always hold", 8).
 */
export interface SecretStore {
  /** False where secrets cannot be kept safely: then passwords are asked for, or taken from the environment. */
  isAvailable(): Promise<boolean>;
  /** What protects the values, for the interface and the documentation. */
  protection(): Promise<SecretProtection>;
  /** @throws TravessiaError WRONG_PASSPHRASE, SECRETS_UNAVAILABLE */
  get(name: string): Promise<string | null>;
  set(name: string, value: string): Promise<void>;
  remove(name: string): Promise<void>;
}

/**
 * key-chain: the operating system's; other users and a copy of the data folder learn nothing, programs of the same user may.
 * passphrase: AES-256-GCM with a key from TRAVESSIA_PASSPHRASE; a copy of the data folder is worth nothing without it.
 * key-file: AES-256-GCM with a key that lies beside it, both readable by this user only: it protects against reading the
 * file alone (a backup or screen share of it), not against somebody who can read the whole data folder.
 * none: nothing is kept.
 */
export type SecretProtection = 'key-chain' | 'passphrase' | 'key-file' | 'none';
