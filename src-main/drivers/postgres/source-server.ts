import { hash } from 'node:crypto';
import type { Fingerprint } from '../../../shared/model/assessment.ts';
import type { Finding } from '../../../shared/model/finding.ts';
import { connectPostgres } from './connect.ts';
import type { PostgresConfig } from './environment.ts';
import { snapshotSource, type SourceSnapshotOptions } from './source-snapshot.ts';

const ours = `n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND n.nspname !~ '^travessia(_|$)'`;

/**
 * Counters of changed rows that the server keeps for every table, with its columns and its file: any change of a row or of the structure
 * moves them, reading does not (manual 27.2, pg_stat_all_tables). A standby keeps none; there the position of the replay stands in.
 */
const changes = `SELECT coalesce(sum(pg_relation_size(c.oid)), 0)::text AS bytes,
  CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn()::text ELSE string_agg(concat_ws(' ', c.oid, pg_relation_filenode(c.oid), pg_stat_get_tuples_inserted(c.oid), pg_stat_get_tuples_updated(c.oid), pg_stat_get_tuples_deleted(c.oid),
    (SELECT string_agg(a.attname || a.atttypid || ':' || a.atttypmod, ',' ORDER BY a.attnum) FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0)), ';' ORDER BY c.oid) END AS state
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = 'r' AND ${ours}`;

/**
 * What tells whether a database changed since (48 bits of a SHA-256 as `changeCounter`). The counters follow a commit within a second or
 * when its session ends, so a change may show a moment later than it is there.
 * @throws TravessiaError CANNOT_CONNECT, AUTH_FAILED …
 */
export async function sourceFingerprint(config: PostgresConfig): Promise<Fingerprint> {
  await using session = await connectPostgres(config, { readOnly: true, applicationName: 'travessia source' });
  const row = await session.one(changes);
  return { bytes: Number(row?.['bytes'] ?? 0), changeCounter: hash('sha256', row?.['state'] ?? '', 'buffer').readUIntBE(0, 6), walBytes: 0, modifiedMs: 0 };
}

/**
 * Writes all tables of a database into a SQLite file, as they stand at one moment, and proves them. Nothing on the server changes: the
 * session is read-only, and nobody has to wait for it but who would alter or drop a table.
 * @throws TravessiaError those of `connectPostgres` and `snapshotSource`
 */
export async function snapshotServer(config: PostgresConfig, name: string, toPath: string, options: SourceSnapshotOptions): Promise<readonly Finding[]> {
  await using session = await connectPostgres(config, { readOnly: true, applicationName: 'travessia source', signal: options.signal });
  const rows = (sql: string) => session.arrays(sql, [], { signal: options.signal, doing: `Reading ${name}` });
  return await session.transaction(() => snapshotSource({ rows }, name, toPath, options), { readOnly: true, isolation: 'repeatable read' });
}
