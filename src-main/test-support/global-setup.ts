import type { TestProject } from 'vitest/node';
import { hasEmbeddedPostgres, scratchServer } from '../drivers/embedded-postgres/index.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** URL of the run's PostgreSQL with its password; empty where no server can be had. */
    travessiaPostgres: string;
  }
}

/** One scratch PostgreSQL for the whole test run; TRAVESSIA_TEST_PG names another server to use instead. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env['TRAVESSIA_TEST_PG'];
  if (given !== undefined && given !== '') {
    project.provide('travessiaPostgres', given);
    return async () => undefined;
  }
  if (!hasEmbeddedPostgres()) {
    project.provide('travessiaPostgres', '');
    return async () => undefined;
  }
  const server = await scratchServer({ settings: { max_connections: '200' } });
  project.provide('travessiaPostgres', server.url());
  return () => server.close();
}
