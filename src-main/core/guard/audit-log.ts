import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { TravessiaError } from '../../../shared/contract/errors.ts';
import type { AuditCheck } from '../../../shared/model/guard.ts';
import type { SecretStore } from '../../platform/secrets.ts';
import type { AuditEntry, AuditHead, Store } from '../../store/index.ts';

/** The chain's key and where it stood; `seq` 0 before the first line. */
const secretSchema = z.object({ key: z.string(), seq: z.number(), mac: z.string(), start: z.string() });
type Secret = z.infer<typeof secretSchema>;
const secretName = 'guard:audit';
/** A crash may leave the anchor this far behind: lines beyond it are proved by the chain alone. */
const anchorAfter = 1000;

export interface AuditPorts {
  readonly store: Pick<Store, 'audit'>;
  readonly secrets: SecretStore;
  /** Runs work while no other process does the same. */
  readonly alone: <T>(work: () => Promise<T>) => Promise<T>;
  readonly now: () => number;
}

export interface AuditLog {
  append(entry: AuditEntry): Promise<void>;
  check(): Promise<AuditCheck>;
  /** Begins a new chain that holds all lines as they stand. @throws SECRETS_UNAVAILABLE */
  restart(entry: AuditEntry): Promise<void>;
  /** Notes where the chain stands in the secret store, if it has grown since. */
  anchor(): Promise<void>;
  close(): Promise<void>;
}

/** The chain's head is noted in the secret store a second after a line at the latest, and on close. */
export function createAuditLog({ store, secrets, alone, now }: AuditPorts): AuditLog {
  let key: Promise<string | null> | null = null;
  let head: AuditHead | null = null;
  let timer: NodeJS.Timeout | null = null;

  const read = async (): Promise<Secret | null> => {
    const text = await secrets.get(secretName);
    return text === null ? null : secretSchema.parse(JSON.parse(text));
  };

  /** Made once per data folder; null where the secrets cannot be read, and then it is tried again at the next line. */
  const keyOf = async (): Promise<string | null> => {
    key ??= alone(async () => {
      const known = await read();
      if (known !== null) return known.key;
      const made: Secret = { key: randomBytes(32).toString('base64'), seq: 0, mac: '', start: '' };
      await secrets.set(secretName, JSON.stringify(made));
      return made.key;
    }).catch(() => null);
    const found = await key;
    if (found === null) key = null;
    return found;
  };

  const anchor = async (): Promise<void> => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    const reached = head;
    if (reached === null) return;
    head = null;
    try {
      await alone(async () => {
        const known = await read();
        if (known === null || known.seq >= reached.seq) return;
        // Where the noted line is not there any more, the note is the proof of it: it stays.
        if (known.seq > 0 && (known.start !== reached.start || !(await store.audit.holds(known.seq, known.mac)))) return;
        await secrets.set(secretName, JSON.stringify({ key: known.key, ...reached } satisfies Secret));
      });
    } catch {
      head ??= reached;
    }
  };

  const later = (): void => {
    timer ??= setTimeout(() => void anchor(), anchorAfter).unref();
  };

  return {
    async append(entry) {
      const appended = await store.audit.append(entry, await keyOf());
      if (appended === null) return;
      if (head === null || appended.seq > head.seq) head = appended;
      later();
    },
    async check() {
      await anchor();
      const known = await read().catch(() => null);
      const state = await store.audit.check(known?.key ?? null, known);
      return { intact: state.problems.length === 0, ...state, checkedAt: new Date(now()).toISOString() };
    },
    async restart(entry) {
      const made = await keyOf();
      if (made === null) throw new TravessiaError('SECRETS_UNAVAILABLE', { message: 'The key of the audit cannot be read.', hint: 'Give TRAVESSIA_PASSPHRASE, or restore the secrets of the data folder.' });
      await alone(async () => {
        const begun = await store.audit.begin(entry, made);
        if (begun !== null) await secrets.set(secretName, JSON.stringify({ key: made, ...begun } satisfies Secret));
        head = null;
      });
    },
    anchor,
    async close() {
      await anchor();
    },
  };
}
