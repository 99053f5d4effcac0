import { useCallback, useEffect, useState } from 'react';
import type { Job } from '../../shared/model/job.ts';
import type { ServerStatus } from '../stores/console.ts';
import { useAllowed, useConsole, useJobs, useShell } from '../stores/hooks.tsx';
import { isActive } from '../stores/jobs.ts';

export interface NamedServer {
  readonly name: string;
  readonly status: ServerStatus;
}

/** Milliseconds between two questions: servers come and go with the work, without an event of their own. */
const whileWorking = 3_000;
const whileIdle = 15_000;

/** The most recently used ones; nobody reads a line of more. */
const mostAsked = 20;

/** The name of an embedded server in a target's reference; null for another target. */
export function serverName(reference: string): string | null {
  const found = /^embedded(?::([\w-]+))?$/.exec(reference);
  return found ? (found[1] ?? 'main') : null;
}

/** The embedded servers that projects and connections name, with its state now. */
export function useServers(): { servers: readonly NamedServer[]; scratch: boolean } {
  const { client } = useConsole();
  const main = useShell((state) => state.server);
  const version = useShell((state) => state.versions.server ?? 0);
  const may = useAllowed()('server/status');
  const isUp = useShell((state) => state.link === 'connected') && may;
  // As text, so that a change of something else in a project asks nothing.
  const names = useShell((state) => {
    const projects = (state.projects ?? []).toSorted((a, b) => b.updatedAt.localeCompare(a.updatedAt));
    const references = [...projects.map(({ target }) => target), ...(state.connections ?? []).map(({ location }) => location)];
    return [...new Set(['main', ...references.map(serverName).filter((name) => name !== null)])].slice(0, mostAsked).join(' ');
  });
  const scratch = useJobs((state) => state.jobs.some((job) => isActive(job) && isRehearsal(job)));
  const working = useJobs((state) => state.jobs.filter(isActive).map((job) => `${job.id} ${job.phase}`).join());
  const [servers, setServers] = useState<readonly NamedServer[]>([]);

  const ask = useCallback(async (): Promise<NamedServer[]> => Promise.all(names.split(' ').map(async (name) => ({ name, status: await client.call('server/status', { name }) }))), [client, names]);
  useEffect(() => {
    if (!may) setServers([]);
    if (!isUp) return;
    let live = true;
    const refresh = (): void => {
      // What cannot be asked now is asked again: the line itself says when the host does not answer.
      ask().then((answers) => live && setServers(answers), () => undefined);
    };
    refresh();
    const timer = setInterval(() => document.visibilityState === 'visible' && refresh(), working === '' ? whileIdle : whileWorking);
    return () => {
      live = false;
      clearInterval(timer);
    };
  }, [ask, isUp, may, working, version]);
  return { servers: servers.length === 0 && main ? [{ name: 'main', status: main }] : servers, scratch };
}

function isRehearsal(job: Job): boolean {
  return job.kind === 'rehearse' && !['starting', 'snapshot'].includes(job.phase);
}
