import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { safeStorage } from 'electron';
import { z } from 'zod';
import { TravessiaError } from '../../shared/contract/errors.ts';
import { withProcessLock } from '../drivers/sqlite/process-lock.ts';
import { createFileSecrets } from './secrets.file.ts';
import type { SecretStore } from './secrets.ts';

const fileSchema = z.record(z.string(), z.string());

/**
 * Passwords sealed by the operating system's key chain (Electron's safeStorage). Where Linux offers only `basic_text`, whose
 * key is known to everybody, nothing is kept this way: with TRAVESSIA_PASSPHRASE the encrypted file is used, else
 * secrets are not available and passwords are asked for. Call it after the app is ready.
 */
export function createElectronSecrets(folder: string, env: Readonly<Record<string, string | undefined>> = process.env): SecretStore {
  const path = join(folder, 'secrets.keychain.json');
  const lock = join(folder, 'secrets.lock');
  const hasPassphrase = (env['TRAVESSIA_PASSPHRASE'] ?? '') !== '';
  const file = createFileSecrets(folder, env);
  const hasKeyChain = async (): Promise<boolean> => {
    if (process.platform === 'linux' && ['basic_text', 'unknown'].includes(safeStorage.getSelectedStorageBackend())) return false;
    return await safeStorage.isAsyncEncryptionAvailable();
  };
  /** null: the key chain is there. Otherwise the encrypted file takes its place, or nothing does. */
  const instead = async (): Promise<SecretStore | null> => {
    if (await hasKeyChain()) return null;
    if (hasPassphrase) return file;
    throw new TravessiaError('SECRETS_UNAVAILABLE', {
      message: 'This system offers no key chain that protects passwords.',
      hint: 'Unlock or install one (GNOME Keyring, KWallet), or set TRAVESSIA_PASSPHRASE.',
    });
  };
  const change = (work: (entries: Record<string, string>) => Promise<void>): Promise<void> => withProcessLock(lock, async () => {
    const entries = read(path);
    await work(entries);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFileSync(`${path}.partial`, JSON.stringify(entries), { mode: 0o600, flush: true });
    renameSync(`${path}.partial`, path);
  });
  const seal = async (value: string): Promise<string> => (await safeStorage.encryptStringAsync(value)).toString('base64');
  return {
    isAvailable: async () => hasPassphrase || (await hasKeyChain()),
    protection: async () => ((await hasKeyChain()) ? 'key-chain' : hasPassphrase ? 'passphrase' : 'none'),
    async get(name) {
      const other = await instead();
      if (other !== null) return other.get(name);
      const value = read(path)[name];
      if (value === undefined) return null;
      try {
        const { result, shouldReEncrypt } = await safeStorage.decryptStringAsync(Buffer.from(value, 'base64'));
        if (shouldReEncrypt) await change(async (entries) => { entries[name] = await seal(result); });
        return result;
      } catch (error) {
        throw new TravessiaError('SECRETS_UNAVAILABLE', { message: 'The system\'s key chain could not open a stored password.', hint: 'Unlock the key chain, or enter the password again.', cause: error });
      }
    },
    async set(name, value) {
      const other = await instead();
      if (other !== null) return other.set(name, value);
      await change(async (entries) => { entries[name] = await seal(value); });
    },
    async remove(name) {
      // From both places: which one holds it depends on the system of the day it was stored.
      await file.remove(name);
      if (read(path)[name] !== undefined) await change(async (entries) => { delete entries[name]; });
    },
  };
}

function read(path: string): Record<string, string> {
  if (!existsSync(path)) return {};
  try {
    return fileSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (error) {
    throw new TravessiaError('SECRETS_UNAVAILABLE', { message: `${path} cannot be read.`, hint: 'Restore it, or delete it and enter the passwords again.', cause: error });
  }
}
