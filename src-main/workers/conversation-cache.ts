/** Threads of the console's full-text copies: one refreshes a copy and ends, others answer from it until they are closed. */
import { parentPort, workerData } from 'node:worker_threads';
import { maskText } from '../../shared/pure/masking/index.ts';
import { refreshFile, type RefreshProgress, type RefreshResult } from '../core/conversations/cache/build/refresh.ts';
import type { CacheThreadInput } from '../core/conversations/cache/index.ts';
import { createLibraryKeys, createSeal, sealScan } from '../core/conversations/keys/index.ts';
import type { Scan } from '../core/conversations/ports.ts';
import { openScan } from '../core/conversations/scan/index.ts';
import { serveCopy } from '../core/conversations/cache/reader/serve.ts';
import { rememberedMask } from '../core/conversations/remembered-mask.ts';
import { createRowMask } from '../core/conversations/row-mask.ts';
import { serveFollowed } from '../core/follow-worker.ts';

const input: CacheThreadInput = workerData;
const mask = rememberedMask((text) => maskText(text).text);
const open = async (): Promise<Scan> => sealScan(await openScan(input.source, input.mapping), createLibraryKeys(createSeal(input.secret), [input.mapping], mask));

async function refresh(signal: AbortSignal, onProgress: (progress: RefreshProgress) => void): Promise<RefreshResult> {
  if (input.kind !== 'refresh') throw new Error('not a refresh');
  const { folder, masking, mappingText, force } = input;
  const scan = await open();
  try {
    return await refreshFile({ folder, scan, mask: createRowMask([input.mapping], mask), masking, mapping: mappingText, force, signal, onProgress, now: () => Date.now() });
  } finally {
    await scan.close();
  }
}

if (parentPort !== null) {
  if (input.kind === 'refresh') serveFollowed<RefreshResult, RefreshProgress>(parentPort, ({ signal, onProgress }) => refresh(signal, onProgress));
  else serveCopy(parentPort, input.copy, open);
}
