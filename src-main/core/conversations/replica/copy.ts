import type { Library } from '../../../../shared/model/conversation-mapping.ts';
import type { Libraries } from '../ports.ts';
import type { Applied } from './database.ts';
import { serverFingerprints } from './fingerprints.ts';
import { readConversation } from './read.ts';
import { keysInScope, type Scope } from './scope.ts';
import type { OpenReplica } from './worker.ts';

export interface CopyRequest {
  readonly library: Library;
  readonly libraries: Libraries;
  readonly scope: Scope;
  readonly replica: Pick<OpenReplica, 'changed' | 'offer' | 'apply' | 'discard'>;
  readonly signal: AbortSignal;
  readonly onProgress: (done: number, total: number) => void;
}

const batchKeys = 100;

/**
 * Brings a replica to what its library holds now: what changed and what is new is fetched, what is gone leaves. Nothing of the replica changes before
 * everything is fetched, so a server that goes away in between leaves it whole.
 * @throws TravessiaError what the reader reports (CONNECTION_LOST, CANNOT_CONNECT, …), CANCELLED, INVALID_INPUT (too large)
 */
export async function copyInto({ library, libraries, scope, replica, signal, onProgress }: CopyRequest): Promise<Applied> {
  try {
    const reader = await libraries.reader(library.id);
    const source = await libraries.keys(library.id);
    const port = await libraries.port(library.id);
    const fingerprints = port === null ? null : await serverFingerprints(port, library.mapping);
    const keys = await keysInScope(reader, scope, signal);
    const present: string[] = [];
    for (let at = 0; at < keys.length; at += batchKeys) {
      const batch = keys.slice(at, at + batchKeys);
      onProgress(at, keys.length);
      signal.throwIfAborted();
      const told = fingerprints === null ? null : (await fingerprints(batch.map(source.open), signal)).map(({ key, fingerprint }) => ({ key: source.seal(key, 'conversation'), fingerprint }));
      const changed = told === null ? new Set(batch) : new Set(await replica.changed(told));
      // Taken before its rows are read: what changes meanwhile is seen as changed at the next refresh.
      const prints = new Map((told ?? []).map(({ key, fingerprint }) => [key, fingerprint]));
      for (const key of batch) {
        if (told !== null && !prints.has(key)) continue;
        if (!changed.has(key)) {
          present.push(key);
          continue;
        }
        const records = await readConversation(reader, key, signal);
        if (records === null) continue;
        await replica.offer({ key, records, mapping: library.mapping, fingerprint: prints.get(key) ?? null });
        present.push(key);
        onProgress(Math.min(at + batch.indexOf(key) + 1, keys.length), keys.length);
      }
    }
    signal.throwIfAborted();
    return await replica.apply(present);
  } catch (error) {
    await replica.discard().catch(() => undefined);
    throw error;
  }
}
