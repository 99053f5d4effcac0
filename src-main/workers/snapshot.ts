import { parentPort, workerData } from 'node:worker_threads';
import { serveFollowed } from '../core/follow-worker.ts';
import { takeSnapshot, type SnapshotRequest, type SnapshotProgress } from '../core/sources/index.ts';

/** Takes one snapshot of a source off the main thread. */
if (parentPort !== null) {
  const request: SnapshotRequest = workerData;
  serveFollowed<null, SnapshotProgress>(parentPort, async ({ signal, onProgress }) => {
    await takeSnapshot(request, { signal, onProgress: (done, total) => onProgress({ done, total }) });
    return null;
  });
}
