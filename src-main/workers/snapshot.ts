import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import { serveFollowed } from '../core/follow-worker.ts';
import { takeSnapshot, type SnapshotRequest, type SnapshotProgress } from '../core/sources/index.ts';

/** Takes one snapshot of a source off the main thread. */
export function serve(port: MessagePort, request: SnapshotRequest): void {
  serveFollowed<null, SnapshotProgress>(port, async ({ signal, onProgress }) => {
    await takeSnapshot(request, { signal, onProgress: (done, total) => onProgress({ done, total }) });
    return null;
  });
}

if (parentPort !== null) serve(parentPort, workerData);
