import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { TravessiaError, toErrorReply } from '../../../../shared/contract/errors.ts';
import type { Job } from '../../../../shared/model/job.ts';
import type { Mapping } from '../../../../shared/model/conversation-mapping.ts';
import type { KeptReplica, Replica } from '../../../../shared/model/conversation-work.ts';
import { withProcessLock } from '../../../drivers/sqlite/index.ts';
import type { SecretStore } from '../../../platform/secrets.ts';
import type { Store } from '../../../store/index.ts';
import type { JobContext, Jobs } from '../../jobs/jobs.ts';
import type { Libraries, QueryPort } from '../ports.ts';
import { copyInto } from './copy.ts';
import { versionOf } from './database.ts';
import { isTravessiaCode } from './is-code.ts';
import { createReplicaKeys } from './replica-keys.ts';
import { revoked } from './revoked.ts';
import { scopeSchema, type Scope } from './scope.ts';
import { sealLock } from './sealed-file.ts';
import { openReplica, type OpenReplica } from './worker.ts';

export interface ReplicasPorts {
  readonly store: Pick<Store['replicas'], 'list' | 'get' | 'put' | 'revoke' | 'isRevoked'>;
  readonly secrets: SecretStore;
  readonly jobs: Pick<Jobs, 'start'>;
  /** Asked when it is needed: a library may itself be a replica. */
  readonly libraries: () => Libraries;
  /** Makes the library that the replica is read as, and takes it away again. */
  readonly readAs: { add(replica: Replica): Promise<string>; remove(id: string): Promise<void> };
  readonly path: (id: string) => string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly onChange: (replica: Replica) => void;
}

export interface Replicas {
  list(): Promise<Replica[]>;
  /** @throws NOT_FOUND, SECRETS_UNAVAILABLE */
  create(request: { readonly library: string; readonly name: string; readonly scope: Scope }): Promise<{ readonly id: string; readonly jobId: string }>;
  /** @throws NOT_FOUND, REPLICA_REVOKED, RUN_BUSY (it is being refreshed) */
  refresh(id: string): Promise<Job>;
  /** Without a job: for refreshes that nobody asked for. False where one runs already, here or in another program. */
  refreshQuietly(id: string, signal: AbortSignal): Promise<boolean>;
  /**
   * Another key: the file is sealed anew with it, and the old one opens nothing any more. Interrupted, either of them opens the file, and the next refresh or change ends it.
   * @throws NOT_FOUND, REPLICA_REVOKED, RUN_BUSY, WRONG_STATE, SECRETS_UNAVAILABLE; in the job WRONG_PASSPHRASE (the key in the store is another one), DISK_FULL and as `readSealed`: nothing has changed then
   */
  rekey(id: string): Promise<Job>;
  revoke(id: string): Promise<void>;
  /** What a replica answers by, also while it is refreshed or its server is away. @throws NOT_FOUND, REPLICA_REVOKED, and as `readSealed` */
  port(id: string): Promise<QueryPort>;
  /** Opened ones are closed; they open again when they are asked. */
  close(): Promise<void>;
}

interface Held {
  readonly replica: Promise<OpenReplica>;
  /** Of the file as it was read or written here last. */
  version: string | null;
  checkedAt: number;
}

/** How often a replica that is being read looks whether another program has written or revoked it, in milliseconds. */
const lookEvery = 5000;
/** Codes that say that the server does not answer; what is wrong otherwise is told as it is. */
const away = ['CANNOT_CONNECT', 'CONNECTION_LOST', 'TLS_FAILED', 'DATABASE_BUSY'] as const;

/** A library's file that is not where it was is away as a server is. */
function sourceError(error: unknown): unknown {
  if (!isTravessiaCode(error, 'FILE_NOT_FOUND') || !(error instanceof TravessiaError)) return error;
  return new TravessiaError('CANNOT_CONNECT', { message: `The source cannot be read: ${error.message}`, hint: 'Put the file back where it was; the replica goes on answering.', cause: error, retry: true });
}

