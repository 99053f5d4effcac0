import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { TravessiaError } from '../../../shared/contract/errors.ts';
import { fileError } from './errors-map.ts';

/** The fields of the first 100 bytes that the drivers use (https://sqlite.org/fileformat2.html, section 1.3). */
export interface SqliteHeader {
  /** Size of the main file in bytes; 0 for a database that was never written. */
  readonly bytes: number;
  readonly pageSize: number;
  /** File change counter, offset 24. Need not move while the database is in WAL mode. */
  readonly changeCounter: number;
  /** True where the header says WAL (read version 2, offset 19). */
  readonly wal: boolean;
}

const magic = Buffer.from('SQLite format 3\0', 'latin1');

/**
 * Reads and checks the header without SQLite, so that the message can say what the file is instead.
 *
 * @throws TravessiaError FILE_NOT_FOUND, FILE_NOT_READABLE, NOT_A_DATABASE
 */
export function readSqliteHeader(path: string): SqliteHeader {
  const { head, bytes } = readHead(path);
  if (bytes === 0) return { bytes, pageSize: 4096, changeCounter: 0, wal: false };
  if (head.length < 100 || !head.subarray(0, 16).equals(magic)) {
    throw new TravessiaError('NOT_A_DATABASE', { message: `${path} is not a SQLite database: ${whatItIs(head)}.`, hint: hintFor(head) });
  }
  const pageSize = head.readUInt16BE(16);
  return { bytes, pageSize: pageSize === 1 ? 65536 : pageSize, changeCounter: head.readUInt32BE(24), wal: head[19] === 2 };
}

/** True for a file that starts like a SQLite 3 database; false for anything else, missing files included. */
export function isSqliteFile(path: string): boolean {
  try {
    return readHead(path).head.subarray(0, 16).equals(magic);
  } catch {
    return false;
  }
}

function readHead(path: string): { head: Buffer; bytes: number } {
  let file: number | undefined;
  try {
    file = openSync(path, 'r');
    const stat = fstatSync(file);
    if (stat.isDirectory()) {
      throw new TravessiaError('NOT_A_DATABASE', { message: `${path} is a folder.`, hint: 'Choose the database file inside it.' });
    }
    if (!stat.isFile()) throw new TravessiaError('NOT_A_DATABASE', { message: `${path} is not a regular file.`, hint: 'Choose a SQLite file.' });
    const head = Buffer.alloc(100);
    const read = readSync(file, head, 0, 100, 0);
    return { head: head.subarray(0, read), bytes: stat.size };
  } catch (error) {
    throw fileError(error, path);
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

function whatItIs(head: Buffer): string {
  const text = head.toString('latin1');
  if (text.startsWith('** This file contains an SQLite 2')) return 'it is a SQLite 2 file';
  if (text.startsWith('PGDMP')) return 'it is a PostgreSQL dump';
  if (text.startsWith('\x1f\x8b') || text.startsWith('PK')) return 'it is a compressed archive';
  if (text.startsWith('Obfuscated')) return 'it is encrypted or obfuscated';
  if (/^[\t\n\r\x20-\x7e]+$/.test(text)) return 'it is text';
  if (head.length < 100) return 'it is too short';
  return 'its header is unknown; it may be encrypted';
}

function hintFor(head: Buffer): string {
  return /^[\t\n\r\x20-\x7e]+$/.test(head.toString('latin1'))
    ? 'Choose a SQLite 3 database file. A file of SQL text has to be loaded into SQLite first.'
    : 'Choose a SQLite 3 database file. An encrypted one (SQLCipher, SEE) has to be decrypted with its own tool first.';
}

const encodings = ['UTF-8', 'UTF-8', 'UTF-16le', 'UTF-16be'] as const;

/** How texts of a file are stored, as `PRAGMA encoding` says it (offset 56 of the header). */
export function sqliteEncoding(path: string): string {
  const { head } = readHead(path);
  return encodings[head.length < 60 ? 0 : head.readUInt32BE(56)] ?? 'UTF-8';
}
