import type { TravessiaEvent } from '../../../shared/contract/events.ts';
import type { ProfileName } from './profile.ts';

export interface EventPorts {
  profile(): Promise<ProfileName>;
  isOwnJob(id: string): Promise<boolean>;
}

const ownNouns = new Set(['settings', 'libraries', 'replicas', 'profile']);

/** How long an answer about the profile is good for; another process may change it, this one says so itself by `forget`. */
const goodFor = 1000;

/**
 * Events as the profile in force lets them out: under support those of its own jobs and of what it may read. In the order in which they came.
 */
export function createEventGate(ports: EventPorts, deliver: (event: TravessiaEvent) => void, now: () => number) {
  let known: { readonly profile: ProfileName; readonly at: number } | null = null;
  let queue: Promise<void> = Promise.resolve();
  let waiting = 0;

  async function passes(event: TravessiaEvent): Promise<boolean> {
    if (known === null || now() - known.at > goodFor) known = { profile: await ports.profile(), at: now() };
    if (known.profile === 'dba') return true;
    if (event.type === 'changed') return ownNouns.has(event.noun);
    if (event.type === 'run-progress') return false;
    return ports.isOwnJob(event.type === 'job' ? event.job.id : event.jobId);
  }

  return {
    emit(event: TravessiaEvent): void {
      if (waiting === 0 && known !== null && known.profile === 'dba' && now() - known.at <= goodFor) return deliver(event);
      waiting += 1;
      queue = queue.then(async () => {
        if (await passes(event).catch(() => false)) deliver(event);
        waiting -= 1;
      });
    },
    /** Until everything that came so far was delivered or kept back. */
    drain: (): Promise<void> => queue,
    /** The profile was changed here. */
    forget(): void {
      known = null;
    },
  };
}
