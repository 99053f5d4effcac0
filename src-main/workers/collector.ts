import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/**
 * Frees what young buffers hold. V8 sees only their shells, and lets a hundred megabytes outside its heap go by before it looks
 * (nodejs.org/api/v8.html, setFlagsFromString; measured: 344 MB at the peak without, 20 blobs of 50 MB).
 */
function createCollector(): () => void {
  setFlagsFromString('--expose-gc');
  const gc: unknown = runInNewContext('gc');
  return () => {
    if (typeof gc === 'function') gc({ type: 'minor' });
  };
}

/** Buffers of so many bytes may have become garbage before they are looked for. */
const patience = 8 * 1024 * 1024;

/**
 * For whoever reads buffers, uses them and forgets them: to be told of the bytes that were read, it frees them every 8 MB.
 */
export function afterBytes(): (bytes: number) => void {
  let collector: (() => void) | undefined;
  let read = 0;
  return (bytes) => {
    read += bytes;
    if (read < patience) return;
    read = 0;
    collector ??= createCollector();
    collector();
  };
}

/**
 * Gives a buffer's memory back to the system at once, where the buffer has memory of its own; it is empty afterwards, and nothing happens a second time. Of buffers that wait to be
 * collected V8 sees the shells alone, and looking for them costs (20,000 blobs of 20 KB loaded in 2.2 s in place of 2.4, measured).
 */
export function giveBack({ buffer, byteLength }: Uint8Array): void {
  if (byteLength > 0 && buffer instanceof ArrayBuffer && byteLength === buffer.byteLength) buffer.transfer(0);
}
