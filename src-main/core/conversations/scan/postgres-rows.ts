import { hash } from 'node:crypto';
import { TravessiaError } from '../../../../shared/contract/errors.ts';
import { connectPostgres, type PgSession, type PostgresConfig } from '../../../drivers/postgres/index.ts';
import type { Row } from './cells.ts';
import { batchRows, type RowReader, type RowSource, type Select } from './row-source.ts';

/** Something that answers SQL with rows of text: a session of a server, or PGlite. */
export interface PgRows {
  rows(sql: string, values?: readonly string[]): Promise<(string | null)[][]>;
  close(): Promise<void>;
}

const ours = `n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND n.nspname !~ '^travessia(_|$)'`;
const tablesSql = `SELECT n.nspname, c.relname, c.relkind::text, CASE WHEN c.reltuples < 0 THEN NULL ELSE c.reltuples::bigint::text END, a.attname, format_type(a.atttypid, a.atttypmod)
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid
  WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT c.relispartition AND a.attnum > 0 AND NOT a.attisdropped AND ${ours} ORDER BY n.nspname = 'public' DESC, n.nspname, c.relname, a.attnum`;
/** Counters of changed rows, and each table's file: any change moves them, reading does not (manual 27.2, pg_stat_all_tables). A standby keeps none. */
const changesSql = `SELECT CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn()::text ELSE string_agg(concat_ws(' ', c.oid, pg_relation_filenode(c.oid), pg_stat_get_tuples_inserted(c.oid), pg_stat_get_tuples_updated(c.oid), pg_stat_get_tuples_deleted(c.oid)), ';' ORDER BY c.oid) END
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = 'r' AND ${ours}`;

export async function pgShape(source: PgRows): ReturnType<RowSource['shape']> {
  const tables = new Map<string, { schema: string; name: string; rows: number | null; columns: { name: string; type: string }[] }>();
  const views = new Set<string>();
  for (const [schema, name, kind, rows, column, type] of await source.rows(tablesSql)) {
    const id = JSON.stringify([schema, name]);
    const table = tables.get(id) ?? { schema: schema ?? '', name: name ?? '', rows: rows === null || rows === undefined ? null : Number(rows), columns: [] };
    tables.set(id, table);
    table.columns.push({ name: column ?? '', type: type ?? '' });
    if (kind === 'v' || kind === 'm') views.add(id);
  }
  return { shape: { tables: [...tables.values()] }, views };
}

/** @param isSnapshot - the source stands in a transaction: then streams are cursors, which need one */
export function pgReader(source: PgRows, name: string, isSnapshot: boolean): RowReader {
  let cursors = 0;
  const rowOf = (columns: readonly string[], cells: readonly (string | null)[]): Row => Object.fromEntries(columns.map((column, index) => [column, cells[index] ?? null]));
  const parameters = ({ keys }: Select): string[] => (keys === undefined ? [] : [JSON.stringify(keys)]);
  const all: RowReader['all'] = async (select) => (await source.rows(select.sql, parameters(select))).map((cells) => rowOf(select.columns, cells));
  return {
    dialect: 'postgres', all,
    async *stream(select, signal) {
      if (!isSnapshot) return yield await all(select);
      cursors += 1;
      const cursor = `travessia_scan_${cursors}`;
      await source.rows(`DECLARE ${cursor} NO SCROLL CURSOR FOR ${select.sql}`, parameters(select));
      for (;;) {
        if (signal.aborted) throw new TravessiaError('CANCELLED', { message: `Reading ${name} was cancelled.`, retry: true });
        const rows = await source.rows(`FETCH FORWARD ${batchRows} FROM ${cursor}`);
        yield rows.map((cells) => rowOf(select.columns, cells));
        if (rows.length < batchRows) break;
      }
      await source.rows(`CLOSE ${cursor}`);
    },
    close: () => source.close(),
  };
}

/** A table whose policies would hide rows is an error instead of fewer rows (manual, row_security); the first row of a cursor is not worth a worse plan. */
export const scanSettings: readonly string[] = ["SET LOCAL search_path = ''", 'SET LOCAL row_security = off', 'SET LOCAL statement_timeout = 0', 'SET LOCAL idle_in_transaction_session_timeout = 0', 'SET LOCAL cursor_tuple_fraction = 1.0', 'SET LOCAL jit = off'];

/** A database on a server: read only, one snapshot for a whole scan. */
export function postgresRows(config: PostgresConfig, name: string): RowSource {
  let current: PgSession | null = null;
  const connect = (signal?: AbortSignal): Promise<PgSession> => connectPostgres(config, { readOnly: true, applicationName: 'travessia conversations', ...(signal === undefined ? {} : { signal }) });
  const open = async (): Promise<PgRows> => {
    if (current === null || current.closed) current = await connect();
    const session = current;
    return { rows: (sql, values = []) => session.arrays(sql, values, { doing: `Reading ${name}` }), close: () => Promise.resolve() };
  };
  return {
    dialect: 'postgres', name,
    shape: async () => pgShape(await open()),
    async fingerprint() {
      const [row = []] = await (await open()).rows(changesSql);
      return hash('sha256', row[0] ?? '', 'hex');
    },
    async snapshot(signal) {
      const session = await connect(signal);
      const rows: PgRows['rows'] = (sql, values = []) => session.arrays(sql, values, { signal, doing: `Reading ${name}` });
      try {
        await session.exec(['BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY', ...scanSettings].join('; '));
      } catch (error) {
        await session.close();
        throw error;
      }
      return pgReader({ rows, close: () => session.close() }, name, true);
    },
    now: async () => pgReader(await open(), name, false),
    async close() {
      await current?.close();
      current = null;
    },
  };
}
