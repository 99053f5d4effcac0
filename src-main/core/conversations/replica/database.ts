/**
 * The replica's own database, opened from its sealed file and written back to it. Runs in the replica's worker.
 *
 * offer: records of one conversation that may differ from what is here; masked and put aside. apply: what was offered takes its place and what is
 * gone leaves, in one transaction. save: the file becomes what the database is.
 */
import { createHash, createHmac } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import type { Mapping } from '../../../../shared/model/conversation-mapping.ts';
import { TravessiaError } from '../../../../shared/contract/errors.ts';
import { openMemoryPglite, type MemoryPglite } from '../../../drivers/pglite/index.ts';
import type { PgRow, PgValue } from '../../../drivers/postgres/index.ts';
import { createRowMask, type MaskText } from '../row-mask.ts';
import { columns, keysOf, toRows, type Cell, type Records } from './records.ts';
import { readSealed, writeSealed } from './sealed-file.ts';
import { replicaTables } from './tables.ts';

export interface ReplicaFile {
  readonly id: string;
  readonly path: string;
  /** 32 bytes. */
  readonly key: Uint8Array;
}

export interface Masking {
  readonly mask: MaskText;
  /** Another one: everything is copied anew. */
  readonly version: string;
}

export interface Contents {
  readonly conversations: number;
  readonly messages: number;
}

export interface Offer {
  readonly key: string;
  readonly records: Records;
  /** By which they were read: names of columns say what is personal. */
  readonly mapping: Mapping;
  /** What the server said of it; null where only the records themselves can tell whether it changed. */
  readonly fingerprint: string | null;
}

export interface Applied extends Contents {
  /** Conversations that came or changed, and that left. */
  readonly changed: number;
  readonly removed: number;
}

/** More would not fit into the memory of a thread. */
const mostMessages = 250_000;
const batchRows = 500;

type Table = keyof typeof columns;

export interface ReplicaDatabase {
  /** JSON; what was asked for when the replica was made. */
  scope(): string;
  rows(sql: string, values: readonly PgValue[]): Promise<readonly PgRow[]>;
  contents(): Promise<Contents>;
  /** Of these, the ones that are not here as they are there. */
  changed(list: readonly { readonly key: string; readonly fingerprint: string }[]): Promise<readonly string[]>;
  /** @throws TravessiaError INVALID_INPUT where the replica would become too large */
  offer(offer: Offer): Promise<void>;
  /** @param present - all conversations that the replica is to hold; whatever else it holds leaves */
  apply(present: readonly string[]): Promise<Applied>;
  discard(): void;
  /** @returns bytes of the file */
  save(scope: string): Promise<number>;
  /** The file is sealed anew with another key, which is the database's from then on; the old one opens it no more. Everything is copied anew by the next refresh. @returns bytes of the file */
  rekey(key: Uint8Array): Promise<number>;
  close(): Promise<void>;
}

/**
 * Opens the file, or an empty database where there is none yet.
 * @param setup - further SQL for a new database: what searching in it needs
 * @throws TravessiaError those of `readSealed` and `openMemoryPglite`
 */
