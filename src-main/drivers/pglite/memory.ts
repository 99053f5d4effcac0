import { TravessiaError } from '../../../shared/contract/errors.ts';
import { emptyDatabase } from './empty-database.ts';
import { sessionSettings, toTravessiaError, type PgRow, type PgValue } from '../postgres/index.ts';

/** PGlite in memory only: nothing of it ever touches a disk. It runs in the thread that opens it, so it belongs in a worker. */
export interface MemoryPglite {
  /** One statement, in a session that can only read; every value as the server's text. */
  rows(sql: string, values?: readonly PgValue[]): Promise<readonly PgRow[]>;
  /** All of `work` in one transaction that may write; statements of others wait until it has ended. */
  write<T>(work: (rows: MemoryPglite['rows'], exec: (sql: string) => Promise<void>) => Promise<T>): Promise<T>;
  /** The whole data folder as a tar archive, at rest between two statements. */
  dump(): Promise<Uint8Array>;
  close(): Promise<void>;
}

/** Nothing here survives by its log: what is kept is a dump, taken at rest behind a checkpoint. Little log, little memory and little to dump. */
const settings = ['full_page_writes=off', 'wal_level=minimal', 'max_wal_senders=0', 'min_wal_size=32MB', 'max_wal_size=48MB', 'synchronous_commit=off'].flatMap((each) => ['-c', each]);

const identity = (value: string): string => value;

/** A parameter as text, in the form in which the server reads it. */
function toText(value: PgValue): string | null {
  if (value === null) return null;
  if (value instanceof Uint8Array) return `\\x${Buffer.from(value).toString('hex')}`;
  if (typeof value === 'object') return `{${value.map((each) => (each === null ? 'NULL' : `"${String(each).replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`)).join(',')}}`;
  return String(value);
}

/**
 * @param from - a tar archive of a data folder; a new, empty database where absent. Unaccent and pg_trgm are at hand in both.
 * @throws TravessiaError DATABASE_CORRUPT
 */
export async function openMemoryPglite(from: Uint8Array<ArrayBuffer> | null): Promise<MemoryPglite> {
  // 20 MB of WebAssembly: only loaded where there is such a database.
  const [{ PGlite }, { unaccent }, { pg_trgm: trigrams }] = await Promise.all([import('@electric-sql/pglite'), import('@electric-sql/pglite/contrib/unaccent'), import('@electric-sql/pglite/contrib/pg_trgm')]);
  const data = from ?? emptyDatabase();
  const database = await PGlite.create({ extensions: { unaccent, pg_trgm: trigrams }, startParams: [...PGlite.defaultStartParams, ...settings], ...(data === undefined ? {} : { loadDataDir: new Blob([data]) }) }).catch((cause: unknown) => {
    throw new TravessiaError('DATABASE_CORRUPT', { message: 'PostgreSQL cannot open the data of the replica.', hint: 'Make the replica again from its server.', cause });
  });
  const own = [...sessionSettings, ['default_transaction_read_only', 'on'] as const];
  await database.exec(own.map(([name, value]) => `SET ${name} TO '${value}'`).join('; '));
  // Text in, text out, for every type there is: no value is changed by being read.
  const types = await database.query<{ oid: number }>('SELECT oid::int FROM pg_type');
  for (const { oid } of types.rows) {
    database.parsers[oid] = identity;
    database.serializers[oid] = identity;
  }
  const asked = async (run: (sql: string, values: (string | null)[]) => Promise<{ rows: Record<string, string | null>[] }>, sql: string, values: readonly PgValue[] = []): Promise<readonly PgRow[]> => {
    try {
      return (await run(sql, values.map(toText))).rows;
    } catch (error) {
      throw toTravessiaError(error, 'Reading the replica');
    }
  };
  return {
    rows: (sql, values) => asked((text, list) => database.query<Record<string, string | null>>(text, list), sql, values),
    write: (work) => database.transaction(async (transaction) => {
      await transaction.exec('SET TRANSACTION READ WRITE');
      return work(
        (sql, values) => asked((text, list) => transaction.query<Record<string, string | null>>(text, list), sql, values),
        async (sql) => { await transaction.exec(sql); },
      );
    }),
    dump: async () => new Uint8Array(await (await database.dumpDataDir('none')).arrayBuffer()),
    close: () => database.close(),
  };
}
