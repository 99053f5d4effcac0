/**
 * A replica at rest: one file, AES-256-GCM, in chunks.
 *
 * Form: magic, salt (32 random bytes, new at each writing), check of the key (16 bytes), then chunks: length (4 bytes), ciphertext, tag (16 bytes).
 * The file's own key is HKDF-SHA256 of the replica's key and the salt, so that a nonce, the chunk's number, never meets the same key twice.
 * Bound to each chunk: the replica's id, the chunk's number and whether it is the last; so none can be swapped, left out, or taken from elsewhere.
 */
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readdirSync, readFileSync, readSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { TravessiaError } from '../../../../shared/contract/errors.ts';
import { fileError, withProcessLock } from '../../../drivers/sqlite/index.ts';

const magic = Buffer.from('TRVREPL1');
const partialEnding = '.partial';
/** Held by whoever writes the file; the system lets go of it with him. */
export const sealLock = (path: string): string => `${path}.lock`;
const saltBytes = 32;
const checkBytes = 16;
const tagBytes = 16;
const chunkBytes = 1024 * 1024;

export interface SealedContent {
  /** What was copied, for the next refresh; JSON. */
  readonly scope: string;
  /** Archive of the database. */
  readonly data: Uint8Array<ArrayBuffer>;
}

function derived(key: Uint8Array, salt: Uint8Array, id: string): { readonly key: Buffer; readonly check: Buffer } {
  const bytes = Buffer.from(hkdfSync('sha256', key, salt, `travessia replica ${id}`, 32 + checkBytes));
  return { key: bytes.subarray(0, 32), check: bytes.subarray(32) };
}

function nonce(chunk: number): Buffer {
  const bytes = Buffer.alloc(12);
  bytes.writeUInt32BE(chunk, 8);
  return bytes;
}

const bound = (id: string, chunk: number, isLast: boolean): Buffer => Buffer.from(`${id}\0${chunk}\0${isLast ? 'last' : 'more'}`);

/** Scope and archive, one behind the other, packed. */
function pack({ scope, data }: SealedContent): Buffer {
  const text = Buffer.from(scope, 'utf8');
  const length = Buffer.alloc(4);
  length.writeUInt32BE(text.length);
  return gzipSync(Buffer.concat([length, text, data]), { level: 1 });
}

/**
 * Writes a new file beside the old one, flushes it and puts it in its place: whoever is killed in between leaves the old one.
 * @returns bytes written
 * @throws TravessiaError DISK_FULL, FILE_NOT_WRITABLE
 */
export function writeSealed(path: string, key: Uint8Array, id: string, content: SealedContent): number {
  const partial = `${path}${partialEnding}`;
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    rmSync(partial, { force: true });
    const plain = pack(content);
    const salt = randomBytes(saltBytes);
    const own = derived(key, salt, id);
    let bytes = 0;
    const file = openSync(partial, 'wx', 0o600);
    try {
      const put = (piece: Uint8Array): void => {
        for (let done = 0; done < piece.length;) done += writeSync(file, piece, done);
        bytes += piece.length;
      };
      put(Buffer.concat([magic, salt, own.check]));
      const chunks = Math.ceil(plain.length / chunkBytes);
      for (let chunk = 0; chunk < chunks; chunk += 1) {
        const cipher = createCipheriv('aes-256-gcm', own.key, nonce(chunk));
        cipher.setAAD(bound(id, chunk, chunk === chunks - 1));
        const sealed = Buffer.concat([cipher.update(plain.subarray(chunk * chunkBytes, (chunk + 1) * chunkBytes)), cipher.final(), cipher.getAuthTag()]);
        const length = Buffer.alloc(4);
        length.writeUInt32BE(sealed.length);
        put(Buffer.concat([length, sealed]));
      }
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(partial, path);
    flushFolder(dirname(path));
    return bytes;
  } catch (error) {
    rmSync(partial, { force: true });
    throw fileError(error, path);
  }
}

/** Takes away what killed programs left of files that were being written. One that is written now stays. */
export async function sweepPartials(folder: string): Promise<void> {
  for (const name of existsSync(folder) ? readdirSync(folder) : []) {
    if (!name.endsWith(partialEnding)) continue;
    const path = join(folder, name.slice(0, -partialEnding.length));
    await withProcessLock(sealLock(path), async () => rmSync(`${path}${partialEnding}`, { force: true }), 0).catch(() => undefined);
  }
}

/** The rename itself must survive a power cut; Windows neither needs nor allows it. */
function flushFolder(path: string): void {
  if (process.platform === 'win32') return;
  const folder = openSync(path, 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

function damaged(): TravessiaError {
  return new TravessiaError('DATABASE_CORRUPT', { message: 'The file of the replica is damaged: nothing of it is read.', hint: 'Remove the replica and make it again from its server; or put an undamaged file in its place.' });
}

/** Whether a key is that of the file, by the check in its head alone; null where there is no file with such a head. */
export function opensWith(path: string, key: Uint8Array, id: string): boolean | null {
  const head = Buffer.alloc(magic.length + saltBytes + checkBytes);
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch {
    return null;
  }
  try {
    if (readSync(file, head, 0, head.length, 0) < head.length || !head.subarray(0, magic.length).equals(magic)) return null;
  } finally {
    closeSync(file);
  }
  return timingSafeEqual(derived(key, head.subarray(magic.length, magic.length + saltBytes), id).check, head.subarray(magic.length + saltBytes));
}

/**
 * The whole content, or an error: every chunk is checked before anything is given out.
 * @throws TravessiaError FILE_NOT_FOUND, FILE_NOT_READABLE, DATABASE_CORRUPT (damaged, cut short, another replica's), WRONG_PASSPHRASE (another key)
 */
export function readSealed(path: string, key: Uint8Array, id: string): SealedContent {
  let file: Buffer;
  try {
    file = readFileSync(path);
  } catch (error) {
    throw fileError(error, path);
  }
  const head = magic.length + saltBytes + checkBytes;
  if (file.length < head || !file.subarray(0, magic.length).equals(magic)) throw damaged();
  const own = derived(key, file.subarray(magic.length, magic.length + saltBytes), id);
  if (!timingSafeEqual(own.check, file.subarray(magic.length + saltBytes, head))) {
    throw new TravessiaError('WRONG_PASSPHRASE', { message: 'The key in the secret store does not open this replica.', hint: 'The file is another replica\'s, or was made with a key that is no longer there. Make the replica again from its server.' });
  }
  const pieces: Buffer[] = [];
  let at = head;
  for (let chunk = 0; at < file.length; chunk += 1) {
    const length = at + 4 <= file.length ? file.readUInt32BE(at) : 0;
    const end = at + 4 + length;
    if (length < tagBytes || end > file.length) throw damaged();
    try {
      const decipher = createDecipheriv('aes-256-gcm', own.key, nonce(chunk), { authTagLength: tagBytes });
      decipher.setAAD(bound(id, chunk, end === file.length));
      decipher.setAuthTag(file.subarray(end - tagBytes, end));
      pieces.push(decipher.update(file.subarray(at + 4, end - tagBytes)), decipher.final());
    } catch {
      throw damaged();
    }
    at = end;
  }
  if (pieces.length === 0) throw damaged();
  const plain = gunzipSync(Buffer.concat(pieces));
  const length = plain.readUInt32BE(0);
  return { scope: plain.subarray(4, 4 + length).toString('utf8'), data: new Uint8Array(plain.subarray(4 + length)) };
}
