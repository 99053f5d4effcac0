import { sql as first } from './0001-first.ts';
import { sql as jobLogCodes } from './0002-job-log-codes.ts';
import { sql as replicas } from './0003-replicas.ts';
import { sql as libraries } from './0004-libraries.ts';
import { sql as guard } from './0005-guard.ts';

export interface Migration {
  readonly version: number;
  readonly name: string;
  readonly sql: string;
}

/** In order; a released one is never changed, its checksum is kept in every store. */
export const migrations: readonly Migration[] = [
  { version: 1, name: 'first', sql: first }, { version: 2, name: 'job-log-codes', sql: jobLogCodes }, { version: 3, name: 'replicas', sql: replicas }, { version: 4, name: 'libraries', sql: libraries },
  { version: 5, name: 'guard', sql: guard },
];
