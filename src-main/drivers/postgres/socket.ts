import { Duplex } from 'node:stream';
import type pg from 'pg';

/** The socket under a client of pg (not in its typings); null before it connects. */
export function socketOf(client: pg.Client): Duplex | null {
  const connection: unknown = Reflect.get(client, 'connection');
  const stream: unknown = typeof connection === 'object' && connection !== null ? Reflect.get(connection, 'stream') : null;
  return stream instanceof Duplex ? stream : null;
}
