import { createHash } from 'node:crypto';
import { closeSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import { TravessiaError } from '../../../shared/contract/errors.ts';
import type { Fingerprint } from '../../../shared/model/assessment.ts';
import { fileError } from '../sqlite/index.ts';

/** Up to this many bytes a document is read whole and parsed twice, which takes up to ten times its size in memory. */
export const defaultLimit = 64 * 1024 * 1024;

const endings = /\.(json|ndjson|jsonl)$/i;

/** Control characters that JSON never holds as they are (RFC 8259, sections 2 and 7): one encrypted file in a hundred begins with a bracket. */
const bare = /[\0-\x08\x0b\x0c\x0e-\x1f]/;

/** True for a file that is named as JSON, or begins as a JSON list or object would (behind a byte order mark). */
export function isJsonFile(path: string): boolean {
  try {
    const stat = statSync(path);
    if (!stat.isFile()) return false;
    const head = Buffer.alloc(512);
    const file = openSync(path, 'r');
    try {
      const text = decodeHead(head.subarray(0, readSync(file, head, 0, head.length, 0)));
      return !text.startsWith('SQLite format 3\0') && (endings.test(path) || (/^\s*[[{]/.test(text) && !bare.test(text)));
    } finally {
      closeSync(file);
    }
  } catch {
    return false;
  }
}

function decodeHead(head: Buffer): string {
  if (head[0] === 0xff && head[1] === 0xfe) return head.toString('utf16le', 2);
  return head.toString('utf8').replace(/^\uFEFF/, '');
}

/**
 * What tells whether the file changed: its size and 48 bits of its content's SHA-256 (as `changeCounter`), so that a file saved
 * anew with the same content has not changed.
 * @throws TravessiaError FILE_NOT_FOUND, FILE_NOT_READABLE
 */
export function jsonFingerprint(path: string): Fingerprint {
  try {
    const stat = statSync(path);
    const hash = createHash('sha256');
    const file = openSync(path, 'r');
    try {
      const block = Buffer.allocUnsafe(1024 * 1024);
      for (let read = readSync(file, block, 0, block.length, null); read > 0; read = readSync(file, block, 0, block.length, null)) hash.update(block.subarray(0, read));
    } finally {
      closeSync(file);
    }
    return { bytes: stat.size, changeCounter: hash.digest().readUIntBE(0, 6), walBytes: 0, modifiedMs: Math.floor(stat.mtimeMs) };
  } catch (error) {
    throw fileError(error, path);
  }
}

/** @throws TravessiaError FILE_NOT_FOUND, FILE_NOT_READABLE */
export function sizeOf(path: string): number {
  try {
    return statSync(path).size;
  } catch (error) {
    throw fileError(error, path);
  }
}

/**
 * The text of a JSON file: UTF-8, with or without a byte order mark, or UTF-16 with one.
 * @throws TravessiaError FILE_NOT_FOUND, FILE_NOT_READABLE, DATABASE_EMPTY, DATABASE_CORRUPT for
 *   bytes that are no text
 */
export function readJsonText(path: string): string {
  try {
    const bytes = readFileSync(path);
    const encoding = bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : 'utf-8';
    const text = decode(bytes, encoding, path);
    if (text.trim() === '') throw new TravessiaError('DATABASE_EMPTY', { message: `${path} is empty.`, hint: 'Export the data again, and see that the file was saved.' });
    return text;
  } catch (error) {
    throw fileError(error, path);
  }
}

function decode(bytes: Buffer, encoding: string, path: string): string {
  try {
    // A byte order mark is left out; anything that is no valid text is an error rather than a replacement character.
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new TravessiaError('DATABASE_CORRUPT', { message: `${path} is not valid ${encoding.toUpperCase()} text.`, hint: 'Save it as UTF-8, which JSON requires (RFC 8259, 8.1).', cause });
  }
}
