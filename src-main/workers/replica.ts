/** A replica's thread: PostgreSQL in memory, masking, and the sealed file. */
import { parentPort, workerData } from 'node:worker_threads';
import { z } from 'zod';
import { toErrorReply } from '../../shared/contract/errors.ts';
import { openReplicaDatabase, type ReplicaDatabase } from '../core/conversations/replica/database.ts';
import type { ReplicaReply, ReplicaRequest, ReplicaWork } from '../core/conversations/replica/messages.ts';
import { replicaMasking } from '../core/conversations/replica/masking.ts';
import { makeSearchable } from '../core/conversations/replica/searchable.ts';

const file = z.object({ id: z.string(), path: z.string(), key: z.instanceof(Uint8Array) }).parse(workerData);
const reply = (message: ReplicaReply): void => parentPort?.postMessage(message);

async function answer(database: ReplicaDatabase, work: ReplicaWork): Promise<unknown> {
  switch (work.op) {
    case 'rows': return database.rows(work.sql, work.values);
    case 'contents': return database.contents();
    case 'scope': return database.scope();
    case 'changed': return database.changed(work.list);
    case 'offer': return database.offer(work.offer);
    case 'apply': return database.apply(work.present);
    case 'discard': return database.discard();
    case 'save': return database.save(work.scope);
    case 'rekey': return database.rekey(work.key);
    case 'close': return database.close();
  }
}

try {
  const database = await openReplicaDatabase(file, replicaMasking, makeSearchable);
  parentPort?.on('message', ({ id, work }: ReplicaRequest) => {
    answer(database, work).then(
      (value) => reply({ id, ok: true, value }),
      (error: unknown) => reply({ id, ok: false, error: toErrorReply(error) }),
    ).finally(() => { if (work.op === 'close') parentPort?.close(); });
  });
  reply({ id: 0, ok: true, value: await database.contents() });
} catch (error) {
  reply({ id: 0, ok: false, error: toErrorReply(error) });
  parentPort?.close();
}