export function createReplicas(ports: ReplicasPorts): Replicas {
  const { store, secrets, now } = ports;
  const keys = createReplicaKeys(secrets, ports.path);
  const held = new Map<string, Held>();
  const refreshing = new Set<string>();
  const iso = (): string => new Date(now()).toISOString();
  const shown = ({ readBy: _, ...replica }: KeptReplica): Replica => (refreshing.has(replica.id) ? { ...replica, state: 'refreshing' } : replica);

  const get = async (id: string): Promise<KeptReplica> => {
    const replica = await store.get(id);
    if (replica !== null) return replica;
    if (await store.isRevoked(id)) throw revoked();
    throw new TravessiaError('NOT_FOUND', { message: 'There is no such replica.', hint: 'See the list of replicas.' });
  };
  const put = async (replica: KeptReplica): Promise<void> => {
    await store.put(replica);
    ports.onChange(shown(replica));
  };
  const tell = async (id: string): Promise<void> => {
    const replica = await store.get(id);
    if (replica !== null) ports.onChange(shown(replica));
  };

  /** Before any row is read by it. */
  const noteMapping = async (id: string, mapping: Mapping): Promise<void> => {
    const replica = await get(id);
    if (!replica.readBy.some((each) => isDeepStrictEqual(each, mapping))) await store.put({ ...replica, readBy: [...replica.readBy, mapping] });
  };

  const drop = async (id: string, reason?: TravessiaError): Promise<void> => {
    const entry = held.get(id);
    held.delete(id);
    await (await entry?.replica.catch(() => null))?.close(reason);
  };

  /** Opens it, or takes the open one, unless another program wrote the file since. */
  const hold = async (id: string): Promise<OpenReplica> => {
    const entry = held.get(id);
    if (entry !== undefined) {
      if (now() - entry.checkedAt < lookEvery) return entry.replica;
      entry.checkedAt = now();
      const replica = await entry.replica.catch(() => null);
      if (replica !== null && !replica.gone && (entry.version === versionOf(ports.path(id)) || refreshing.has(id))) return replica;
      if (held.get(id) === entry) await drop(id);
      return hold(id);
    }
    const path = ports.path(id);
    const open = async (): Promise<OpenReplica> => {
      const replica = await get(id);
      if (versionOf(path) === null && replica.refreshedAt !== null) throw new TravessiaError('FILE_NOT_FOUND', { message: `The file of replica "${replica.name}" is gone.`, hint: 'Put it back, or revoke the replica and make it again.' });
      const key = await keys.get(id);
      if (key === null) throw revoked();
      return openReplica({ id, path, key });
    };
    const opened: Held = { replica: open(), version: versionOf(path), checkedAt: now() };
    held.set(id, opened);
    opened.replica.catch(() => { if (held.get(id) === opened) held.delete(id); });
    return opened.replica;
  };

  /** Copies what there is into the open replica, writes the file and notes the outcome. Called by whoever holds its lock. */
  const work = async (replica: Replica, scope: Scope | null, signal: AbortSignal, onProgress: (done: number, total: number) => void): Promise<void> => {
    // What it agrees with is what the source holds from here on, not when the copying ends.
    const asOf = iso();
    await ports.libraries().bringUpToDate(replica.library, signal).catch((error: unknown) => { throw sourceError(error); });
    // A server that is away says so before a database is made for nothing.
    await ports.libraries().reader(replica.library);
    const open = await hold(replica.id);
    const own = scope ?? scopeSchema.parse(JSON.parse(await open.scope()));
    const library = await ports.libraries().get(replica.library);
    await noteMapping(replica.id, library.mapping);
    const applied = await copyInto({ library, libraries: ports.libraries(), scope: own, replica: open, signal, onProgress });
    const isNew = versionOf(ports.path(replica.id)) === null;
    const bytes = isNew || applied.changed + applied.removed > 0 ? await open.save(JSON.stringify(own)) : replica.bytes;
    const entry = held.get(replica.id);
    if (entry !== undefined) entry.version = versionOf(ports.path(replica.id));
    const current = await get(replica.id).catch((error: unknown) => {
      // Revoked by another program in the meantime: what was just written has no key any more, and goes too.
      rmSync(ports.path(replica.id), { force: true });
      throw error;
    });
    await put({ ...current, conversations: applied.conversations, messages: applied.messages, bytes, refreshedAt: asOf, state: 'ready', error: null });
  };

  const locked = <T>(id: string, task: () => Promise<T>, wait = 0): Promise<T> => withProcessLock(sealLock(ports.path(id)), task, wait);

  /** Closes what is open of a file that another program has written since. */
  const latest = async (id: string): Promise<void> => {
    const entry = held.get(id);
    if (entry !== undefined) entry.checkedAt = 0;
    if (entry !== undefined && entry.version !== versionOf(ports.path(id))) await drop(id);
  };

  const rekeyNow = async (id: string): Promise<void> => {
    refreshing.add(id);
    await tell(id);
    try {
      await locked(id, async () => {
        await latest(id);
        const open = await hold(id);
        const bytes = await keys.change(id, (key) => open.rekey(key));
        const entry = held.get(id);
        if (entry !== undefined) entry.version = versionOf(ports.path(id));
        await store.put({ ...(await get(id)), bytes });
      });
    } finally {
      refreshing.delete(id);
      await tell(id);
    }
  };

  /** One refresh at a time, whichever program does it. */
  const refreshNow = async (id: string, signal: AbortSignal, onProgress: (done: number, total: number) => void): Promise<void> => {
    if (refreshing.has(id)) throw new TravessiaError('RUN_BUSY', { message: 'This replica is being refreshed already.', hint: 'Wait for it to end.', retry: true });
    const replica = await get(id);
    if (replica.refreshedAt === null) throw new TravessiaError('WRONG_STATE', { message: 'This replica was never finished: its first copy was interrupted.', hint: 'Revoke it and make it again.' });
    refreshing.add(id);
    await tell(id);
    try {
      await locked(id, async () => {
        await latest(id);
        await keys.settle(id);
        await work(replica, null, signal, onProgress);
      });
    } catch (error) {
      const current = await store.get(id);
      if (current !== null && !isTravessiaCode(error, 'CANCELLED', 'RUN_BUSY')) await store.put({ ...current, state: isTravessiaCode(error, ...away) ? 'unreachable' : current.state, error: toErrorReply(error).message });
      throw error;
    } finally {
      refreshing.delete(id);
      await tell(id);
    }
  };

  const destroy = async (id: string): Promise<void> => {
    // The key first: whatever stops here, the file is worth nothing from now on.
    await keys.destroy(id);
    await store.revoke(id, iso());
    await drop(id, revoked());
    for (const name of [ports.path(id), `${ports.path(id)}.partial`]) rmSync(name, { force: true });
    try {
      rmSync(sealLock(ports.path(id)), { force: true });
    } catch {
      // Windows keeps a file that another program has open; it holds nothing.
    }
  };

  return {
    list: async () => (await store.list()).map(shown),
    async create({ library, name, scope }) {
      const source = await ports.libraries().get(library);
      if (source.kind === 'replica') throw new TravessiaError('UNSUPPORTED_SOURCE', { message: `"${source.name}" is a replica itself.`, hint: 'Make the replica from the library that it was copied from.' });
      if (!(await secrets.isAvailable())) throw new TravessiaError('SECRETS_UNAVAILABLE', { message: 'There is no safe place for the key of a replica on this system.', hint: 'Unlock the key chain, or set TRAVESSIA_PASSPHRASE.' });
      const id = randomUUID();
      const replica: KeptReplica = { id, name, library, readAs: '', conversations: 0, messages: 0, bytes: 0, createdAt: iso(), refreshedAt: null, state: 'ready', error: null, readBy: [source.mapping] };
      await store.put(replica);
      await keys.create(id);
      refreshing.add(id);
      ports.onChange(shown(replica));
      const job = ports.jobs.start({
        kind: 'replica', title: name,
        work: async (context) => {
          try {
            await locked(id, () => work(replica, scope, context.signal, progressOf(context)));
            const made = await get(id);
            refreshing.delete(id);
            await put({ ...made, readAs: await ports.readAs.add(made) });
            return id;
          } catch (error) {
            // Nothing of it is kept: a replica is whole or it is not there.
            refreshing.delete(id);
            await destroy(id).catch(() => undefined);
            ports.onChange(replica);
            throw error;
          }
        },
      });
      return { id, jobId: job.id };
    },
    async refresh(id) {
      const replica = await get(id);
      if (refreshing.has(id)) throw new TravessiaError('RUN_BUSY', { message: 'This replica is being refreshed already.', hint: 'Wait for it to end.', retry: true });
      return ports.jobs.start({ kind: 'replica', title: replica.name, work: async (context) => { await refreshNow(id, context.signal, progressOf(context)); return id; } });
    },
    async rekey(id) {
      const replica = await get(id);
      if (refreshing.has(id)) throw new TravessiaError('RUN_BUSY', { message: 'This replica is being refreshed already.', hint: 'Wait for it to end.', retry: true });
      if (replica.refreshedAt === null) throw new TravessiaError('WRONG_STATE', { message: 'This replica was never finished: its first copy was interrupted.', hint: 'Revoke it and make it again.' });
      return ports.jobs.start({ kind: 'replica', title: replica.name, work: async (context) => { context.update({ phase: 'seal' }); await rekeyNow(id); return id; } });
    },
    async refreshQuietly(id, signal) {
      try {
        await refreshNow(id, signal, () => undefined);
        return true;
      } catch (error) {
        if (isTravessiaCode(error, 'RUN_BUSY', 'CANCELLED', 'NOT_FOUND', 'REPLICA_REVOKED')) return false;
        // It stands in the replica's state; nobody waits for it here.
        return true;
      }
    },
    async revoke(id) {
      const replica = await store.get(id);
      // Revoked already: what a crash left of it goes now.
      if (replica === null && !(await store.isRevoked(id))) await get(id);
      await destroy(id);
      await ports.readAs.remove(id);
      if (replica !== null) ports.onChange(replica);
    },
    async port(id) {
      await hold(id);
      return { rows: async (sql, values, options) => (await hold(id)).port.rows(sql, values, options), close: () => Promise.resolve() };
    },
    async close() {
      await Promise.all([...held.keys()].map((id) => drop(id)));
    },
  };
}

function progressOf(context: JobContext): (done: number, total: number) => void {
  context.update({ phase: 'copy' });
  return (done, total) => context.update({ rows: done, rowsTotal: total, progress: total === 0 ? null : done / total });
}