export async function openReplicaDatabase(file: ReplicaFile, masking: Masking, setup: (database: MemoryPglite) => Promise<void>): Promise<ReplicaDatabase> {
  const sealed = existsSync(file.path) ? readSealed(file.path, file.key, file.id) : null;
  const database = await openMemoryPglite(sealed?.data ?? null);
  let scope = sealed?.scope ?? '';
  if (sealed === null) {
    await database.write(async (_rows, exec) => exec(replicaTables));
    await setup(database);
  }
  let { key: fileKey } = file;
  let keyOf = keysOf(masking.mask, fileKey);
  const sealedPrint = (fingerprint: string): string => createHmac('sha256', fileKey).update(`${masking.version}\0${fingerprint}`).digest('base64url');
  const staged: Record<Table, Map<string, readonly Cell[]>> = { conversations: new Map(), messages: new Map(), tasks: new Map(), events: new Map() };
  const prints = new Map<string, string>();

  const printOf = async (key: string): Promise<string | null> => (await database.rows('SELECT fingerprint FROM travessia_replica.copied WHERE conversation = $1', [key]))[0]?.['fingerprint'] ?? null;
  const contents = async (): Promise<Contents> => {
    const [row] = await database.rows('SELECT (SELECT count(*) FROM conversations) AS conversations, (SELECT count(*) FROM messages) AS messages');
    return { conversations: Number(row?.['conversations'] ?? 0), messages: Number(row?.['messages'] ?? 0) };
  };
  const discard = (): void => {
    for (const rows of Object.values(staged)) rows.clear();
    prints.clear();
  };
  const insert = async (table: Table, ask: MemoryPglite['rows']): Promise<void> => {
    const list = [...staged[table].values()];
    const types = Object.entries(columns[table]);
    const names = types.map(([name]) => `"${name}"`).join(', ');
    const sql = `INSERT INTO ${table} (${names}) SELECT ${types.map(([, type], index) => `c${index}::${type}`).join(', ')} FROM unnest(${types.map((_, index) => `$${index + 1}::text[]`).join(', ')}) AS u(${types.map((_, index) => `c${index}`).join(', ')})`;
    for (let at = 0; at < list.length; at += batchRows) {
      const batch = list.slice(at, at + batchRows);
      await ask(sql, types.map((_, index) => batch.map((row) => row[index] ?? null)));
    }
  };

  return {
    scope: () => scope,
    rows: (sql, values) => database.rows(sql, values),
    contents,
    async changed(list) {
      const known = await database.rows('SELECT conversation, fingerprint FROM travessia_replica.copied WHERE conversation = ANY($1::text[])', [list.map(({ key }) => keyOf(key))]);
      const prints = new Map(known.map((row) => [row['conversation'], row['fingerprint']]));
      return list.filter(({ key, fingerprint }) => prints.get(keyOf(key)) !== sealedPrint(fingerprint)).map(({ key }) => key);
    },
    async offer({ key, records, mapping, fingerprint }) {
      const own = keyOf(key);
      const print = sealedPrint(fingerprint ?? createHash('sha256').update(JSON.stringify(records)).digest('base64url'));
      if ((await printOf(own)) === print) return;
      for (const { table, rows } of toRows(records, createRowMask([mapping], masking.mask), keyOf)) for (const row of rows) staged[table].set(row[0] ?? '', row);
      prints.set(own, print);
      if (staged.messages.size > mostMessages) {
        discard();
        throw new TravessiaError('INVALID_INPUT', { message: `These are more than ${mostMessages} messages: too many for one replica.`, hint: 'Choose fewer conversations, or make several replicas.' });
      }
    },
    async apply(present) {
      const staying = present.map(keyOf);
      const coming = [...prints.keys()];
      const removed = await database.write(async (ask) => {
        const gone = await ask('DELETE FROM conversations WHERE id <> ALL($1::text[]) RETURNING id', [staying]);
        await ask('DELETE FROM conversations WHERE id = ANY($1::text[])', [coming]);
        await ask('DELETE FROM travessia_replica.copied WHERE conversation <> ALL($1::text[]) OR conversation = ANY($2::text[])', [staying, coming]);
        // A message that moved from one conversation to another stands there only.
        await ask('DELETE FROM messages WHERE id = ANY($1::text[])', [[...staged.messages.keys()]]);
        for (const table of ['conversations', 'messages', 'tasks', 'events'] as const) await insert(table, ask);
        await ask('INSERT INTO travessia_replica.copied SELECT * FROM unnest($1::text[], $2::text[])', [coming, [...prints.values()]]);
        return gone.length;
      });
      discard();
      // The room of what was deleted is free again, and the log is short when the file is written.
      if (removed + coming.length > 0) for (const sql of ['VACUUM ANALYZE', 'CHECKPOINT']) await database.rows(sql);
      return { ...(await contents()), changed: coming.length, removed };
    },
    discard,
    async save(next) {
      scope = next;
      return writeSealed(file.path, fileKey, file.id, { scope, data: new Uint8Array(await database.dump()) });
    },
    async rekey(key) {
      const bytes = writeSealed(file.path, key, file.id, { scope, data: new Uint8Array(await database.dump()) });
      fileKey = key;
      keyOf = keysOf(masking.mask, key);
      return bytes;
    },
    close: () => database.close(),
  };
}

/** Tells two writings of a file apart; null where there is none. */
export function versionOf(path: string): string | null {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat === undefined ? null : `${stat.ino} ${stat.size} ${stat.mtimeMs}`;
}
