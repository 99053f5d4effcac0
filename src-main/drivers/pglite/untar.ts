import { createReadStream, createWriteStream, mkdirSync } from 'node:fs';
import { dirname, join, normalize, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { TravessiaError } from '../../../shared/contract/errors.ts';

const block = 512;

/** Bytes in pieces as asked for, from a stream of any pieces. */
class Reader {
  readonly #source: AsyncIterator<Buffer>;
  #held: Buffer = Buffer.alloc(0);

  constructor(source: AsyncIterable<Buffer>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** At most `size` bytes; fewer only at the end. */
  async take(size: number): Promise<Buffer> {
    while (this.#held.length < size) {
      const next = await this.#source.next();
      if (next.done === true) break;
      this.#held = this.#held.length === 0 ? next.value : Buffer.concat([this.#held, next.value]);
    }
    const taken = this.#held.subarray(0, size);
    this.#held = this.#held.subarray(size);
    return taken;
  }
}

const textAt = (header: Buffer, from: number, length: number): string => header.toString('utf8', from, from + length).replace(/\0.*$/s, '');

/** True where the sum of the header's bytes, its own field read as spaces, is what it says (POSIX.1, ustar). */
function isHeader(header: Buffer): boolean {
  let sum = 0;
  for (let at = 0; at < block; at += 1) sum += at >= 148 && at < 156 ? 32 : (header[at] ?? 0);
  return header.length === block && sum === Number.parseInt(textAt(header, 148, 8).trim(), 8);
}

/** True for a file that begins as gzip or as a tar archive does. */
export function isArchive(head: Buffer): boolean {
  return (head[0] === 0x1f && head[1] === 0x8b) || (head.length >= block && isHeader(head.subarray(0, block)));
}

/**
 * Unpacks a tar archive, compressed by gzip or not, into a folder. Only plain files and folders are made, and only below it.
 * @throws TravessiaError NOT_A_DATABASE for what is no archive, DATABASE_CORRUPT where it is cut off or damaged
 */
export async function untar(path: string, isCompressed: boolean, folder: string, signal: AbortSignal): Promise<void> {
  const damaged = (cause?: unknown): TravessiaError => new TravessiaError('DATABASE_CORRUPT', { message: `The archive ${path} is cut off or damaged.`, hint: 'Make it again with dumpDataDir and copy it whole.', cause });
  const stream = createReadStream(path, { signal });
  const content = isCompressed ? createGunzip() : null;
  const piped = content === null ? null : pipeline(stream, content);
  // Its failure shows where the bytes are taken.
  piped?.catch(() => undefined);
  const reader = new Reader(content ?? stream);
  try {
    let isFirst = true;
    for (;;) {
      const header = Buffer.from(await reader.take(block));
      if (header.length === 0 && !isFirst) break;
      if (header.length === block && header.every((byte) => byte === 0)) break;
      if (!isHeader(header)) {
        if (isFirst) throw new TravessiaError('NOT_A_DATABASE', { message: `${path} is not a tar archive.`, hint: 'Choose a data folder of PGlite, or what its dumpDataDir made (.tar or .tar.gz).' });
        throw damaged();
      }
      isFirst = false;
      const prefix = textAt(header, 345, 155);
      const name = normalize(`${prefix === '' ? '' : `${prefix}/`}${textAt(header, 0, 100)}`).replace(/^[/\\]+/, '');
      const size = Number.parseInt(textAt(header, 124, 12).trim() || '0', 8);
      const kind = textAt(header, 156, 1);
      if (name.split(sep).includes('..') || !Number.isSafeInteger(size)) throw damaged();
      const target = join(folder, name);
      if (kind === '5') mkdirSync(target, { recursive: true });
      else if (kind === '0' || kind === '') await write(reader, target, size, damaged);
      else await reader.take(size);
      await reader.take((block - (size % block)) % block);
    }
  } catch (error) {
    if (error instanceof TravessiaError) throw error;
    if (signal.aborted) throw new TravessiaError('CANCELLED', { message: 'The snapshot was cancelled.' });
    throw damaged(error);
  } finally {
    stream.destroy();
    content?.destroy();
  }
}

async function write(reader: Reader, target: string, size: number, damaged: () => TravessiaError): Promise<void> {
  mkdirSync(dirname(target), { recursive: true });
  await pipeline(async function* content() {
    for (let left = size; left > 0; ) {
      const part = await reader.take(Math.min(left, 1024 * 1024));
      if (part.length === 0) throw damaged();
      left -= part.length;
      yield part;
    }
  }, createWriteStream(target));
}
