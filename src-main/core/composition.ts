import type { TravessiaEvent } from '../../shared/contract/events.ts';
import { createPgliteServers } from '../drivers/pglite/index.ts';
import { sweepWorkFolders } from '../drivers/work-folder/index.ts';
import { dataFolder } from '../platform/paths.ts';
import type { Dialogs } from '../platform/dialogs.ts';
import { noDialogs } from '../platform/dialogs.ts';
import { createFileSecrets } from '../platform/secrets.file.ts';
import type { SecretStore } from '../platform/secrets.ts';
import { openStore } from '../store/index.ts';
import { assessHandlers } from './assess/handlers.ts';
import { connectionHandlers, createConnections } from './connections/index.ts';
import { changeHandlers } from './conversations/change-handlers.ts';
import { exportHandlers } from './conversations/export-handlers.ts';
import { indexHandlers } from './conversations/index-handlers.ts';
import { sweepHalfMade } from './conversations/cache/index.ts';
import { libraryHandlers } from './conversations/library-handlers.ts';
import { createLibraries } from './conversations/libraries/index.ts';
import { createReplicas, replicaMapping, scheduleRefreshes, sweepPartials } from './conversations/replica/index.ts';
import { replicaHandlers } from './conversations/replica-handlers.ts';
import { createView } from './conversations/view/index.ts';
import { viewHandlers } from './conversations/view-handlers.ts';
import { guardHandlers } from './guard/handlers.ts';
import { createTrust } from './guard/index.ts';
import { consoleHandlers, embeddedUrl } from './console/handlers.ts';
import type { CoreDeps } from './deps.ts';
import { evidenceHandlers } from './evidence/handlers.ts';
import { createFolders } from './folders.ts';
import { createInTurn } from './in-turn.ts';
import { createJobs, type Jobs } from './jobs/jobs.ts';
import { planHandlers } from './plan/handlers.ts';
import { projectHandlers } from './projects/handlers.ts';
import { runHandlers } from './runs/handlers.ts';
import { sampleHandlers } from './sample/handlers.ts';
import { verifyHandlers } from './verify/handlers.ts';
import { createTargetSecrets } from './target-secrets.ts';
import { version } from './version.ts';

export interface CoreOptions {
  /** Data folder; the platform's own where absent. */
  readonly home?: string;
  readonly platform?: { readonly secrets?: SecretStore; readonly dialogs?: Dialogs };
}

/** The one place where the core is put together; each host calls it once. */
export async function createCore(options: CoreOptions = {}) {
  const home = options.home ?? dataFolder();
  const folders = createFolders(home);
  const listeners = new Set<(event: TravessiaEvent) => void>();
  const now = () => Date.now();
  const store = await openStore(folders.store);
  const trust = createTrust({
    home, store, secrets: createFileSecrets(home), now,
    deliver(event) {
      for (const listener of listeners) listener(event);
    },
  });
  // What killed programs left: copies of somebody's data, and room that is missed.
  sweepWorkFolders();
  const swept = Promise.all([folders.removeLeft(), sweepHalfMade(folders.caches), sweepPartials(folders.replicas)]).catch(() => undefined);
  const secrets = options.platform?.secrets ?? createFileSecrets(home);
  const dialogs = options.platform?.dialogs ?? noDialogs;
  // What the core itself follows is told of everything; hosts of what the profile lets out.
  const inside = new Set<(event: TravessiaEvent) => void>();
  const emit = (event: TravessiaEvent): void => {
    for (const listener of inside) listener(event);
    trust.emit(event);
  };
  const connections = createConnections({ store: store.connections, secrets, now, servers: folders.servers, onUse: (id) => emit({ type: 'changed', noun: 'connections', id }) });
  const jobs: Jobs = createJobs(store.jobs, emit, now);
  const targetSecrets = createTargetSecrets(secrets);
  const libraries = createLibraries({ store, connections, targetSecrets, folders, jobs, emit, now, keySecret: trust.keySecret, replicaPort: (id) => replicas.port(id) });
  const deps: CoreDeps = { store, connections, jobs, targetSecrets, pgliteServers: createPgliteServers(), libraries, guard: trust.guard, folders, inTurn: createInTurn(), emit, now, version };
  const replicas = createReplicas({
    store: store.replicas, secrets, jobs, libraries: () => libraries, path: folders.replica, now,
    readAs: { add: async (replica) => (await libraries.addReplica(replica, replicaMapping)).id, remove: (id) => libraries.removeReplica(id) },
    onChange: (replica) => {
      emit({ type: 'changed', noun: 'replicas', id: replica.id });
      emit({ type: 'changed', noun: 'libraries', ...(replica.readAs === '' ? {} : { id: replica.readAs }) });
    },
  });
  const endRefreshes = scheduleRefreshes({ replicas, minutes: async () => (await store.settings.all()).replicaMinutes });
  const view = createView(deps);
  inside.add(view.onEvent);
  inside.add((event) => libraries.onEvent(event));
  const handlers = trust.around({
    ...consoleHandlers(deps, { dialogs, secrets, storeNotice: store.notice }),
    ...connectionHandlers(connections, emit),
    ...assessHandlers(deps),
    ...planHandlers(deps),
    ...projectHandlers(deps),
    ...runHandlers(deps),
    ...verifyHandlers(deps),
    ...evidenceHandlers(deps),
    ...sampleHandlers(deps),
    ...guardHandlers(deps, trust),
    ...libraryHandlers(deps, libraries),
    ...indexHandlers(deps),
    ...viewHandlers(view),
    ...exportHandlers(deps, view),
    ...changeHandlers(deps),
    ...replicaHandlers(deps, replicas),
  }, { libraries, connections });
  return {
    handlers,
    jobs,
    home,
    onEvent(listener: (event: TravessiaEvent) => void): () => void {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    isBusy: () => jobs.isBusy(),
    /** With the password: for the command line only, never part of the contract. */
    async serverUrl(name: string): Promise<string> {
      await trust.onlyDba('server url');
      return embeddedUrl(folders.servers, name);
    },
    async close(): Promise<void> {
      await swept;
      await jobs.close();
      await endRefreshes();
      await libraries.close();
      await replicas.close();
      await trust.close();
      await store.close();
    },
  };
}

export type Core = Awaited<ReturnType<typeof createCore>>;
