/**
 * guard: who may do what, and what was done.
 *
 * profile: what the console lets through, for a data folder and all its hosts; `dba` everything, `support` conversations, masked and read-only (policy.ts).
 * guarded: all handlers behind the profile and the audit. key secret: what keys of conversations are sealed with. reveal: a message or conversation shown without its mask, for a reason. chain, anchor: store/audit.ts.
 */
import { userInfo } from 'node:os';
import { join } from 'node:path';
import type { TravessiaEvent } from '../../../shared/contract/events.ts';
import type { Handlers } from '../../../shared/contract/handlers.ts';
import { withProcessLock } from '../../drivers/sqlite/process-lock.ts';
import { parseDatabase } from '../../drivers/postgres/index.ts';
import type { SecretStore } from '../../platform/secrets.ts';
import type { Store } from '../../store/index.ts';
import { noMasking } from '../conversations/ports.ts';
import type { Guard, Libraries } from '../conversations/ports.ts';
import type { Connections } from '../connections/index.ts';
import { createAuditLog } from './audit-log.ts';
import { createEventGate } from './events.ts';
import { createJobFailures } from './job-failures.ts';
import { createKeySecret } from './key-secret.ts';
import { guarded, notInProfile } from './guarded.ts';
import { createMasker, createReveals } from './masker.ts';
import { createProfile } from './profile.ts';
import { writtenOf } from './written.ts';

export interface TrustPorts {
  readonly home: string;
  readonly store: Store;
  /** The data folder's, the same for all hosts: a profile entered in one must be left in another, and a chain has one key. */
  readonly secrets: SecretStore;
  readonly now: () => number;
  /** To the listeners, once the profile lets it out. */
  readonly deliver: (event: TravessiaEvent) => void;
}

/** Everything of this feature that the composition wires: made before the other features, and put round them at the end. */
export function createTrust({ home, store, secrets, now, deliver }: TrustPorts) {
  const user = userName();
  const reveals = createReveals();
  const masker = createMasker(reveals);
  const alone = <T>(work: () => Promise<T>): Promise<T> => withProcessLock(join(home, 'guard.lock'), work);
  const log = createAuditLog({ store, secrets, alone, now });
  const own = new Set<string>();
  const failures = createJobFailures();

  async function isOwnJob(id: string): Promise<boolean> {
    if (own.has(id)) return true;
    for (const each of await store.guard.jobs()) own.add(each);
    return own.has(id);
  }

  const profile = createProfile({
    store, secrets, now,
    onChange() {
      reveals.clear();
      gate.forget();
      gate.emit({ type: 'changed', noun: 'profile' });
    },
  });
  const gate = createEventGate({ profile: () => profile.current(), isOwnJob }, deliver, now);

  const guard: Guard = {
    async masker() {
      const isMasked = (await profile.current()) === 'support' || (await store.settings.all()).masking;
      return isMasked ? masker : noMasking;
    },
    seesDeleted: async () => (await profile.current()) === 'dba',
    reveal: (library, kind, key) => reveals.add(library, kind, key),
  };

  return {
    guard, profile, log, user,
    keySecret: createKeySecret(secrets, alone),
    emit(event: TravessiaEvent): void {
      failures.note(event);
      gate.emit(event);
    },
    /** Lets out the last events and anchors the audit; the store is still open. */
    async close(): Promise<void> {
      await gate.drain();
      await failures.written();
      await log.close();
    },
    /** @throws NOT_IN_PROFILE: for what a host does beside the calls of the contract */
    async onlyDba(name: string): Promise<void> {
      if ((await profile.current()) !== 'dba') throw notInProfile(name);
    },
    around: <H extends Handlers>(handlers: H, { libraries, connections }: { readonly libraries: Libraries; readonly connections: Connections }): H & Handlers => guarded(handlers, {
      profile: () => profile.current(), isOwnJob, user, now,
      async addOwnJob(id) {
        own.add(id);
        await store.guard.addJob(id);
      },
      append: (entry) => log.append(entry),
      onJobFailed: failures.onFailed,
      roleOf: (input) => roleOf(input, libraries, connections),
      written: (name, input) => writtenOf(name, input, libraries, now),
    }),
  };
}

export type Trust = ReturnType<typeof createTrust>;

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    // A user id without an entry, as in a container.
    return `uid ${process.getuid?.() ?? '?'}`;
  }
}

async function roleOf(input: object, libraries: Libraries, connections: Connections): Promise<string | null> {
  if (!('library' in input) || typeof input.library !== 'string') return null;
  const { source, kind } = await libraries.get(input.library);
  if (kind !== 'postgres') return null;
  const saved = (await connections.list()).find((each) => each.id === source);
  const ref = parseDatabase(saved?.location ?? source);
  return ref.kind === 'postgres' ? (ref.user ?? null) : null;
}
