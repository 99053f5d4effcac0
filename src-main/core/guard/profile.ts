import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { z } from 'zod';
import { TravessiaError } from '../../../shared/contract/errors.ts';
import type { profileNames } from '../../../shared/model/guard.ts';
import type { SecretStore } from '../../platform/secrets.ts';
import type { Store } from '../../store/index.ts';

export type ProfileName = (typeof profileNames)[number];

/** The passphrase's hash, and the profile a second time: a store that was replaced must not open the door. */
const secretSchema = z.object({ profile: z.enum(['dba', 'support']), salt: z.string(), hash: z.string(), N: z.number(), r: z.number(), p: z.number() });
type Secret = z.infer<typeof secretSchema>;
const secretName = 'guard:profile';

const derive = promisify<string, Buffer, number, { N: number; r: number; p: number; maxmem: number }, Buffer>(scrypt);
/** As for the secrets' own file: OWASP Password Storage Cheat Sheet. */
const usualCost = { N: 2 ** 16, r: 8, p: 2 };
/** Milliseconds to wait after so many wrong tries. Three are free: people mistype. */
const delays = [0, 0, 0, 1000, 2000, 4000, 8000, 16_000, 32_000, 64_000, 128_000, 300_000];

export interface ProfilePorts {
  readonly store: Pick<Store, 'guard'>;
  readonly secrets: SecretStore;
  readonly now: () => number;
  /** Of one look at a passphrase; tests make it small. */
  readonly cost?: { readonly N: number; readonly r: number; readonly p: number };
  /** Told after each change. */
  readonly onChange: (profile: ProfileName) => void;
}

export interface ProfileState {
  /** Asked at every call: another process of this data folder may have changed it. `support` where it cannot be read. */
  current(): Promise<ProfileName>;
  hasPassphrase(): Promise<boolean>;
  /** @throws INVALID_INPUT without a passphrase the first time, WRONG_PASSPHRASE where another one is set, SECRETS_UNAVAILABLE */
  enter(passphrase: string | undefined): Promise<void>;
  /** @throws WRONG_PASSPHRASE, SECRETS_UNAVAILABLE; the profile stays in force */
  leave(passphrase: string): Promise<void>;
}

/** The profile in force for a data folder, whatever hosts and processes use it. */
export function createProfile({ store, secrets, now, onChange, cost = usualCost }: ProfilePorts): ProfileState {
  let isCompared = false;

  async function read(): Promise<Secret | null> {
    const text = await secrets.get(secretName);
    if (text === null) return null;
    try {
      return secretSchema.parse(JSON.parse(text));
    } catch (cause) {
      throw new TravessiaError('SECRETS_UNAVAILABLE', { message: 'What is kept of the profile\'s passphrase cannot be read.', hint: 'Restore the secrets of the data folder from a backup.', cause });
    }
  }

  async function isRight(secret: Secret, passphrase: string): Promise<boolean> {
    const { N, r, p } = secret;
    const hash = await derive(passphrase.normalize('NFC'), Buffer.from(secret.salt, 'base64'), 32, { N, r, p, maxmem: 256 * N * r });
    return timingSafeEqual(hash, Buffer.from(secret.hash, 'base64'));
  }

  /** @throws WRONG_PASSPHRASE, at once while an earlier wrong try is waited for */
  async function check(secret: Secret, passphrase: string): Promise<void> {
    const wait = await store.guard.takeTry(now(), delays);
    if (wait > 0) throw new TravessiaError('WRONG_PASSPHRASE', { message: 'Too many wrong passphrases.', hint: `Try again in ${Math.ceil(wait / 1000)} seconds.`, retry: true });
    if (!(await isRight(secret, passphrase))) throw new TravessiaError('WRONG_PASSPHRASE', { message: 'That is not the passphrase of this profile.', hint: 'Ask whoever set up the support profile.', retry: true });
  }

  async function write(secret: Secret): Promise<void> {
    await secrets.set(secretName, JSON.stringify(secret));
    // Read back: a door that cannot be opened again, or that did not close, must not be shown as done.
    if ((await secrets.get(secretName)) !== JSON.stringify(secret)) throw new TravessiaError('SECRETS_UNAVAILABLE', { message: 'The passphrase could not be kept.', hint: 'Check that the data folder may be written.' });
  }

  return {
    async current() {
      try {
        const stored = await store.guard.profile();
        if (stored === 'support' || isCompared) return stored;
        const secret = await read().catch(() => null);
        isCompared = true;
        if (secret?.profile !== 'support') return stored;
        await store.guard.setProfile('support');
        return 'support';
      } catch {
        return 'support';
      }
    },
    hasPassphrase: () => read().then((secret) => secret !== null, () => true),
    async enter(passphrase) {
      const known = await read();
      if (known === null && passphrase === undefined) throw new TravessiaError('INVALID_INPUT', { message: 'The support profile needs a passphrase, with which it is left again.', hint: 'Choose one of at least eight characters and keep it.' });
      if (known !== null && passphrase !== undefined) await check(known, passphrase);
      if (known === null) {
        const salt = randomBytes(16);
        const hash = await derive((passphrase ?? '').normalize('NFC'), salt, 32, { ...cost, maxmem: 256 * cost.N * cost.r });
        await write({ profile: 'support', salt: salt.toString('base64'), hash: hash.toString('base64'), ...cost });
      } else {
        await write({ ...known, profile: 'support' });
      }
      await store.guard.setProfile('support');
      onChange('support');
    },
    async leave(passphrase) {
      const known = await read();
      if (known === null) throw new TravessiaError('SECRETS_UNAVAILABLE', { message: 'The passphrase of the support profile is not in the secret store.', hint: 'Restore the secrets of the data folder from a backup; the profile stays in force.' });
      await check(known, passphrase);
      await write({ ...known, profile: 'dba' });
      await store.guard.setProfile('dba');
      onChange('dba');
    },
  };
}
