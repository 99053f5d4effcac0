import { callNames } from '../../shared/contract/contract.ts';
import { TravessiaError } from '../../shared/contract/errors.ts';
import type { TravessiaEvent } from '../../shared/contract/events.ts';
import type { CorePorts, Handlers } from '../../shared/contract/handlers.ts';
import { settingsSchema } from '../../shared/model/settings.ts';
import type { Settings } from '../../shared/model/settings.ts';
import type { Job } from '../../shared/model/job.ts';

export interface CoreDouble extends CorePorts {
  emit(event: TravessiaEvent): void;
  listenerCount(): number;
}

/** A core that knows nothing of data: enough to try a host alone. What a test does not give is NOT_FOUND. */
export function createCoreDouble(overrides: Partial<Handlers> = {}): CoreDouble {
  const listeners = new Set<(event: TravessiaEvent) => void>();
  let settings: Settings = settingsSchema.parse({});
  const emit = (event: TravessiaEvent): void => {
    for (const listener of listeners) listener(event);
  };
  const missing = Object.fromEntries(callNames.map((name) => [name, () => Promise.reject(new TravessiaError('NOT_FOUND', { message: `${name} is not part of this test` }))]));
  const given: Partial<Handlers> = {
    'settings/get': async () => settings,
    'settings/set': async (change) => {
      settings = settingsSchema.parse({ ...settings, ...change });
      emit({ type: 'changed', noun: 'settings' });
      return settings;
    },
    'jobs/list': async () => [],
    ...overrides,
  };
  return {
    handlers: { ...missing, ...given } as Handlers,
    onEvent(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    emit,
    listenerCount: () => listeners.size,
  };
}

/** A job as the core would report it. */
export function jobOf(id: string, rows = 0): Job {
  return {
    id, kind: 'migrate', title: 'sample', state: 'running', projectId: null, runId: null, phase: 'load', progress: null, rows, rowsTotal: 0, bytes: 0,
    startedAt: '2026-01-01T00:00:00.000Z', endedAt: null, rowsPerSecond: null, remaining: null, error: null, resultId: null,
  };
}
