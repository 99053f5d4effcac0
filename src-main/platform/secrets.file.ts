import { createCipheriv, createDecipheriv, randomBytes, scrypt } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { TravessiaError } from '../../shared/contract/errors.ts';
import { withProcessLock } from '../drivers/sqlite/process-lock.ts';
import type { SecretStore } from './secrets.ts';

const deriveKey = promisify<string, Buffer, number, { N: number; r: number; p: number; maxmem: number }, Buffer>(scrypt);
/** Cost of one guess, about a tenth of a second and 64 MB (OWASP Password Storage Cheat Sheet: N=2^16, r=8, p=2 or dearer). */
const cost = { N: 2 ** 16, r: 8, p: 2, maxmem: 256 * 1024 * 1024 };

const sealed = z.object({ iv: z.string(), tag: z.string(), data: z.string() });
const fileSchema = z.object({ version: z.literal(1), key: z.enum(['passphrase', 'key-file']), salt: z.string(), check: sealed, entries: z.record(z.string(), sealed) });
type SecretFile = z.infer<typeof fileSchema>;

const checkName = 'check';
const checkText = 'travessia';

/**
 * Passwords in `secrets.json` of a folder, each sealed by AES-256-GCM and bound to its name. The key comes from a
 * passphrase (TRAVESSIA_PASSPHRASE), else from `secrets.key`, a random file of mode 0600 (what each protects: secrets.ts).
 * Giving a passphrase later seals everything anew with it and removes the key file.
 */
export function createFileSecrets(folder: string, env: Readonly<Record<string, string | undefined>> = process.env): SecretStore {
  const path = join(folder, 'secrets.json');
  const keyPath = join(folder, 'secrets.key');
  const lock = join(folder, 'secrets.lock');
  const passphrase = (): string | null => (env['TRAVESSIA_PASSPHRASE'] === undefined || env['TRAVESSIA_PASSPHRASE'] === '' ? null : env['TRAVESSIA_PASSPHRASE']);

  /** Deriving takes a tenth of a second and more; the passphrase itself stands in this process's environment all the while. */
  let derived: { readonly given: string; readonly salt: string; readonly key: Promise<Buffer> } | null = null;

  const keyOf = async (kind: SecretFile['key'], salt: string): Promise<Buffer> => {
    if (kind === 'key-file') return readKeyFile(keyPath);
    const given = passphrase();
    if (given === null) throw wrong('The stored passwords are sealed with a passphrase, and none was given.', 'Set TRAVESSIA_PASSPHRASE.');
    if (derived?.given !== given || derived.salt !== salt) derived = { given, salt, key: deriveKey(given, Buffer.from(salt, 'base64'), 32, cost) };
    return await derived.key;
  };

  const open = async (): Promise<{ file: SecretFile; key: Buffer } | null> => {
    const file = readFile(path);
    if (file === null) return null;
    const key = await keyOf(file.key, file.salt);
    if (unseal(key, checkName, file.check) !== checkText) throw wrong('The stored passwords cannot be opened with this passphrase or key file.', 'Check TRAVESSIA_PASSPHRASE. If it is lost, delete secrets.json and enter the passwords again.');
    return { file, key };
  };

  const change = (work: (entries: Map<string, string>) => void): Promise<void> => withProcessLock(lock, async () => {
    const found = await open();
    const entries = new Map<string, string>();
    for (const [name, value] of Object.entries(found?.file.entries ?? {})) {
      const text = found === null ? null : unseal(found.key, name, value);
      if (text === null) throw wrong(`The stored password "${name}" was changed from outside.`, 'Enter it again.');
      entries.set(name, text);
    }
    work(entries);
    const kind = passphrase() === null ? 'key-file' : 'passphrase';
    const isSame = found !== null && found.file.key === kind;
    const salt = isSame ? found.file.salt : randomBytes(16).toString('base64');
    if (kind === 'key-file' && !existsSync(keyPath)) writePrivate(keyPath, randomBytes(32).toString('base64'));
    const key = isSame ? found.key : await keyOf(kind, salt);
    const file: SecretFile = { version: 1, key: kind, salt, check: seal(key, checkName, checkText), entries: Object.fromEntries([...entries].map(([name, value]) => [name, seal(key, name, value)])) };
    writePrivate(path, `${JSON.stringify(file, null, 2)}\n`);
    if (kind === 'passphrase') rmSync(keyPath, { force: true });
  });

  return {
    isAvailable: async () => true,
    protection: async () => readFile(path)?.key ?? (passphrase() === null ? 'key-file' : 'passphrase'),
    get: async (name) => {
      const found = await open();
      const value = found?.file.entries[name];
      if (found === null || value === undefined) return null;
      const text = unseal(found.key, name, value);
      if (text === null) throw wrong(`The stored password "${name}" was changed from outside.`, 'Enter it again.');
      return text;
    },
    set: (name, value) => change((entries) => entries.set(name, value)),
    remove: async (name) => {
      // Forgetting needs no key: the entry only has to go.
      if (readFile(path)?.entries[name] === undefined) return;
      await withProcessLock(lock, async () => {
        const file = readFile(path);
        if (file === null) return;
        const { [name]: _gone, ...entries } = file.entries;
        writePrivate(path, `${JSON.stringify({ ...file, entries }, null, 2)}\n`);
      });
    },
  };
}

function seal(key: Buffer, name: string, text: string): z.infer<typeof sealed> {
  const iv = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, iv);
  cipher.setAAD(Buffer.from(name));
  const data = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return { iv: iv.toString('base64'), tag: cipher.getAuthTag().toString('base64'), data: data.toString('base64') };
}

/** null where the key is another one, or a byte of it or its name was changed. */
function unseal(key: Buffer, name: string, value: z.infer<typeof sealed>): string | null {
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(value.iv, 'base64'), { authTagLength: 16 });
    decipher.setAAD(Buffer.from(name));
    decipher.setAuthTag(Buffer.from(value.tag, 'base64'));
    return Buffer.concat([decipher.update(Buffer.from(value.data, 'base64')), decipher.final()]).toString('utf8');
  } catch {
    return null;
  }
}

function readFile(path: string): SecretFile | null {
  if (!existsSync(path)) return null;
  try {
    return fileSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (error) {
    throw new TravessiaError('SECRETS_UNAVAILABLE', { message: `${path} cannot be read.`, hint: 'Restore it, or delete it and enter the passwords again.', cause: error });
  }
}

function readKeyFile(path: string): Buffer {
  if (!existsSync(path)) throw wrong(`The key file ${path} is missing.`, 'Restore it, or delete secrets.json and enter the passwords again.');
  if (process.platform !== 'win32' && (statSync(path).mode & 0o077) !== 0) {
    throw new TravessiaError('SECRETS_UNAVAILABLE', { message: `Others may read the key file ${path}.`, hint: `Run: chmod 600 ${path}` });
  }
  return Buffer.from(readFileSync(path, 'utf8'), 'base64');
}

/** Written beside, flushed and renamed: a crash leaves the old or the new contents. */
function writePrivate(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const partial = `${path}.partial`;
  rmSync(partial, { force: true });
  const file = openSync(partial, 'wx', 0o600);
  try {
    writeFileSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(partial, path);
}

function wrong(message: string, hint: string): TravessiaError {
  return new TravessiaError('WRONG_PASSPHRASE', { message, hint });
}
