import type { TravessiaEvent } from '../../shared/contract/events.ts';
import { createPgliteServers } from '../drivers/pglite/index.ts';
import { dataFolder } from '../platform/paths.ts';
import type { Dialogs } from '../platform/dialogs.ts';
import { noDialogs } from '../platform/dialogs.ts';
import { createFileSecrets } from '../platform/secrets.file.ts';
import type { SecretStore } from '../platform/secrets.ts';
import { openStore, type AuditEntry } from '../store/index.ts';
import { assessHandlers } from './assess/handlers.ts';
import { connectionHandlers, createConnections } from './connections/index.ts';
import { changeHandlers } from './conversations/change-handlers.ts';
import { exportHandlers } from './conversations/export-handlers.ts';
import { libraryHandlers } from './conversations/library-handlers.ts';
import { createLibraries } from './conversations/libraries.ts';
import { pendingGuard } from './conversations/pending.ts';
import { createReplicas, replicaMapping, scheduleRefreshes } from './conversations/replica/index.ts';
import { replicaHandlers } from './conversations/replica-handlers.ts';
import { createReadRecord } from './conversations/read-audit.ts';
import { createView } from './conversations/view/index.ts';
import { viewHandlers } from './conversations/view-handlers.ts';
import { guardHandlers } from './guard/handlers.ts';
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
  const emit = (event: TravessiaEvent): void => {
    for (const listener of listeners) listener(event);
  };
  const now = () => Date.now();
  const store = await openStore(folders.store);
  const secrets = options.platform?.secrets ?? createFileSecrets(home);
  const dialogs = options.platform?.dialogs ?? noDialogs;
  const connections = createConnections({ store: store.connections, secrets, now, servers: folders.servers, onUse: (id) => emit({ type: 'changed', noun: 'connections', id }) });
  const jobs: Jobs = createJobs(store.jobs, emit, now);
  const targetSecrets = createTargetSecrets(secrets);
  const libraries = createLibraries({ store, connections, targetSecrets, folders, jobs, emit, now, replicaPort: (id) => replicas.port(id) });
  const deps: CoreDeps = { store, connections, jobs, targetSecrets, pgliteServers: createPgliteServers(), libraries, guard: pendingGuard, folders, inTurn: createInTurn(), emit, now, version };
  const audit = (entry: AuditEntry): void => {
    store.audit.append(entry).catch(() => undefined);
  };
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
  listeners.add(view.onEvent);
  listeners.add((event) => libraries.onEvent(event));
  const handlers = {
    ...consoleHandlers(deps, { dialogs, secrets, storeNotice: store.notice }),
    ...connectionHandlers(connections, emit),
    ...assessHandlers(deps),
    ...planHandlers(deps),
    ...projectHandlers(deps),
    ...runHandlers(deps),
    ...verifyHandlers(deps),
    ...evidenceHandlers(deps),
    ...sampleHandlers(deps),
    ...guardHandlers(deps),
    ...libraryHandlers(deps, libraries),
    ...viewHandlers(view, createReadRecord(audit, now)),
    ...exportHandlers(deps, view),
    ...changeHandlers(deps),
    ...replicaHandlers(deps, replicas),
  };
  return {
    handlers,
    jobs,
    home,
    onEvent(listener: (event: TravessiaEvent) => void): () => void {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    isBusy: () => jobs.isBusy(),
    /** One line of the audit (hosts/dispatcher.ts calls it for every write and danger). */
    audit,
    /** With the password: for the command line only, never part of the contract. */
    serverUrl: (name: string) => embeddedUrl(folders.servers, name),
    async close(): Promise<void> {
      await jobs.close();
      await endRefreshes();
      await libraries.close();
      await replicas.close();
      await store.close();
    },
  };
}

export type Core = Awaited<ReturnType<typeof createCore>>;
