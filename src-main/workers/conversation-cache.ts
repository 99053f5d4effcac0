/** Threads of the console's full-text copies: one refreshes a copy and ends, others answer from it until they are closed. */
import { parentPort, workerData } from 'node:worker_threads';
import { maskText } from '../../shared/pure/masking/index.ts';
import { refreshFile, type RefreshProgress, type RefreshResult } from '../core/conversations/cache/build/refresh.ts';
import type { CacheThreadInput } from '../core/conversations/cache/index.ts';
import { openScan } from '../core/conversations/scan/index.ts';
import { serveCopy } from '../core/conversations/cache/reader/serve.ts';
import { serveFollowed } from '../core/follow-worker.ts';

const input: CacheThreadInput = workerData;

async function refresh(signal: AbortSignal, onProgress: (progress: RefreshProgress) => void): Promise<RefreshResult> {
  if (input.kind !== 'refresh') throw new Error('not a refresh');
  const { folder, masking, mappingText, force } = input;
  const scan = await openScan(input.source, input.mapping);
  try {
    return await refreshFile({ folder, scan, mask: (text) => maskText(text).text, masking, mapping: mappingText, force, signal, onProgress, now: () => Date.now() });
  } finally {
    await scan.close();
  }
}

if (parentPort !== null) {
  if (input.kind === 'refresh') serveFollowed<RefreshResult, RefreshProgress>(parentPort, ({ signal, onProgress }) => refresh(signal, onProgress));
  else serveCopy(parentPort, input.copy, () => openScan(input.source, input.mapping));
}
