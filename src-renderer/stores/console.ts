import { createStore } from 'zustand/vanilla';
import type { StoreApi } from 'zustand/vanilla';
import type { CallName, CallOutput } from '../../shared/contract/contract.ts';
import type { TravessiaEvent } from '../../shared/contract/events.ts';
import type { Connection, Project } from '../../shared/model/project.ts';
import type { Profile } from '../../shared/model/guard.ts';
import type { Settings } from '../../shared/model/settings.ts';
import type { ConsoleClient, LinkState } from './client.ts';
import { createDraftsStore } from './kept-drafts.ts';
import type { DraftsStore } from './kept-drafts.ts';
import { applyJobEvent, createJobsStore, setJobs } from './jobs.ts';
import type { JobsStore } from './jobs.ts';
import { applyProgress, createLiveStore } from './live.ts';
import type { LiveStore } from './live.ts';
import { settingsInStep } from './settings-in-step.ts';

export type Noun = Extract<TravessiaEvent, { type: 'changed' }>['noun'];
export type AppInfo = CallOutput<'app/info'>;
export type ServerStatus = CallOutput<'server/status'>;

/** What the frame shows around every screen. `null`: not answered yet. */
export interface ShellState {
  readonly link: LinkState;
  readonly info: AppInfo | null;
  readonly settings: Settings | null;
  /** The profile in force; what it does not allow is neither asked nor shown, and the core refuses it anyway. */
  readonly profile: Profile | null;
  readonly projects: readonly Project[] | null;
  readonly connections: readonly Connection[] | null;
  readonly server: ServerStatus | null;
  /** Set where the first calls failed: the frame then says so instead of staying empty. */
  readonly failure: unknown;
  /** Counts changes per noun; a screen that shows a noun asks again when its count moves. */
  readonly versions: Readonly<Partial<Record<Noun, number>>>;
}

export interface Console {
  readonly client: ConsoleClient;
  readonly shell: StoreApi<ShellState>;
  readonly jobs: JobsStore;
  readonly live: LiveStore;
  readonly drafts: DraftsStore;
  /** Asks everything the frame shows again. */
  refresh(): Promise<void>;
  /** Saves settings; the change shows at once and is taken back when the core refuses it. */
  setSettings(change: Partial<Settings>): Promise<void>;
  dispose(): void;
}

/** Wires the stores to one client. `now` in milliseconds, for tests; `storage` keeps what is not saved. */
export function createConsole(client: ConsoleClient, now: () => number = Date.now, storage: Storage | null = null): Console {
  const shell = createStore<ShellState>(() => ({
    link: 'connecting', info: null, settings: null, profile: null, projects: null, connections: null, server: null, failure: null, versions: {},
  }));
  const jobs = createJobsStore();
  const live = createLiveStore();
  const drafts = createDraftsStore(storage);

  const may = (call: CallName): boolean => shell.getState().profile?.calls.includes(call) ?? false;
  const settings = settingsInStep({ get: () => client.call('settings/get', {}), set: (change) => client.call('settings/set', change), show: (shown) => shell.setState({ settings: shown }) });
  const lists = {
    projects: async () => shell.setState({ projects: may('projects/list') ? await client.call('projects/list', {}) : [] }),
    connections: async () => shell.setState({ connections: may('connections/list') ? await client.call('connections/list', {}) : [] }),
    settings: () => settings.load(),
    server: async () => shell.setState({ server: may('server/status') ? await client.call('server/status', {}) : null }),
  };

  const refresh = async (): Promise<void> => {
    try {
      shell.setState({ profile: await client.call('profile/get', {}) });
      const [info] = await Promise.all([client.call('app/info', {}), ...Object.values(lists).map((load) => load())]);
      setJobs(jobs, await client.call('jobs/list', {}));
      shell.setState((state) => ({ info, failure: null, link: 'connected', versions: bumpAll(state.versions) }));
    } catch (failure) {
      shell.setState({ failure });
    }
  };

  const onEvent = (event: TravessiaEvent): void => {
    applyJobEvent(jobs, event);
    applyProgress(live, event, now() / 1000);
    // What a job opened was used just now; no other event says so.
    if (event.type === 'job' && event.job.endedAt !== null) lists.connections().catch(() => undefined);
    if (event.type !== 'changed') return;
    const { noun } = event;
    shell.setState((state) => ({ versions: { ...state.versions, [noun]: (state.versions[noun] ?? 0) + 1 } }));
    // Another profile shows other things: everything is asked again.
    if (noun === 'profile') void refresh();
    if (noun === 'projects' || noun === 'connections' || noun === 'settings' || noun === 'server') {
      lists[noun]().catch((failure: unknown) => shell.setState({ failure }));
    }
  };

  const endEvents = client.onEvent(onEvent);
  const endLink = client.onLink?.((link) => {
    const before = shell.getState().link;
    shell.setState({ link });
    if (link === 'connected' && before === 'lost') void refresh();
  });

  return {
    client,
    shell,
    jobs,
    live,
    drafts,
    refresh,
    setSettings: (change) => settings.save(change),
    dispose() {
      endEvents();
      endLink?.();
    },
  };
}

const nouns: readonly Noun[] = ['connections', 'projects', 'plans', 'runs', 'assessments', 'settings', 'verifications', 'server', 'libraries', 'replicas', 'profile'];

function bumpAll(versions: ShellState['versions']): ShellState['versions'] {
  return Object.fromEntries(nouns.map((noun) => [noun, (versions[noun] ?? 0) + 1]));
}
