import pg from 'pg';
import type { Program } from './program.ts';

/** Statements against an embedded server of the program, beside it and without it: what somebody else does to the target. */
export async function atTarget<T>(program: Program, target: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const name = target.replace(/^embedded:/, '');
  await program.command('server', 'start', name);
  const client = new pg.Client({ connectionString: (await program.command('server', 'url', name)).trim() });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
    await program.command('server', 'stop', name);
  }
}
