import { PagesUnfit, type PageFile } from './page-file.ts';
import { viewOf } from './record.ts';

/** Bytes read from the file at once. */
export const extentBytes = 256 * 1024;
/** A payload of more bytes is left to SQLite: its pages are gathered in memory. */
export const largestPayload = 8 * 1024 * 1024;
/** SQLite's own limit of a tree's depth (btree.c, BTCURSOR_MAX_DEPTH). */
export const deepest = 20;
/** Room for a payload in overflow pages grows by so much. */
const growth = 1024 * 1024;

/** A whole varint: up to nine bytes, of which the ninth counts with all its bits (section 1.6). */
export function varint(bytes: Buffer, from: number): bigint {
  let value = 0n;
  for (let at = from; at < from + 8; at += 1) {
    const byte = bytes[at] ?? 0;
    value = (value << 7n) | BigInt(byte & 0x7f);
    if (byte < 0x80) return value;
  }
  return BigInt.asIntN(64, (value << 8n) | BigInt(bytes[from + 8] ?? 0));
}

/** How much of a payload stands in a page of its tree itself (section 1.6, "If the payload spills onto overflow pages"). */
export function localBytes(size: number, usable: number, tree: 'table' | 'index'): number {
  const most = tree === 'table' ? usable - 35 : Math.floor(((usable - 12) * 64) / 255) - 23;
  if (size <= most) return size;
  const least = Math.floor(((usable - 12) * 32) / 255) - 23;
  const kept = least + ((size - least) % (usable - 4));
  return kept <= most ? kept : least;
}

/** A payload as a whole, valid until the next that the same reader gathers. */
export interface Gathered {
  readonly bytes: Buffer;
  readonly view: DataView;
}

/** Gathers a payload that goes on in overflow pages, which mostly lie one after the other. */
export function overflowReader(file: PageFile): (leaf: Buffer, at: number, local: number, size: number) => Gathered {
  const { pageSize, usable } = file;
  const content = usable - 4;
  const stretchPages = Math.max(1, Math.floor(extentBytes / pageSize));
  const stretch = Buffer.allocUnsafeSlow(stretchPages * pageSize);
  let bytes = Buffer.allocUnsafeSlow(growth);
  let view = viewOf(bytes);
  return (leaf, at, local, size) => {
    if (size > bytes.length) {
      // Given back at once: the collector would let the smaller ones pile up.
      if (bytes.buffer instanceof ArrayBuffer) bytes.buffer.transfer(0);
      bytes = Buffer.allocUnsafeSlow(Math.ceil(size / growth) * growth);
      view = viewOf(bytes);
    }
    leaf.copy(bytes, 0, at, at + local);
    let filled = local;
    let page = leaf.readUInt32BE(at + local);
    while (filled < size) {
      if (page < 1 || page > file.pageCount) throw new PagesUnfit('malformed');
      const pages = Math.min(stretchPages, Math.ceil((size - filled) / content), file.pageCount - page + 1);
      file.read(stretch, page, pages);
      const first = page;
      while (filled < size && page >= first && page < first + pages) {
        const from = (page - first) * pageSize;
        const part = Math.min(content, size - filled);
        stretch.copy(bytes, filled, from + 4, from + 4 + part);
        filled += part;
        page = stretch.readUInt32BE(from);
      }
    }
    return { bytes, view };
  };
}
